package chat

import "time"

// turn gathers what one command does: the next state and the facts. Events and
// notifications are made from the facts in one place (done), in one order:
// what ended, what began, what moved, new messages, changed messages.
type turn struct {
	State
	now     time.Time
	ended   *Chat // the chat this turn completed
	opened  bool  // Chat began in this turn
	moved   bool  // Chat changed for those who see its row
	granted bool  // Chat got its owner in this turn: the grant shows it, not a notification
	index   bool  // the row in the chats section is out of date
	added   []Message
	changed []Message
	effects []Effect
	keys    []Key
	note    string // kept with the key
	reply   any
	later   string
	answer  *Answer
}

func (t *turn) effect(e Effect) { t.effects = append(t.effects, e) }

// done turns the facts into the Change.
func (t *turn) done() Change {
	if t.ended != nil {
		t.effect(Index{Chat: *t.ended})
	}
	if t.index {
		t.effect(Index{Chat: t.Chat})
	}
	events := t.events()
	for _, e := range events {
		if t.ownerSees(e) {
			t.effect(Notify{Operator: t.Chat.Owner.ID, Event: e})
		}
	}
	if t.Chat.Phase == Waiting && !t.opened && (t.moved || len(t.added) > 0) {
		t.effect(Touch{Queue: t.Chat.Queue, Chat: t.Chat.ID})
	}
	return Change{
		State: t.State, Events: events, Effects: t.effects, Keys: t.keys, Due: t.due(),
		Reply: t.reply, Later: t.later, Answer: t.answer,
	}
}

func (t *turn) events() []Event {
	var events []Event
	if t.ended != nil {
		events = append(events, Ended{Chat: *t.ended})
	}
	switch {
	case t.opened:
		events = append(events, Opened{Chat: t.Chat})
	case t.moved:
		events = append(events, Moved{Chat: t.Chat})
	}
	for _, m := range t.added {
		events = append(events, Added{Message: m})
	}
	for _, m := range t.changed {
		events = append(events, Changed{Message: m})
	}
	return events
}

// ownerSees says whether an event belongs on the owner's feed (I8). A chat that
// comes to its owner in this turn is shown whole by its Grant.
func (t *turn) ownerSees(e Event) bool {
	if t.Chat.Phase != InProgress || t.opened || t.granted {
		return false
	}
	switch e := e.(type) {
	case Moved, Added:
		return true
	case Changed:
		return t.Chat.Continues(e.Message.Chat)
	default: // Ended and Opened reach operators by Release and Grant
		return false
	}
}

// Continues says whether a chat (by id) is this one or one of its parents, so
// that its owner may read it (S45).
func (c Chat) Continues(chat string) bool {
	conversation, n, ok := ParseChat(chat)
	own, _, _ := ParseChat(c.ID)
	return ok && conversation == own && n <= c.Number && n >= c.Root
}

// later gives the later of two moments, so that a clock set back never makes a
// chat end before it began.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
