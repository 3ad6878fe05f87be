package actors_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/queue"
	"parley/actors/route"
	"parley/actors/view"
	"parley/persistence/storetest"
)

// spoiled is a store whose readings a test may change.
type spoiled struct {
	actors.Store
	mu     sync.Mutex
	load   func(commit.Entity, commit.Record) (commit.Record, error)
	outbox func([]commit.Entry)
	loads  map[commit.Entity]int
}

func (s *spoiled) Load(ctx context.Context, p int, e commit.Entity) (commit.Record, error) {
	r, err := s.Store.Load(ctx, p, e)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loads != nil {
		s.loads[e]++
	}
	if s.load != nil && err == nil {
		return s.load(e, r)
	}
	return r, err
}

func (s *spoiled) Outbox(ctx context.Context, p int, after uint64, limit int) ([]commit.Entry, error) {
	list, err := s.Store.Outbox(ctx, p, after, limit)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.outbox != nil {
		s.outbox(list)
	}
	return list, err
}

func (s *spoiled) reading(f func(commit.Entity, commit.Record) (commit.Record, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.load = f
}

// bad answers garbage for some entities.
func bad(entities ...commit.Entity) func(commit.Entity, commit.Record) (commit.Record, error) {
	return func(e commit.Entity, r commit.Record) (commit.Record, error) {
		for _, b := range entities {
			if e == b {
				r.Snapshot = []byte{0, 0x7f, 0xff, 3}
			}
		}
		return r, nil
	}
}

func TestACorruptEntityIsSetAsideAloneAndTheStartGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		s := &spoiled{Store: w.disk}
		w.store = s
		w.start()
		defer func() { w.stop() }()
		w.activate("anna", "boris")
		w.own("anna", "c1")
		w.write("c2", "support", "k", "Hello")
		w.outside.change(func(p *provider) { p.index = func([]actors.Row) error { return errors.New("not now") } })
		w.do("c1", chat.Finish{By: person("anna"), Chat: "c1.1"}) // leaves work in the outbox
		w.write("c3", "support", "k", "Hello")
		w.stop()
		w.outside.change(func(p *provider) { p.index = nil })
		s.reading(bad(route.Conversation("c1"), route.Operator("boris"), route.Queue("sales")))
		w.start()
		for to, command := range map[string]any{
			"c1": receive("support", "k9", "x"), "boris": operator.SignIn{}, "sales": queue.Overview{},
		} {
			if _, err := w.try(to, command); !errors.Is(err, actors.ErrQuarantined) {
				t.Errorf("%s: %v", to, err)
			}
		}
		if _, err := w.engine.Attach(t.Context(), "boris", "", 0, w.newTab(10)); !errors.Is(err, actors.ErrQuarantined) {
			t.Errorf("attach boris: %v", err)
		}
		if _, err := w.engine.Chat(t.Context(), "c1.1"); !errors.Is(err, actors.ErrQuarantined) {
			t.Errorf("read c1.1: %v", err)
		}
		w.open("anna", "", 0)
		w.do("anna", operator.Accept{ID: "r", Chat: "c2.1"})
		w.write("c4", "support", "k", "Hello")
		time.Sleep(time.Minute)
		rows := 0
		for _, r := range w.outside.indexed() {
			if r.Conversation == "c3" {
				rows++
			}
		}
		if rows == 0 {
			t.Error("the chats section waits for the corrupt conversation")
		}
		if w.letters.of("corrupt") < 3 || w.letters.of("work") == 0 {
			t.Errorf("dead letters %v", w.letters.count)
		}
		s.reading(nil) // repaired; the next start takes up what was kept
		w.restart()
		w.write("c1", "support", "k9", "x")
		w.messages("c1.2", "x")
	})
}

func TestAnUnreadableOutboxEntryIsKeptAndCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		wire := newTripwire(w.disk)
		s := &spoiled{Store: wire}
		w.store = s
		w.start()
		w.outside.change(func(p *provider) { p.index = func([]actors.Row) error { return errors.New("not now") } })
		for i := range 4 {
			w.write(fmt.Sprint("c", i), "support", "k", "Hello")
		}
		w.stop()
		w.outside.change(func(p *provider) { p.index = nil })
		before, spoil := 0, 0
		s.outbox = func(list []commit.Entry) {
			before += len(list)
			for i := range list {
				if list[i].Source == route.Conversation("c0") {
					spoil++
					list[i].Body = []byte{0xee, 1, 2}
				}
			}
		}
		w.start()
		defer func() { w.stop() }()
		time.Sleep(time.Minute)
		w.write("c5", "support", "k", "flush") // closes what is done
		if spoil == 0 || w.letters.of("outbox") != spoil {
			t.Fatalf("%d of %d entries spoiled, dead letters %v", spoil, before, w.letters.count)
		}
		for i := 1; i < 4; i++ {
			w.phase(fmt.Sprintf("c%d.1", i), chat.Waiting)
		}
		s.outbox = nil
		w.restart() // readable again: nothing was thrown away
		time.Sleep(time.Minute)
		seen := make(map[string]bool)
		for _, r := range w.outside.indexed() {
			seen[r.Conversation] = true
		}
		if len(seen) != 5 {
			t.Fatalf("rows of %v", seen)
		}
	})
}

