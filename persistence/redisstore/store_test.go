package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/actors/commit"
	"parley/persistence/completed"
	"parley/persistence/redisstore/redistest"
	"parley/persistence/storetest"
)

var _ storetest.Store = (*Store)(nil)

var prefixes atomic.Int64

// small gives options under a prefix that nobody else uses, and a busy machine time.
func small() Options {
	return Options{
		Partitions: storetest.Partitions, Prefix: fmt.Sprint("test", prefixes.Add(1)),
		CommitTimeout: 20 * time.Second, ReadTimeout: 20 * time.Second, Readers: 4,
	}
}

// server gives the shared server.
func server(t testing.TB) *redistest.Server {
	t.Helper()
	if shared == nil {
		t.Skip(redistest.ErrMissing)
	}
	return shared
}

func mustOpen(t testing.TB, url string, o Options) *Store {
	t.Helper()
	s, err := Open(context.Background(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// opened gives a store that is closed with the test.
func opened(t testing.TB, url string, o Options) *Store {
	t.Helper()
	s := mustOpen(t, url, o)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func opener(url string) storetest.Open {
	return func(t *testing.T) (storetest.Store, func() storetest.Store) {
		o := small()
		s := mustOpen(t, url, o)
		return s, func() storetest.Store {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			s = mustOpen(t, url, o)
			return s
		}
	}
}

// area gives what opens a completed history, again and again.
func area(t testing.TB) func() *completed.Store {
	dir := t.TempDir()
	return func() *completed.Store {
		t.Helper()
		c, err := completed.Open(dir, completed.Options{MinFree: 1})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
}

// moving opens a store with a completed history, which moves when Move is called.
func moving(url string) storetest.Open {
	return func(t *testing.T) (storetest.Store, func() storetest.Store) {
		o, open := small(), area(t)
		o.MoveEvery = -1
		begin := func() both {
			c := open()
			o.Completed = c
			return both{mustOpen(t, url, o), c}
		}
		b := begin()
		return b, func() storetest.Store {
			if err := b.Close(); err != nil {
				t.Error(err)
			}
			b = begin()
			return b
		}
	}
}

// both is a store and its completed history.
type both struct {
	*Store
	area *completed.Store
}

func (b both) Close() error { return errors.Join(b.Store.Close(), b.area.Close()) }

func TestStoreWithACompletedHistory(t *testing.T) {
	t.Parallel()
	storetest.Run(t, moving(server(t).URL()))
}

func TestStoreOnOneServer(t *testing.T) {
	t.Parallel()
	storetest.Run(t, opener(server(t).URL()))
}

func TestStoreOnACluster(t *testing.T) {
	t.Parallel()
	cluster := redistest.StartCluster(t, 3)
	storetest.Promises(t, opener(cluster.URL()))
	t.Run("settled items are moved on every node", func(t *testing.T) {
		s, _ := movingStore(t, cluster.URL(), small())
		for p := range storetest.Partitions {
			persist(t, s, settling(p, mustClaim(t, s, p), 1, 3))
		}
		mustMove(t, s)
		for p := range storetest.Partitions {
			if wantChats(t, s, p, 1, 3); fieldsOf(t, s, p) != 1 || marksOf(t, s, p) != 0 {
				t.Errorf("partition %d: %d fields, %d marks", p, fieldsOf(t, s, p), marksOf(t, s, p))
			}
		}
	})
	t.Run("partitions are spread", func(t *testing.T) {
		s := opened(t, cluster.URL(), small())
		for p := range storetest.Partitions {
			mustCommit(t, s, p, mustClaim(t, s, p), 1, 2)
		}
		for i, n := range cluster.Nodes {
			if size, err := n.Do("DBSIZE"); err != nil || size == "0" {
				t.Errorf("node %d holds %s keys, %v", i, size, err)
			}
		}
	})
}

// batchOf gives batch number of an owner, with one change to one entity that
// uses every structure.
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

var (
	entityA = commit.Entity{Kind: commit.Conversation, ID: "a"}
	entityB = commit.Entity{Kind: commit.Conversation, ID: "b"}
)

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

func TestStats(t *testing.T) {
	t.Parallel()
	s := opened(t, server(t).URL(), small())
	epoch := mustClaim(t, s, 1)
	mustCommit(t, s, 1, epoch, 1, 3)
	mustCommit(t, s, 1, epoch, 3, 3)
	b := batchOf(1, epoch, 4)
	b.Changes[0].Keys[0].ID = "key1"
	if _, err := s.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(t.Context(), batchOf(1, epoch, 5)); err != nil {
		t.Fatal(err)
	}
	b.Epoch--
	if _, err := s.Commit(t.Context(), b); !errors.Is(err, commit.ErrFenced) {
		t.Fatal(err)
	}
	got := s.Stats()
	if got.Commits != 6 || got.Written != 4 || got.Seen != 1 || got.Conflicts != 1 || got.Repeated != 1 || got.Fenced != 1 || got.Connections == 0 {
		t.Fatalf("%+v", got)
	}
}

func TestTheStoredDueTimeIsReplacedWhateverTheChangeSays(t *testing.T) {
	t.Parallel()
	s := opened(t, server(t).URL(), small())
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

func TestAWideBatch(t *testing.T) { // beyond what a script can unpack at once
	t.Parallel()
	s := opened(t, server(t).URL(), small())
	b := commit.Batch{Partition: 1, Epoch: mustClaim(t, s, 1), Number: 1, Seq: 20_000, Changes: []commit.Change{{Entity: entityA}}}
	c := &b.Changes[0]
	for i := range 20_000 {
		key := commit.ItemKey{Collection: 1, Key: fmt.Sprintf("%06d", i)}
		c.Put = append(c.Put, commit.Item{ItemKey: key})
		c.Drop = append(c.Drop, key)
		c.Keys = append(c.Keys, commit.Key{ID: key.Key})
		c.Outbox = append(c.Outbox, commit.Entry{Seq: uint64(i + 1)})
		b.Begun = append(b.Begun, uint64(i+1))
	}
	if _, err := s.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	items, err := s.Range(t.Context(), 1, entityA, commit.Range{Collection: 1})
	if err != nil || len(items) != 20_000 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	entries, err := s.Outbox(t.Context(), 1, 0, 0)
	if err != nil || len(entries) != 20_000 || !entries[19_999].Begun {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	done := commit.Batch{Partition: 1, Epoch: b.Epoch, Number: 2, Seq: b.Seq, Done: b.Begun, Rested: b.Begun}
	if _, err := s.Commit(t.Context(), done); err != nil {
		t.Fatal(err)
	}
	if entries, err = s.Outbox(t.Context(), 1, 0, 0); err != nil || len(entries) != 0 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"redis://db":                   "db:6379",
		"redis://u:p%40@db:7000/3":     "db:7000/3",
		"rediss://[::1]:7000":          "[::1]:7000",
		"redis+cluster://:p@h1:1,h2:2": "h1:1,h2:2",
		"redis://":                     "!names no host",
		"redis://a:b":                  "!names no host",
		"redis://a,b":                  "!redis+cluster",
		"redis://a/x":                  "!number of a database",
		"redis+cluster://a:1/2":        "!only 0",
		"redis://a?x=1":                "!parameters",
		"mysql://a":                    "!is not redis://",
		"db:6379":                      "!is not redis://",
		"redis://u:%zz@a":              "!percent-encoded",
	} {
		a, err := parseAddress(text)
		if msg, bad := strings.CutPrefix(want, "!"); bad {
			if err == nil || !strings.Contains(err.Error(), msg) {
				t.Errorf("%s: %v, want %q", text, err, msg)
			}
		} else if err != nil || a.String() != want {
			t.Errorf("%s: %s, %v", text, a, err)
		}
	}
}
