package actors_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/operator"
	"parley/actors/view"
)

// plot is a piece of work whose every commit is disturbed in turn. act may be
// called again after a crash, as clients and providers repeat what was not
// answered; it ignores refusals.
type plot struct {
	name  string
	setup func(w *world)
	act   func(w *world)
	check func(w *world)
}

var plots = []plot{
	{
		name: "accept by two at once (S31)",
		setup: func(w *world) {
			w.activate("anna", "boris")
			w.write("c1", "support", "k1", "Hello")
		},
		act: func(w *world) {
			w.present("anna", "boris")
			w.together(
				func() { w.accept("anna", "c1.1") },
				func() { w.accept("boris", "c1.1") },
			)
		},
		check: func(w *world) { w.owned("c1.1", "anna", "boris") },
	},
	{
		name:  "a single offer from the message to the answer (S22, S31)",
		setup: func(w *world) { w.activate("boris", "clara") },
		act: func(w *world) {
			w.present("boris", "clara")
			_, _ = w.try("c1", receive("sales", "k1", "A price, please"))
			time.Sleep(time.Second)
			w.together(
				func() { w.accept("boris", "c1.1") },
				func() { w.accept("clara", "c1.1") },
			)
		},
		check: func(w *world) { w.owned("c1.1", "boris", "clara") },
	},
	{
		name: "transfer to an operator (S43, S46)",
		setup: func(w *world) {
			w.activate("anna", "boris")
			w.own("anna", "c1")
		},
		act: func(w *world) {
			_, _ = w.try("c1", chat.Hand{ID: "t1", By: person("anna"), Chat: "c1.1", ToOperator: person("clara"), Note: "likes red"})
		},
		check: func(w *world) {
			w.owned("c1.2", "clara")
			w.messages("c1.2", "likes red")
		},
	},
	{
		name: "transfer to a queue (S44, S46)",
		setup: func(w *world) {
			w.activate("anna", "boris")
			w.own("anna", "c1")
		},
		act: func(w *world) {
			w.present("boris")
			_, _ = w.try("c1", chat.Hand{ID: "t1", By: person("anna"), Chat: "c1.1", ToQueue: "sales"})
			time.Sleep(time.Second)
			w.accept("boris", "c1.2")
		},
		check: func(w *world) { w.owned("c1.2", "boris") },
	},
	{
		name: "finish, and the customer writes again (S34, S3)",
		setup: func(w *world) {
			w.activate("anna")
			w.own("anna", "c1")
		},
		act: func(w *world) {
			if w.open1("c1") == "c1.1" {
				_, _ = w.try("c1", chat.Finish{By: person("anna"), Chat: "c1.1"})
			}
			if w.chatPhase("c1.1") == chat.Completed {
				_, _ = w.try("c1", receive("support", "k9", "One more thing"))
			}
		},
		check: func(w *world) {
			w.phase("c1.1", chat.Completed)
			w.phase("c1.2", chat.Waiting)
			w.messages("c1.2", "One more thing")
		},
	},
	{
		name: "an answer to the customer (S38)",
		setup: func(w *world) {
			w.activate("anna")
			w.own("anna", "c1")
		},
		act: func(w *world) {
			_, _ = w.try("c1", chat.Send{By: person("anna"), Chat: "c1.1", ClientID: "x", Text: "Good day"})
		},
		check: func(w *world) {
			m := w.messages("c1.1", "Good day")
			if m.State != chat.Sent && m.State != chat.Unknown {
				w.t.Fatalf("the answer is %s", m.State)
			}
		},
	},
}

func TestEveryCommitOfEveryStoryMayFail(t *testing.T) {
	t.Parallel()
	for _, p := range plots {
		for kind, called := range trips {
			t.Run(fmt.Sprintf("%s/%s", p.name, called), func(t *testing.T) {
				t.Parallel()
				for n := 1; ; n++ {
					reached := false
					synctest.Test(t, func(t *testing.T) { reached = p.disturb(t, n, kind) })
					if t.Failed() {
						t.Fatalf("at commit %d", n)
					}
					if !reached {
						if n < 3 {
							t.Fatalf("only %d commits", n-1)
						}
						return
					}
				}
			})
		}
	}
}

// disturb plays the plot with its n-th commit disturbed, until everything has
// settled, and says whether there was such a commit.
func (p plot) disturb(t *testing.T, n int, kind trip) (reached bool) {
	w := prepare(t)
	wire := newTripwire(w.disk)
	w.store = wire
	w.start()
	defer func() { w.stop() }()
	p.setup(w)
	time.Sleep(2 * time.Second)
	wire.lay(n, kind)
	p.act(w)
	time.Sleep(time.Minute)
	if wire.isDead() {
		w.kill()
		w.store = w.disk.Reopen()
		w.start()
		p.act(w)
	} else if kind == failBefore || kind == failAfter || kind == hold {
		p.act(w) // clients repeat what was not answered in time
	}
	time.Sleep(time.Minute)
	w.agrees()
	p.check(w)
	if n := w.letters.of("panic") + w.letters.of("mailbox") + w.letters.of("work") + w.letters.of("corrupt"); n > 0 {
		t.Errorf("dead letters: %v", w.letters.count)
	}
	return wire.count >= n
}

