package storetest

import (
	"testing"

	"parley/actors/commit"
)

// put gives items of collection 1 with the values "v" + key.
func put(keys ...string) []commit.Item {
	items := make([]commit.Item, len(keys))
	for i, k := range keys {
		items[i] = commit.Item{ItemKey: commit.ItemKey{Collection: 1, Key: k}, Value: []byte("v" + k)}
	}
	return items
}

var itemCases = []testCase{
	{"ranges are ordered, half open, limited and reversible", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		a := conversation("a")
		o.written(commit.Change{Entity: a, Put: put("5", "3", "1")})
		o.written(commit.Change{Entity: a, Expect: 1, Put: put("4", "2")})
		for _, c := range []struct {
			r    commit.Range
			want string
		}{
			{commit.Range{}, "1=v1 2=v2 3=v3 4=v4 5=v5"},
			{commit.Range{From: "2", To: "4"}, "2=v2 3=v3"},
			{commit.Range{From: "35"}, "4=v4 5=v5"},
			{commit.Range{To: "3"}, "1=v1 2=v2"},
			{commit.Range{To: "31"}, "1=v1 2=v2 3=v3"},
			{commit.Range{From: "4", To: "2"}, ""},
			{commit.Range{From: "6"}, ""},
			{commit.Range{Limit: 2}, "1=v1 2=v2"},
			{commit.Range{Limit: 9}, "1=v1 2=v2 3=v3 4=v4 5=v5"},
			{commit.Range{Reverse: true}, "5=v5 4=v4 3=v3 2=v2 1=v1"},
			{commit.Range{Reverse: true, Limit: 2}, "5=v5 4=v4"},
			{commit.Range{Reverse: true, From: "2", To: "5", Limit: 2}, "4=v4 3=v3"},
		} {
			c.r.Collection = 1
			o.wantItems(a, c.r, c.want)
		}
		b.restart()
		o.wantItems(a, commit.Range{Collection: 1, From: "2", Limit: 1}, "2=v2")
	}},
	{"items are replaced and dropped", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		a := conversation("a")
		o.written(commit.Change{Entity: a, Put: put("1", "2", "3")})
		o.written(commit.Change{Entity: a, Expect: 1, Drop: []commit.ItemKey{{Collection: 1, Key: "1"}, {Collection: 1, Key: "9"}},
			Put: []commit.Item{{ItemKey: commit.ItemKey{Collection: 1, Key: "2"}, Value: []byte("new")}}})
		o.wantItems(a, commit.Range{Collection: 1}, "2=new 3=v3")
	}},
	{"in one change items are dropped before others are put", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		a := conversation("a")
		o.written(commit.Change{Entity: a, Put: put("1")})
		o.written(commit.Change{Entity: a, Expect: 1, Put: []commit.Item{{ItemKey: commit.ItemKey{Collection: 1, Key: "1"}, Value: []byte("kept")}},
			Drop: []commit.ItemKey{{Collection: 1, Key: "1"}}})
		o.wantItems(a, commit.Range{Collection: 1}, "1=kept")
	}},
	{"collections and entities do not mix", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		of := func(collection byte, key string) commit.Item {
			return commit.Item{ItemKey: commit.ItemKey{Collection: collection, Key: key}, Value: []byte{'0' + collection%10}}
		}
		o.written(
			commit.Change{Entity: conversation("a"), Put: []commit.Item{of(0, "k"), of(1, "k"), of(2, "k"), of(255, "k")}},
			commit.Change{Entity: conversation("b"), Put: []commit.Item{of(1, "other")}},
			commit.Change{Entity: commit.Entity{Kind: commit.Queue, ID: "a"}, Put: []commit.Item{of(1, "queue")}},
		)
		o.wantItems(conversation("a"), commit.Range{Collection: 0}, "k=0")
		o.wantItems(conversation("a"), commit.Range{Collection: 1}, "k=1")
		o.wantItems(conversation("a"), commit.Range{Collection: 255, Reverse: true}, "k=5")
		o.wantItems(conversation("a"), commit.Range{Collection: 3}, "")
		o.wantItems(conversation("nobody"), commit.Range{Collection: 1}, "")
	}},
	{"single items: absent is nil, empty is not", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		key := func(c byte, k string) commit.ItemKey { return commit.ItemKey{Collection: c, Key: k} }
		o.written(commit.Change{Entity: conversation("a"), Put: []commit.Item{
			{ItemKey: key(1, "x"), Value: []byte("vx")}, {ItemKey: key(1, "empty"), Value: []byte{}}, {ItemKey: key(1, "nil")}, {ItemKey: key(1, ""), Value: []byte("no key")},
		}})
		got, err := b.Items(t.Context(), 1, conversation("a"), []commit.ItemKey{key(1, "x"), key(2, "x"), key(1, "empty"), key(1, "nil"), key(1, ""), key(1, "y")})
		if err != nil || len(got) != 6 {
			t.Fatalf("%d items, %v", len(got), err)
		}
		if string(got[0]) != "vx" || got[1] != nil || got[2] == nil || len(got[2]) != 0 || got[3] == nil || string(got[4]) != "no key" || got[5] != nil {
			t.Fatalf("%q", got)
		}
		if none, err := b.Items(t.Context(), 1, conversation("b"), []commit.ItemKey{key(1, "x")}); err != nil || len(none) != 1 || none[0] != nil {
			t.Fatalf("items of nobody: %q, %v", none, err)
		}
	}},
}
