package actors_test

import (
	"testing"
	"testing/synctest"
	"time"

	"parley/actors/chat"
)

func TestACompletionTimeoutCountsFromTheLastMessageEitherWayAndSurvivesARestart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer func() { w.stop() }()
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
	})
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
