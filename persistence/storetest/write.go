package storetest

import (
	"fmt"
	"testing"

	"parley/actors/commit"
)

// day is a day in milliseconds.
const day = int64(24 * 60 * 60 * 1000)

// edge is the first moment of a generation of idempotency keys.
const edge = (now/(commit.KeyDays*day) + 1) * commit.KeyDays * day

var versionCases = []testCase{
	{"an entity that was never written has version 0", func(t *testing.T, b *bundle) {
		b.claim(t, 1).wantRecord(conversation("a"), 0, "", 0)
	}},
	{"versions rise by one", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		for v, s := range []string{"one", "", "three"} {
			o.written(commit.Change{Entity: conversation("a"), Expect: uint64(v), Snapshot: []byte(s)})
			o.wantRecord(conversation("a"), uint64(v+1), s, 0)
		}
		b.restart()
		o.wantRecord(conversation("a"), 3, "three", 0)
	}},
	{"a change from another version conflicts and leaves its neighbours alone", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		o.written(commit.Change{Entity: conversation("b"), Snapshot: []byte("1")})
		for _, expect := range []uint64{0, 2} {
			version := b.mustLoad(t, 1, conversation("a")).Version
			out := o.commit(
				commit.Change{Entity: conversation("a"), Expect: version, Snapshot: []byte("left")},
				commit.Change{Entity: conversation("b"), Expect: expect, Snapshot: []byte("x"), Keys: []commit.Key{{ID: "k"}},
					Put: []commit.Item{{ItemKey: commit.ItemKey{Key: "i"}}}, Outbox: []commit.Entry{{Seq: o.seq + 1}}, Due: commit.Due{New: 9}},
				commit.Change{Entity: conversation("c"), Expect: version, Snapshot: []byte("right")},
			)
			wantOutcome(t, out[0], commit.Outcome{})
			wantOutcome(t, out[1], commit.Outcome{Status: commit.Conflict})
			wantOutcome(t, out[2], commit.Outcome{})
		}
		o.wantRecord(conversation("a"), 2, "left", 0)
		o.wantRecord(conversation("b"), 1, "1", 0)
		o.wantRecord(conversation("c"), 2, "right", 0)
		o.wantItems(conversation("b"), commit.Range{}, "")
		o.wantOutbox(0, 0, "")
		o.wantDues(commit.DueEntity{}, 0, "")
		o.written(commit.Change{Entity: conversation("b"), Expect: 1, Keys: []commit.Key{{ID: "k"}}}) // its key was not remembered
	}},
	{"a batch that names an entity twice is refused whole", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		batch := o.batch(commit.Change{Entity: conversation("z")}, commit.Change{Entity: conversation("a")}, commit.Change{Entity: conversation("a"), Expect: 1})
		if _, err := b.Commit(t.Context(), batch); err == nil {
			t.Fatal("written")
		}
		o.wantRecord(conversation("z"), 0, "", 0)
	}},
	{"the same id is another entity in another kind and another partition", func(t *testing.T, b *bundle) {
		one, two := b.claim(t, 1), b.claim(t, 2)
		operator := commit.Entity{Kind: commit.Operator, ID: "a"}
		keys := []commit.Key{{ID: "k"}}
		one.written(commit.Change{Entity: conversation("a"), Snapshot: []byte("c1"), Keys: keys}, commit.Change{Entity: operator, Snapshot: []byte("o1"), Keys: keys})
		two.written(commit.Change{Entity: conversation("a"), Snapshot: []byte("c2"), Keys: keys})
		one.wantRecord(conversation("a"), 1, "c1", 0)
		one.wantRecord(operator, 1, "o1", 0)
		two.wantRecord(conversation("a"), 1, "c2", 0)
		two.wantRecord(operator, 0, "", 0)
	}},
}

