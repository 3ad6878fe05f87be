package storetest

import (
	"reflect"
	"testing"

	"parley/actors/commit"
)

// entries gives entries whose bodies are "e" and a letter per entry.
func entries(first uint64, bodies ...string) []commit.Entry {
	list := make([]commit.Entry, len(bodies))
	for i, body := range bodies {
		list[i] = commit.Entry{Seq: first + uint64(i), Body: []byte(body)}
	}
	return list
}

var outboxCases = []testCase{
	{"entries come back in order, after a number, up to a limit", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		o.written(commit.Change{Entity: conversation("z"), Outbox: entries(1, "a", "b")}, commit.Change{Entity: conversation("y"), Outbox: entries(4, "d")})
		o.written(commit.Change{Entity: conversation("x"), Outbox: entries(255, "y", "z", "w")})
		o.wantOutbox(0, 0, "1:a 2:b 4:d 255:y 256:z 257:w")
		o.wantOutbox(0, 2, "1:a 2:b")
		o.wantOutbox(2, 2, "4:d 255:y")
		o.wantOutbox(3, 1, "4:d")
		o.wantOutbox(257, 0, "")
		b.restart()
		o.wantOutbox(4, 0, "255:y 256:z 257:w")
		b.claim(t, 2).wantOutbox(0, 0, "")
	}},
	{"an entry keeps all its fields", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		want := []commit.Entry{
			{Seq: 1, Kind: 3, Source: conversation("a"), Target: commit.Entity{Kind: commit.Queue, ID: "q\x00"}, Body: []byte("to a queue")},
			{Seq: 2, Kind: 255, Source: conversation("a"), Body: []byte{0, 1, 0xff}},
			{Seq: 3, Source: conversation("a")},
		}
		o.written(commit.Change{Entity: conversation("a"), Outbox: want})
		b.restart()
		got, err := b.Outbox(t.Context(), 1, 0, 0)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%+v, %v", got, err)
		}
		for i := range got {
			if len(got[i].Body) == 0 {
				got[i].Body = nil // empty and none are the same
			}
			if !reflect.DeepEqual(got[i], want[i]) {
				t.Fatalf("%+v, want %+v", got[i], want[i])
			}
		}
	}},
	{"a finished entry is gone, a begun one is marked", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		o.written(commit.Change{Entity: conversation("a"), Outbox: entries(1, "a", "b", "c")})
		batch := o.batch()
		batch.Begun = []uint64{1, 2}
		o.send(batch)
		o.wantOutbox(0, 0, "1:a! 2:b! 3:c")
		batch = o.batch()
		batch.Done, batch.Begun = []uint64{1, 0}, []uint64{3, 1} // 0 and 1 are not there, which is no fault
		o.send(batch)
		o.wantOutbox(0, 0, "2:b! 3:c!")
		b.restart()
		o.wantOutbox(0, 0, "2:b! 3:c!")
		batch = o.batch()
		batch.Begun, batch.Done = []uint64{3}, []uint64{2, 3}
		o.send(batch)
		o.wantOutbox(0, 0, "")
		o.written(commit.Change{Entity: conversation("a"), Expect: 1, Outbox: entries(4, "d")})
		o.wantOutbox(0, 0, "4:d")
	}},
	{"a rested entry is not marked any more", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		o.written(commit.Change{Entity: conversation("a"), Outbox: entries(1, "a", "b", "c")})
		batch := o.batch()
		batch.Begun, batch.Rested = []uint64{1, 2, 3}, []uint64{2}
		o.send(batch)
		o.wantOutbox(0, 0, "1:a! 2:b! 3:c!") // of both in one batch, begun comes last
		batch = o.batch()
		batch.Rested, batch.Done = []uint64{1, 3, 0}, []uint64{3}
		o.send(batch)
		o.wantOutbox(0, 0, "1:a 2:b!")
		b.restart()
		o.wantOutbox(0, 0, "1:a 2:b!")
		batch = o.batch()
		batch.Begun, batch.Rested = []uint64{1}, []uint64{2}
		o.send(batch)
		o.wantOutbox(0, 0, "1:a! 2:b")
	}},
	{"entries are finished whatever becomes of the changes beside them", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		o.written(commit.Change{Entity: conversation("a"), Outbox: entries(1, "a", "b")})
		batch := o.batch(commit.Change{Entity: conversation("a"), Expect: 9})
		batch.Done, batch.Begun = []uint64{1}, []uint64{2}
		wantOutcome(t, o.send(batch)[0], commit.Outcome{Status: commit.Conflict})
		o.wantOutbox(0, 0, "2:b!")
	}},
	{"a number given out before is refused whole", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		o.written(commit.Change{Entity: conversation("a"), Outbox: entries(1, "a", "b")})
		batch := o.batch(commit.Change{Entity: conversation("b"), Outbox: entries(2, "again")})
		if _, err := b.Commit(t.Context(), batch); err == nil {
			t.Fatal("written")
		}
		o.wantRecord(conversation("b"), 0, "", 0)
		o.wantOutbox(0, 0, "1:a 2:b")
	}},
}

var dueCases = []testCase{
	{"due times are set, moved and cleared", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		a := conversation("a")
		o.written(commit.Change{Entity: a, Due: commit.Due{New: 100}})
		o.wantDues(commit.DueEntity{}, 0, "100:conversation/a")
		o.wantRecord(a, 1, "", 100)
		o.written(commit.Change{Entity: a, Expect: 1, Due: commit.Due{Old: 100, New: 50}})
		o.wantDues(commit.DueEntity{}, 0, "50:conversation/a")
		o.written(commit.Change{Entity: a, Expect: 2, Due: commit.Due{Old: 50, New: 50}})
		o.wantDues(commit.DueEntity{}, 0, "50:conversation/a")
		b.restart()
		o.wantDues(commit.DueEntity{}, 0, "50:conversation/a")
		o.wantRecord(a, 3, "", 50)
		o.written(commit.Change{Entity: a, Expect: 3, Due: commit.Due{Old: 50}})
		o.wantDues(commit.DueEntity{}, 0, "")
		o.wantRecord(a, 4, "", 0)
	}},
	{"due entities are ordered by time, kind and id, and paged", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		queue := commit.Entity{Kind: commit.Queue, ID: "a"}
		o.written(
			commit.Change{Entity: conversation("late"), Due: commit.Due{New: now}},
			commit.Change{Entity: conversation("b"), Due: commit.Due{New: 256}},
			commit.Change{Entity: conversation("a"), Due: commit.Due{New: 256}},
			commit.Change{Entity: queue, Due: commit.Due{New: 256}},
			commit.Change{Entity: conversation("z"), Due: commit.Due{New: 255}},
			commit.Change{Entity: conversation("never")},
		)
		o.wantDues(commit.DueEntity{}, 0, "255:conversation/z 256:conversation/a 256:conversation/b 256:queue/a 1790000000000:conversation/late")
		o.wantDues(commit.DueEntity{}, 2, "255:conversation/z 256:conversation/a")
		o.wantDues(commit.DueEntity{At: 256, Entity: conversation("a")}, 2, "256:conversation/b 256:queue/a")
		o.wantDues(commit.DueEntity{At: 256, Entity: conversation("aa")}, 1, "256:conversation/b")
		o.wantDues(commit.DueEntity{At: 256, Entity: queue}, 0, "1790000000000:conversation/late")
		o.wantDues(commit.DueEntity{At: 257}, 1, "1790000000000:conversation/late")
		b.claim(t, 2).wantDues(commit.DueEntity{}, 0, "")
	}},
}
