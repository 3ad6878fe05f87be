package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"parley/actors/commit"
)

// modelPartitions is how many partitions a random run uses.
const modelPartitions = 2

// runModel sends random batches to a store and to the model and compares
// everything that can be read.
func runModel(t *testing.T, open Open) {
	rapid.Check(t, func(rt *rapid.T) {
		s, reopen := open(t)
		w := &walk{t: t, s: s, reopen: reopen, m: newModel(), last: map[int]commit.Batch{}}
		defer func() { _ = w.s.Close() }()
		for p := range modelPartitions {
			w.claim(rt, p)
		}
		rt.Repeat(map[string]func(*rapid.T){
			"commit": w.commit, "commit more": w.commit, "commit again": w.commit,
			"repeat": w.repeat, "claim": w.claimAny, "stale": w.stale, "sweep": w.sweep, "move": w.move,
			"restart": func(*rapid.T) { w.s = w.reopen() },
			"":        w.compare,
		})
	})
}

// walk is one random run.
type walk struct {
	t      *testing.T
	s      Store
	reopen func() Store
	m      *model
	last   map[int]commit.Batch // newest batch per partition
	clock  int64
	newest int64 // the greatest clock so far
}

var (
	genID     = rapid.SampledFrom([]string{"a", "a1", "a12", "1", "12", "\x00", "\xff", ""})
	genKind   = rapid.SampledFrom([]commit.Kind{commit.Conversation, commit.Operator})
	genEntity = rapid.Custom(func(t *rapid.T) commit.Entity {
		return commit.Entity{Kind: genKind.Draw(t, "kind"), ID: genID.Draw(t, "id")}
	})
	genValue   = rapid.SliceOfN(rapid.Byte(), 0, 5)
	genItemKey = rapid.Custom(func(t *rapid.T) commit.ItemKey {
		return commit.ItemKey{Collection: rapid.SampledFrom([]byte{0, 1, 255}).Draw(t, "collection"), Key: genID.Draw(t, "key")}
	})
	genItem = rapid.Custom(func(t *rapid.T) commit.Item {
		return commit.Item{ItemKey: genItemKey.Draw(t, "key"), Value: genValue.Draw(t, "value")}
	})
	genSpan = rapid.Custom(func(t *rapid.T) commit.Span {
		return commit.Span{Collection: rapid.SampledFrom([]byte{0, 1, 255}).Draw(t, "collection"), From: genID.Draw(t, "from"), To: genID.Draw(t, "to")}
	})
	genKey = rapid.Custom(func(t *rapid.T) commit.Key {
		return commit.Key{ID: genID.Draw(t, "key"), Value: genValue.Draw(t, "note")}
	})
	genPartition = rapid.IntRange(0, modelPartitions-1)
)

func (w *walk) commit(t *rapid.T) {
	n := genPartition.Draw(t, "partition")
	p := w.m.part(n)
	w.clock += rapid.Int64Range(-2, 4).Draw(t, "days passed") * day
	w.newest = max(w.newest, w.clock)
	w.clock = max(w.clock, w.newest-10*day) // no clock steps back further
	b := commit.Batch{Partition: n, Epoch: p.epoch, Number: p.number + 1, At: now + w.clock, Seq: p.seq}
	for _, e := range rapid.SliceOfNDistinct(genEntity, 0, 4, rapid.ID).Draw(t, "entities") {
		b.Changes = append(b.Changes, w.change(t, p, e, &b.Seq))
	}
	b.Seq += rapid.Uint64Range(0, 2).Draw(t, "unused numbers")
	known := rapid.Uint64Range(0, b.Seq)
	b.Done = rapid.SliceOfN(known, 0, 2).Draw(t, "done")
	b.Begun = rapid.SliceOfN(known, 0, 2).Draw(t, "begun")
	b.Rested = rapid.SliceOfN(known, 0, 2).Draw(t, "rested")
	w.send(t, b)
	w.last[n] = b
}

func (w *walk) change(t *rapid.T, p *modelPart, e commit.Entity, seq *uint64) commit.Change {
	stored := p.records[e]
	c := commit.Change{
		Entity:   e,
		Expect:   stored.Version,
		Keys:     rapid.SliceOfN(genKey, 0, 2).Draw(t, "keys"),
		Snapshot: genValue.Draw(t, "snapshot"),
		Put:      rapid.SliceOfN(genItem, 0, 3).Draw(t, "put"),
		Drop:     rapid.SliceOfN(genItemKey, 0, 2).Draw(t, "drop"),
		Due:      commit.Due{Old: stored.Due, New: rapid.Int64Range(0, 3).Draw(t, "due")},
	}
	if rapid.IntRange(0, 3).Draw(t, "settles") == 0 {
		c.Settled = rapid.SliceOfN(genSpan, 1, 2).Draw(t, "settled")
	}
	if p.settled[e] || len(c.Settled) > 0 {
		c.Drop = nil
	}
	if len(c.Keys) == 2 && c.Keys[0].ID == c.Keys[1].ID {
		c.Keys = c.Keys[:1]
	}
	if rapid.IntRange(0, 5).Draw(t, "wrong version") == 0 {
		c.Expect += 1 + rapid.Uint64Range(0, 1).Draw(t, "by")
	}
	for range rapid.IntRange(0, 2).Draw(t, "entries") {
		*seq += rapid.Uint64Range(1, 2).Draw(t, "step")
		c.Outbox = append(c.Outbox, commit.Entry{Seq: *seq, Kind: 7, Source: e, Target: genEntity.Draw(t, "target"), Body: genValue.Draw(t, "body")})
	}
	return c
}

