package storetest

import (
	"fmt"
	"math"
	"testing"

	"parley/actors/commit"
)

// move moves everything that is settled now, where the store does so.
func (b *bundle) move(t *testing.T) {
	t.Helper()
	if m, ok := b.Store.(Mover); ok {
		if err := m.Move(t.Context(), math.MaxInt64); err != nil {
			t.Fatalf("move: %v", err)
		}
	}
}

// span is everything of collection 1 below a key.
func span(to string) []commit.Span { return []commit.Span{{Collection: 1, To: to}} }

var settledCases = []testCase{
	{"what is settled is read as before, beside what is not", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		a := conversation("a")
		o.written(commit.Change{Entity: a, Put: put("1", "3", "5")})
		o.written(commit.Change{Entity: a, Expect: 1, Snapshot: []byte("s"), Put: put("2", "4", "6"), Settled: span("4")})
		o.written(commit.Change{Entity: conversation("b"), Put: put("1"), Settled: span("")})
		look := func() {
			t.Helper()
			o.wantRecord(a, 2, "s", 0)
			o.wantItems(conversation("b"), commit.Range{Collection: 1}, "1=v1")
			for _, c := range []struct {
				r    commit.Range
				want string
			}{
				{commit.Range{}, "1=v1 2=v2 3=v3 4=v4 5=v5 6=v6"},
				{commit.Range{Reverse: true}, "6=v6 5=v5 4=v4 3=v3 2=v2 1=v1"},
				{commit.Range{From: "2", To: "5"}, "2=v2 3=v3 4=v4"},
				{commit.Range{From: "2", Limit: 3}, "2=v2 3=v3 4=v4"},
				{commit.Range{To: "6", Reverse: true, Limit: 4}, "5=v5 4=v4 3=v3 2=v2"},
				{commit.Range{Limit: 1}, "1=v1"},
				{commit.Range{From: "4", To: "2"}, ""},
			} {
				c.r.Collection = 1
				o.wantItems(a, c.r, c.want)
			}
			got, err := b.Items(t.Context(), 1, a, []commit.ItemKey{{Collection: 1, Key: "5"}, {Collection: 1, Key: "0"}, {Collection: 1, Key: "2"}, {Collection: 2, Key: "2"}})
			if err != nil || string(got[0]) != "v5" || got[1] != nil || string(got[2]) != "v2" || got[3] != nil {
				t.Fatalf("%q, %v", got, err)
			}
		}
		look()
		b.move(t)
		look()
		b.move(t)
		b.restart()
		look()
	}},
	{"what is settled can be put again, and the newer one counts", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		a, key := conversation("a"), commit.ItemKey{Collection: 1, Key: "2"}
		o.written(commit.Change{Entity: a, Put: put("1", "2", "3"), Settled: span("")})
		for i := range 3 {
			b.move(t)
			value := fmt.Sprint("newer", i)
			c := commit.Change{Entity: a, Expect: uint64(i + 1), Put: []commit.Item{{ItemKey: key, Value: []byte(value)}}}
			if i > 0 {
				c.Settled = span("")
			}
			o.written(c)
			want := "1=v1 2=" + value + " 3=v3"
			o.wantItems(a, commit.Range{Collection: 1}, want)
			b.move(t)
			o.wantItems(a, commit.Range{Collection: 1}, want)
			b.restart()
			o = b.claim(t, 1)
			o.wantItems(a, commit.Range{Collection: 1}, want)
		}
	}},
	{"a change that is not written settles nothing", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		a := conversation("a")
		o.written(commit.Change{Entity: a, Put: put("1", "2")})
		out := o.commit(commit.Change{Entity: a, Expect: 7, Put: put("3"), Settled: span("")})
		wantOutcome(t, out[0], commit.Outcome{Status: commit.Conflict})
		b.move(t)
		o.written(commit.Change{Entity: a, Expect: 1, Drop: []commit.ItemKey{{Collection: 1, Key: "1"}}})
		o.wantItems(a, commit.Range{Collection: 1}, "2=v2")
	}},
	{"empty values and any bytes are settled like others", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		for _, id := range []string{"", "\x00", "\xff\xff", "a\xff"} {
			key := commit.ItemKey{Collection: 255, Key: id}
			o.written(commit.Change{Entity: conversation(id), Put: []commit.Item{{ItemKey: key}}, Settled: []commit.Span{{Collection: 255}}})
			b.move(t)
			o.wantItems(conversation(id), commit.Range{Collection: 255}, id+"=")
			if got, err := b.Items(t.Context(), 1, conversation(id), []commit.ItemKey{key}); err != nil || got[0] == nil {
				t.Fatalf("%q: %q, %v", id, got, err)
			}
		}
	}},
	{"many items are settled at once", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		c := commit.Change{Entity: conversation("a"), Settled: span("")}
		for i := range 1000 {
			c.Put = append(c.Put, put(fmt.Sprintf("%06d", i))...)
		}
		o.written(c)
		b.move(t)
		b.restart()
		items, err := b.Range(t.Context(), 1, conversation("a"), commit.Range{Collection: 1})
		if err != nil || len(items) != 1000 {
			t.Fatalf("%d items, %v", len(items), err)
		}
		o.wantItems(conversation("a"), commit.Range{Collection: 1, From: "000998"}, "000998=v000998 000999=v000999")
	}},
}
