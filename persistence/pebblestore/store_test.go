package pebblestore

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"parley/actors/commit"
	"parley/persistence/storetest"
)

var _ storetest.Store = (*Store)(nil)

// small keeps what a test needs in memory low, and gives a busy machine time.
func small(fs vfs.FS) Options {
	return Options{Partitions: storetest.Partitions, FS: fs, MemTableBytes: 256 << 10, CacheBytes: 1 << 20, CommitTimeout: 30 * time.Second}
}

func mustOpen(t testing.TB, dir string, o Options) *Store {
	t.Helper()
	s, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// opened gives a store that is closed with the test.
func opened(t testing.TB, o Options) *Store {
	t.Helper()
	s := mustOpen(t, "db", o)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func opener(dir func(t *testing.T) (string, Options)) storetest.Open {
	return func(t *testing.T) (storetest.Store, func() storetest.Store) {
		path, options := dir(t)
		s := mustOpen(t, path, options)
		return s, func() storetest.Store {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			s = mustOpen(t, path, options)
			return s
		}
	}
}

func TestStoreInMemory(t *testing.T) {
	t.Parallel()
	storetest.Run(t, opener(func(*testing.T) (string, Options) { return "db", small(vfs.NewMem()) }))
}

func TestStoreOnDisk(t *testing.T) {
	t.Parallel()
	storetest.Promises(t, opener(func(t *testing.T) (string, Options) { return t.TempDir(), small(nil) }))
}

// batchOf gives batch number of an owner, with one change to one entity that
// uses every table.
func batchOf(partition int, epoch, number uint64) commit.Batch {
	return commit.Batch{
		Partition: partition, Epoch: epoch, Number: number, Seq: number, At: 1_790_000_000_000,
		Changes: []commit.Change{{
			Entity:   entityA,
			Expect:   number - 1,
			Keys:     []commit.Key{{ID: fmt.Sprint("key", number), Value: fmt.Append(nil, number)}},
			Snapshot: fmt.Append(nil, "snapshot", number),
			Put:      []commit.Item{{ItemKey: commit.ItemKey{Collection: 1, Key: fmt.Sprintf("%08d", number)}, Value: fmt.Append(nil, "item", number)}},
			Outbox:   []commit.Entry{{Seq: number, Source: entityA, Body: fmt.Append(nil, "entry", number)}},
			Due:      commit.Due{Old: int64(number - 1), New: int64(number)},
		}},
	}
}

var entityA = commit.Entity{Kind: commit.Conversation, ID: "a"}

// mustCommit writes batches of one owner from a number to a number.
func mustCommit(t testing.TB, s *Store, partition int, epoch, from, to uint64) {
	t.Helper()
	for n := from; n <= to; n++ {
		out, err := s.Commit(t.Context(), batchOf(partition, epoch, n))
		if err != nil || out[0].Status != commit.Written {
			t.Fatalf("batch %d: %v, %v", n, out, err)
		}
	}
}

func mustClaim(t testing.TB, s *Store, partition int) uint64 {
	t.Helper()
	c, err := s.Claim(t.Context(), partition)
	if err != nil {
		t.Fatal(err)
	}
	return c.Epoch
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		prepare func(t *testing.T, fs vfs.FS)
		want    string
	}{
		{"another partition count", func(t *testing.T, fs vfs.FS) {
			o := small(fs)
			o.Partitions = 4
			if err := mustOpen(t, "db", o).Close(); err != nil {
				t.Fatal(err)
			}
		}, "made with 4 partitions, the configuration says 8: set it back to 4"},
		{"a newer format", func(t *testing.T, fs vfs.FS) {
			raw(t, fs, func(db *pebble.DB) error {
				return db.Set(keyFormat, seal(keyFormat, append(begin(nil), formatVersion+1, storetest.Partitions)), pebble.Sync)
			})
		}, "start the newer program"},
		{"somebody else's database", func(t *testing.T, fs vfs.FS) {
			raw(t, fs, func(db *pebble.DB) error { return db.Set([]byte("x"), nil, pebble.Sync) })
		}, "another program"},
		{"a damaged format record", func(t *testing.T, fs vfs.FS) {
			raw(t, fs, func(db *pebble.DB) error { return db.Set(keyFormat, []byte("nonsense"), pebble.Sync) })
		}, "read format"},
		{"a database that is open", func(t *testing.T, fs vfs.FS) {
			opened(t, small(fs))
		}, "stop that one first"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			fs := vfs.NewMem()
			tc.prepare(t, fs)
			s, err := Open("db", small(fs))
			if err == nil {
				_ = s.Close()
			}
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("%v, want %q", err, tc.want)
			}
		})
	}
	if _, err := Open("db", Options{FS: vfs.NewMem(), Partitions: 1 << 16}); err == nil {
		t.Fatal("opened with 65536 partitions")
	}
}

// raw changes a database behind the store's back.
func raw(t testing.TB, fs vfs.FS, f func(db *pebble.DB) error) {
	t.Helper()
	db, err := pebble.Open("db", small(fs).withDefaults().pebble(newJournal(small(fs).withDefaults())))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f(db), db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestTheStoredDueTimeIsReplacedWhateverTheChangeSays(t *testing.T) {
	t.Parallel()
	s := opened(t, small(vfs.NewMem()))
	epoch := mustClaim(t, s, 1)
	mustCommit(t, s, 1, epoch, 1, 1)
	b := batchOf(1, epoch, 2)
	b.Changes[0].Due = commit.Due{Old: 77, New: 9}
	if _, err := s.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	dues, err := s.Dues(t.Context(), 1, commit.DueEntity{}, 0)
	if err != nil || len(dues) != 1 || dues[0].At != 9 {
		t.Fatalf("%v, %v", dues, err)
	}
}

func TestStats(t *testing.T) {
	t.Parallel()
	s := opened(t, small(vfs.NewMem()))
	epoch := mustClaim(t, s, 1)
	mustCommit(t, s, 1, epoch, 1, 3)
	mustCommit(t, s, 1, epoch, 3, 3)
	b := batchOf(1, epoch, 4)
	b.Changes[0].Keys[0].ID = "key1"
	if _, err := s.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	b = batchOf(1, epoch, 5)
	if _, err := s.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	b.Epoch--
	if _, err := s.Commit(t.Context(), b); !errors.Is(err, commit.ErrFenced) {
		t.Fatal(err)
	}
	got := s.Stats()
	if got.Commits != 6 || got.Written != 4 || got.Seen != 1 || got.Conflicts != 1 || got.Repeated != 1 || got.Fenced != 1 || got.MemTableBytes == 0 {
		t.Fatalf("%+v", got)
	}
}
