package redisstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/actors/commit"
	"parley/persistence/redisstore/flakyproxy"
	"parley/persistence/redisstore/redistest"
)

// persist repeats a batch until its outcome is known, as the engine does.
func persist(t testing.TB, s *Store, b commit.Batch) []commit.Outcome {
	t.Helper()
	end := time.Now().Add(60 * time.Second)
	for {
		out, err := s.Commit(t.Context(), b)
		if err == nil {
			return out
		}
		if !errors.Is(err, commit.ErrUnavailable) || time.Now().After(end) {
			t.Fatalf("batch %d: %v", b.Number, err)
		}
		time.Sleep(5 * time.Millisecond) // the engine's first pause
	}
}

// once checks that n batches of batchOf stand exactly once, in order.
func once(t testing.TB, s *Store, partition int, n uint64) {
	t.Helper()
	r, err := s.Load(t.Context(), partition, entityA)
	if err != nil || r.Version != n {
		t.Fatalf("version %d, want %d: %v", r.Version, n, err)
	}
	items, err := s.Range(t.Context(), partition, entityA, commit.Range{Collection: 1})
	if err != nil || uint64(len(items)) != n {
		t.Fatalf("%d items, want %d: %v", len(items), n, err)
	}
	entries, err := s.Outbox(t.Context(), partition, 0, 0)
	if err != nil || uint64(len(entries)) != n {
		t.Fatalf("%d entries, want %d: %v", len(entries), n, err)
	}
	for i := range items {
		if want := fmt.Sprint("item", i+1); string(items[i].Value) != want || entries[i].Seq != uint64(i+1) {
			t.Fatalf("place %d: %q and entry %d", i, items[i].Value, entries[i].Seq)
		}
	}
}

func TestALostReplyIsSettledByTheSameBatch(t *testing.T) {
	t.Parallel()
	p, err := flakyproxy.New(server(t).Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	s := opened(t, "redis://"+p.Addr(), small())
	epoch := mustClaim(t, s, 1)
	const n = 40
	for i := uint64(1); i <= n; i++ {
		if i%3 == 0 {
			p.LoseReplies(s.scripts.commit.Hash(), 0, 1+int(i%2))
		}
		if i%7 == 0 {
			p.Cut()
		}
		if out := persist(t, s, batchOf(1, epoch, i)); out[0].Status != commit.Written {
			t.Fatalf("batch %d: %+v", i, out)
		}
	}
	if p.Lost() < n/3 || s.Stats().Repeated < n/3 {
		t.Fatalf("%d replies lost, %d batches repeated", p.Lost(), s.Stats().Repeated)
	}
	once(t, s, 1, n)
}

func TestAServerThatStandsStill(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t)
	o := small()
	o.CommitTimeout, o.ReadTimeout, o.WatchEvery = 300*time.Millisecond, 300*time.Millisecond, 50*time.Millisecond
	s := opened(t, r.URL(), o)
	epoch := mustClaim(t, s, 1)
	mustCommit(t, s, 1, epoch, 1, 3)
	if err := r.Pause(); err != nil {
		t.Fatal(err)
	}
	for range 3 { // the outcome is unknown, and asked for in time
		began := time.Now()
		if _, err := s.Commit(t.Context(), batchOf(1, epoch, 4)); !errors.Is(err, commit.ErrUnavailable) {
			t.Fatal(err)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Fatalf("gave up after %s", took)
		}
	}
	eventually(t, "not ready", func() bool { return s.Ready() != nil })
	if err := r.Continue(); err != nil {
		t.Fatal(err)
	}
	persist(t, s, batchOf(1, epoch, 4))
	persist(t, s, batchOf(1, epoch, 5))
	eventually(t, "ready again", func() bool { return s.Ready() == nil })
	once(t, s, 1, 5)
}

// A claim whose answer was lost must not fence whoever claims after it, however
// late it arrives.
func TestALateClaimFencesNobody(t *testing.T) {
	t.Parallel()
	s := opened(t, server(t).URL(), small())
	first := mustClaim(t, s, 1)
	again := mustClaim(t, s, 1)
	got, err := s.run(t.Context(), s.scripts.claim, []string{s.parts[1].tag.ledger(), s.parts[1].tag.outbox()}, decimal(first)) // looked before the second
	if err != nil || got.text(0) != "epoch" {
		t.Fatalf("%v, %v", got, err)
	}
	mustCommit(t, s, 1, again, 1, 1)
}

