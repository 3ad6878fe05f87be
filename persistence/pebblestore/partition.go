package pebblestore

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/commit"
	"parley/persistence/internal/verdict"
)

// partition is what the store holds in memory of a partition. Whoever has its
// turn owns the fields below it.
type partition struct {
	s         *Store
	n         int
	turn      chan struct{} // holds one token; taken by the one who writes
	busySince atomic.Int64  // Unix nanoseconds since when the turn is taken, 0 = free

	ledger *verdict.Ledger // nil until read
	key    []byte          // scratch
	value  []byte          // scratch
}

func newPartition(s *Store, n int) *partition {
	p := &partition{s: s, n: n, turn: make(chan struct{}, 1)}
	p.turn <- struct{}{}
	return p
}

// answer is what a write came to.
type answer struct {
	outcomes []commit.Outcome
	claim    commit.Claim
	err      error
}

// write waits for the partition's turn and runs f in a goroutine that keeps the
// turn until f has ended, even when the caller has left before: a write that
// hangs cannot be called back. f must touch nothing that the caller changes.
func (p *partition) write(ctx context.Context, f func() answer) answer {
	if err := p.s.writable(); err != nil {
		return unavailable(err)
	}
	if err := ctx.Err(); err != nil {
		return unavailable(err)
	}
	timeout := time.NewTimer(p.s.opts.CommitTimeout)
	defer timeout.Stop()
	select {
	case <-p.turn:
	case <-ctx.Done():
		return unavailable(ctx.Err())
	case <-timeout.C:
		return unavailable(errTimeout)
	}
	done := make(chan answer, 1) // room for one, so that the goroutine can always end
	if err := p.s.enter(); err != nil {
		p.turn <- struct{}{}
		return answer{err: err}
	}
	p.busySince.Store(time.Now().UnixNano())
	go p.run(f, done)
	select {
	case a := <-done:
		return a
	case <-ctx.Done():
		return unavailable(fmt.Errorf("%w: %w", errTimeout, ctx.Err()))
	case <-timeout.C:
		return unavailable(errTimeout)
	}
}

func (p *partition) run(f func() answer, done chan<- answer) {
	a := unavailable(errEnded) // stays when the database ends under f, see journal.Fatalf
	defer func() {
		p.busySince.Store(0)
		p.turn <- struct{}{}
		p.s.leave()
		done <- a
	}()
	if err := p.s.writable(); err != nil {
		a = unavailable(err)
		return
	}
	a = f()
}

// load gives the ledger, from memory if it has been read.
func (p *partition) load() (verdict.Ledger, error) {
	if p.ledger != nil {
		return *p.ledger, nil
	}
	p.key = appendLedgerKey(p.key[:0], p.n)
	l := verdict.Ledger{}
	err := p.s.get(p.key, func(payload []byte) (err error) {
		l, err = parseLedger(payload)
		return err
	})
	if err != nil && !errors.Is(err, pebble.ErrNotFound) {
		return verdict.Ledger{}, fmt.Errorf("ledger of partition %d: %w", p.n, err)
	}
	p.ledger = &l
	return l, nil
}

// keep puts a ledger into a write; it counts once the write is durable.
func (p *partition) keep(w *pebble.Batch, l verdict.Ledger) error {
	p.key = appendLedgerKey(p.key[:0], p.n)
	p.value = seal(p.key, appendLedger(begin(p.value), l))
	return w.Set(p.key, p.value, nil)
}

// Claim makes the caller the owner of a partition by raising its epoch durably.
func (s *Store) Claim(ctx context.Context, partition int) (commit.Claim, error) {
	if err := verdict.Partition(partition, len(s.parts)); err != nil {
		return commit.Claim{}, fmt.Errorf("claim: %w", err)
	}
	p := s.parts[partition]
	a := p.write(ctx, p.claim)
	if a.err != nil {
		return commit.Claim{}, fmt.Errorf("claim partition %d: %w", partition, a.err)
	}
	return a.claim, nil
}

func (p *partition) claim() answer {
	l, err := p.load()
	if err != nil {
		return answer{err: err}
	}
	l = l.Claimed()
	w := p.s.db.NewBatch()
	defer w.Close() //nolint:errcheck // a batch has nothing to lose
	if err := p.keep(w, l); err != nil {
		return answer{err: err}
	}
	if err := w.Commit(p.s.sync()); err != nil {
		return unavailable(err)
	}
	p.ledger = &l
	return answer{claim: commit.Claim{Epoch: l.Epoch, Seq: l.Seq}}
}

func unavailable(err error) answer {
	return answer{err: fmt.Errorf("%w: %w", commit.ErrUnavailable, err)}
}
