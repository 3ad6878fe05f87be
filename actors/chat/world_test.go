package chat

import (
	"slices"
	"testing"
	"time"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// world is the least shell there can be: it finds messages, keeps history and
// keys, and moves the clock by hand.
type world struct {
	state   State
	now     time.Time
	history []Message
	keys    map[string]string
}

func newWorld() *world {
	s := New("k1")
	s.Policy = Policy{
		CompletionTimeout: 30 * time.Minute, BotCompletionTimeout: time.Hour,
		Window: 24 * time.Hour, MaxText: 2000, Receipts: true,
	}
	return &world{state: s, now: start, keys: map[string]string{}}
}

// do runs a command as the shell would: a key that was seen drops the change.
func (w *world) do(c Command) (Change, error) {
	c = With(c, w.find(Needs(w.state, c)))
	change, err := Step(w.state, c, w.now)
	if err != nil {
		return change, err
	}
	for _, key := range change.Keys {
		if note, seen := w.keys[key.ID]; seen {
			return Change{State: w.state, Due: w.state.due(), Reply: note}, nil
		}
	}
	for _, key := range change.Keys {
		w.keys[key.ID] = key.Note
	}
	w.state = change.State
	for _, e := range change.Events {
		switch e := e.(type) {
		case Added:
			w.history = append(w.history, e.Message)
		case Changed:
			w.history[w.index(e.Message.ID)] = e.Message
		}
	}
	return change, nil
}

func (w *world) find(refs []Ref) []Message {
	var found []Message
	for _, m := range w.history {
		for _, ref := range refs {
			if m.ID == ref.ID || (ref.Provider != "" && slices.Contains(m.Providers, ref.Provider)) {
				found = append(found, m)
			}
		}
	}
	return found
}

func (w *world) index(id string) int {
	return slices.IndexFunc(w.history, func(m Message) bool { return m.ID == id })
}

func (w *world) message(t testing.TB, id string) Message {
	t.Helper()
	i := w.index(id)
	if i < 0 {
		t.Fatalf("no message %s", id)
	}
	return w.history[i]
}

func (w *world) must(t testing.TB, c Command) Change {
	t.Helper()
	change, err := w.do(c)
	if err != nil {
		t.Fatalf("%T: %v", c, err)
	}
	return change
}

var (
	support = Channel{ID: "acme-fb", Provider: "messenger", Queue: "support"}
	maria   = Sender{Address: Address{IDs: []AddressID{{"psid", "777"}}}, Contact: "c1", Name: "Maria"}
	anna    = Person{ID: "anna", Name: "Anna"}
	boris   = Person{ID: "boris", Name: "Boris"}
	clara   = Person{ID: "clara", Name: "Clara"}
)

func says(mid, text string) Receive {
	return Receive{Key: "m/" + mid, Channel: support, Sender: maria, Message: Incoming{Provider: mid, Text: text}}
}

// inProgress gives a world whose chat k1.1 is Anna's, with one message.
func inProgress(t testing.TB) *world {
	t.Helper()
	w := newWorld()
	w.must(t, says("m1", "Hello"))
	w.must(t, Assign{Operator: anna, Chat: "k1.1", Queues: []string{"support"}})
	return w
}

// sent gives a world in which Anna's answer k1.1.2 is with the provider as p1.
func sent(t testing.TB) *world {
	t.Helper()
	w := inProgress(t)
	w.must(t, Send{By: anna, Chat: "k1.1", ClientID: "x1", Text: "Hi"})
	w.must(t, Accepted{Message: "k1.1.2", Provider: "p1", Part: 1, Parts: 1})
	return w
}
