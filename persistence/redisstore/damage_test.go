package redisstore

import (
	"errors"
	"strings"
	"testing"

	"parley/actors/commit"
)

// damagedStore writes two entities and damages one stored value of the first.
func damagedStore(t *testing.T, damage func(s *Store, tag tag) error) (s *Store, epoch uint64) {
	t.Helper()
	s = opened(t, server(t).URL(), small())
	epoch = mustClaim(t, s, 1)
	b := batchOf(1, epoch, 1)
	b.Changes = append(b.Changes, commit.Change{Entity: entityB, Snapshot: []byte("b"), Keys: []commit.Key{{ID: "key1"}}})
	if _, err := s.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if err := damage(s, s.parts[1].tag); err != nil {
		t.Fatal(err)
	}
	return s, epoch
}

// spoil changes a field of a hash.
func spoil(t *testing.T, s *Store, key, field string, change func(string) string) error {
	v, err := s.read.HGet(t.Context(), key, field).Result()
	if err != nil {
		return err
	}
	return s.write.HSet(t.Context(), key, field, change(v)).Err()
}

// flip changes one bit of a byte, counted from the end.
func flip(back int) func(string) string {
	return func(v string) string {
		b := []byte(v)
		b[len(b)-back] ^= 1
		return string(b)
	}
}

func cut(v string) string { return v[:len(v)/2] }

func none(string) string { return "" }

func TestADamagedRecordStopsItsEntityAlone(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(string) string{
		"last byte": flip(1), "cut": cut, "empty": none,
		"version": func(v string) string { return v[:12] + "\x07" + v[13:] },
		"due":     func(v string) string { return v[:20] + "\x07" + v[21:] },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, epoch := damagedStore(t, func(s *Store, tag tag) error { return spoil(t, s, tag.entity(entityA), fieldRecord, change) })
			if _, err := s.Load(t.Context(), 1, entityA); !errors.Is(err, commit.ErrCorrupt) || !strings.Contains(err.Error(), entityA.String()) {
				t.Fatal(err)
			}
			out, err := s.Commit(t.Context(), commit.Batch{Partition: 1, Epoch: epoch, Number: 2, Seq: 1, Changes: []commit.Change{
				{Entity: entityA, Expect: 5, Snapshot: []byte("over it")}, {Entity: entityB, Expect: 1, Snapshot: []byte("b2")},
			}})
			if err != nil || out[0].Status != commit.Conflict || out[1].Status != commit.Written {
				t.Fatalf("%+v, %v", out, err)
			}
			if r, err := s.Load(t.Context(), 1, entityB); err != nil || string(r.Snapshot) != "b2" {
				t.Fatalf("%+v, %v", r, err)
			}
			if s.Stats().Corrupt == 0 {
				t.Fatal("not counted")
			}
		})
	}
}

func TestAKeyOfAnotherTypeStopsItsEntityAlone(t *testing.T) {
	t.Parallel()
	s, epoch := damagedStore(t, func(s *Store, tag tag) error { return s.write.Set(t.Context(), tag.entity(entityA), "x", 0).Err() })
	if _, err := s.Load(t.Context(), 1, entityA); !errors.Is(err, commit.ErrCorrupt) {
		t.Fatal(err)
	}
	out, err := s.Commit(t.Context(), commit.Batch{Partition: 1, Epoch: epoch, Number: 2, Seq: 1, Changes: []commit.Change{
		{Entity: entityA, Expect: 1}, {Entity: entityB, Expect: 1},
	}})
	if err != nil || out[0].Status != commit.Conflict || out[1].Status != commit.Written {
		t.Fatalf("%+v, %v", out, err)
	}
}

func TestADamagedNoteHasBeenSeenAllTheSame(t *testing.T) {
	t.Parallel()
	s, epoch := damagedStore(t, func(s *Store, tag tag) error {
		return spoil(t, s, tag.generation(commit.Generation(batchOf(1, 1, 1).At)), idempotencyField(entityA, "key1"), flip(1))
	})
	b := batchOf(1, epoch, 2)
	b.Changes[0].Keys[0].ID = "key1"
	if out, err := s.Commit(t.Context(), b); err != nil || out[0].Status != commit.Seen || out[0].Key != "key1" {
		t.Fatalf("%+v, %v", out, err)
	}
}

func TestADamagedItem(t *testing.T) {
	t.Parallel()
	key := commit.ItemKey{Collection: 1, Key: "00000001"}
	s, _ := damagedStore(t, func(s *Store, tag tag) error { return spoil(t, s, tag.entity(entityA), itemField(key), flip(2)) })
	if _, err := s.Items(t.Context(), 1, entityA, []commit.ItemKey{key}); !errors.Is(err, commit.ErrCorrupt) || !strings.Contains(err.Error(), entityA.String()) {
		t.Fatal(err)
	}
	if _, err := s.Range(t.Context(), 1, entityA, commit.Range{Collection: 1}); !errors.Is(err, commit.ErrCorrupt) {
		t.Fatal(err)
	}
	if _, err := s.Load(t.Context(), 1, entityA); err != nil {
		t.Fatal(err)
	}
}

