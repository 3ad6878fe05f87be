package verify

import (
	"slices"

	"parley/actors"
	"parley/actors/chat"
)

// ledger is what was acknowledged to somebody: it must be there, once, then and
// for ever (I5).
type ledger struct {
	events   []*event
	answers  []chat.Message
	owners   map[string]string // chat -> operator who was told that it is his
	ended    []string
	children map[string]string // chat -> child
	rows     map[string]actors.Row
}

func (l *ledger) event(w *world, e *event) {
	l.events = append(l.events, e)
	w.checkEvent(e)
}

func (l *ledger) answer(w *world, m chat.Message) {
	l.answers = append(l.answers, m)
	w.checkAnswer(m)
}

func (l *ledger) owner(w *world, operator, id string) {
	if l.owners == nil {
		l.owners = map[string]string{}
	}
	if old, ok := l.owners[id]; ok && old != operator {
		w.fail("S31: %s was given to %s and to %s", id, old, operator)
	}
	l.owners[id] = operator
	w.checkOwner(id, operator)
}

func (l *ledger) finished(w *world, id string) {
	l.ended = append(l.ended, id)
	w.checkEnded(id)
}

func (l *ledger) handed(w *world, id, child string) {
	if l.children == nil {
		l.children = map[string]string{}
	}
	l.children[id] = child
	w.checkHanded(id, child)
}

// index keeps the newest row of every chat.
func (l *ledger) index(rows []actors.Row) {
	if l.rows == nil {
		l.rows = map[string]actors.Row{}
	}
	for _, r := range rows {
		if r.Version >= l.rows[r.Chat.ID].Version {
			l.rows[r.Chat.ID] = r
		}
	}
}

// checkLedger looks at everything that was ever acknowledged.
func (w *world) checkLedger() {
	for _, e := range w.ledger.events {
		w.checkEvent(e)
	}
	for _, m := range w.ledger.answers {
		w.checkAnswer(m)
	}
	for _, c := range w.customers {
		w.checkOrder(c)
	}
	for _, id := range w.ledger.ended {
		w.checkEnded(id)
	}
	for _, p := range w.operators {
		for _, id := range sorted(w.ledger.owners) {
			if w.ledger.owners[id] == p.id {
				w.checkOwner(id, p.id)
			}
		}
	}
	for _, id := range sorted(w.ledger.children) {
		w.checkHanded(id, w.ledger.children[id])
	}
}

// checkEvent: an answered message is there exactly once (I4, I5).
func (w *world) checkEvent(e *event) {
	if e.line == "" {
		return
	}
	n := 0
	if c := w.kept.conversations[e.of.id]; c != nil {
		for _, lines := range c.lines {
			for _, m := range lines {
				if m.Direction == chat.In && slices.Contains(m.Providers, e.line) {
					n++
				}
			}
		}
	}
	if n == 0 {
		w.fail("I5: %s was answered 200 and is not kept", e.line)
	} else if n > 1 {
		w.fail("I4: %s is kept %d times", e.line, n)
	}
}

// place is where a message of a customer stands.
func (w *world) place(e *event) (number, position int) {
	for _, lines := range w.kept.conversations[e.of.id].lines {
		for _, m := range lines {
			if m.Direction == chat.In && slices.Contains(m.Providers, e.line) {
				_, n, _ := chat.ParseChat(m.Chat)
				return n, m.Position
			}
		}
	}
	return 0, 0
}

// checkOrder: what was answered before another message was told stands in front
// of it (I4).
func (w *world) checkOrder(c *customer) {
	type place struct{ n, p int }
	places := map[*event]place{}
	for _, e := range c.events {
		if e.acked && e.line != "" {
			n, p := w.place(e)
			places[e] = place{n, p}
		}
	}
	for _, e := range c.events {
		at, ok := places[e]
		if !ok {
			continue
		}
		for _, x := range e.after {
			if b := places[x]; b.n > at.n || b.n == at.n && b.p > at.p {
				w.fail("I4: %s was answered before %s was told, and stands behind it", x.key, e.key)
			}
		}
	}
}

// checkAnswer: an acknowledged answer is there exactly once.
func (w *world) checkAnswer(m chat.Message) {
	is, ok := w.kept.message(m.ID)
	if !ok || is.ClientID != m.ClientID || is.Text != m.Text {
		w.fail("I5: the answer %s was acknowledged as %s and is not there: %+v", m.ClientID, m.ID, is)
		return
	}
	conversation, _, _ := chat.ParseChat(m.Chat)
	n := 0
	for _, lines := range w.kept.conversations[conversation].lines {
		for _, x := range lines {
			if x.ClientID == m.ClientID {
				n++
			}
		}
	}
	if n != 1 {
		w.fail("I4: the answer %s is kept %d times", m.ClientID, n)
	}
}

func (w *world) checkOwner(id, operator string) {
	if c, ok := w.kept.chat(id); !ok || c.Owner.ID != operator {
		w.fail("I5: %s was told that %s is his; it is of %q", operator, id, c.Owner.ID)
	}
}

func (w *world) checkEnded(id string) {
	if c, ok := w.kept.chat(id); !ok || c.Phase != chat.Completed {
		w.fail("I5: the end of %s was acknowledged; it is %s", id, c.Phase)
	}
}

func (w *world) checkHanded(id, child string) {
	c, ok := w.kept.chat(id)
	if !ok || c.Phase != chat.Completed || c.Child != child {
		w.fail("S44: %s was handed on as %s; it is %s with child %q", id, child, c.Phase, c.Child)
	}
	if next, ok := w.kept.chat(child); !ok || next.Parent != id {
		w.fail("S44: %s was handed on as %s, whose parent is %q", id, child, next.Parent)
	}
}
