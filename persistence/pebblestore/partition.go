package pebblestore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/commit"
	"parley/persistence/internal/verdict"
)

// partition is what the store holds in memory of a partition. Its writer's
// builder owns the fields below it.
type partition struct {
	s      *Store
	n      int
	writer *writer

	aboard bool            // the write that is being built holds something of it
	ledger *verdict.Ledger // nil until read
	heads  heads
	key    []byte // scratch, as are the others
	value  []byte
	dues   []int64
}

// answer is what a job came to.
type answer struct {
	outcomes []commit.Outcome
	claim    commit.Claim
	err      error
	applied  func() // remembers what has been written, nil for nothing
}

func newPartition(s *Store, n int, w *writer) *partition {
	return &partition{s: s, n: n, writer: w, heads: newHeads()}
}

// write hands a function to the partition's writer and waits for its answer,
// but not longer than the context and the time-out allow: a write that hangs
// cannot be called back, its caller can.
func (p *partition) write(ctx context.Context, do func(*pebble.Batch) answer) answer {
	if err := p.s.writable(); err != nil {
		return unavailable(err)
	}
	if err := ctx.Err(); err != nil {
		return unavailable(err)
	}
	if err := p.s.enter(); err != nil {
		return answer{err: err}
	}
	timeout := time.NewTimer(p.s.opts.CommitTimeout)
	defer timeout.Stop()
	j := job{p: p, do: do, done: make(chan answer, 1)}
	select {
	case p.writer.queue() <- j: // the writer leaves the store when it has ended
	case <-ctx.Done():
		p.s.leave()
		return unavailable(ctx.Err())
	case <-timeout.C:
		p.s.leave()
		return unavailable(errTimeout)
	}
	select {
	case a := <-j.done:
		return a
	case <-ctx.Done():
		return unavailable(fmt.Errorf("%w: %w", errTimeout, ctx.Err()))
	case <-timeout.C:
		return unavailable(errTimeout)
	}
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

// owned is load for a new owner, who needs nothing of a damaged ledger that
// cannot be made anew.
func (p *partition) owned() (verdict.Ledger, error) {
	l, err := p.load()
	if errors.Is(err, commit.ErrCorrupt) {
		p.s.met(Place{Partition: p.n, Table: "ledger"}.String(), err)
		return rebuilt(p.s.db, p.n, p.s.opts.now()), nil
	}
	return l, err
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

func (p *partition) claim(w *pebble.Batch) answer {
	l, err := p.owned()
	if err != nil {
		return answer{err: err}
	}
	l = l.Claimed()
	pen := pen{w: w, p: p}
	pen.ledger(l)
	return answer{claim: commit.Claim{Epoch: l.Epoch, Seq: l.Seq}, err: pen.err, applied: func() { p.ledger = &l }}
}

func unavailable(err error) answer {
	return answer{err: fmt.Errorf("%w: %w", commit.ErrUnavailable, err)}
}