// moody is a rule that fails on demand.
type moody struct {
	queue.LeastBusy
	single, choose *atomic.Int32 // failures to come
}

func (m moody) Single() bool {
	if m.single.Add(-1) >= 0 {
		panic("single")
	}
	return true
}

func (m moody) Choose(e queue.Entry, able []queue.Member) int {
	if m.choose.Add(-1) >= 0 {
		panic("choose")
	}
	return m.LeastBusy.Choose(e, able)
}

func TestACommandThatPanicsFailsAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		faulty := storetest.NewFaulty(w.disk)
		w.store = faulty
		rule := moody{single: new(atomic.Int32), choose: new(atomic.Int32)}
		deps := w.deps()
		deps.Rules = queue.Builtin()
		deps.Rules["least_busy"] = rule
		e, err := actors.Start(t.Context(), w.cfg, deps, w.company)
		if err != nil {
			t.Fatal(err)
		}
		w.engine = e
		defer func() { w.stop() }()
		tabs := w.activate("boris")
		synctest.Wait()

		release := faulty.Hold() // commands gather behind a change
		var all sync.WaitGroup
		settings := queue.Settings{Name: "Sales", Rule: "least_busy", Members: []queue.Person{{ID: "boris"}, {ID: "clara"}}}
		results := make([]error, 4)
		for i := range results {
			all.Go(func() {
				if i == 3 {
					settings.Name = "Renamed"
				}
				_, results[i] = w.try("sales", queue.Configure{Settings: settings})
			})
			synctest.Wait()
		}
		rule.single.Store(1)
		release()
		all.Wait()
		failed := 0
		for _, err := range results {
			if errors.Is(err, actors.ErrInternal) {
				failed++
			} else if err != nil {
				t.Error(err)
			}
		}
		if failed != 1 || w.letters.of("panic") != 1 {
			t.Fatalf("%d failed, dead letters %v", failed, w.letters.count)
		}
		rule.choose.Store(1) // a rule that fails loses no chat
		w.write("c1", "sales", "k", "Hello")
		time.Sleep(time.Second)
		if w.letters.of("rule") != 1 {
			t.Fatalf("dead letters %v", w.letters.count)
		}
		w.do("boris", operator.SetStatus{Status: operator.Inactive})
		w.do("boris", operator.SetStatus{Status: operator.Active})
		if row := next[view.Offered](tabs["boris"]); row.Chat.Chat.ID != "c1.1" {
			t.Fatalf("offered %+v", row)
		}
	})
}

func TestAnUnknownCommandIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	defer func() { w.stop() }()
	type alien struct{ chat.Command }
	if _, err := w.engine.Do(t.Context(), route.Conversation("c1"), 17); !errors.Is(err, actors.ErrInternal) {
		t.Errorf("%v", err)
	}
	if _, err := w.engine.Do(t.Context(), route.Operator("anna"), chat.Tick{}); !errors.Is(err, actors.ErrInternal) {
		t.Errorf("%v", err)
	}
	if _, err := w.engine.Do(t.Context(), route.Conversation("c1"), alien{}); err == nil {
		t.Error("no error")
	}
	w.write("c1", "support", "k", "Hello")
}

func TestAStoreThatCannotBeReadForAWhileLosesNoTimerAndNoStep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		s := &spoiled{Store: w.disk}
		w.store = s
		w.cfg.IdleAfter = time.Minute
		w.start()
		defer func() { w.stop() }()
		w.activate("anna")
		w.own("anna", "c1")
		time.Sleep(10 * time.Minute) // c1's actor has left memory
		s.reading(func(commit.Entity, commit.Record) (commit.Record, error) {
			return commit.Record{}, commit.ErrUnavailable
		})
		time.Sleep(25 * time.Minute) // its time runs out meanwhile
		if _, err := w.try("c2", receive("support", "k", "Hello")); !errors.Is(err, actors.ErrUnavailable) {
			t.Fatalf("%v", err)
		}
		if _, err := w.engine.Attach(t.Context(), "clara", "", 0, w.newTab(1)); !errors.Is(err, actors.ErrUnavailable) {
			t.Fatalf("attach: %v", err)
		}
		s.reading(nil)
		time.Sleep(2 * time.Second)
		w.phase("c1.1", chat.Completed)
		w.write("c2", "support", "k", "Hello")
		w.open("clara", "", 0)
		time.Sleep(time.Minute)
		w.agrees("c1", "c2")
	})
}
