package route_test

import (
	"fmt"
	"testing"

	"parley/actors/chat"
	"parley/actors/operator"
)

// deed is one thing somebody wants, and by what he sees that he got it. Who
// does not see it, because the process died, wants it again.
type deed struct {
	want func(*world)
	got  func(*world) bool
}

// TestCrashBetweenAnyTwoCommits plays short stories once for every commit they
// make, with a crash right before it and with one right after it. Their ends
// are always the same (I1, I2, I3, I5, I6, S31, S43, S46).
func TestCrashBetweenAnyTwoCommits(t *testing.T) {
	t.Parallel()
	for _, s := range []struct {
		name  string
		deeds []deed
		end   func(*world) bool
	}{
		{"an offer is accepted and answered", []deed{written("k1"), accepted("k1.1"), sent("k1.1")}, func(w *world) bool {
			return w.offered("k1.1") == "" && len(w.conversation("k1").lines) == 2
		}},
		{"an offer expires", []deed{written("k1"), expired("k1.1"), accepted("k1.1")}, func(w *world) bool {
			return w.chats["k1.1"].Open()
		}},
		{"two accept at once", []deed{written("k2"), contested("k2.1")}, func(w *world) bool {
			return len(w.slots("anna"))+len(w.slots("boris")) == 1
		}},
		{"a chat is finished and the customer writes again", []deed{written("k1"), accepted("k1.1"), finished("k1.1"), written("k1")}, func(w *world) bool {
			return w.chats["k1.2"].Phase == chat.Waiting && w.offered("k1.2") != ""
		}},
		{"a chat is handed to an operator", []deed{written("k2"), pulled("anna", "k2.1"), handed("anna", "k2", "boris")}, func(w *world) bool {
			return w.owner("k2.2") == "boris" && len(w.slots("anna")) == 0 && len(w.slots("boris")) == 1
		}},
		{"a chat is handed to somebody who is full", []deed{
			written("k4"), pulled("boris", "k4.1"), written("k2"), pulled("anna", "k2.1"), limited(1), refused("anna", "k2", "boris"),
		}, func(w *world) bool {
			return w.owner("k2.1") == "anna" && w.chats["k2.1"].Open() && len(w.slots("boris")) == 1
		}},
		{"a chat is handed to a queue", []deed{written("k2"), pulled("anna", "k2.1"), queued("anna", "k2", "sales")}, func(w *world) bool {
			return w.chats["k2.2"].Phase == chat.Waiting && w.offered("k2.2") != ""
		}},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			commits := play(t, 0, false, s.deeds, s.end)
			for at := range commits {
				play(t, at+1, true, s.deeds, s.end)
				play(t, at+1, false, s.deeds, s.end)
			}
			t.Logf("%d commits", commits)
		})
	}
}

// play tells a story that crashes at a commit, and gives how many it made.
func play(t *testing.T, crashAt int, before bool, deeds []deed, end func(*world) bool) int {
	t.Helper()
	w := told(t)
	w.commits, w.crashAt, w.spoiled = 0, crashAt, before
	w.note("the story begins; it crashes at commit %d, before it: %v", crashAt, before)
	for i, d := range deeds {
		for tries := 0; !d.got(w); tries++ {
			if tries == 3 {
				w.fail("deed %d is never done", i)
			}
			for _, id := range w.dir.operators {
				w.admit(id)
			}
			d.want(w)
			w.settle()
		}
	}
	w.checkSettled()
	if !end(w) {
		w.fail("another end than without a crash: %v", w.chats)
	}
	return w.commits
}

// written: the provider repeats its event until it is acknowledged.
func written(k string) deed {
	var e *event
	var of *world
	seen := func(w *world) bool {
		for _, a := range w.acked {
			if of == w && e != nil && chat.KeyOf(a.command) == chat.KeyOf(e.command) {
				return true
			}
		}
		return false
	}
	return deed{func(w *world) {
		if of != w {
			of, e = w, &event{k, w.says(k, false)}
		}
		_ = w.enter(k, e.command)
	}, func(w *world) bool { return seen(w) }}
}