func TestAValueUnderAnotherKeyIsFoundOut(t *testing.T) {
	t.Parallel()
	s, _ := damagedStore(t, func(s *Store, tag tag) error {
		v, err := s.read.HGet(t.Context(), tag.entity(entityB), fieldRecord).Result()
		if err != nil {
			return err
		}
		return s.write.HSet(t.Context(), tag.entity(entityA), fieldRecord, v).Err()
	})
	if _, err := s.Load(t.Context(), 1, entityA); !errors.Is(err, commit.ErrCorrupt) {
		t.Fatal(err)
	}
}

func TestADamagedOutboxEntryIsLeftOutAloud(t *testing.T) {
	t.Parallel()
	s, epoch := damagedStore(t, func(s *Store, tag tag) error {
		m, err := s.read.ZRange(t.Context(), tag.outbox(), 0, 0).Result()
		if err != nil {
			return err
		}
		if err := s.write.ZRem(t.Context(), tag.outbox(), m[0]).Err(); err != nil {
			return err
		}
		return s.write.Do(t.Context(), "ZADD", tag.outbox(), 1, flip(1)(m[0])).Err()
	})
	b := batchOf(1, epoch, 2)
	b.Begun = []uint64{1} // its mark must not stick to another entry
	if _, err := s.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	for _, limit := range []int{0, 1, 5} {
		entries, err := s.Outbox(t.Context(), 1, 0, limit)
		if err != nil || len(entries) != 1 || entries[0].Seq != 2 || entries[0].Begun {
			t.Fatalf("limit %d: %+v, %v", limit, entries, err)
		}
	}
	if s.Stats().Corrupt == 0 {
		t.Fatal("not counted")
	}
}

func TestADamagedLedgerStopsItsPartitionUntilTheNextOwner(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(string) string{"cut": cut, "empty": none, "last byte": flip(2), "checksum": func(v string) string { return "00000000" + v[8:] }} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, epoch := damagedStore(t, func(s *Store, tag tag) error {
				v, err := s.read.Get(t.Context(), tag.ledger()).Result()
				if err != nil {
					return err
				}
				return s.write.Set(t.Context(), tag.ledger(), change(v), 0).Err()
			})
			if _, err := s.Commit(t.Context(), batchOf(1, epoch, 2)); !errors.Is(err, commit.ErrCorrupt) || !strings.Contains(err.Error(), "partition 1") {
				t.Fatal(err)
			}
			mustCommit(t, s, 2, mustClaim(t, s, 2), 1, 2)
			// The next owner finds a new one, with numbers that were never given out.
			c, err := s.Claim(t.Context(), 1)
			if err != nil || c.Epoch <= epoch || c.Seq <= 1 {
				t.Fatalf("%+v, %v", c, err)
			}
			b := batchOf(1, c.Epoch, 2)
			b.Number, b.Seq, b.Changes[0].Outbox[0].Seq = 1, c.Seq+1, c.Seq+1
			if out, err := s.Commit(t.Context(), b); err != nil || out[0].Status != commit.Written {
				t.Fatalf("%+v, %v", out, err)
			}
			if next := mustClaim(t, s, 1); next != c.Epoch+1 {
				t.Fatalf("epoch %d after %d", next, c.Epoch)
			}
		})
	}
}

func TestEveryFlippedOrMissingByteOfAValueIsFound(t *testing.T) {
	t.Parallel()
	good := seal(append(begin(0), "a payload of some length"...), "key", "field")
	if _, err := open(good, "key", "field"); err != nil {
		t.Fatal(err)
	}
	for i := range good {
		if _, err := open(good[:i], "key", "field"); !errors.Is(err, commit.ErrCorrupt) {
			t.Errorf("cut at %d: %v", i, err)
		}
		for bit := range 8 {
			bad := append([]byte{}, good...)
			bad[i] ^= 1 << bit
			if _, err := open(bad, "key", "field"); !errors.Is(err, commit.ErrCorrupt) {
				t.Errorf("bit %d of byte %d: %v", bit, i, err)
			}
		}
	}
	for _, place := range [][2]string{{"kez", "field"}, {"keyf", "ield"}, {"", "field"}} {
		if _, err := open(good, place[0], place[1]); !errors.Is(err, commit.ErrCorrupt) {
			t.Errorf("at %v: %v", place, err)
		}
	}
}
