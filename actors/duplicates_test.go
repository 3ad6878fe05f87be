package actors_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"parley/actors/chat"
	"parley/actors/operator"
	"parley/persistence/storetest"
)

func TestTheSameKeyAThousandTimesAtOnceIsOneMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	defer func() { w.stop() }()
	var all sync.WaitGroup
	for range 1000 {
		all.Go(func() {
			if _, err := w.try("c1", receive("support", "k1", "Hello")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	w.messages("c1.1", "Hello")
	if c := w.chat("c1.1"); c.Position != 1 || c.Unread != 1 {
		t.Fatalf("%d messages, %d unread", c.Position, c.Unread)
	}
}

// gathered gives commands to one entity while a commit is held, so that they
// share the next change.
func (w *world) gathered(faulty *storetest.Faulty, to string, commands ...any) {
	release := faulty.Hold()
	var all sync.WaitGroup
	all.Go(func() { _, _ = w.try(to, receive("support", "first "+to, "first")) })
	synctest.Wait()
	for _, c := range commands {
		all.Go(func() { _, _ = w.try(to, c) })
		synctest.Wait()
	}
	release()
	all.Wait()
}

func TestADuplicateInTheSameChangeAsNewMessagesIsOneMessage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		faulty := storetest.NewFaulty(w.disk)
		w.store = faulty
		w.start()
		defer func() { w.stop() }()
		w.gathered(faulty, "c1",
			receive("support", "a", "A"), receive("support", "a", "A"), receive("support", "b", "B"),
			receive("support", "a", "A"), receive("support", "first c1", "first"), receive("support", "b", "B"))
		for _, text := range []string{"first", "A", "B"} {
			w.messages("c1.1", text)
		}
		if c := w.chat("c1.1"); c.Position != 3 {
			t.Fatalf("%d messages", c.Position)
		}
	})
}

func TestKeysTheStoreKnowsAreFoundAfterARestartHoweverManyComeAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		faulty := storetest.NewFaulty(w.disk)
		w.store = faulty
		w.start()
		defer func() { w.stop() }()
		const old = 150
		for i := range old {
			w.write("c1", "support", fmt.Sprint("old", i), fmt.Sprint("old ", i))
		}
		w.restart()
		commands := make([]any, 0, old+10)
		for i := range old {
			commands = append(commands, receive("support", fmt.Sprint("old", i), fmt.Sprint("old ", i)))
			if i%15 == 0 {
				commands = append(commands, receive("support", fmt.Sprint("new", i), fmt.Sprint("new ", i)))
			}
		}
		w.gathered(faulty, "c1", commands...)
		if c := w.chat("c1.1"); c.Position != old+10+1 {
			t.Fatalf("%d messages, want %d", c.Position, old+10+1)
		}
	})
}

func TestTheSameClientIDIsTheSameMessageAtOnceAndLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	defer func() { w.stop() }()
	w.activate("anna")
	id := w.own("anna", "c1")
	send := chat.Send{By: person("anna"), Chat: id, ClientID: "x", Text: "Good day"}
	var all sync.WaitGroup
	ids := make([]string, 50)
	for i := range ids {
		all.Go(func() { ids[i] = w.do("c1", send).(chat.Message).ID })
	}
	all.Wait()
	for _, got := range ids {
		if got != ids[0] {
			t.Fatalf("messages %s and %s", ids[0], got)
		}
	}
	same := func(when string) {
		t.Helper()
		if got := w.do("c1", send).(chat.Message); got.ID != ids[0] {
			t.Fatalf("%s: %s, want %s", when, got.ID, ids[0])
		}
	}
	for i := range 100 { // push the key out of the actor's memory
		w.write("c1", "support", fmt.Sprint("more", i), "more")
	}
	same("after many others")
	w.do("c1", chat.Finish{By: person("anna"), Chat: id})
	same("after the chat completed")
	w.restart()
	same("after a restart")
	w.write("c1", "support", "again", "Again")
	same("in the customer's next chat")
	w.messages(id, "Good day")
	if _, err := w.try("c1", chat.Send{By: person("anna"), Chat: id, ClientID: "y", Text: "Late"}); err == nil {
		t.Fatal("a new message went into a completed chat")
	}
	if _, err := w.try("c1", chat.Send{By: person("boris"), Chat: id, ClientID: "x", Text: "Good day"}); err == nil {
		t.Fatal("somebody else was given anna's message (I8)")
	}
	w.deliveredOnce()
}

func TestAnAcceptRepeatedIsAnsweredEveryTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	defer func() { w.stop() }()
	w.activate("anna")
	w.write("c1", "support", "k1", "Hello")
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() { w.do("anna", operator.Accept{ID: fmt.Sprint("r", i), Chat: "c1.1"}) })
	}
	all.Wait()
	w.restart()
	w.do("anna", operator.Accept{ID: "after", Chat: "c1.1"})
	if n := w.load("anna"); n != 1 {
		t.Fatalf("anna's load is %d", n)
	}
}