var keyCases = []testCase{
	{"a seen key stops its change only, and gives its note back", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		o.written(commit.Change{Entity: conversation("a"), Snapshot: []byte("1"), Keys: []commit.Key{{ID: "m1", Value: []byte("chat-1")}, {ID: "m2"}}})
		out := o.commit(
			commit.Change{Entity: conversation("b"), Keys: []commit.Key{{ID: "m1"}}, Snapshot: []byte("other scope")},
			commit.Change{Entity: conversation("a"), Expect: 1, Snapshot: []byte("2"), Keys: []commit.Key{{ID: "m3"}, {ID: "m1"}},
				Put: []commit.Item{{ItemKey: commit.ItemKey{Key: "i"}}}, Outbox: []commit.Entry{{Seq: 1}}, Due: commit.Due{New: 9}},
			commit.Change{Entity: conversation("c"), Keys: []commit.Key{{ID: "m1"}}},
		)
		wantOutcome(t, out[0], commit.Outcome{})
		wantOutcome(t, out[1], commit.Outcome{Status: commit.Seen, Key: "m1", Value: []byte("chat-1")})
		wantOutcome(t, out[2], commit.Outcome{})
		o.wantRecord(conversation("a"), 1, "1", 0)
		o.wantItems(conversation("a"), commit.Range{}, "")
		o.wantOutbox(0, 0, "")
		o.wantDues(commit.DueEntity{}, 0, "")
		out = o.commit(commit.Change{Entity: conversation("a"), Expect: 1, Keys: []commit.Key{{ID: "m3"}}})
		wantOutcome(t, out[0], commit.Outcome{}) // m3 was left out with its change
	}},
	{"seen beats conflict", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		o.written(commit.Change{Entity: conversation("a"), Keys: []commit.Key{{ID: "k", Value: []byte{}}}})
		out := o.commit(commit.Change{Entity: conversation("a"), Keys: []commit.Key{{ID: "k"}}})
		wantOutcome(t, out[0], commit.Outcome{Status: commit.Seen, Key: "k"})
	}},
	{"a key twice in one change is no duplicate", func(t *testing.T, b *bundle) {
		b.claim(t, 1).written(commit.Change{Entity: conversation("a"), Keys: []commit.Key{{ID: "k"}, {ID: "k"}}})
	}},
	{"a key is seen for its lifetime at least, and after a restart", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		o.written(commit.Change{Entity: conversation("a"), Keys: []commit.Key{{ID: "k", Value: []byte("v")}}})
		b.restart()
		for _, later := range []int64{0, 1, 8 * day, commit.KeyDays * day} {
			batch := o.batch(commit.Change{Entity: conversation("a"), Expect: 1, Keys: []commit.Key{{ID: "k"}}})
			batch.At = now + later
			wantOutcome(t, o.send(batch)[0], commit.Outcome{Status: commit.Seen, Key: "k", Value: []byte("v")})
		}
	}},
	{"a key is forgotten two generations later", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		o.written(commit.Change{Entity: conversation("a"), Keys: []commit.Key{{ID: "k"}}})
		batch := o.batch(commit.Change{Entity: conversation("a"), Expect: 1, Keys: []commit.Key{{ID: "k"}}})
		batch.At = now + 2*commit.KeyDays*day
		wantOutcome(t, o.send(batch)[0], commit.Outcome{})
	}},
	{"a clock that steps back over the edge of a generation finds its keys", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		batch := o.batch(commit.Change{Entity: conversation("a"), Keys: []commit.Key{{ID: "k"}}})
		batch.At = edge + 1
		o.send(batch)
		b.restart()
		batch = o.batch(commit.Change{Entity: conversation("a"), Expect: 1, Keys: []commit.Key{{ID: "k"}}})
		batch.At = edge - 1
		wantOutcome(t, o.send(batch)[0], commit.Outcome{Status: commit.Seen, Key: "k"})
	}},
	{"a clock that went back generations and came forward again finds its keys", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		for i, leap := range []int64{1, 8} { // generations further than the two that a commit looks at
			a := conversation(fmt.Sprint(i))
			late := edge + leap*commit.KeyDays*day + 1
			send := func(at int64, expect uint64, key string) commit.Outcome {
				batch := o.batch(commit.Change{Entity: a, Expect: expect, Keys: []commit.Key{{ID: key}}})
				batch.At = at
				return o.send(batch)[0]
			}
			wantOutcome(t, send(late, 0, "k"), commit.Outcome{})
			wantOutcome(t, send(edge-1, 1, "x"), commit.Outcome{})
			for _, at := range []int64{late, edge - 1, late} {
				for key, seen := range map[string]bool{"k": at == late, "x": at < edge} {
					want := commit.Outcome{Status: commit.Conflict} // the version is wrong: nothing is written
					if seen {
						want = commit.Outcome{Status: commit.Seen, Key: key}
					}
					wantOutcome(t, send(at, 9, key), want)
				}
			}
		}
	}},
	{"a sweep drops what is never looked up again and nothing else", func(t *testing.T, b *bundle) {
		sweeper, ok := b.Store.(Sweeper)
		if !ok {
			t.Skip("keys of this store expire by themselves")
		}
		o := b.claim(t, 1)
		o.written(commit.Change{Entity: conversation("a"), Snapshot: []byte("1"), Keys: []commit.Key{{ID: "old"}}})
		batch := o.batch(commit.Change{Entity: conversation("a"), Expect: 1, Snapshot: []byte("2"), Keys: []commit.Key{{ID: "young"}}})
		batch.At = edge
		o.send(batch)
		if err := sweeper.Sweep(t.Context(), edge+commit.KeyDays*day); err != nil {
			t.Fatal(err)
		}
		batch = o.batch(commit.Change{Entity: conversation("a"), Expect: 2, Keys: []commit.Key{{ID: "young"}}})
		batch.At = edge
		wantOutcome(t, o.send(batch)[0], commit.Outcome{Status: commit.Seen, Key: "young"})
		batch = o.batch(commit.Change{Entity: conversation("a"), Expect: 2, Keys: []commit.Key{{ID: "old"}}})
		batch.At = edge
		wantOutcome(t, o.send(batch)[0], commit.Outcome{}) // swept, though this time it would still be looked up
		o.wantRecord(conversation("a"), 3, "", 0)
	}},
}

func (b *bundle) mustLoad(t *testing.T, partition int, e commit.Entity) commit.Record {
	t.Helper()
	r, err := b.Load(t.Context(), partition, e)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
