package actors_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/route"
	"parley/persistence/storetest"
)

// held makes a world whose commits a test can hold.
func held(t *testing.T, cfg actors.Config) (*world, *storetest.Faulty) {
	w := prepare(t)
	faulty := storetest.NewFaulty(w.disk)
	cfg.Partitions = partitions
	w.store, w.cfg = faulty, cfg
	w.start()
	return w, faulty
}

func TestTooManyCommandsInFlightAreBusyAtOnceAndItRecovers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, faulty := held(t, actors.Config{InFlight: 8})
		defer func() { w.stop() }()
		release := faulty.Hold()
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() { w.write(fmt.Sprint("c", i), "support", "k", "Hello") })
		}
		synctest.Wait()
		began := time.Now()
		for range 100 {
			if _, err := w.try("d", receive("support", "k", "Hello")); !errors.Is(err, actors.ErrBusy) {
				t.Fatalf("%v", err)
			}
		}
		if took := time.Since(began); took > 0 {
			t.Fatalf("busy after %s", took)
		}
		if n := w.engine.InFlight(); n != 8 {
			t.Fatalf("%d in flight", n)
		}
		release()
		all.Wait()
		w.write("d", "support", "k", "Hello")
		if n := w.engine.InFlight(); n != 0 {
			t.Fatalf("%d in flight", n)
		}
		if w.chatPhase("d.1") != chat.Waiting {
			t.Fatal("d.1 does not wait")
		}
	})
}

func TestACommandOverItsTimeIsUnavailableAndHappensOnceAllTheSame(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, faulty := held(t, actors.Config{})
		defer func() { w.stop() }()
		release := faulty.Hold()
		for range 5 { // the provider redelivers while nothing can be written
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if _, err := w.tryFor(ctx, "c1", receive("support", "k", "Hello")); !errors.Is(err, actors.ErrUnavailable) {
				t.Fatalf("%v", err)
			}
			cancel()
		}
		time.Sleep(30 * time.Second) // longer than one attempt of the store
		release()
		w.write("c1", "support", "k", "Hello")
		w.messages("c1.1", "Hello")
		if n := w.engine.InFlight(); n != 0 {
			t.Fatalf("%d in flight", n)
		}
	})
}

func TestAStoreThatIsDownForAWhileIsSimplyUsedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, faulty := held(t, actors.Config{})
		defer func() { w.stop() }()
		w.activate("anna")
		w.own("anna", "c0")
		faulty.FailBefore(storetest.AnyPartition, 40, commit.ErrUnavailable)
		faulty.FailAfter(storetest.AnyPartition, 40, nil) // and some outcomes get lost
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				for { // a provider redelivers until it is answered
					if _, err := w.try("c", receive("support", fmt.Sprint("k", i), fmt.Sprint("text ", i))); err == nil {
						return
					}
				}
			})
		}
		all.Wait()
		for i := range 20 {
			w.messages("c.1", fmt.Sprint("text ", i))
		}
		w.do("anna", operator.Accept{ID: "r", Chat: "c.1"})
		time.Sleep(time.Minute)
		w.agrees("c", "c0")
	})
}

func TestLettingIdleActorsGoLosesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		s := &spoiled{Store: w.disk, loads: make(map[commit.Entity]int)}
		w.store, w.cfg.IdleAfter = s, 20*time.Millisecond
		w.start()
		defer func() { w.stop() }()
		feed := w.open("anna", "", 0)
		w.do("anna", operator.SignIn{})
		w.do("anna", operator.SetStatus{Status: operator.Active})
		id := w.own("anna", "mine")
		time.Sleep(time.Second)
		s.mu.Lock()
		anna := s.loads[route.Operator("anna")]
		clear(s.loads)
		s.mu.Unlock()
		const conversations, rounds = 40, 25
		var all sync.WaitGroup
		for c := range conversations {
			all.Go(func() {
				to, dice := fmt.Sprint("c", c), rand.New(rand.NewPCG(1, uint64(c)))
				for i := range rounds {
					w.write(to, "support", fmt.Sprint("k", i), fmt.Sprint(i))
					time.Sleep(time.Duration(dice.IntN(60)) * time.Millisecond)
				}
			})
		}
		all.Go(func() {
			for i := range rounds {
				w.do("mine", chat.Draft{By: person("anna"), Chat: id, Text: fmt.Sprint("draft ", i)})
				time.Sleep(50 * time.Millisecond)
			}
		})
		all.Wait()
		time.Sleep(time.Second)
		woken := 0
		for c := range conversations {
			to := fmt.Sprint("c", c)
			woken += s.loads[route.Conversation(to)]
			if got := w.chat(to + ".1").Position; got != rounds {
				t.Errorf("%s has %d messages, want %d", to, got, rounds)
			}
		}
		if woken < conversations*5 {
			t.Errorf("actors were woken only %d times", woken)
		}
		if n := s.loads[route.Operator("anna")]; n > 0 {
			t.Errorf("anna's actor was read %d times (%d before) though she is connected", n, anna)
		}
		if d := w.chat(id).Draft; d != fmt.Sprint("draft ", rounds-1) {
			t.Errorf("draft %q", d)
		}
		w.cfg.IdleAfter = 0 // half an hour of sweeps every 10 ms would take a while
		w.restart()
		if d := w.chat(id).Draft; d != fmt.Sprint("draft ", rounds-1) {
			t.Errorf("draft after a restart %q", d)
		}
		time.Sleep(31 * time.Minute) // due times survive both
		w.phase(id, chat.Completed)
		_ = feed
		if n := w.letters.of("mailbox") + w.letters.of("panic"); n > 0 {
			t.Errorf("dead letters %v", w.letters.count)
		}
	})
}

func TestANewerOwnerEndsTheOlder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		tabs := w.activate("anna")
		w.own("anna", "c1")
		w.do("c1", chat.Hand{ID: "t", By: person("anna"), Chat: "c1.1", ToQueue: "sales"})
		older := w.engine
		acked := make(map[string]string) // conversation by key
		var mu sync.Mutex
		var all sync.WaitGroup
		write := func(e *actors.Engine, i int) error {
			to, key := fmt.Sprint("c", i%20), fmt.Sprint("k", i)
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			_, err := e.Do(ctx, route.Conversation(to), receive("support", key, key))
			if err == nil {
				mu.Lock()
				acked[key] = to
				mu.Unlock()
			}
			return err
		}
		for i := range 200 { // while traffic runs, somebody else takes over
			all.Go(func() { _ = write(older, i) })
			if i == 100 {
				all.Go(func() {
					next := *w
					next.store = w.disk.Reopen()
					next.start()
					w.engine = next.engine
				})
			}
		}
		all.Wait()
		time.Sleep(time.Second)
		// The older owner learns of the newer one by its next commit: all 200 may have been done before. Until then it still
		// acknowledges a message that it has from memory, and rightly.
		for i := range 20 {
			if err := write(older, 200+i); !errors.Is(err, actors.ErrUnavailable) {
				t.Fatalf("the older owner took a new message and answered %v", err)
			}
			if err := write(older, i); !errors.Is(err, actors.ErrUnavailable) {
				t.Fatalf("the older owner answered %v", err)
			}
		}
		for key, to := range acked {
			page, err := w.engine.History(t.Context(), w.open1(to), "", 100)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(page.Messages, func(m chat.Message) bool { return m.Text == key }) {
				t.Errorf("%s was acknowledged by the older owner and is not in %s (I9)", key, to)
			}
		}
		for i := range 200 {
			if err := write(w.engine, i); err != nil {
				t.Fatalf("the newer owner answered %v", err)
			}
		}
		for c := range 20 {
			texts := make(map[string]bool)
			page, err := w.engine.History(t.Context(), w.open1(fmt.Sprint("c", c)), "", 100)
			if err != nil {
				t.Fatal(err)
			}
			for i, m := range page.Messages {
				if m.Text != "Hello" && texts[m.Text] {
					t.Errorf("c%d has %q twice (I9)", c, m.Text)
				}
				if m.Chat == w.open1(fmt.Sprint("c", c)) && i > 0 && page.Messages[i-1].Chat == m.Chat && m.Position != page.Messages[i-1].Position+1 {
					t.Errorf("a hole before %s", m.ID)
				}
				texts[m.Text] = true
			}
		}
		select {
		case <-tabs["anna"].ended:
		default:
			t.Error("anna's connection to the older owner was not ended")
		}
		if _, err := older.Attach(t.Context(), "anna", "", 0, w.newTab(1)); !errors.Is(err, actors.ErrUnavailable) {
			t.Errorf("attach at the older owner: %v", err)
		}
		if n := older.InFlight(); n != 0 {
			t.Errorf("%d commands of the older owner were never answered", n)
		}
		if err := older.Stop(t.Context()); err != nil {
			t.Errorf("stop the older: %v", err)
		}
		w.stop()
	})
}

