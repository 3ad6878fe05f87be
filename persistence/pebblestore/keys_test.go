package pebblestore

import (
	"bytes"
	"cmp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"parley/actors/commit"
)

var (
	genText   = rapid.StringOfN(rapid.SampledFrom([]rune{0, 1, 'a', '1', '2', 0xff, ':'}), 0, 4, -1)
	genEntity = rapid.Custom(func(t *rapid.T) commit.Entity {
		return commit.Entity{Kind: commit.Kind(rapid.IntRange(0, 2).Draw(t, "kind")), ID: genText.Draw(t, "id")}
	})
)

// tuple is everything a key may be made of.
type tuple struct {
	table      byte
	partition  int
	entity     commit.Entity
	collection byte
	number     uint64
	text       string
}

var genTuple = rapid.Custom(func(t *rapid.T) tuple {
	x := tuple{table: rapid.SampledFrom([]byte("meikod")).Draw(t, "table"), partition: rapid.IntRange(0, 1).Draw(t, "partition")}
	small := rapid.Uint64Range(0, 3)
	switch x.table {
	case tableRecord:
		x.entity = genEntity.Draw(t, "entity")
	case tableItem:
		x.entity, x.collection, x.text = genEntity.Draw(t, "entity"), byte(small.Draw(t, "collection")), genText.Draw(t, "key")
	case tableKey:
		x.entity, x.number, x.text = genEntity.Draw(t, "entity"), small.Draw(t, "generation"), genText.Draw(t, "key")
	case tableOutbox:
		x.number, x.collection = small.Draw(t, "seq"), byte(rapid.IntRange(0, 1).Draw(t, "what"))
	case tableDue:
		x.entity, x.number = genEntity.Draw(t, "entity"), small.Draw(t, "at")
	}
	return x
})

func (x tuple) key() []byte {
	switch x.table {
	case tableRecord:
		return appendRecordKey(nil, x.partition, x.entity)
	case tableItem:
		return appendItemKey(nil, x.partition, x.entity, commit.ItemKey{Collection: x.collection, Key: x.text})
	case tableKey:
		return appendIdempotencyKey(nil, x.partition, uint32(x.number), x.entity, x.text)
	case tableOutbox:
		return appendOutboxKey(nil, x.partition, x.number, x.collection)
	case tableDue:
		return appendDueKey(nil, x.partition, commit.DueEntity{At: int64(x.number), Entity: x.entity})
	default:
		return appendLedgerKey(nil, x.partition)
	}
}

func TestNoTwoThingsShareAKey(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := genTuple.Draw(t, "a"), genTuple.Draw(t, "b")
		if (a == b) != bytes.Equal(a.key(), b.key()) {
			t.Fatalf("%+v: %x\n%+v: %x", a, a.key(), b, b.key())
		}
		if bytes.Equal(a.key(), keyFormat) {
			t.Fatalf("%+v has the key of the format", a)
		}
	})
}

func TestKeysOrderAsTheirTuples(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Int64Range(0, 1<<62)
		a := commit.DueEntity{At: at.Draw(t, "at"), Entity: genEntity.Draw(t, "a")}
		b := commit.DueEntity{At: at.Draw(t, "at"), Entity: genEntity.Draw(t, "b")}
		want := cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Entity.Kind, b.Entity.Kind), strings.Compare(a.Entity.ID, b.Entity.ID))
		if got := bytes.Compare(appendDueKey(nil, 1, a), appendDueKey(nil, 1, b)); got != want {
			t.Fatalf("due: %d, want %d", got, want)
		}
		if d, ok := parseDueKey(appendDueKey(nil, 1, a)); !ok || d != a {
			t.Fatalf("parsed %+v, want %+v", d, a)
		}
		s1, s2 := rapid.Uint64().Draw(t, "seq"), rapid.Uint64().Draw(t, "seq")
		if got := bytes.Compare(appendOutboxKey(nil, 1, s1, outboxEntry), appendOutboxKey(nil, 1, s2, outboxEntry)); got != cmp.Compare(s1, s2) {
			t.Fatalf("outbox: %d", got)
		}
		e := genEntity.Draw(t, "entity")
		k1, k2 := genText.Draw(t, "key"), genText.Draw(t, "key")
		i1, i2 := appendItemKey(nil, 1, e, commit.ItemKey{Key: k1}), appendItemKey(nil, 1, e, commit.ItemKey{Key: k2})
		if bytes.Compare(i1, i2) != strings.Compare(k1, k2) {
			t.Fatalf("items %q and %q", k1, k2)
		}
		prefix := appendItemPrefix(nil, 1, e, 0)
		if bytes.Compare(i1, after(prefix)) >= 0 {
			t.Fatalf("%x is not before %x", i1, after(prefix))
		}
	})
}