// present brings operators back who were there before a crash.
func (w *world) present(ids ...string) {
	for _, id := range ids {
		s := w.newTab(2000)
		if detach, err := w.engine.Attach(w.t.Context(), id, "", 0, s); err == nil {
			s.detach = detach
		}
		_, _ = w.try(id, operator.SetStatus{Status: operator.Active})
	}
}

func (w *world) together(all ...func()) {
	var wg sync.WaitGroup
	for _, f := range all {
		wg.Go(f)
	}
	wg.Wait()
}

// accept takes a chat if it can be had; a chat that was had must be owned.
func (w *world) accept(id, chatID string) {
	reply, err := w.try(id, operator.Accept{ID: "accept-" + id, Chat: chatID})
	if err != nil {
		return
	}
	if a := reply.(view.Assigned); a.Chat.Chat.Owner.ID != id {
		w.t.Errorf("%s was answered a chat of %s", id, a.Chat.Chat.Owner.ID)
	}
}

// owned checks that a chat is in progress with exactly one of some operators.
func (w *world) owned(chatID string, among ...string) {
	w.t.Helper()
	c := w.chat(chatID)
	if c.Phase != chat.InProgress {
		w.t.Fatalf("%s is %s", chatID, c.Phase)
	}
	holders := 0
	for _, id := range among {
		s, err := w.engine.StoredOperator(w.t.Context(), id)
		if err != nil {
			w.t.Fatal(err)
		}
		if slot, ok := s.Slot(chatID); ok && slot.Kind == operator.Live {
			holders++
			if c.Owner.ID != id {
				w.t.Fatalf("%s has a slot for %s, which is of %s", id, chatID, c.Owner.ID)
			}
		}
	}
	if holders != 1 {
		w.t.Fatalf("%d of %v hold %s", holders, among, chatID)
	}
}

// messages checks that exactly one message of a chat has a text, and gives it.
func (w *world) messages(chatID, text string) chat.Message {
	w.t.Helper()
	page, err := w.engine.History(w.t.Context(), chatID, "", 500)
	if err != nil {
		w.t.Fatal(err)
	}
	var found []chat.Message
	for _, m := range page.Messages {
		if m.Text == text {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		w.t.Fatalf("%d messages %q in %s", len(found), text, chatID)
	}
	return found[0]
}

func (w *world) chatPhase(id string) chat.Phase {
	c, err := w.engine.Chat(w.t.Context(), id)
	if err != nil {
		return chat.None
	}
	return c.Chat.Phase
}

// agrees checks that chats, slots, offers and waiting lists tell one story, and
// that nothing went to the provider twice.
func (w *world) agrees(conversations ...string) {
	w.t.Helper()
	if len(conversations) == 0 {
		conversations = []string{"c1"}
	}
	waits := make(map[string]string) // chat -> queue
	for id := range w.company.Queues {
		entries, err := w.engine.StoredEntries(id)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, e := range entries {
			if other, twice := waits[e.Chat]; twice {
				w.t.Errorf("%s waits in %s and %s", e.Chat, other, id)
			}
			waits[e.Chat] = id
			if e.Offer.Operator != "" {
				w.holds(e.Offer.Operator, e.Chat, operator.Offered)
			}
		}
	}
	for _, id := range conversations {
		s, err := w.engine.StoredConversation(w.t.Context(), id)
		if errors.Is(err, actors.ErrNotFound) {
			continue
		}
		if err != nil {
			w.t.Fatal(err)
		}
		c := s.Chat
		if (c.Phase == chat.Waiting) != (waits[c.ID] != "") || c.Phase == chat.Waiting && waits[c.ID] != c.Queue {
			w.t.Errorf("%s is %s in %s and waits in %q", c.ID, c.Phase, c.Queue, waits[c.ID])
		}
		if c.Phase == chat.InProgress {
			w.holds(c.Owner.ID, c.ID, operator.Live)
		}
		delete(waits, c.ID)
	}
	for id, queue := range waits {
		w.t.Errorf("%s waits in %s and is not the newest of its conversation", id, queue)
	}
	w.slots()
	w.deliveredOnce()
}

func (w *world) holds(id, chatID string, kind operator.Kind) {
	w.t.Helper()
	s, err := w.engine.StoredOperator(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	if slot, ok := s.Slot(chatID); !ok || slot.Kind != kind {
		w.t.Errorf("%s holds %+v for %s, want kind %d", id, slot, chatID, kind)
	}
}

// slots checks that every slot is of a chat that knows it.
func (w *world) slots() {
	w.t.Helper()
	for id := range w.company.Operators {
		s, err := w.engine.StoredOperator(w.t.Context(), id)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, slot := range s.Slots {
			c := w.chat(slot.Chat)
			switch {
			case slot.Kind == operator.Live && c.Phase == chat.InProgress && c.Owner.ID == id:
			case slot.Kind == operator.Offered && c.Phase == chat.Waiting:
			default:
				w.t.Errorf("%s has a slot %+v for %s, which is %s of %s", id, slot, c.ID, c.Phase, c.Owner.ID)
			}
		}
	}
}

func (w *world) deliveredOnce() {
	w.t.Helper()
	times := make(map[string]int)
	for _, d := range w.outside.sent() {
		key := fmt.Sprint(d.Message.ID, "/", d.Part)
		if times[key]++; times[key] > 1 {
			w.t.Errorf("%s went to the provider %d times", key, times[key])
		}
	}
}
