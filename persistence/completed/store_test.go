package completed

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"pgregory.net/rapid"

	"parley/actors/commit"
)

var (
	entityA = commit.Entity{Kind: commit.Conversation, ID: "a"}
	keyOne  = commit.ItemKey{Collection: 'm', Key: "1"}
)

func mustOpen(t testing.TB, fs vfs.FS, o Options) *Store {
	t.Helper()
	o.FS = fs
	s, err := Open("completed", o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func opened(t testing.TB, fs vfs.FS, o Options) *Store {
	t.Helper()
	s := mustOpen(t, fs, o)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func item(key, value string) commit.Item {
	return commit.Item{ItemKey: commit.ItemKey{Collection: 'm', Key: key}, Value: []byte(value)}
}

func mustPut(t testing.TB, s *Store, items ...commit.Item) {
	t.Helper()
	if err := s.Put(t.Context(), 1, entityA, items); err != nil {
		t.Fatal(err)
	}
}

func wantOne(t testing.TB, s *Store, want string) {
	t.Helper()
	got, err := s.Items(t.Context(), 1, entityA, []commit.ItemKey{keyOne, {Collection: 'm', Key: "none"}})
	if err != nil || string(got[0]) != want || got[1] != nil {
		t.Fatalf("%q, %v; want %q", got, err, want)
	}
}

// TestReadsAreThoseOfAMap: put and replaced in any order, with any bytes, read by
// key and by range, before and after a restart.
func TestReadsAreThoseOfAMap(t *testing.T) {
	t.Parallel()
	id := rapid.SampledFrom([]string{"", "a", "a1", "a12", "1", "\x00", "\x00\x00", "\xff", "\xff\xff", "a\xff"})
	collection := rapid.SampledFrom([]byte{0, 'm', 255})
	rapid.Check(t, func(rt *rapid.T) {
		fs := vfs.NewMem()
		s := mustOpen(t, fs, Options{})
		defer func() { _ = s.Close() }()
		type place struct {
			partition int
			entity    commit.Entity
			key       commit.ItemKey
		}
		model := map[place]string{}
		partition := rapid.SampledFrom([]int{0, 1, 255, 256})
		entity := rapid.Custom(func(t *rapid.T) commit.Entity {
			return commit.Entity{Kind: rapid.SampledFrom([]commit.Kind{commit.Conversation, commit.Queue}).Draw(t, "kind"), ID: id.Draw(t, "id")}
		})
		rt.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				n, e := partition.Draw(t, "partition"), entity.Draw(t, "entity")
				var items []commit.Item
				for range rapid.IntRange(0, 6).Draw(t, "items") {
					it := commit.Item{ItemKey: commit.ItemKey{Collection: collection.Draw(t, "collection"), Key: id.Draw(t, "key")}, Value: rapid.SliceOfN(rapid.Byte(), 0, 5).Draw(t, "value")}
					model[place{n, e, it.ItemKey}] = string(it.Value)
					items = append(items, it)
				}
				if err := s.Put(rt.Context(), n, e, items); err != nil {
					t.Fatal(err)
				}
			},
			"restart": func(rt *rapid.T) {
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				s = mustOpen(t, fs, Options{})
			},
			"": func(t *rapid.T) {
				n, e := partition.Draw(t, "look at"), entity.Draw(t, "entity")
				r := commit.Range{Collection: collection.Draw(t, "collection"), From: id.Draw(t, "from"), To: id.Draw(t, "to"), Limit: rapid.IntRange(0, 3).Draw(t, "limit"), Reverse: rapid.Bool().Draw(t, "reverse")}
				got, err := s.Range(t.Context(), n, e, r)
				if err != nil {
					t.Fatal(err)
				}
				var want []string
				for _, p := range slices.SortedFunc(maps.Keys(model), func(a, b place) int { return strings.Compare(a.key.Key, b.key.Key) }) {
					if p.partition == n && p.entity == e && (commit.Span{Collection: r.Collection, From: r.From, To: r.To}).Holds(p.key) {
						want = append(want, p.key.Key+"="+model[p])
					}
				}
				if r.Reverse {
					slices.Reverse(want)
				}
				if r.Limit > 0 {
					want = want[:min(r.Limit, len(want))]
				}
				if !slices.EqualFunc(got, want, func(it commit.Item, s string) bool {
					return it.Collection == r.Collection && it.Key+"="+string(it.Value) == s
				}) {
					t.Fatalf("range %+v: %q, want %q", r, got, want)
				}
				k := commit.ItemKey{Collection: r.Collection, Key: id.Draw(t, "key")}
				one, err := s.Items(t.Context(), n, e, []commit.ItemKey{k})
				value, there := model[place{n, e, k}]
				if err != nil || (one[0] != nil) != there || string(one[0]) != value {
					t.Fatalf("item %v: %q, want %q %v: %v", k, one, value, there, err)
				}
			},
		})
	})
}

// TestWhatWasPutSurvivesAPowerCut: Put is durable when it returns.
func TestWhatWasPutSurvivesAPowerCut(t *testing.T) {
	t.Parallel()
	fs := vfs.NewCrashableMem()
	s := opened(t, fs, Options{})
	id := s.ID()
	for i := range 20 {
		mustPut(t, s, item(fmt.Sprintf("%02d", i), "value"), item("1", fmt.Sprint(i)))
		after := opened(t, fs.CrashClone(vfs.CrashCloneCfg{}), Options{})
		items, err := after.Range(t.Context(), 1, entityA, commit.Range{Collection: 'm'})
		if err != nil || len(items) != i+2 || after.ID() != id {
			t.Fatalf("%d items after %d, %v", len(items), i+1, err)
		}
		wantOne(t, after, fmt.Sprint(i))
	}
}

