package actors_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/route"
	"parley/actors/view"
	"parley/persistence/storetest"
)

// gate is a store whose commits of one partition can be held, and which can die.
type gate struct {
	actors.Store
	mu   sync.Mutex
	held map[int]chan struct{}
	open []func()
	dead bool
	came chan int // partitions whose commits were held
}

func newGate(s actors.Store) *gate {
	return &gate{Store: s, held: make(map[int]chan struct{}), came: make(chan int, 100)}
}

func (g *gate) hold(partition int) (release func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := make(chan struct{})
	open := sync.OnceFunc(func() { close(c) })
	g.held[partition], g.open = c, append(g.open, open)
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.held[partition] == c {
			delete(g.held, partition)
		}
		open()
	}
}

func (g *gate) die() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.dead = true
	for _, open := range g.open {
		open()
	}
	clear(g.held)
}

func (g *gate) Commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error) {
	g.mu.Lock()
	held := g.held[b.Partition]
	g.mu.Unlock()
	if held != nil {
		g.came <- b.Partition
		<-held // the store takes its time, whatever the caller wants
		ctx = context.WithoutCancel(ctx)
	}
	g.mu.Lock()
	dead := g.dead
	g.mu.Unlock()
	if dead {
		return nil, storetest.ErrCrashed
	}
	return g.Store.Commit(ctx, b)
}

func (w *world) gated() *gate {
	g := newGate(w.disk)
	w.store = g
	w.start()
	return g
}

func (w *world) crash(g *gate) {
	g.die()
	w.kill()
	w.store = w.disk.Reopen()
	w.start()
}

// named gives an id of an entity that lives in a partition (or in another than it).
func named(prefix string, entity func(string) commit.Entity, in bool, partition int) string {
	for i := 0; ; i++ {
		id := fmt.Sprint(prefix, i)
		if (entity(id).Partition(partitions) == partition) == in {
			return id
		}
	}
}

func TestAStepWhoseAnswerIsLateIsNotFinishedBeforeItIsDurable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		g := w.gated()
		w.activate("anna")
		anna := route.Operator("anna").Partition(partitions)
		c := named("c", route.Conversation, false, anna)
		w.write(c, "support", "k1", "Hello")
		time.Sleep(time.Second)
		p := route.Conversation(c).Partition(partitions)
		release := g.hold(p)
		var all sync.WaitGroup
		all.Go(func() { _, _ = w.try(c, receive("support", "k2", "Are you there?")) })
		<-g.came
		all.Go(func() { _, _ = w.try("anna", operator.Accept{ID: "r", Chat: c + ".1"}) })
		time.Sleep(45 * time.Second) // the step is sent again and again
		second := g.hold(p)
		release()
		<-g.came
		synctest.Wait()                                             // the change that takes the step is on its way
		w.do("anna", operator.SetStatus{Status: operator.Active})   // what anna's partition believes done
		w.do("anna", operator.SetStatus{Status: operator.Inactive}) // becomes durable with these
		time.Sleep(time.Second)
		w.crash(g)
		second()
		all.Wait()
		defer func() { w.stop() }()
		time.Sleep(time.Minute)
		w.owned(c+".1", "anna")
		w.agrees(c)
	})
}

func TestStepsFromBeforeARestartGoBeforeThoseOfTheStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		g := w.gated()
		w.activate("anna", "boris")
		support := route.Queue("support").Partition(partitions)
		who := "anna"
		if route.Operator(who).Partition(partitions) == support {
			who = "boris"
		}
		p := route.Operator(who).Partition(partitions)
		if p == support {
			t.Skip("every operator lives with the queue")
		}
		c := named("c", route.Conversation, true, p) // tells the queue by the same lane as the operator
		time.Sleep(time.Second)
		release := g.hold(support)
		w.write(c, "support", "k1", "Hello") // its word to the queue is in the outbox
		time.Sleep(time.Second)
		w.company.Limit = 7 // at the start the operator has something new to say to the queue
		w.crash(g)
		release()
		defer func() { w.stop() }()
		time.Sleep(time.Minute)
		w.agrees(c)
		w.phase(c+".1", chat.Waiting)
	})
}

func TestADamagedRecordRefusesStepsInOrderAndLosesNone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		s := &spoiled{Store: w.disk}
		w.store = s
		w.start()
		w.activate("anna")
		w.own("anna", "c1")
		w.stop()
		s.reading(bad(route.Queue("support")))
		w.start()
		w.open("anna", "", 0)
		for i := range 5 {
			w.write(fmt.Sprint("d", i), "support", "k", "Hello")
		}
		w.do("c1", chat.Finish{By: person("anna"), Chat: "c1.1"})
		time.Sleep(10 * time.Minute)
		s.reading(nil)
		w.restart()
		defer func() { w.stop() }()
		time.Sleep(time.Minute)
		w.agrees("c1", "d0", "d1", "d2", "d3", "d4")
	})
}