func TestAFencedPartitionAnswersWhoWaitsForOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, faulty := held(t, actors.Config{})
		w.activate("anna")
		w.write("c1", "support", "k", "Hello")
		time.Sleep(time.Second)
		release := faulty.Hold()
		done := make(chan error, 1)
		go func() {
			_, err := w.try("anna", operator.Accept{ID: "r", Chat: "c1.1"})
			done <- err
		}()
		synctest.Wait()
		for p := range partitions {
			if err := faulty.Fence(t.Context(), p); err != nil {
				t.Fatal(err)
			}
		}
		release()
		if err := <-done; !errors.Is(err, actors.ErrUnavailable) {
			t.Fatalf("%v", err)
		}
		w.kill()
	})
}

func TestStopLosesNothingThatWasAcknowledgedAndRefusesTheRest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, _ := held(t, actors.Config{})
		var mu sync.Mutex
		acked := make(map[string]bool)
		var all sync.WaitGroup
		for c := range 20 {
			all.Go(func() {
				for i := range 200 {
					to, key := fmt.Sprint("c", c), fmt.Sprint("k", i)
					_, err := w.try(to, receive("support", key, key))
					switch {
					case errors.Is(err, actors.ErrStopping):
						return
					case err != nil:
						t.Errorf("%v", err)
						return
					}
					mu.Lock()
					acked[to+"/"+key] = true
					mu.Unlock()
					time.Sleep(time.Millisecond)
				}
			})
		}
		time.Sleep(50 * time.Millisecond)
		w.stop()
		all.Wait()
		if _, err := w.engine.Attach(t.Context(), "anna", "", 0, w.newTab(1)); !errors.Is(err, actors.ErrStopping) {
			t.Errorf("attach: %v", err)
		}
		w.start()
		defer func() { w.stop() }()
		total := 0
		for c := range 20 {
			total += w.chat(fmt.Sprintf("c%d.1", c)).Position
		}
		if total != len(acked) || total < 100 {
			t.Fatalf("%d messages, %d acknowledged", total, len(acked))
		}
	})
}

func TestStopReturnsInTimeWhileTheStoreHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, faulty := held(t, actors.Config{})
		w.activate("anna")
		w.own("anna", "c1")
		release := faulty.Hold()
		defer release()
		answers := make(chan error, 2)
		go func() {
			_, err := w.engine.Do(context.Background(), route.Conversation("c1"), receive("support", "k", "Hello"))
			answers <- err
		}()
		go func() {
			_, err := w.engine.Do(context.Background(), route.Operator("anna"), operator.SetStatus{})
			answers <- err
		}()
		synctest.Wait()
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if err := w.engine.Stop(ctx); err == nil {
			t.Error("Stop said that all was well")
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("Stop took %s", took)
		}
		for range 2 {
			if err := <-answers; !errors.Is(err, actors.ErrUnavailable) {
				t.Errorf("answered %v", err)
			}
		}
	})
}