func TestADamagedValueIsFoundOut(t *testing.T) {
	t.Parallel()
	s := opened(t, vfs.NewMem(), Options{})
	mustPut(t, s, item("1", "value"), item("2", "value"))
	key := itemKey(1, entityA, keyOne)
	sound := seal(key, []byte("value"))
	for name, damaged := range map[string][]byte{
		"torn": sound[:3], "empty": {}, "flipped": append(bytes.Clone(sound[:len(sound)-1]), 'f'),
		"of another key":    seal(itemKey(1, entityA, commit.ItemKey{Collection: 'm', Key: "2"}), []byte("value")),
		"of another format": append([]byte{9}, sound[1:]...),
	} {
		if err := s.db.Set(key, damaged, pebble.Sync); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Items(t.Context(), 1, entityA, []commit.ItemKey{keyOne}); !errors.Is(err, commit.ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := s.Range(t.Context(), 1, entityA, commit.Range{Collection: 'm'}); !errors.Is(err, commit.ErrCorrupt) {
			t.Errorf("%s, by range: %v", name, err)
		}
		if got, err := s.Range(t.Context(), 1, entityA, commit.Range{Collection: 'm', From: "2"}); err != nil || len(got) != 1 {
			t.Errorf("%s: its neighbour: %v, %v", name, got, err)
		}
	}
	mustPut(t, s, item("1", "again"))
	wantOne(t, s, "again")
}

func TestRoomEndsAtTheLimit(t *testing.T) {
	t.Parallel()
	fs := vfs.NewMem()
	s := mustOpen(t, fs, Options{Limit: 1 << 20})
	if err := s.Room(); err != nil {
		t.Fatal(err)
	}
	big := strings.Repeat("0123456789abcdef", 1<<12)
	for i := 0; s.Room() == nil; i++ {
		if i == 1000 {
			t.Fatal("it is never full")
		}
		mustPut(t, s, item(fmt.Sprint(i), big))
	}
	if err := s.Room(); !strings.Contains(err.Error(), "its limit is 1 MB: raise the limit") {
		t.Error(err)
	}
	mustPut(t, s, item("1", "said by Room, not by Put"))
	wantOne(t, s, "said by Room, not by Put")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s.Room() != nil && s.Bytes() != 0 {
		t.Error("a closed one counts")
	}
	if err := opened(t, fs, Options{Limit: 1 << 30}).Room(); err != nil {
		t.Error(err)
	}
}

func TestRoomLeavesTheDiskItsRoom(t *testing.T) {
	t.Parallel()
	s, err := Open(t.TempDir(), Options{MinFree: 1 << 60})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Room(); err == nil || !strings.Contains(err.Error(), "of disk are free") {
		t.Error(err)
	}
	if _, err := Open(s.dir, Options{}); err == nil || !strings.Contains(err.Error(), "stop that one first") {
		t.Errorf("opened twice: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestTheFormatIsGuarded(t *testing.T) {
	t.Parallel()
	fs := vfs.NewMem()
	s := mustOpen(t, fs, Options{})
	if empty, err := s.Empty(); err != nil || !empty || s.ID() == "" {
		t.Errorf("%v, %v, id %q", empty, err, s.ID())
	}
	mustPut(t, s, item("1", "x"))
	if empty, err := s.Empty(); err != nil || empty {
		t.Errorf("%v, %v", empty, err)
	}
	refused := func(value []byte, want string) {
		t.Helper()
		if err := errors.Join(s.db.Set(keyFormat, value, pebble.Sync), s.Close()); err != nil {
			t.Fatal(err)
		}
		if _, err := Open("completed", Options{FS: fs}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
		raw, err := pebble.Open("completed", &pebble.Options{FS: fs, Logger: newJournal(Options{}.withDefaults()), FormatMajorVersion: pebble.FormatTableFormatV6})
		if err != nil {
			t.Fatal(err)
		}
		s = &Store{db: raw, journal: newJournal(Options{}.withDefaults())}
	}
	refused(seal(keyFormat, []byte{9}), "start the newer program")
	refused([]byte("torn"), "read format")
	if err := s.db.Delete(keyFormat, pebble.Sync); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open("completed", Options{FS: fs}); err == nil || !strings.Contains(err.Error(), "holds no completed history") {
		t.Error(err)
	}
}

// TestTheEndOfTheDatabaseIsAnAnswer: a disk that fails ends nothing but the area.
func TestTheEndOfTheDatabaseIsAnAnswer(t *testing.T) {
	t.Parallel()
	told := make(chan error, 1) // told once
	s := mustOpen(t, vfs.NewMem(), Options{Fatal: func(err error) { told <- err }})
	mustPut(t, s, item("1", "x"))
	done := make(chan struct{})
	go func() { defer close(done); s.journal.Fatalf("the disk is gone") }()
	<-done
	if err := <-told; err == nil {
		t.Error("nobody was told")
	}
	if err := s.Put(t.Context(), 1, entityA, []commit.Item{item("2", "x")}); !errors.Is(err, commit.ErrUnavailable) {
		t.Errorf("put: %v", err)
	}
	if s.Room() == nil {
		t.Error("there is room")
	}
	wantOne(t, s, "x")
	if err := s.Close(); err == nil {
		t.Error("closed in order")
	}
	_ = s.db.Close() // for the count of goroutines
}