func TestAnAcceptThatWaitsForAQuarantinedChatEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		s := &spoiled{Store: w.disk}
		w.store = s
		w.start()
		w.write("c1", "support", "k", "Hello")
		w.stop()
		s.reading(bad(route.Conversation("c1")))
		w.start()
		defer func() { w.stop() }()
		w.activate("anna")
		if _, err := w.try("anna", operator.Accept{ID: "r", Chat: "c1.1"}); !errors.Is(err, actors.ErrUnavailable) {
			t.Fatalf("%v", err)
		}
		if n := w.engine.InFlight(); n != 0 {
			t.Fatalf("%d in flight", n)
		}
	})
}

func TestASendUnderWayAtStopTellsItsOutcome(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.activate("anna")
		w.own("anna", "c1")
		hang := make(chan struct{})
		w.outside.change(func(p *provider) {
			p.deliver = func(actors.Delivery) actors.Outcome {
				<-hang
				return actors.Outcome{Verdict: actors.Nobody, Error: chat.Problem{Code: "cut", Text: "no answer"}}
			}
		})
		m := w.say("x", "hi")
		synctest.Wait()
		time.AfterFunc(5*time.Second, func() { close(hang) })
		w.stop()
		w.start()
		defer func() { w.stop() }()
		if got := w.message(m.ID); got.State != chat.Unknown || got.Error.Code != "cut" {
			t.Fatalf("%s %+v", got.State, got.Error)
		}
	})
}

func TestTimersOfAStoppedEngineDoNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		tabs := w.activate("anna")
		w.own("anna", "c1")
		w.write("c2", "support", "k", "Hello")
		tabs["anna"].detach()
		w.stop()
		time.Sleep(2 * time.Hour)
		if n := w.letters.of("mailbox") + w.letters.of("panic"); n > 0 {
			t.Fatalf("dead letters %v", w.letters.count)
		}
		w.kill() // a second stop is harmless
	})
}

// broken is a store that cannot be started on.
type broken struct {
	actors.Store
	claim, outbox error
}

func (b broken) Claim(ctx context.Context, p int) (commit.Claim, error) {
	if b.claim != nil && p == 2 {
		return commit.Claim{}, b.claim
	}
	return b.Store.Claim(ctx, p)
}

func (b broken) Outbox(ctx context.Context, p int, after uint64, limit int) ([]commit.Entry, error) {
	if b.outbox != nil && p == 2 {
		return nil, b.outbox
	}
	return b.Store.Outbox(ctx, p, after, limit)
}

func TestAStartThatFailsLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		for _, s := range []actors.Store{
			broken{Store: w.disk, claim: commit.ErrUnavailable},
			broken{Store: w.disk, outbox: commit.ErrUnavailable},
		} {
			w.store = s
			if _, err := actors.Start(t.Context(), w.cfg, w.deps(), w.company); !errors.Is(err, commit.ErrUnavailable) {
				t.Errorf("%v", err)
			}
		}
		faulty := storetest.NewFaulty(w.disk)
		w.store = faulty
		release := faulty.Hold()
		defer release()
		ctx, cancel := contextFor(t, time.Second)
		defer cancel()
		time.AfterFunc(20*time.Second, release)
		if _, err := actors.Start(ctx, w.cfg, w.deps(), w.company); err == nil {
			t.Error("started on a store that hangs")
		}
	})
}

func TestAFailureInsideAFeedGivesItsConnectionsUpAndNobodyElse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer func() { w.stop() }()
		tabs := w.activate("anna", "boris")
		w.book.trap("boom")
		id := w.own("anna", "c1")
		time.Sleep(time.Second)
		w.write("c1", "support", "k2", "boom") // cannot be spelled for the feed
		time.Sleep(time.Second)
		select {
		case <-tabs["anna"].ended:
		default:
			t.Fatal("anna's connection goes on with a gap")
		}
		w.book.trap("")
		c := newClient(t, "anna")
		back := w.open("anna", "", 0)
		w.write("c1", "support", "k3", "fine")
		time.Sleep(time.Second)
		c.take(back)
		if got := c.chats[id].messages; len(got) != 3 {
			t.Fatalf("%d messages", len(got))
		}
		w.write("c2", "support", "k", "Hello")
		if row := next[view.Offered](tabs["boris"]); row.Chat.Chat.ID == "" {
			t.Fatal("boris sees nothing")
		}
	})
}
