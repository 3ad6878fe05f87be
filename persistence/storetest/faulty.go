package storetest

import (
	"context"
	"fmt"
	"sync"

	"parley/actors/commit"
)

// ErrCrashed is what a crashed handle answers. It wraps commit.ErrFenced, so
// that an engine which outlives its own crash stops at once and tries nothing
// again.
var ErrCrashed = fmt.Errorf("crashed: %w", commit.ErrFenced)

// Faulty is a store that fails on purpose. Its commits go through, in turn:
// the hold, FailBefore, the store below, FailAfter. It may be used in a
// testing/synctest bubble: waiting is on channels only.
type Faulty struct {
	below Store

	mu      sync.Mutex
	before  []fault
	after   []fault
	held    chan struct{} // closed to release; nil when commits are not held
	arrived chan commit.Batch
	crashed chan struct{} // closed by Crash
}

// fault is an error for the next commits of a partition.
type fault struct {
	partition int // -1 = any
	times     int
	err       error
}

// AnyPartition makes a fault apply to every partition.
const AnyPartition = -1

// NewFaulty wraps a store. Until told otherwise it passes everything on.
func NewFaulty(s Store) *Faulty {
	return &Faulty{below: s, arrived: make(chan commit.Batch, 1024), crashed: make(chan struct{})}
}

// FailBefore makes the next commits of a partition fail with nothing written.
// A nil error means commit.ErrUnavailable.
func (f *Faulty) FailBefore(partition, times int, err error) { f.add(&f.before, partition, times, err) }

// FailAfter makes the next commits of a partition write and then answer an
// error, as when the answer is lost: the caller cannot know the outcome. A nil
// error means commit.ErrUnavailable.
func (f *Faulty) FailAfter(partition, times int, err error) { f.add(&f.after, partition, times, err) }

func (f *Faulty) add(list *[]fault, partition, times int, err error) {
	if err == nil {
		err = commit.ErrUnavailable
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	*list = append(*list, fault{partition, times, err})
}

// Hold makes commits wait, with nothing written, until release is called, the
// caller's context ends (ErrUnavailable) or the handle crashes.
func (f *Faulty) Hold() (release func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	held := make(chan struct{})
	f.held = held
	return sync.OnceFunc(func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.held == held {
			f.held = nil
		}
		close(held)
	})
}

// Arrived gives each batch that reaches the store, before anything is done
// with it; when nobody reads, batches beyond the first 1024 are not reported.
func (f *Faulty) Arrived() <-chan commit.Batch { return f.arrived }

// Fence takes a partition away from its owner, as another node would.
func (f *Faulty) Fence(ctx context.Context, partition int) error {
	_, err := f.below.Claim(ctx, partition)
	return err
}

// Crash ends this handle like a killed process: what is in flight and held is
// lost, every later call answers ErrCrashed. The state below survives and is
// served by the handle it returns.
func (f *Faulty) Crash() *Faulty {
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-f.crashed:
	default:
		close(f.crashed)
	}
	return NewFaulty(f.below)
}

// Commit writes a batch unless a fault says otherwise.
func (f *Faulty) Commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error) {
	select {
	case f.arrived <- b:
	default:
	}
	if err := f.wait(ctx); err != nil {
		return nil, err
	}
	outcomes, err := f.write(ctx, b)
	if err != nil {
		return nil, err
	}
	return outcomes, f.alive() // a crash between write and answer loses the answer
}

func (f *Faulty) write(ctx context.Context, b commit.Batch) ([]commit.Outcome, error) {
	if err := f.alive(); err != nil {
		return nil, err
	}
	if err := f.take(&f.before, b.Partition); err != nil {
		return nil, err
	}
	outcomes, err := f.below.Commit(ctx, b)
	if err != nil {
		return nil, err
	}
	if err := f.take(&f.after, b.Partition); err != nil {
		return nil, err
	}
	return outcomes, nil
}

func (f *Faulty) wait(ctx context.Context) error {
	f.mu.Lock()
	held := f.held
	f.mu.Unlock()
	if held == nil {
		return nil
	}
	select {
	case <-held:
		return nil
	case <-f.crashed:
		return ErrCrashed
	case <-ctx.Done():
		return fmt.Errorf("held: %w: %w", commit.ErrUnavailable, ctx.Err())
	}
}

// take gives the next fault for a partition, if any.
func (f *Faulty) take(list *[]fault, partition int) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range *list {
		if p := &(*list)[i]; p.times > 0 && (p.partition == AnyPartition || p.partition == partition) {
			p.times--
			return p.err
		}
	}
	return nil
}

func (f *Faulty) alive() error {
	select {
	case <-f.crashed:
		return ErrCrashed
	default:
		return nil
	}
}

// The rest passes through, unless the handle has crashed.

// Claim raises a partition's epoch.
func (f *Faulty) Claim(ctx context.Context, partition int) (commit.Claim, error) {
	if err := f.alive(); err != nil {
		return commit.Claim{}, err
	}
	return f.below.Claim(ctx, partition)
}

// Load gives an entity's record.
func (f *Faulty) Load(ctx context.Context, partition int, e commit.Entity) (commit.Record, error) {
	if err := f.alive(); err != nil {
		return commit.Record{}, err
	}
	return f.below.Load(ctx, partition, e)
}

// Items gives values by key.
func (f *Faulty) Items(ctx context.Context, partition int, e commit.Entity, keys []commit.ItemKey) ([][]byte, error) {
	if err := f.alive(); err != nil {
		return nil, err
	}
	return f.below.Items(ctx, partition, e, keys)
}

// Range gives items in order.
func (f *Faulty) Range(ctx context.Context, partition int, e commit.Entity, r commit.Range) ([]commit.Item, error) {
	if err := f.alive(); err != nil {
		return nil, err
	}
	return f.below.Range(ctx, partition, e, r)
}

// Outbox gives entries after a number.
func (f *Faulty) Outbox(ctx context.Context, partition int, after uint64, limit int) ([]commit.Entry, error) {
	if err := f.alive(); err != nil {
		return nil, err
	}
	return f.below.Outbox(ctx, partition, after, limit)
}

// Dues gives due entities after one.
func (f *Faulty) Dues(ctx context.Context, partition int, after commit.DueEntity, limit int) ([]commit.DueEntity, error) {
	if err := f.alive(); err != nil {
		return nil, err
	}
	return f.below.Dues(ctx, partition, after, limit)
}

// Close closes the store below, unless the handle has crashed: then it belongs
// to the next handle.
func (f *Faulty) Close() error {
	if f.alive() != nil {
		return nil
	}
	return f.below.Close()
}
