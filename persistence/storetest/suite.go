package storetest

import (
	"context"
	"testing"

	"parley/actors/commit"
)

// Store is the engine's port to its live state, repeated here because a suite
// cannot import the engine.
type Store interface {
	Claim(ctx context.Context, partition int) (commit.Claim, error)
	Commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error)
	Load(ctx context.Context, partition int, e commit.Entity) (commit.Record, error)
	Items(ctx context.Context, partition int, e commit.Entity, keys []commit.ItemKey) ([][]byte, error)
	Range(ctx context.Context, partition int, e commit.Entity, r commit.Range) ([]commit.Item, error)
	Outbox(ctx context.Context, partition int, after uint64, limit int) ([]commit.Entry, error)
	Dues(ctx context.Context, partition int, after commit.DueEntity, limit int) ([]commit.DueEntity, error)
	Close() error
}

// Sweeper is implemented by stores that need a sweep to drop old idempotency
// keys; now is in Unix milliseconds.
type Sweeper interface {
	Sweep(ctx context.Context, now int64) error
}

// Mover is implemented by stores that move settled items elsewhere; before is in
// Unix milliseconds.
type Mover interface {
	Move(ctx context.Context, before int64) error
}

// Partitions is how many partitions a store under test must have at least.
const Partitions = 8

// Open gives an empty store, and a function that closes the newest handle on
// it and opens the same state again. Whoever calls Open closes what he got.
type Open func(t *testing.T) (s Store, reopen func() Store)

// Run puts a store through the whole suite: every promise, and a random walk
// beside a model.
func Run(t *testing.T, open Open) {
	Promises(t, open)
	t.Run("model", func(t *testing.T) {
		t.Parallel()
		runModel(t, open)
	})
}

// Promises is the suite without the random walk.
func Promises(t *testing.T, open Open) {
	for _, group := range []struct {
		name  string
		cases []testCase
	}{
		{"owner", ownerCases},
		{"versions", versionCases},
		{"idempotency", keyCases},
		{"items", itemCases},
		{"settled", settledCases},
		{"outbox", outboxCases},
		{"due", dueCases},
		{"data", dataCases},
		{"concurrency", concurrencyCases},
	} {
		t.Run(group.name, func(t *testing.T) {
			t.Parallel()
			for _, c := range group.cases {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					c.run(t, setup(t, open))
				})
			}
		})
	}
}

// testCase is one promise of a store and its proof.
type testCase struct {
	name string
	run  func(t *testing.T, b *bundle)
}

// bundle is what a case works with.
type bundle struct {
	Store
	reopen func() Store
}

func setup(t *testing.T, open Open) *bundle {
	t.Helper()
	s, reopen := open(t)
	b := &bundle{Store: s, reopen: reopen}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return b
}

// restart replaces the handle as a restarted process would.
func (b *bundle) restart() { b.Store = b.reopen() }

// owner holds a partition and numbers its batches.
type owner struct {
	t         *testing.T
	b         *bundle
	partition int
	epoch     uint64
	number    uint64
	seq       uint64
}

// claim takes a partition.
func (b *bundle) claim(t *testing.T, partition int) *owner {
	t.Helper()
	c, err := b.Claim(t.Context(), partition)
	if err != nil {
		t.Fatalf("claim: %v", err)
	}
	return &owner{t: t, b: b, partition: partition, epoch: c.Epoch, seq: c.Seq}
}

// now is when the batches of a case are written unless it says otherwise.
const now = int64(1_790_000_000_000)

// batch gives the next batch; its newest outbox number is that of its entries.
func (o *owner) batch(changes ...commit.Change) commit.Batch {
	o.number++
	for _, c := range changes {
		for _, e := range c.Outbox {
			o.seq = max(o.seq, e.Seq)
		}
	}
	return commit.Batch{Partition: o.partition, Epoch: o.epoch, Number: o.number, At: now, Seq: o.seq, Changes: changes}
}

// commit writes changes as the next batch and gives their outcomes.
func (o *owner) commit(changes ...commit.Change) []commit.Outcome {
	o.t.Helper()
	return o.send(o.batch(changes...))
}

func (o *owner) send(b commit.Batch) []commit.Outcome {
	o.t.Helper()
	outcomes, err := o.b.Commit(o.t.Context(), b)
	if err != nil {
		o.t.Fatalf("commit batch %d: %v", b.Number, err)
	}
	if len(outcomes) != len(b.Changes) {
		o.t.Fatalf("%d outcomes of %d changes", len(outcomes), len(b.Changes))
	}
	return outcomes
}

// written commits changes and fails the test unless all are written.
func (o *owner) written(changes ...commit.Change) {
	o.t.Helper()
	for i, out := range o.commit(changes...) {
		if out.Status != commit.Written {
			o.t.Fatalf("change %d of %s: %+v", i, changes[i].Entity, out)
		}
	}
}

func conversation(id string) commit.Entity {
	return commit.Entity{Kind: commit.Conversation, ID: id}
}
