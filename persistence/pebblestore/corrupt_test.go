package pebblestore

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"parley/actors/commit"
)

var entityB = commit.Entity{Kind: commit.Conversation, ID: "b"}

// damagedStore writes two entities, damages one stored value of the first and
// opens the store again.
func damagedStore(t *testing.T, fs *vfs.MemFS, key []byte, damage func(value []byte) []byte) (s *Store, epoch uint64) {
	t.Helper()
	s = mustOpen(t, "db", small(fs))
	epoch = mustClaim(t, s, 1)
	b := batchOf(1, epoch, 1)
	b.Changes = append(b.Changes, commit.Change{Entity: entityB, Snapshot: []byte("b"), Keys: []commit.Key{{ID: "key1"}}})
	if _, err := s.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, fs, func(db *pebble.DB) error {
		value, closer, err := db.Get(key)
		if err != nil {
			return err
		}
		spoiled := damage(bytes.Clone(value))
		return errors.Join(closer.Close(), db.Set(key, spoiled, pebble.Sync))
	})
	return opened(t, small(fs)), epoch
}

func TestADamagedRecordStopsItsEntityAlone(t *testing.T) {
	t.Parallel()
	s, epoch := damagedStore(t, vfs.NewMem(), appendRecordKey(nil, 1, entityA), func(v []byte) []byte {
		v[len(v)-1] ^= 1
		return v
	})
	if _, err := s.Load(t.Context(), 1, entityA); !errors.Is(err, commit.ErrCorrupt) || !strings.Contains(err.Error(), entityA.String()) {
		t.Fatal(err)
	}
	out, err := s.Commit(t.Context(), commit.Batch{Partition: 1, Epoch: epoch, Number: 2, Seq: 1, Changes: []commit.Change{
		{Entity: entityA, Expect: 1, Snapshot: []byte("over it")}, {Entity: entityB, Expect: 1, Snapshot: []byte("b2")},
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
}

func TestADamagedNoteHasBeenSeenAllTheSame(t *testing.T) {
	t.Parallel()
	at := batchOf(1, 1, 1).At
	s, epoch := damagedStore(t, vfs.NewMem(), appendIdempotencyKey(nil, 1, commit.Generation(at), entityA, "key1"), func(v []byte) []byte {
		return append(v, 'x')
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
	s, _ := damagedStore(t, vfs.NewMem(), appendItemKey(nil, 1, entityA, key), func([]byte) []byte { return nil })
	if _, err := s.Items(t.Context(), 1, entityA, []commit.ItemKey{key}); !errors.Is(err, commit.ErrCorrupt) || !strings.Contains(err.Error(), entityA.String()) {
		t.Fatal(err)
	}
	if _, err := s.Range(t.Context(), 1, entityA, commit.Range{Collection: 1}); !errors.Is(err, commit.ErrCorrupt) || !strings.Contains(err.Error(), entityA.String()) {
		t.Fatal(err)
	}
	if _, err := s.Load(t.Context(), 1, entityA); err != nil {
		t.Fatal(err)
	}
}

func TestADamagedOutboxEntryIsLeftOutAloud(t *testing.T) {
	t.Parallel()
	s, epoch := damagedStore(t, vfs.NewMem(), appendOutboxKey(nil, 1, 1, outboxEntry), func(v []byte) []byte {
		v[envelopeHead] ^= 0x80
		return v
	})
	b := batchOf(1, epoch, 2)
	b.Begun = []uint64{1} // its mark must not stick to another entry
	if _, err := s.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	entries, err := s.Outbox(t.Context(), 1, 0, 0)
	if err != nil || len(entries) != 1 || entries[0].Seq != 2 || entries[0].Begun {
		t.Fatalf("%+v, %v", entries, err)
	}
	if s.Stats().Corrupt != 1 {
		t.Fatal("not counted")
	}
}

func TestEveryFlippedOrMissingByteOfAValueIsFound(t *testing.T) {
	t.Parallel()
	key := []byte("key")
	good := seal(key, append(begin(nil), "a payload of some length"...))
	if _, err := open(key, good); err != nil {
		t.Fatal(err)
	}
	for i := range good {
		if _, err := open(key, good[:i]); !errors.Is(err, commit.ErrCorrupt) {
			t.Errorf("cut at %d: %v", i, err)
		}
		for bit := range 8 {
			bad := bytes.Clone(good)
			bad[i] ^= 1 << bit
			if _, err := open(key, bad); !errors.Is(err, commit.ErrCorrupt) {
				t.Errorf("bit %d of byte %d: %v", bit, i, err)
			}
		}
	}
	if _, err := open([]byte("kez"), good); !errors.Is(err, commit.ErrCorrupt) {
		t.Errorf("under another key: %v", err)
	}
}

// Flips single bytes of the database's files. Either the store does not open,
// or a read says commit.ErrCorrupt, or everything is right: never a wrong or
// missing value without a word. Only what is behind the last known sync of the
// log may be missing, which is the last batch here.
func TestDamagedFilesAreNeverReadAsTruth(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		batches uint64
		damaged string // the kind of file
	}{
		{"tables", 400, ".sst"},
		{"a log of one block", 30, ".log"},
		{"a log of several blocks", 500, ".log"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			files := crashedFiles(t, tc.batches, tc.damaged == ".sst")
			rng := rand.New(rand.NewPCG(1, 2))
			found := map[string]int{}
			for name, data := range files {
				if !strings.HasSuffix(name, tc.damaged) || len(data) == 0 {
					continue
				}
				for i := range 40 {
					at := rng.IntN(len(data))
					verdict := readDamaged(t, files, name, at, tc.batches, i%10 == 0)
					found[verdict]++
					if verdict == "wrong" || verdict == "without the last" && tc.damaged == ".sst" {
						t.Errorf("byte %d of %d of %s: %s", at, len(data), name, verdict)
					}
				}
			}
			t.Log(found)
			if tc.damaged == ".log" && found["without the last"] > found["refused"]/4 {
				t.Error("too much of the log is beyond checking")
			}
		})
	}
}

// crashedFiles gives the files as a crash leaves them: a log that was not
// closed, and with tables one flush before.
func crashedFiles(t *testing.T, batches uint64, tables bool) map[string][]byte {
	t.Helper()
	fs := vfs.NewCrashableMem()
	o := small(fs)
	o.MemTableBytes = 4 << 20
	s := mustOpen(t, "db", o)
	defer s.Close() //nolint:errcheck // its files have been taken
	mustCommit(t, s, 1, mustClaim(t, s, 1), 1, batches)
	if tables {
		if err := s.db.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	// At one moment: the database may delete files while they are read one by one.
	return readAll(t, fs.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 100, RNG: rand.New(rand.NewPCG(1, 1))}), "db")
}

func readDamaged(t *testing.T, files map[string][]byte, name string, at int, batches uint64, start bool) string {
	t.Helper()
	fs := vfs.NewMem()
	for n, data := range files {
		if n == name {
			data = bytes.Clone(data)
			data[at] ^= 0x10
		}
		write(t, fs, n, data)
	}
	s, err := Open("db", small(fs))
	if err != nil {
		return "refused"
	}
	defer s.Close() //nolint:errcheck // only read from
	if start {      // passing over a gap takes its time
		takenUp(t, s)
	}
	r, err := s.Load(t.Context(), 1, entityA)
	items, err2 := s.Range(t.Context(), 1, entityA, commit.Range{Collection: 1})
	switch {
	case err != nil || err2 != nil:
		if !errors.Is(errors.Join(err, err2), commit.ErrCorrupt) {
			t.Errorf("%v, %v", err, err2)
		}
		return "found"
	case r.Version == batches && uint64(len(items)) == batches:
		return "harmless"
	case r.Version == batches-1 && uint64(len(items)) == batches-1:
		return "without the last"
	default:
		return "wrong"
	}
}

// takenUp does what a start does: it must succeed whatever is damaged.
func takenUp(t *testing.T, s *Store) {
	t.Helper()
	if _, err := s.Claim(t.Context(), 1); err != nil {
		t.Errorf("claim: %v", err)
	}
	if _, err := s.Outbox(t.Context(), 1, 0, 0); err != nil {
		t.Errorf("outbox: %v", err)
	}
	if _, err := s.Dues(t.Context(), 1, commit.DueEntity{}, 0); err != nil {
		t.Errorf("dues: %v", err)
	}
}

func readAll(t *testing.T, fs vfs.FS, dir string) map[string][]byte {
	t.Helper()
	names, err := fs.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, n := range names {
		f, err := fs.Open(fs.PathJoin(dir, n))
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(f)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		files[n] = data
	}
	return files
}

func write(t *testing.T, fs vfs.FS, name string, data []byte) {
	t.Helper()
	if err := fs.MkdirAll("db", 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := fs.Create(fs.PathJoin("db", name), vfs.WriteCategoryUnspecified)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}
