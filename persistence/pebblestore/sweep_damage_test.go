package pebblestore

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"parley/actors/commit"
)

// An operator and a queue stand beside the conversation whose values are
// damaged; they share its partition or not, as their ids have it.
var (
	bystanders = []commit.Entity{
		{Kind: commit.Operator, ID: "anna"}, {Kind: commit.Queue, ID: "support"}, {Kind: commit.Conversation, ID: "b"},
	}
	victim = entityA
)

const events = 100

// settled gives the values of a store in which a conversation of 100 events,
// an operator and a queue have used every table.
func settled(t *testing.T) map[string][]byte {
	t.Helper()
	fs := vfs.NewMem()
	s := mustOpen(t, "db", small(fs))
	for _, e := range append(bystanders, victim) {
		n := e.Partition(s.opts.Partitions)
		c, err := s.Claim(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		for i := uint64(1); i <= events; i++ {
			if e != victim && i > 5 {
				break
			}
			b := batchOf(n, c.Epoch, i)
			b.Seq += c.Seq
			b.Changes[0].Entity = e
			b.Changes[0].Outbox[0].Source, b.Changes[0].Outbox[0].Seq = e, c.Seq+i
			b.Begun = []uint64{c.Seq + i}
			if i > 3 {
				b.Done = []uint64{c.Seq + i - 3}
			}
			if out, err := s.Commit(t.Context(), b); err != nil || out[0].Status != commit.Written {
				t.Fatalf("%s: %v, %v", e, out, err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	values := map[string][]byte{}
	raw(t, fs, func(db *pebble.DB) error {
		iter, err := db.NewIter(nil)
		if err != nil {
			return err
		}
		for ok := iter.First(); ok; ok = iter.Next() {
			values[string(iter.Key())] = bytes.Clone(iter.Value())
		}
		return iter.Close()
	})
	return values
}

// Every byte of every stored value is flipped, and every value is cut at every
// length: each damage is found or changes nothing, and a flipped bit is put
// right by Mend's rule.
func TestEveryByteOfEveryStoredValue(t *testing.T) {
	t.Parallel()
	values := settled(t)
	tables := map[string]int{}
	flips, cuts := 0, 0
	for k, good := range values {
		key := []byte(k)
		place, known := placeOf(key)
		if err := check(key, good, place, known); err != nil {
			t.Fatalf("%s: %v", place, err)
		}
		tables[place.Table]++
		for at := range good {
			if err := check(key, good[:at], place, known); !errors.Is(err, commit.ErrCorrupt) {
				t.Errorf("%s cut at %d: %v", place, at, err)
			}
			cuts++
			bad := bytes.Clone(good)
			for bit := range 8 {
				bad[at] = good[at] ^ 1<<bit
				if err := check(key, bad, place, known); !errors.Is(err, commit.ErrCorrupt) {
					t.Errorf("%s, bit %d of byte %d: %v", place, bit, at, err)
				}
				if fixed, ok := mended(key, bad); !ok || !bytes.Equal(fixed, good) {
					t.Errorf("%s, bit %d of byte %d: not mended", place, bit, at)
				}
				flips++
			}
			bad[at] = ^good[at]
			if err := check(key, bad, place, known); !errors.Is(err, commit.ErrCorrupt) {
				t.Errorf("%s, byte %d: %v", place, at, err)
			}
		}
	}
	t.Logf("%d values of %v: %d bits flipped, %d cuts", len(values), tables, flips, cuts)
	for _, table := range []string{"ledger", "record", "item", "key", "outbox", "begun", "due", "format"} {
		if tables[table] == 0 {
			t.Errorf("no value of table %s", table)
		}
	}
}

// Whatever value of one entity is damaged, in whatever way, the store opens, all
// partitions can be claimed, and every other entity is served whole.
func TestADamagedValueHarmsItsEntityAlone(t *testing.T) {
	t.Parallel()
	values := settled(t)
	n := victim.Partition(small(nil).Partitions)
	tried := map[string]int{}
	for k, good := range values {
		place, _ := placeOf([]byte(k))
		mine := place.Entity == victim || place.Partition == n && (place.Table == "outbox" || place.Table == "begun" || place.Table == "ledger")
		if !mine || tried[place.Table] >= 3 { // items and keys are alike
			continue
		}
		for how, bad := range map[string][]byte{
			"flipped": flip(good, 2), "cut": good[:len(good)/2], "empty": {}, "of another key": seal([]byte("x"), bytes.Clone(good)),
		} {
			tried[place.Table]++
			t.Run(fmt.Sprintf("%s %s", place.Table, how), func(t *testing.T) {
				t.Parallel()
				aloneHarmed(t, values, k, bad)
			})
		}
	}
}

func flip(value []byte, at int) []byte {
	value = bytes.Clone(value)
	value[min(at, len(value)-1)] ^= 0x20
	return value
}

// aloneHarmed opens a store with one bad value.
func aloneHarmed(t *testing.T, values map[string][]byte, key string, bad []byte) {
	fs := vfs.NewMem()
	if err := mustOpen(t, "db", small(fs)).Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, fs, func(db *pebble.DB) error {
		w := db.NewBatch()
		for k, v := range values {
			if k == key {
				v = bad
			}
			if err := w.Set([]byte(k), v, nil); err != nil {
				return err
			}
		}
		return w.Commit(pebble.Sync)
	})
	s := opened(t, small(fs))
	for n := range s.opts.Partitions {
		c, err := s.Claim(t.Context(), n)
		if err != nil {
			t.Fatalf("claim %d: %v", n, err)
		}
		if _, err := s.Outbox(t.Context(), n, 0, 0); err != nil {
			t.Errorf("outbox %d: %v", n, err)
		}
		if _, err := s.Dues(t.Context(), n, commit.DueEntity{}, 0); err != nil {
			t.Errorf("dues %d: %v", n, err)
		}
		for _, e := range bystanders {
			if e.Partition(s.opts.Partitions) == n {
				servedWhole(t, s, n, c, e)
			}
		}
	}
}

func servedWhole(t *testing.T, s *Store, n int, c commit.Claim, e commit.Entity) {
	t.Helper()
	r, err := s.Load(t.Context(), n, e)
	if err != nil || r.Version != 5 {
		t.Fatalf("%s: %+v, %v", e, r, err)
	}
	items, err := s.Range(t.Context(), n, e, commit.Range{Collection: 1})
	if err != nil || len(items) != 5 {
		t.Fatalf("%s: %d items, %v", e, len(items), err)
	}
	out, err := s.Commit(t.Context(), commit.Batch{Partition: n, Epoch: c.Epoch, Number: 1, Seq: c.Seq, At: batchOf(n, 1, 1).At,
		Changes: []commit.Change{{Entity: e, Expect: 5, Snapshot: []byte("next"), Keys: []commit.Key{{ID: "fresh"}}}}})
	if err != nil || out[0].Status != commit.Written {
		t.Fatalf("%s: %v, %v", e, out, err)
	}
}

// A damaged ledger costs nothing: the numbers of the one that takes its place
// are beyond all that were given out.
func TestADamagedLedgerIsMadeAnew(t *testing.T) {
	t.Parallel()
	s, epoch := damagedStore(t, vfs.NewMem(), appendLedgerKey(nil, 1), func(v []byte) []byte { return v[:len(v)-1] })
	c, err := s.Claim(t.Context(), 1)
	if err != nil || c.Epoch <= epoch || c.Seq < 1 {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, err := s.Commit(t.Context(), batchOf(1, epoch, 2)); !errors.Is(err, commit.ErrFenced) {
		t.Fatalf("the former owner: %v", err)
	}
	b := batchOf(1, c.Epoch, 1)
	b.Seq, b.Changes[0].Expect, b.Changes[0].Outbox, b.Changes[0].Keys = c.Seq, 1, nil, nil
	if out, err := s.Commit(t.Context(), b); err != nil || out[0].Status != commit.Written {
		t.Fatalf("%v, %v", out, err)
	}
	if len(s.Damage()) != 1 || s.Stats().Corrupt == 0 {
		t.Fatalf("%v", s.Damage())
	}
	if again := rebuilt(s.db, 1, time.UnixMilli(5)); again.Seq < 2 {
		t.Fatalf("%+v: an entry is in the outbox", again)
	}
}