func (w *walk) send(t *rapid.T, b commit.Batch) {
	got, err := w.s.Commit(w.t.Context(), b)
	if err != nil {
		t.Fatalf("commit: %v", err)
	}
	same(t, "outcomes", got, w.m.part(b.Partition).commit(b), func(a, b commit.Outcome) bool {
		return a.Status == b.Status && a.Key == b.Key && bytes.Equal(a.Value, b.Value)
	})
}

func (w *walk) repeat(t *rapid.T) {
	n := genPartition.Draw(t, "partition")
	if b, ok := w.last[n]; ok && b.Epoch == w.m.part(n).epoch {
		w.send(t, b)
	}
}

func (w *walk) claimAny(t *rapid.T) { w.claim(t, genPartition.Draw(t, "partition")) }

func (w *walk) claim(t *rapid.T, n int) {
	got, err := w.s.Claim(w.t.Context(), n)
	if want := w.m.part(n).claim(); err != nil || got != want {
		t.Fatalf("claim: %+v, want %+v: %v", got, want, err)
	}
}

func (w *walk) stale(t *rapid.T) {
	n := genPartition.Draw(t, "partition")
	b := commit.Batch{Partition: n, Epoch: w.m.part(n).epoch - 1, Number: 1, Changes: []commit.Change{{Entity: genEntity.Draw(t, "entity")}}}
	if _, err := w.s.Commit(w.t.Context(), b); !errors.Is(err, commit.ErrFenced) {
		t.Fatalf("an older epoch: %v", err)
	}
}

// move moves everything that is settled, in stores that do.
func (w *walk) move(t *rapid.T) {
	if m, ok := w.s.(Mover); ok {
		check(t, "move", m.Move(w.t.Context(), math.MaxInt64))
	}
}

// sweep drops keys that the clock cannot go back to.
func (w *walk) sweep(t *rapid.T) {
	sweeper, ok := w.s.(Sweeper)
	if !ok {
		return
	}
	if err := sweeper.Sweep(w.t.Context(), now+w.newest-10*day); err != nil {
		t.Fatalf("sweep: %v", err)
	}
}

func (w *walk) compare(t *rapid.T) {
	n := genPartition.Draw(t, "look at")
	p, ctx := w.m.part(n), w.t.Context()
	e := genEntity.Draw(t, "entity")

	r, err := w.s.Load(ctx, n, e)
	if want := p.records[e]; err != nil || r.Version != want.Version || r.Due != want.Due || !bytes.Equal(r.Snapshot, want.Snapshot) {
		t.Fatalf("record of %s: %+v, want %+v: %v", e, r, want, err)
	}
	rg := commit.Range{
		Collection: rapid.SampledFrom([]byte{0, 1, 255}).Draw(t, "collection"), From: genID.Draw(t, "from"), To: genID.Draw(t, "to"),
		Limit: rapid.IntRange(0, 3).Draw(t, "limit"), Reverse: rapid.Bool().Draw(t, "reverse"),
	}
	items, err := w.s.Range(ctx, n, e, rg)
	check(t, "range", err)
	same(t, fmt.Sprintf("range %+v", rg), items, p.ranged(e, rg), func(a, b commit.Item) bool { return a.ItemKey == b.ItemKey && bytes.Equal(a.Value, b.Value) })

	key := genItemKey.Draw(t, "item")
	values, err := w.s.Items(ctx, n, e, []commit.ItemKey{key})
	check(t, "items", err)
	if want, ok := p.items[modelItem{e, key}]; (values[0] != nil) != ok || !bytes.Equal(values[0], want) {
		t.Fatalf("item %v: %q, want %q", key, values[0], want)
	}
	after, limit := rapid.Uint64Range(0, p.seq+1).Draw(t, "after"), rapid.IntRange(0, 3).Draw(t, "limit")
	entries, err := w.s.Outbox(ctx, n, after, limit)
	check(t, "outbox", err)
	same(t, "outbox", entries, p.entries(after, limit), sameEntry)

	due := commit.DueEntity{At: rapid.Int64Range(0, 4).Draw(t, "due after"), Entity: e}
	dues, err := w.s.Dues(ctx, n, due, limit)
	check(t, "dues", err)
	same(t, "dues", dues, p.dues(due, limit), func(a, b commit.DueEntity) bool { return a == b })
}

func sameEntry(a, b commit.Entry) bool {
	return a.Seq == b.Seq && a.Kind == b.Kind && a.Source == b.Source && a.Target == b.Target && a.Begun == b.Begun && bytes.Equal(a.Body, b.Body)
}

func same[T any](t *rapid.T, what string, got, want []T, equal func(a, b T) bool) {
	if !slices.EqualFunc(got, want, equal) {
		t.Fatalf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func check(t *rapid.T, doing string, err error) {
	if err != nil {
		t.Fatalf("%s: %v", doing, err)
	}
}
