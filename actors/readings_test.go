package actors_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/view"
)

// shaky is a store that does not read items for a while.
type shaky struct {
	actors.Store
	fails atomic.Bool
}

func (s *shaky) Items(ctx context.Context, p int, e commit.Entity, keys []commit.ItemKey) ([][]byte, error) {
	if s.fails.Load() {
		return nil, commit.ErrUnavailable
	}
	return s.Store.Items(ctx, p, e, keys)
}

func (s *shaky) Range(ctx context.Context, p int, e commit.Entity, r commit.Range) ([]commit.Item, error) {
	if s.fails.Load() {
		return nil, commit.ErrUnavailable
	}
	return s.Store.Range(ctx, p, e, r)
}

// A message that is sent again after its chat has ended is the same message: while
// nobody can read whether there is one, the answer is not that the chat is over.
func TestARepeatedSendIsNotRefusedWhileNothingCanBeRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		store := &shaky{Store: w.disk}
		w.store = store
		w.start()
		defer func() { w.stop() }()
		w.activate("anna")
		w.own("anna", "c1")
		send := chat.Send{By: person("anna"), Chat: "c1.1", ClientID: "k", Text: "Good day"}
		first := w.do("c1", send).(chat.Message)
		w.do("c1", chat.Finish{By: person("anna"), Chat: "c1.1"})
		w.restart() // what the conversation remembered itself is gone
		store.fails.Store(true)
		if _, err := w.try("c1", send); !errors.Is(err, actors.ErrUnavailable) {
			t.Errorf("while nothing can be read: %v", err)
		}
		store.fails.Store(false)
		if again := w.do("c1", send).(chat.Message); again.ID != first.ID {
			t.Errorf("sent %s, then %s", first.ID, again.ID)
		}
	})
}

func TestWhatCannotBeReadIsNotDecided(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		store := &shaky{Store: w.disk}
		w.store = store
		w.start()
		defer func() { w.stop() }()
		w.activate("anna")
		w.own("anna", "c1")
		w.outside.change(func(p *provider) {
			p.deliver = func(d actors.Delivery) actors.Outcome {
				store.fails.Store(true) // from here on nobody can look the message up
				return taken(d, 1)
			}
		})
		w.do("c1", chat.Send{By: person("anna"), Chat: "c1.1", ClientID: "k", Text: "Good day"})
		time.Sleep(5 * time.Second)
		if _, err := w.try("c1", chat.Edit{Key: "e", Target: "mid.c1-first", Text: "Hi"}); !errors.Is(err, actors.ErrUnavailable) {
			t.Errorf("an edit of what cannot be read: %v", err)
		}
		store.fails.Store(false)
		w.do("c1", chat.Edit{Key: "e", Target: "mid.c1-first", Text: "Hi"})
		time.Sleep(5 * time.Second)
		if m := w.messages("c1.1", "Good day"); m.State != chat.Sent {
			t.Errorf("the provider has taken the answer, it is %v", m.State)
		}
		if m := w.messages("c1.1", "Hi"); !m.Edited {
			t.Errorf("the customer's edit is lost: %+v", m)
		}
		w.do("anna", operator.SetStatus{Status: operator.Inactive})
	})
}

func TestAWaitingChatThatCouldNotBeReadIsShownSoon(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		s := &spoiled{Store: w.disk}
		w.store = s
		w.start()
		defer func() { w.stop() }()
		tabs := w.activate("anna")
		time.Sleep(time.Second)
		for _, conversation := range []string{"c1", "c2"} { // the second while the first is shown
			var reads atomic.Int32 // one more reading may be under way while the offer is looked at
			s.reading(func(e commit.Entity, r commit.Record) (commit.Record, error) {
				if e.ID == conversation && r.Version > 0 && reads.Add(1) == 1 {
					return r, commit.ErrUnavailable
				}
				return r, nil
			})
			w.write(conversation, "support", "k", "Hello")
			if row := next[view.Offered](tabs["anna"]); row.Chat.Chat.ID != conversation+".1" || reads.Load() < 2 {
				t.Fatalf("%s was offered after %d readings", row.Chat.Chat.ID, reads.Load())
			}
		}
	})
}

func TestAnOfferThatCannotBeReadTurnsAwayOneConnectionOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		s := &spoiled{Store: w.disk}
		w.store = s
		w.start()
		defer func() { w.stop() }()
		w.activate("boris")
		w.write("c1", "sales", "k", "Hello")
		w.write("c2", "sales", "k", "Hello")
		time.Sleep(time.Second)
		w.restart() // the offers are there, and his clients come back
		s.reading(func(e commit.Entity, r commit.Record) (commit.Record, error) {
			if e.ID == "c1" {
				return r, commit.ErrUnavailable
			}
			return r, nil
		})
		if _, err := w.engine.Attach(t.Context(), "boris", "", 0, w.newTab(10)); !errors.Is(err, actors.ErrUnavailable) || w.letters.of("panic") > 0 {
			t.Fatalf("attach: %v, dead letters %v", err, w.letters.count)
		}
		s.reading(nil)
		hello := next[view.Hello](w.open("boris", "", 0))
		if len(hello.Snapshot.Offers) != 2 {
			t.Fatalf("offers %+v", hello.Snapshot.Offers)
		}
	})
}

// meddled is a store in which something happens before a page of messages is read.
type meddled struct {
	shaky
	before atomic.Pointer[func()]
}

func (s *meddled) Range(ctx context.Context, p int, e commit.Entity, r commit.Range) ([]commit.Item, error) {
	if f := s.before.Swap(nil); f != nil {
		(*f)()
	}
	return s.Store.Range(ctx, p, e, r)
}

// A second tab's snapshot shows a change whose notice is still on its way. What the
// notice then needs cannot be read: the first tab must not stay behind for good (S102).
func TestAPushThatCannotBeReadEndsTheFeedInsteadOfBeingLeftOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		store := &meddled{shaky: shaky{Store: w.disk}}
		w.store = store
		w.start()
		defer func() { w.stop() }()
		first := w.activate("anna")["anna"]
		w.own("anna", "c1")
		time.Sleep(time.Second)
		first.all()
		edit := func() {
			w.do("c1", chat.Edit{Key: "e", Target: "mid.c1-first", Text: "Hi"})
			store.fails.Store(true)
		}
		store.before.Store(&edit)
		_, _ = w.engine.Attach(t.Context(), "anna", "", 0, w.newTab(100))
		time.Sleep(time.Second)
		select {
		case <-first.ended: // it comes back to a snapshot
		default:
			if got := bodies[view.Amended](first.all()); len(got) != 1 || got[0].Message.Text != "Hi" {
				t.Errorf("the first tab stays and was shown %+v", got)
			}
		}
		store.fails.Store(false)
	})
}
