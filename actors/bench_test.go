package actors_test

import (
	"context"
	"strconv"
	"sync/atomic"
	"testing"

	"parley/actors"
	"parley/actors/commit"
	"parley/actors/route"
)

// void answers every commit at once and keeps nothing, so that what is measured
// is the engine.
type void struct{}

func (void) Claim(context.Context, int) (commit.Claim, error) { return commit.Claim{Epoch: 1}, nil }

func (void) Commit(_ context.Context, b commit.Batch) ([]commit.Outcome, error) {
	return make([]commit.Outcome, len(b.Changes)), nil
}

func (void) Load(context.Context, int, commit.Entity) (commit.Record, error) {
	return commit.Record{}, nil
}

func (void) Items(_ context.Context, _ int, _ commit.Entity, keys []commit.ItemKey) ([][]byte, error) {
	return make([][]byte, len(keys)), nil
}

func (void) Range(context.Context, int, commit.Entity, commit.Range) ([]commit.Item, error) {
	return nil, nil
}

func (void) Outbox(context.Context, int, uint64, int) ([]commit.Entry, error) { return nil, nil }

func (void) Dues(context.Context, int, commit.DueEntity, int) ([]commit.DueEntity, error) {
	return nil, nil
}

// BenchmarkReceive is one more message of a customer whose chat waits, from the
// door to the answer.
func BenchmarkReceive(b *testing.B) {
	w := prepare(nil)
	w.store, w.cfg = void{}, actors.Config{Partitions: 64}
	e, err := actors.Start(context.Background(), w.cfg, w.deps(), w.company)
	if err != nil {
		b.Fatal(err)
	}
	w.engine = e
	const customers = 1000
	write := func(n int64) error {
		_, err := e.Do(context.Background(), route.Conversation("c"+strconv.Itoa(int(n%customers))), receive("support", "key"+strconv.FormatInt(n, 10), "Hello, where is my parcel?"))
		return err
	}
	for n := range int64(customers) {
		if err := write(n); err != nil {
			b.Fatal(err)
		}
	}
	var next atomic.Int64
	next.Store(customers)
	b.SetParallelism(64)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if err := write(next.Add(1)); err != nil {
				b.Error(err)
			}
		}
	})
	b.StopTimer()
	if err := e.Stop(context.Background()); err != nil {
		b.Fatal(err)
	}
}
