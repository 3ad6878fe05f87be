package actors_test

import (
	"testing"
	"testing/synctest"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/operator"
	"parley/actors/view"
)

// inBubble runs a test in virtual time.
func inBubble(t *testing.T, name string, test func(t *testing.T, w *world)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t)
			defer func() { w.stop() }()
			test(t, w)
		})
	})
}

func TestTimers(t *testing.T) {
	t.Parallel()
	inBubble(t, "a completion timeout counts from the last message either way and survives a restart (S35, I6)", func(t *testing.T, w *world) {
		w.activate("anna")
		id := w.own("anna", "c1")
		time.Sleep(20 * time.Minute)
		w.write("c1", "support", "k2", "Hello?")
		time.Sleep(20 * time.Minute)
		w.do("c1", chat.Send{By: person("anna"), Chat: id, ClientID: "x", Text: "Yes"})
		time.Sleep(20 * time.Minute)
		w.restart()
		time.Sleep(10*time.Minute - time.Second)
		w.phase(id, chat.InProgress)
		time.Sleep(2 * time.Second)
		w.phase(id, chat.Completed)
		if c := w.chat(id); c.Reason != chat.ByTimeout {
			t.Fatalf("completed by %s", c.Reason)
		}
		if n := w.load("anna"); n != 0 {
			t.Fatalf("anna's load is %d", n)
		}
	})
	inBubble(t, "a completion timeout that ends while nothing runs completes the chat at the start (I6)", func(t *testing.T, w *world) {
		w.activate("anna")
		id := w.own("anna", "c1")
		w.stop()
		time.Sleep(time.Hour)
		w.start()
		time.Sleep(time.Second)
		w.phase(id, chat.Completed)
	})
	inBubble(t, "a timer for a chat that has moved on changes nothing (I7)", func(t *testing.T, w *world) {
		w.activate("anna")
		id := w.own("anna", "c1")
		time.Sleep(29 * time.Minute)
		w.do("c1", chat.Finish{By: person("anna"), Chat: id})
		w.own2("anna", "c1", "again")
		time.Sleep(5 * time.Minute) // the first chat's time would be up
		w.phase(id, chat.Completed)
		w.phase("c1.2", chat.InProgress)
		if c := w.chat(id); c.Reason != chat.ByOperator {
			t.Fatalf("%s completed by %s", id, c.Reason)
		}
		time.Sleep(25*time.Minute - time.Second)
		w.phase("c1.2", chat.InProgress)
		time.Sleep(2 * time.Second)
		w.phase("c1.2", chat.Completed)
	})
	inBubble(t, "a shorter completion timeout holds from the next word on, also after a restart (S35, S110)", func(t *testing.T, w *world) {
		w.activate("anna")
		id := w.own("anna", "c1")
		w.reconfigure(func(c *actors.Catalogue) {
			q := c.Queues["support"]
			q.CompletionTimeout = 10 * time.Minute
			c.Queues["support"] = q
		})
		w.do("c1", chat.Draft{By: person("anna"), Chat: id, Text: ""}) // changes nothing but the time
		w.restart()
		time.Sleep(11 * time.Minute)
		w.phase(id, chat.Completed)
	})
	inBubble(t, "waiting does not run the completion timeout (S35)", func(t *testing.T, w *world) {
		w.write("c1", "support", "k1", "Hello")
		time.Sleep(24 * time.Hour)
		w.restart()
		w.phase("c1.1", chat.Waiting)
		w.activate("anna")
		w.do("anna", operator.Accept{ID: "r", Chat: "c1.1"})
		time.Sleep(29 * time.Minute)
		w.phase("c1.1", chat.InProgress)
	})
	inBubble(t, "an ignored offer goes to the next candidate and its operator turns Inactive and is told (S24, S25)", func(t *testing.T, w *world) {
		tabs := w.activate("boris", "clara")
		w.write("c1", "sales", "k1", "A price, please")
		time.Sleep(time.Second)
		first, second := "boris", "clara"
		if len(bodies[view.Offered](tabs["boris"].all())) == 0 {
			first, second = second, first
		}
		time.Sleep(5 * time.Minute)
		pushed := tabs[first].all()
		gone, status := bodies[view.Withdrawn](pushed), bodies[view.Status](pushed)
		if len(gone) != 1 || gone[0].Reason != "expired" {
			t.Fatalf("%s: withdrawn %+v", first, gone)
		}
		if last := status[len(status)-1]; last.Preferred != "inactive" || last.Effective != "inactive" || last.Reason != "offer_expired" {
			t.Fatalf("%s: status %+v", first, last)
		}
		if got := bodies[view.Offered](tabs[second].all()); len(got) != 1 || got[0].Chat.Chat.ID != "c1.1" {
			t.Fatalf("%s was offered %+v", second, got)
		}
		w.restart() // a second time-out keeps its remaining time
		tab := w.open(second, "", 0)
		if got := next[view.Hello](tab).Snapshot.Offers; len(got) != 1 {
			t.Fatalf("offers after the restart: %+v", got)
		}
		time.Sleep(5 * time.Minute)
		if gone := bodies[view.Withdrawn](tab.all()); len(gone) != 1 || gone[0].Reason != "expired" {
			t.Fatalf("%s: withdrawn %+v", second, gone)
		}
		entries, err := w.engine.StoredEntries("sales")
		if err != nil || len(entries) != 1 || entries[0].Offer.Operator != "" {
			t.Fatalf("waiting: %+v, %v", entries, err)
		}
		if _, err := w.try(first, operator.Accept{ID: "late", Chat: "c1.1"}); err == nil {
			t.Fatal("an expired offer was accepted")
		}
	})
	inBubble(t, "an operator without a connection is Inactive after the grace period, and preferred comes back (S13, S14)", func(t *testing.T, w *world) {
		tabs := w.activate("anna")
		second := w.open("anna", "", 0)
		tabs["anna"].detach()
		time.Sleep(time.Minute) // the second tab holds
		w.status("anna", "active", "active")
		second.detach()
		time.Sleep(29 * time.Second)
		w.status("anna", "active", "active")
		time.Sleep(2 * time.Second)
		w.status("anna", "active", "inactive")
		w.open("anna", "", 0)
		w.status("anna", "active", "active")
	})
	inBubble(t, "a connection that comes back within the grace period keeps the operator Active (S13)", func(t *testing.T, w *world) {
		tab := w.activate("anna")["anna"]
		for range 5 {
			tab.detach()
			time.Sleep(20 * time.Second)
			tab = w.open("anna", "", 0)
			time.Sleep(20 * time.Second)
			w.status("anna", "active", "active")
		}
	})
	inBubble(t, "nobody is Active without a session after a restart (I6)", func(t *testing.T, w *world) {
		w.activate("anna", "boris")
		w.restart()
		back := w.open("boris", "", 0) // boris' browser connects again
		time.Sleep(31 * time.Second)
		w.status("anna", "active", "inactive")
		w.status("boris", "active", "active")
		w.write("c1", "support", "k1", "Hello")
		if row := next[view.Offered](back); row.Chat.Chat.ID != "c1.1" {
			t.Fatalf("offered %+v", row)
		}
	})
}