func TestScriptsAreLoadedAgain(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t)
	s := opened(t, r.URL(), small())
	epoch := mustClaim(t, s, 1)
	for i := uint64(1); i <= 12; i++ {
		if i%3 == 0 {
			if _, err := r.Do("SCRIPT", "FLUSH", "SYNC"); err != nil {
				t.Fatal(err)
			}
		}
		mustCommit(t, s, 1, epoch, i, i)
	}
	once(t, s, 1, 12)
}

// Kills the server again and again while owners of several partitions write;
// PARLEY_REDIS_KILLS says how often.
func TestKilledServerLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	kills := 4
	if n, err := strconv.Atoi(os.Getenv("PARLEY_REDIS_KILLS")); err == nil {
		kills = n
	}
	r := redistest.Start(t)
	o := small()
	o.CommitTimeout = time.Second
	s := opened(t, r.URL(), o)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	type end struct {
		partition int
		acked     uint64
		err       error
	}
	ends := make(chan end)
	for p := range 4 {
		epoch := mustClaim(t, s, p)
		go func() {
			n := uint64(0)
			for ctx.Err() == nil {
				_, err := s.Commit(context.WithoutCancel(ctx), batchOf(p, epoch, n+1))
				if err == nil {
					n++
				} else if !errors.Is(err, commit.ErrUnavailable) {
					ends <- end{p, n, err}
					return
				}
			}
			ends <- end{p, n, nil}
		}()
	}
	for range kills {
		before := s.Stats().Commits
		eventually(t, "writing goes on", func() bool { return s.Stats().Commits > before+100 })
		if err := r.Restart(); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	for range 4 {
		e := <-ends
		if e.err != nil || e.acked == 0 {
			t.Fatalf("partition %d after %d: %v", e.partition, e.acked, e.err)
		}
		rec, err := s.Load(t.Context(), e.partition, entityA)
		if err != nil || rec.Version < e.acked || rec.Version > e.acked+1 {
			t.Fatalf("partition %d: version %d after %d acknowledged: %v", e.partition, rec.Version, e.acked, err)
		}
		once(t, s, e.partition, rec.Version)
	}
}

func TestAFullServerRefusesAndRecovers(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t, "--maxmemory", "6mb")
	s := opened(t, r.URL(), small())
	epoch := mustClaim(t, s, 1)
	b := func(n uint64) commit.Batch {
		b := batchOf(1, epoch, n)
		b.Changes[0].Put[0].Value = append([]byte(fmt.Sprint("item", n)), make([]byte, 64<<10)...)
		return b
	}
	n, err := uint64(0), error(nil)
	for ; err == nil && n < 1000; n++ {
		_, err = s.Commit(t.Context(), b(n+1))
	}
	if !errors.Is(err, commit.ErrUnavailable) || !strings.Contains(err.Error(), "OOM") {
		t.Fatalf("after %d: %v", n, err)
	}
	if rec, err := s.Load(t.Context(), 1, entityA); err != nil || rec.Version != n-1 { // what is there can be read
		t.Fatalf("version %d of %d: %v", rec.Version, n-1, err)
	}
	if _, err := r.Do("CONFIG", "SET", "maxmemory", "100mb"); err != nil {
		t.Fatal(err)
	}
	persist(t, s, b(n))
	items, err := s.Range(t.Context(), 1, entityA, commit.Range{Collection: 1})
	if err != nil || uint64(len(items)) != n {
		t.Fatalf("%d items of %d: %v", len(items), n, err)
	}
}

// A server whose data went back (here: an older copy of its log) is not built upon.
func TestAServerThatForgotIsNoticed(t *testing.T) {
	t.Parallel()
	s := opened(t, server(t).URL(), small())
	epoch := mustClaim(t, s, 1)
	mustCommit(t, s, 1, epoch, 1, 2)
	key := s.parts[1].tag.ledger()
	old, err := s.read.Get(t.Context(), key).Result()
	if err != nil {
		t.Fatal(err)
	}
	mustCommit(t, s, 1, epoch, 3, 5)
	if err := s.write.Set(t.Context(), key, old, 0).Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(t.Context(), batchOf(1, epoch, 6)); !errors.Is(err, commit.ErrFenced) || !errors.Is(err, errLost) {
		t.Fatal(err)
	}
	if err := s.write.Del(t.Context(), key).Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(t.Context(), batchOf(1, epoch, 6)); !errors.Is(err, commit.ErrFenced) {
		t.Fatal(err)
	}
}

// eventually polls until something holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	end := time.Now().Add(30 * time.Second)
	for !holds() {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
