package pebblestore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/commit"
	"parley/persistence/internal/verdict"
)

// partition is what the store holds in memory of a partition. Its worker owns
// the fields below it, and is started by the first write.
type partition struct {
	s         *Store
	n         int
	start     sync.Once
	jobs      chan job     // unbuffered: who hands a job over has the partition's turn
	busySince atomic.Int64 // Unix nanoseconds since when the worker is at a job, 0 = idle

	ledger *verdict.Ledger // nil until read
	heads  heads
	key    []byte // scratch
	value  []byte // scratch
}

// job is a write. Its function must touch nothing that the caller changes: the
// caller may be gone when it runs.
type job struct {
	do   func() answer
	done chan answer // room for one, so that the worker never waits
}

// answer is what a write came to.
type answer struct {
	outcomes []commit.Outcome
	claim    commit.Claim
	err      error
}

func newPartition(s *Store, n int) *partition {
	return &partition{s: s, n: n, jobs: make(chan job), heads: heads{}}
}

// write hands a function to the worker and waits for its answer, but not
// longer than the context and the time-out allow: a write that hangs cannot be
// called back, its caller can.
func (p *partition) write(ctx context.Context, do func() answer) answer {
	if err := p.s.writable(); err != nil {
		return unavailable(err)
	}
	if err := ctx.Err(); err != nil {
		return unavailable(err)
	}
	if err := p.s.enter(); err != nil {
		return answer{err: err}
	}
	p.start.Do(func() { p.s.workers.Go(p.work) })
	timeout := time.NewTimer(p.s.opts.CommitTimeout)
	defer timeout.Stop()
	j := job{do, make(chan answer, 1)}
	select {
	case p.jobs <- j: // the worker leaves the store when it has ended
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

// work does one job after another. A goroutine that lives on keeps the deep
// stack that a write needs; making it anew cost 7 % of the processor.
func (p *partition) work() {
	for {
		select {
		case j := <-p.jobs:
			p.run(j)
		case <-p.s.quit:
			return
		}
	}
}

func (p *partition) run(j job) {
	a := unavailable(errEnded) // stays when the database ends the worker, see journal.Fatalf
	p.busySince.Store(time.Now().UnixNano())
	defer func() {
		p.busySince.Store(0)
		p.s.leave()
		j.done <- a
	}()
	if err := p.s.writable(); err != nil {
		a = unavailable(err)
		return
	}
	a = j.do()
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