// own2 opens the next chat of a conversation and makes an operator its owner.
func (w *world) own2(id, conversation, key string) {
	w.t.Helper()
	w.write(conversation, "support", key, "Once more")
	w.do(id, operator.Accept{ID: "own-" + key, Chat: w.open1(conversation)})
}

// open1 gives the id of the newest chat of a conversation.
func (w *world) open1(conversation string) string {
	w.t.Helper()
	s, err := w.engine.StoredConversation(w.t.Context(), conversation)
	if err != nil {
		w.t.Fatal(err)
	}
	return s.Chat.ID
}

func (w *world) chat(id string) chat.Chat {
	w.t.Helper()
	c, err := w.engine.Chat(w.t.Context(), id)
	if err != nil {
		w.t.Fatalf("chat %s: %v", id, err)
	}
	return c.Chat
}

func (w *world) phase(id string, want chat.Phase) {
	w.t.Helper()
	if c := w.chat(id); c.Phase != want {
		w.t.Fatalf("%s is %s, want %s", id, c.Phase, want)
	}
}

func (w *world) load(id string) int {
	w.t.Helper()
	s, err := w.engine.StoredOperator(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return s.Load()
}

func (w *world) status(id, preferred, effective string) {
	w.t.Helper()
	for _, o := range w.engine.Operators() {
		if o.ID == id && (o.Preferred != preferred || o.Effective != effective) {
			w.t.Fatalf("%s prefers %s and is %s, want %s and %s", id, o.Preferred, o.Effective, preferred, effective)
		}
	}
}
