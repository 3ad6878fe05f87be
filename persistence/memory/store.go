package memory

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"parley/actors/commit"
	"parley/persistence/internal/verdict"
)

// errClosed is answered after Close; like any store that is gone it wraps
// commit.ErrUnavailable.
var errClosed = fmt.Errorf("memory store is closed: %w", commit.ErrUnavailable)

// Store is a handle on live state in memory. All methods may be called
// concurrently; everything given and taken is copied.
type Store struct {
	parts  []*partition
	closed atomic.Bool
}

// New gives an empty store with a number of partitions.
func New(partitions int) *Store {
	s := &Store{parts: make([]*partition, partitions)}
	for i := range s.parts {
		s.parts[i] = newPartition()
	}
	return s
}

// Reopen gives another handle on the same state, as a restarted process would
// get. It works on a closed store too.
func (s *Store) Reopen() *Store { return &Store{parts: s.parts} }

// Close ends this handle; the state stays for Reopen.
func (s *Store) Close() error {
	s.closed.Store(true)
	return nil
}

// Claim makes the caller the owner of a partition by raising its epoch.
func (s *Store) Claim(ctx context.Context, partition int) (commit.Claim, error) {
	p, err := s.enter(ctx, partition)
	if err != nil {
		return commit.Claim{}, unavailable(ctx, "claim", err)
	}
	defer p.mu.Unlock()
	p.ledger = p.ledger.Claimed()
	return commit.Claim{Epoch: p.ledger.Epoch, Seq: p.ledger.Seq}, nil
}

// Commit writes a batch whole, and answers one outcome per change. Its errors
// are commit.ErrFenced, commit.ErrUnavailable, or a fault in the batch.
func (s *Store) Commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error) {
	p, err := s.enter(ctx, b.Partition)
	if err != nil {
		return nil, unavailable(ctx, "commit", err)
	}
	defer p.mu.Unlock()
	outcomes, err := p.commit(b)
	if err != nil {
		return nil, fmt.Errorf("commit batch %d of partition %d: %w", b.Number, b.Partition, err)
	}
	return outcomes, nil
}

// Sweep drops idempotency keys that are never looked up again at a time in Unix
// milliseconds.
func (s *Store) Sweep(ctx context.Context, now int64) error {
	for i := range s.parts {
		p, err := s.enter(ctx, i)
		if err != nil {
			return fmt.Errorf("sweep partition %d: %w", i, err)
		}
		for g := range p.keys {
			if g+1 < commit.Generation(now) {
				delete(p.keys, g)
			}
		}
		p.mu.Unlock()
	}
	return nil
}

// enter finds a partition and locks it.
func (s *Store) enter(ctx context.Context, n int) (*partition, error) {
	if s.closed.Load() {
		return nil, errClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := verdict.Partition(n, len(s.parts)); err != nil {
		return nil, err
	}
	s.parts[n].mu.Lock()
	return s.parts[n], nil
}

// unavailable marks the end of the caller's context as an outcome that a store
// could not give in time.
func unavailable(ctx context.Context, doing string, err error) error {
	if ctx.Err() != nil && !errors.Is(err, commit.ErrUnavailable) {
		return fmt.Errorf("%s: %w: %w", doing, commit.ErrUnavailable, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// partition is everything of one partition.
type partition struct {
	mu       sync.Mutex
	ledger   verdict.Ledger
	entities map[commit.Entity]*entity
	keys     map[uint32]map[key][]byte // by generation
	outbox   []commit.Entry            // ascending
	dues     []commit.DueEntity        // ascending
}

// entity is a record and its items, ascending within each collection.
type entity struct {
	record commit.Record
	items  map[byte][]commit.Item
}

// key is an idempotency key with its scope.
type key struct {
	entity commit.Entity
	id     string
}

func newPartition() *partition {
	return &partition{entities: map[commit.Entity]*entity{}, keys: map[uint32]map[key][]byte{}}
}
