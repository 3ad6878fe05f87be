package storetest

import (
	"context"
	"errors"
	"testing"

	"parley/actors/commit"
)

var ownerCases = []testCase{
	{"a claim raises the epoch, also after a restart", func(t *testing.T, b *bundle) {
		first := b.claim(t, 1)
		second := b.claim(t, 1)
		if first.epoch == 0 || second.epoch <= first.epoch {
			t.Fatalf("epochs %d, %d", first.epoch, second.epoch)
		}
		b.restart()
		if third := b.claim(t, 1); third.epoch <= second.epoch {
			t.Fatalf("epoch %d after a restart, was %d", third.epoch, second.epoch)
		}
	}},
	{"a claim knows the newest outbox number ever given out", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		o.written(commit.Change{Entity: conversation("a"), Outbox: []commit.Entry{{Seq: 1}, {Seq: 7}}})
		next := o.batch()
		next.Seq, next.Done = 9, []uint64{1, 7}
		o.send(next)
		if again := b.claim(t, 1); again.seq != 9 {
			t.Fatalf("seq %d, want 9", again.seq)
		}
		b.restart()
		if again := b.claim(t, 1); again.seq != 9 {
			t.Fatalf("seq %d after a restart, want 9", again.seq)
		}
		if other := b.claim(t, 2); other.seq != 0 {
			t.Fatalf("seq %d in another partition", other.seq)
		}
	}},
	{"an older owner is fenced and has written nothing", func(t *testing.T, b *bundle) {
		old := b.claim(t, 3)
		old.written(commit.Change{Entity: conversation("a"), Snapshot: []byte("1")})
		young := b.claim(t, 3)
		late := old.batch(commit.Change{Entity: conversation("a"), Expect: 1, Snapshot: []byte("2"), Outbox: []commit.Entry{{Seq: 1}}})
		if _, err := b.Commit(t.Context(), late); !errors.Is(err, commit.ErrFenced) {
			t.Fatalf("late commit: %v, want ErrFenced", err)
		}
		young.wantRecord(conversation("a"), 1, "1", 0)
		young.wantOutbox(0, 0, "")
		young.written(commit.Change{Entity: conversation("a"), Expect: 1, Snapshot: []byte("3")})
	}},
	{"nobody commits to a partition that was never claimed", func(t *testing.T, b *bundle) {
		for _, epoch := range []uint64{0, 1} {
			_, err := b.Commit(t.Context(), commit.Batch{Partition: 2, Epoch: epoch, Number: 1})
			if !errors.Is(err, commit.ErrFenced) {
				t.Fatalf("epoch %d: %v, want ErrFenced", epoch, err)
			}
		}
	}},
	{"claims of one partition leave others alone", func(t *testing.T, b *bundle) {
		one, two := b.claim(t, 1), b.claim(t, 2)
		b.claim(t, 1)
		two.written(commit.Change{Entity: conversation("a")})
		if _, err := b.Commit(t.Context(), one.batch()); !errors.Is(err, commit.ErrFenced) {
			t.Fatalf("%v, want ErrFenced", err)
		}
	}},
	{"a repeated batch is answered the same and written once", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		o.written(commit.Change{Entity: conversation("c"), Snapshot: []byte("c")}, commit.Change{Entity: conversation("d"),
			Keys: []commit.Key{{ID: "k", Value: []byte("note")}}})
		batch := o.batch(
			commit.Change{Entity: conversation("a"), Snapshot: []byte("1"), Keys: []commit.Key{{ID: "k"}}, Outbox: []commit.Entry{{Seq: 1, Body: []byte("x")}}, Due: commit.Due{New: 5}},
			commit.Change{Entity: conversation("c"), Snapshot: []byte("2")},
			commit.Change{Entity: conversation("d"), Expect: 1, Keys: []commit.Key{{ID: "k"}}},
		)
		want := []commit.Outcome{{Status: commit.Written}, {Status: commit.Conflict}, {Status: commit.Seen, Key: "k", Value: []byte("note")}}
		check := func() {
			t.Helper()
			for i, out := range o.send(batch) {
				wantOutcome(t, out, want[i])
			}
			o.wantRecord(conversation("a"), 1, "1", 5)
			o.wantRecord(conversation("c"), 1, "c", 0)
			o.wantOutbox(0, 0, "1:x")
			o.wantDues(commit.DueEntity{}, 0, "5:conversation/a")
		}
		for range 3 {
			check()
		}
		b.restart()
		check()
	}},
	{"a batch older than the newest is refused", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		late := o.batch(commit.Change{Entity: conversation("a"), Snapshot: []byte("late")})
		o.written(commit.Change{Entity: conversation("b")})
		if _, err := b.Commit(t.Context(), late); err == nil || errors.Is(err, commit.ErrFenced) || errors.Is(err, commit.ErrUnavailable) {
			t.Fatalf("late batch: %v", err)
		}
		o.wantRecord(conversation("a"), 0, "", 0)
	}},
	{"a new owner starts numbering again", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		o.written(commit.Change{Entity: conversation("a")})
		again := b.claim(t, 1)
		again.written(commit.Change{Entity: conversation("a"), Expect: 1})
		again.wantRecord(conversation("a"), 2, "", 0)
	}},
	{"a caller without time gets ErrUnavailable", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		batch := o.batch(commit.Change{Entity: conversation("a"), Snapshot: []byte("1")})
		if _, err := b.Commit(ctx, batch); !errors.Is(err, commit.ErrUnavailable) {
			t.Fatalf("%v, want ErrUnavailable", err)
		}
		wantOutcome(t, o.send(batch)[0], commit.Outcome{}) // the outcome was unknown; repeating settles it
		o.wantRecord(conversation("a"), 1, "1", 0)
	}},
	{"a partition that does not exist is refused", func(t *testing.T, b *bundle) {
		for _, p := range []int{-1, 1 << 20} {
			if _, err := b.Claim(t.Context(), p); err == nil {
				t.Fatalf("claimed partition %d", p)
			}
			if _, err := b.Load(t.Context(), p, conversation("a")); err == nil {
				t.Fatalf("loaded from partition %d", p)
			}
		}
	}},
	{"a closed store answers an error", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		o.written(commit.Change{Entity: conversation("a"), Snapshot: []byte("1")})
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Commit(t.Context(), o.batch()); !errors.Is(err, commit.ErrUnavailable) {
			t.Fatalf("commit: %v, want ErrUnavailable", err)
		}
		if _, err := b.Load(t.Context(), 1, conversation("a")); err == nil {
			t.Fatal("loaded from a closed store")
		}
		b.restart()
		o.wantRecord(conversation("a"), 1, "1", 0)
	}},
}