// accepted: whoever holds the offer takes it.
func accepted(id string) deed {
	return deed{
		func(w *world) { _ = w.accept(w.offered(id), id) },
		func(w *world) bool { return w.owner(id) != "" },
	}
}

func pulled(who, id string) deed {
	return deed{
		func(w *world) { _ = w.accept(who, id) },
		func(w *world) bool { return w.owner(id) == who },
	}
}

func contested(id string) deed {
	return deed{
		func(w *world) { _ = w.accept("anna", id); _ = w.accept("boris", id) },
		func(w *world) bool { return w.owner(id) != "" },
	}
}

func sent(id string) deed {
	return deed{
		func(w *world) {
			b, _ := w.ofChat(id)
			_ = w.enter(b.name.ID, chat.Send{By: person(w.owner(id)), Chat: id, ClientID: "x", Text: "Hello"})
		},
		func(w *world) bool {
			b, _ := w.ofChat(id)
			return b.kept.chat.Chat.Position == 2
		},
	}
}

func finished(id string) deed {
	return deed{
		func(w *world) {
			b, _ := w.ofChat(id)
			_ = w.ask(b, chat.Finish{By: person(w.owner(id)), Chat: id})
		},
		func(w *world) bool { return w.chats[id].Phase == chat.Completed },
	}
}

// expired: the first to hold the offer lets it run out.
func expired(id string) deed {
	return deed{
		func(w *world) { w.now = w.now.Add(w.dir.accept) },
		func(w *world) bool {
			for _, who := range w.dir.operators {
				if w.operator(who).kept.operator.Preferred == operator.Inactive {
					return w.offered(id) != ""
				}
			}
			return false
		},
	}
}

func handed(from, k, to string) deed {
	return deed{
		func(w *world) {
			_ = w.ask(w.conversation(k), chat.Hand{ID: w.fresh("hand"), By: person(from), Chat: k + ".1", ToOperator: person(to)})
		},
		func(w *world) bool { return w.owner(k+".2") == to },
	}
}

func refused(from, k, to string) deed {
	hand := handed(from, k, to)
	return deed{hand.want, func(w *world) bool {
		for _, a := range w.answers {
			if a.who == from && a.chat == k+".1" && a.err != nil {
				return true
			}
		}
		return len(w.operator(to).live.operator.Slots) > 1 // which the end complains of
	}}
}

func queued(from, k, to string) deed {
	return deed{
		func(w *world) {
			_ = w.ask(w.conversation(k), chat.Hand{ID: w.fresh("hand"), By: person(from), Chat: k + ".1", ToQueue: to})
		},
		func(w *world) bool { return w.chats[k+".2"].Open() },
	}
}

// limited: an administrator repeats himself until the operators know.
func limited(n int) deed {
	return deed{
		func(w *world) { w.dir.limit = n; w.configure() },
		func(w *world) bool {
			for _, id := range w.dir.operators {
				if w.operator(id).kept.operator.Limit != n {
					return false
				}
			}
			return true
		},
	}
}

// TestATornBatchLeavesNothing: commands that share a change share its fate.
func TestATornBatchLeavesNothing(t *testing.T) {
	t.Parallel()
	w := told(t)
	for range 3 {
		_ = w.enter("k1", w.says("k1", false))
	}
	w.crash()
	w.settle()
	if b := w.conversation("k1"); b.live.chat.Opened != 0 || len(b.lines) != 0 || len(w.acked) != 0 {
		w.fail("a change that never was left %+v", b.live.chat)
	}
	for _, e := range w.provider.events { // nothing was acknowledged, so all comes again
		_ = w.ask(w.addressed(e.conversation), e.command)
		_ = w.ask(w.addressed(e.conversation), e.command)
	}
	w.settle()
	w.checkSettled()
	if got := fmt.Sprint(len(w.conversation("k1").lines), len(w.acked)); got != "3 3" {
		w.fail("lines and acknowledgements: %s", got)
	}
}
