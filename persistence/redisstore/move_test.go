package redisstore

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/actors/commit"
	"parley/persistence/completed"
	"parley/persistence/redisstore/flakyproxy"
	"parley/persistence/redisstore/redistest"
	"parley/persistence/storetest"
)

// openArea opens a completed history in a folder.
func openArea(t testing.TB, dir string) *completed.Store {
	t.Helper()
	c, err := completed.Open(dir, completed.Options{MinFree: 1})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// seam stands between a store and its completed history.
type seam struct {
	Completed
	before, after func() error // Put; nil = nothing
	room          error
}

func (s *seam) Put(ctx context.Context, partition int, e commit.Entity, items []commit.Item) error {
	if s.before != nil {
		if err := s.before(); err != nil {
			return err
		}
	}
	if err := s.Completed.Put(ctx, partition, e, items); err != nil || s.after == nil {
		return err
	}
	return s.after()
}

func (s *seam) Room() error {
	if s.room != nil {
		return s.room
	}
	return s.Completed.Room()
}

// movingStore opens a store that moves into an area only when Move is called, and closes both with the test.
func movingStore(t testing.TB, url string, o Options) (*Store, *seam) {
	t.Helper()
	c := openArea(t, t.TempDir())
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	area := &seam{Completed: c}
	o.Completed, o.MoveEvery = area, -1
	return opened(t, url, o), area
}

func mustMove(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Move(t.Context(), math.MaxInt64); err != nil {
		t.Fatal(err)
	}
}

// settling gives the batch that writes chat n of entity A, with messages, an
// entry of provider's ids each and its own row, and settles all up to it.
func settling(partition int, epoch, n uint64, messages int) commit.Batch {
	c := commit.Change{Entity: entityA, Expect: n - 1, Snapshot: []byte("state"), Settled: []commit.Span{
		{Collection: 'm', To: fmt.Sprintf("%08x", n+1)}, {Collection: 'c', To: fmt.Sprintf("%08x", n+1)}, {Collection: 'p'},
	}}
	put := func(collection byte, key, value string) {
		c.Put = append(c.Put, commit.Item{ItemKey: commit.ItemKey{Collection: collection, Key: key}, Value: []byte(value)})
	}
	for i := range messages {
		key := fmt.Sprintf("%08x%08x", n, i)
		put('m', key, "message "+key+strings.Repeat(" text", 40))
		put('p', "wamid.HBgLMTU1NTAwMDAwMDAVAgASGBQ"+key, "conversation:"+key)
	}
	put('c', fmt.Sprintf("%08x", n), strings.Repeat("row ", 40))
	return commit.Batch{Partition: partition, Epoch: epoch, Number: n, At: 1_790_000_000_000, Changes: []commit.Change{c}}
}

// wantChats checks that everything of n chats of settling stands once.
func wantChats(t testing.TB, s *Store, partition int, n uint64, messages int) {
	t.Helper()
	for collection, want := range map[byte]int{'m': int(n) * messages, 'p': int(n) * messages, 'c': int(n)} {
		items, err := s.Range(t.Context(), partition, entityA, commit.Range{Collection: collection})
		if err != nil || len(items) != want {
			t.Fatalf("collection %c: %d items, want %d: %v", collection, len(items), want, err)
		}
		for i := 1; i < len(items); i++ {
			if items[i-1].Key >= items[i].Key {
				t.Fatalf("collection %c: %q before %q", collection, items[i-1].Key, items[i].Key)
			}
		}
	}
}

// fieldsOf is how many fields the hash of entity A has in Redis.
func fieldsOf(t testing.TB, s *Store, partition int) int64 {
	t.Helper()
	n, err := s.read.HLen(t.Context(), s.parts[partition].tag.entity(entityA)).Result()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func marksOf(t testing.TB, s *Store, partition int) int64 {
	t.Helper()
	n, err := s.read.HLen(t.Context(), s.parts[partition].tag.settled()).Result()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestMemoryFollowsOpenChats: a thousand completed chats take no memory of Redis
// once they have been moved; without a completed history they stay.
func TestMemoryFollowsOpenChats(t *testing.T) {
	t.Parallel()
	const chats, messages = 1000, 6
	memory := func(s *Store) int {
		n, err := s.read.MemoryUsage(t.Context(), s.parts[1].tag.entity(entityA), 0).Result()
		if err != nil {
			t.Fatal(err)
		}
		return int(n)
	}
	fill := func(s *Store, from, to uint64) {
		epoch := mustClaim(t, s, 1)
		for n := from; n <= to; n++ {
			b := settling(1, epoch, n, messages)
			b.Number = n - from + 1
			if out, err := s.Commit(t.Context(), b); err != nil || out[0].Status != commit.Written {
				t.Fatalf("chat %d: %v, %v", n, out, err)
			}
		}
	}
	url := server(t).URL()
	stays := opened(t, url, small())
	fill(stays, 1, chats)
	if n := marksOf(t, stays, 1); n != 0 {
		t.Errorf("%d marks where nothing is moved", n)
	}
	s, _ := movingStore(t, url, small())
	fill(s, 1, 10)
	mustMove(t, s)
	ten := memory(s)
	fill(s, 11, chats)
	full := memory(s)
	mustMove(t, s)
	after := memory(s)
	t.Logf("%d chats of %d messages: %d bytes each in Redis before, %d bytes in all after 10 chats, %d after %d; never moved %d",
		chats, messages, full/(chats-10), ten, after, chats, memory(stays))
	if after > 2*ten || after > 4096 || fieldsOf(t, s, 1) != 1 || marksOf(t, s, 1) != 0 {
		t.Errorf("%d bytes, %d fields, %d marks after %d chats", after, fieldsOf(t, s, 1), marksOf(t, s, 1), chats)
	}
	wantChats(t, s, 1, chats, messages)
	page, err := s.Range(t.Context(), 1, entityA, commit.Range{Collection: 'm', To: fmt.Sprintf("%08x", 501), Limit: 50, Reverse: true})
	if err != nil || len(page) != 50 || page[0].Key != fmt.Sprintf("%08x%08x", 500, messages-1) {
		t.Errorf("%d of a page, %v", len(page), err)
	}
}

// TestManyConversationsAreMoved: every chat of another conversation, as it mostly is.
func TestManyConversationsAreMoved(t *testing.T) {
	t.Parallel()
	const conversations, messages = 800, 6
	s, _ := movingStore(t, server(t).URL(), small())
	var entities [storetest.Partitions][]commit.Entity
	for p := range storetest.Partitions {
		b := settling(p, mustClaim(t, s, p), 1, messages)
		template := b.Changes[0]
		b.Changes = nil
		for i := range conversations / storetest.Partitions {
			c := template
			c.Entity.ID = fmt.Sprintf("conversation-%d-%d", p, i)
			entities[p] = append(entities[p], c.Entity)
			b.Changes = append(b.Changes, c)
		}
		persist(t, s, b)
	}
	began := time.Now()
	mustMove(t, s)
	took := time.Since(began)
	t.Logf("%d conversations in %s: %.0f/s", conversations, took.Round(time.Millisecond), conversations/took.Seconds())
	if got := s.Stats().Moved; got != conversations*(2*messages+1) {
		t.Errorf("%d items were moved", got)
	}
	for p, list := range entities {
		for _, e := range list {
			items, err := s.Range(t.Context(), p, e, commit.Range{Collection: 'm'})
			if err != nil || len(items) != messages {
				t.Fatalf("%d messages of %s, %v", len(items), e, err)
			}
		}
	}
}

// TestMovingIsCutOffBetweenAnyTwoSteps: whatever dies, server or mover, nothing
// is lost or doubled, and the next round ends the work.
func TestMovingIsCutOffBetweenAnyTwoSteps(t *testing.T) {
	t.Parallel()
	errCut := errors.New("cut off")
	kill := func(r *redistest.Server) func() error { return r.Kill }
	fails := func(*redistest.Server) func() error { return func() error { return errCut } }
	for name, c := range map[string]struct {
		before, after func(*redistest.Server) func() error
	}{
		"redis dies before the items are put":       {before: kill},
		"redis dies before the items are forgotten": {after: kill},
		"the mover dies before the items are put":   {before: fails},
		"the mover dies before they are forgotten":  {after: fails},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, o := redistest.Start(t), small()
			o.CommitTimeout, o.ReadTimeout, o.MoveEvery = 3*time.Second, 3*time.Second, -1
			s, area := movingStore(t, r.URL(), o)
			epoch := mustClaim(t, s, 1)
			const chats, messages = 3, 100 // two portions each
			for n := uint64(1); n <= chats; n++ {
				persist(t, s, settling(1, epoch, n, messages))
			}
			if c.before != nil {
				area.before = c.before(r)
			}
			if c.after != nil {
				area.after = c.after(r)
			}
			if err := s.Move(t.Context(), math.MaxInt64); err == nil {
				t.Fatal("nothing was cut off")
			}
			area.before, area.after = nil, nil
			select {
			case <-r.Ended():
				if err := r.Start(); err != nil {
					t.Fatal(err)
				}
			default:
			}
			wantChats(t, s, 1, chats, messages)
			if marksOf(t, s, 1) == 0 {
				t.Fatal("the mark is gone")
			}
			o.Completed = area
			s = opened(t, r.URL(), o) // another process, on the same two
			wantChats(t, s, 1, chats, messages)
			mustMove(t, s) // owns nothing yet
			if marksOf(t, s, 1) == 0 {
				t.Fatal("moved by who does not own the partition")
			}
			mustClaim(t, s, 1)
			mustMove(t, s)
			wantChats(t, s, 1, chats, messages)
			if fieldsOf(t, s, 1) != 1 || marksOf(t, s, 1) != 0 {
				t.Fatalf("%d fields, %d marks are left", fieldsOf(t, s, 1), marksOf(t, s, 1))
			}
		})
	}
}

func TestALostReplyOfForgettingIsHarmless(t *testing.T) {
	t.Parallel()
	p, err := flakyproxy.New(server(t).Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	s, _ := movingStore(t, "redis://"+p.Addr(), small())
	epoch := mustClaim(t, s, 1)
	for n := uint64(1); n <= 5; n++ {
		persist(t, s, settling(1, epoch, n, 3))
		p.LoseReplies(s.scripts.forget.Hash(), 0, 1)
		for end := time.Now().Add(30 * time.Second); s.Move(t.Context(), math.MaxInt64) != nil; {
			if time.Now().After(end) {
				t.Fatal("cannot be moved")
			}
		}
		wantChats(t, s, 1, n, 3)
	}
	if fieldsOf(t, s, 1) != 1 || p.Lost() == 0 {
		t.Fatalf("%d fields are left, %d replies lost", fieldsOf(t, s, 1), p.Lost())
	}
}

// TestAnItemPutWhileItIsMovedStays: a late receipt between reading and forgetting.
func TestAnItemPutWhileItIsMovedStays(t *testing.T) {
	t.Parallel()
	s, area := movingStore(t, server(t).URL(), small())
	epoch := mustClaim(t, s, 1)
	persist(t, s, settling(1, epoch, 1, 3))
	late := settling(1, epoch, 2, 0)
	key := commit.ItemKey{Collection: 'm', Key: fmt.Sprintf("%08x%08x", 1, 1)}
	late.Changes[0].Put = []commit.Item{{ItemKey: key, Value: []byte("read")}}
	late.Changes[0].Settled = settling(1, epoch, 1, 0).Changes[0].Settled // the same mark again
	area.before = func() error { area.before = nil; persist(t, s, late); return nil }
	mustMove(t, s)
	read := func() {
		t.Helper()
		items, err := s.Range(t.Context(), 1, entityA, commit.Range{Collection: 'm'})
		if err != nil || len(items) != 3 || string(items[1].Value) != "read" {
			t.Fatalf("%q, %v", items, err)
		}
		values, err := s.Items(t.Context(), 1, entityA, []commit.ItemKey{key})
		if err != nil || string(values[0]) != "read" {
			t.Fatalf("%q, %v", values, err)
		}
	}
	if read(); fieldsOf(t, s, 1) != 2 || marksOf(t, s, 1) != 1 {
		t.Fatalf("%d fields, %d marks", fieldsOf(t, s, 1), marksOf(t, s, 1))
	}
	mustMove(t, s)
	if read(); fieldsOf(t, s, 1) != 1 || marksOf(t, s, 1) != 0 {
		t.Fatalf("%d fields, %d marks", fieldsOf(t, s, 1), marksOf(t, s, 1))
	}
}

func TestAnOlderOwnerForgetsNothing(t *testing.T) {
	t.Parallel()
	o := small()
	s, area := movingStore(t, server(t).URL(), o)
	persist(t, s, settling(1, mustClaim(t, s, 1), 1, 3))
	o.Completed, o.MoveEvery = area, -1
	newer := opened(t, server(t).URL(), o)
	area.after = func() error { mustClaim(t, newer, 1); area.after = nil; return nil }
	mustMove(t, s)
	mustMove(t, s)
	if n := fieldsOf(t, s, 1); n != 8 || s.Stats().Moved != 0 {
		t.Fatalf("%d fields are left, %d were moved", n, s.Stats().Moved)
	}
	wantChats(t, newer, 1, 1, 3)
}

// TestAFullHistoryIsSaid: nothing is dropped, Redis keeps it, and people are told.
func TestAFullHistoryIsSaid(t *testing.T) {
	t.Parallel()
	o := small()
	c := openArea(t, t.TempDir())
	defer func() { _ = c.Close() }()
	area := &seam{Completed: c, room: errors.New("it is full")}
	o.Completed, o.MoveEvery, o.Rest = area, time.Hour, time.Nanosecond
	s := mustOpen(t, server(t).URL(), o)
	defer func() { _ = s.Close() }()
	persist(t, s, settling(1, mustClaim(t, s, 1), 1, 3))
	s.moving(s.Move(t.Context(), math.MaxInt64))
	if s.Ready() != nil || !strings.Contains(s.Notes(), "completed chats stay in Redis") || fieldsOf(t, s, 1) != 8 {
		t.Fatalf("%v, %q, %d fields", s.Ready(), s.Notes(), fieldsOf(t, s, 1))
	}
	wantChats(t, s, 1, 1, 3)
	area.room = nil
	s.moving(s.Move(t.Context(), math.MaxInt64))
	if s.Notes() != "" || fieldsOf(t, s, 1) != 1 {
		t.Fatalf("%q, %d fields", s.Notes(), fieldsOf(t, s, 1))
	}
}

// TestTheHistoryBelongsToItsDatabase: another one's chats would turn up in ours.
func TestTheHistoryBelongsToItsDatabase(t *testing.T) {
	t.Parallel()
	url, dir, o := server(t).URL(), t.TempDir(), small()
	o.MoveEvery = -1
	c := openArea(t, dir)
	defer func() { _ = c.Close() }()
	o.Completed = c
	s := mustOpen(t, url, o)
	persist(t, s, settling(1, mustClaim(t, s, 1), 1, 3))
	mustMove(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	refused := func(o Options, want string) {
		t.Helper()
		if s, err := Open(t.Context(), url, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
			if err == nil {
				_ = s.Close()
			}
		}
	}
	other := small()
	other.Completed = c
	refused(other, "belong to another database")
	without := o
	without.Completed = nil
	refused(without, "were moved to the data folder")
	fresh := openArea(t, filepath.Join(t.TempDir(), "other"))
	defer func() { _ = fresh.Close() }()
	o.Completed = fresh
	s = opened(t, url, o)
	if !strings.Contains(s.Notes(), "1 other data folder") {
		t.Errorf("notes %q", s.Notes())
	}
}

// TestAFullRedisIsRelievedByMoving: forgetting is possible where no write is.
func TestAFullRedisIsRelievedByMoving(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t, "--maxmemory", "6mb")
	s, _ := movingStore(t, r.URL(), small())
	epoch, n := mustClaim(t, s, 1), uint64(0)
	for err := error(nil); err == nil; {
		n++
		if _, err = s.Commit(t.Context(), settling(1, epoch, n, 100)); n > 1000 {
			t.Fatal("it never is full")
		}
	}
	mustMove(t, s)
	persist(t, s, settling(1, epoch, n, 100))
	wantChats(t, s, 1, n, 100)
}

// TestSettledItemsAreMovedByThemselves, after their rest.
func TestSettledItemsAreMovedByThemselves(t *testing.T) {
	t.Parallel()
	o := small()
	c := openArea(t, t.TempDir())
	defer func() { _ = c.Close() }()
	o.Completed, o.MoveEvery, o.Rest = c, 5*time.Millisecond, time.Hour
	s := opened(t, server(t).URL(), o)
	epoch := mustClaim(t, s, 1)
	young := settling(1, epoch, 1, 3)
	young.At = time.Now().UnixMilli()
	persist(t, s, young)
	old := settling(1, epoch, 2, 0)
	old.Changes[0].Entity, old.Changes[0].Expect = entityB, 0
	persist(t, s, old)
	for end := time.Now().Add(30 * time.Second); marksOf(t, s, 1) != 1; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nothing is moved")
		}
	}
	if n := fieldsOf(t, s, 1); n != 8 {
		t.Errorf("%d fields of what is young", n)
	}
}

func FuzzMark(f *testing.F) {
	f.Add(string(appendMark(nil, entityA, []commit.Span{{Collection: 1, From: "a", To: "b"}, {Collection: 2}})))
	f.Add("")
	f.Fuzz(func(t *testing.T, mark string) {
		e, spans, err := parseMark(mark)
		if err == nil && string(appendMark(nil, e, spans)) != mark {
			t.Errorf("%q reads as %v %v", mark, e, spans)
		}
	})
}
