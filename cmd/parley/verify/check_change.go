package verify

import (
	"slices"
	"time"

	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
)

// before is what is kept of an entity before a change to it.
func (w *world) before(e commit.Entity) any {
	switch e.Kind {
	case commit.Conversation:
		if c := w.kept.conversations[e.ID]; c != nil {
			return c.state
		}
		return chat.State{}
	case commit.Operator:
		if o := w.kept.operators[e.ID]; o != nil {
			return o.state
		}
		return operator.State{}
	}
	return nil
}

// checkChange looks at one change that has just become durable.
func (w *world) checkChange(c commit.Change, before any) {
	switch was := before.(type) {
	case chat.State:
		k := w.kept.conversations[c.Entity.ID]
		w.checkChats(was, k)
		w.checkLines(k)
		w.checkMoves()
	case operator.State:
		w.checkSlots(was, w.kept.operators[c.Entity.ID].state)
	}
}

// checkChats: at most one open chat (I1), one owner while in progress (I2), and
// a transfer in one step (S46).
func (w *world) checkChats(was chat.State, k *keptConversation) {
	is := k.state
	for n := 1; n < is.Opened; n++ {
		id := chat.ChatID(is.ID, n)
		if old, ok := k.past[id]; !ok || old.Phase != chat.Completed {
			w.fail("I1: %s is open, and %s has not ended: %s", is.Chat.ID, id, old.Phase)
		}
	}
	now := is.Chat
	if owned := now.Owner.ID != ""; now.Open() && owned != (now.Phase == chat.InProgress) {
		w.fail("I2: %s is %s and owned by %q", now.ID, now.Phase, now.Owner.ID)
	}
	if was.Opened > is.Opened {
		w.fail("I1: %s had %d chats and has %d", is.ID, was.Opened, is.Opened)
	}
	after, ok := w.kept.chat(was.Chat.ID)
	switch {
	case was.Chat.ID == "":
	case !ok:
		w.fail("I1: %s has vanished", was.Chat.ID)
	case was.Chat.Owner.ID != "" && after.Owner.ID != was.Chat.Owner.ID:
		w.fail("I2: %s was of %s and is of %q", was.Chat.ID, was.Chat.Owner.ID, after.Owner.ID)
	case was.Chat.Phase == chat.Completed && after.Phase != chat.Completed:
		w.fail("S30: %s was completed and is %s", was.Chat.ID, after.Phase)
	case was.Chat.Open() && after.Phase == chat.Completed:
		w.checkEnd(was.Chat, after)
	}
	if now.Parent != "" {
		if parent, ok := w.kept.chat(now.Parent); !ok || parent.Child != now.ID || parent.Phase != chat.Completed {
			w.fail("S46: %s continues %s, which is %s with child %q", now.ID, now.Parent, parent.Phase, parent.Child)
		}
	}
}

// checkEnd: a chat that ends by time has waited for its time (I7), and one that
// is handed on has its child at once (S46).
func (w *world) checkEnd(was, is chat.Chat) {
	w.saw("ended: " + string(is.Reason))
	if is.Child != "" {
		if child, ok := w.kept.chat(is.Child); !ok || child.Parent != is.ID {
			w.fail("S46: %s was handed on and %s does not continue it", is.ID, is.Child)
		}
	}
	if is.Reason != chat.ByTimeout {
		return
	}
	last := is.LastAt
	if is.AcceptedAt.After(last) {
		last = is.AcceptedAt
	}
	limit := w.patienceOf(is.Queue, was.Phase == chat.Bot)
	if limit == 0 || is.CompletedAt.Sub(last) < limit {
		w.fail("I7: %s ended by time after %v, %v was the limit", is.ID, is.CompletedAt.Sub(last), limit)
	}
}

// checkLines: positions without a hole (I4).
func (w *world) checkLines(k *keptConversation) {
	for _, t := range w.kept.touched {
		if t.is.ID != chat.MessageID(t.is.Chat, t.is.Position) {
			w.fail("I4: %s stands at position %d of %s", t.is.ID, t.is.Position, t.is.Chat)
		}
		if lines := k.lines[t.is.Chat]; lines[len(lines)].ID == "" {
			w.fail("I4: %s has %d messages and none at position %d", t.is.Chat, len(lines), len(lines))
		}
	}
	if c := k.state.Chat; c.Position != len(k.lines[c.ID]) {
		w.fail("I4: %s is at position %d and has %d messages", c.ID, c.Position, len(k.lines[c.ID]))
	}
}

// checkMoves: the state of an answer goes forward only, but for a retry (S38);
// what a customer has written is told once (I4).
func (w *world) checkMoves() {
	for _, t := range w.kept.touched {
		if !t.known {
			w.checkNew(t.is)
			continue
		}
		again := t.is.State == chat.Queued && (t.was.State == chat.Failed || t.was.State == chat.Unknown)
		if t.was.State != t.is.State && !t.was.State.Moves(t.is.State) && !again {
			w.fail("S38: %s went from %v to %v", t.is.ID, t.was.State, t.is.State)
		}
		if t.was.Direction != t.is.Direction || t.was.Author.Kind != t.is.Author.Kind || t.was.ClientID != t.is.ClientID {
			w.fail("I4: %s became another message", t.is.ID)
		}
	}
}

func (w *world) checkNew(m chat.Message) {
	if m.Direction != chat.In || len(m.Providers) == 0 {
		return
	}
	conversation, _, _ := chat.ParseChat(m.Chat)
	for _, lines := range w.kept.conversations[conversation].lines {
		for _, x := range lines {
			if x.ID != m.ID && slices.Contains(x.Providers, m.Providers[0]) {
				w.fail("I4: %s is kept as %s and as %s", m.Providers[0], x.ID, m.ID)
			}
		}
	}
}

// checkSlots: routing never lifts the load above the limit, nor does a transfer
// (I3); nobody Inactive holds an offer (S10).
func (w *world) checkSlots(was, is operator.State) {
	seen := map[string]bool{}
	for i, x := range is.Slots {
		if x.Kind != operator.Reserved {
			if seen[x.Chat] {
				w.fail("I3: %s has two slots for %s", is.ID, x.Chat)
			}
			seen[x.Chat] = true
		}
		if x.Kind == operator.Offered && is.Effective() != operator.Active {
			w.fail("S10: %s is %s and holds an offer of %s", is.ID, is.Effective(), x.Chat)
		}
		if !holds(was, x) {
			then := is
			then.Slots = is.Slots[:i+1] // several may come in one commit, in the order in which they were taken
			w.checkAdded(then, x)
		}
	}
	if was.Effective() != is.Effective() {
		w.saw("became " + is.Effective().String())
	}
	if is.Reason == "offer_expired" && was.Reason != is.Reason {
		w.saw("offer expired")
	}
	if is.AbsentAt.IsZero() && !is.Connected && is.Present {
		w.fail("S13: %s is present, without a connection and without an end", is.ID)
	}
}

// holds says whether a slot, of whatever kind, was there before.
func holds(s operator.State, x operator.Slot) bool {
	return slices.ContainsFunc(s.Slots, func(o operator.Slot) bool {
		return o.Chat == x.Chat || x.Kind == operator.Live && o.Kind == operator.Reserved && o.Request == x.Request
	})
}

func (w *world) checkAdded(is operator.State, x operator.Slot) {
	switch x.Kind {
	case operator.Offered:
		if most := w.most(x.Queue); most > 0 && is.Load() > most {
			w.fail("I3: an offer of %s lifted %s to %d of %d", x.Chat, is.ID, is.Load(), most)
		}
	case operator.Asking:
		most := w.most("")
		for _, id := range w.queueIDs() {
			if n := w.most(id); n == 0 || most == 0 {
				most = 0
			} else {
				most = max(most, n)
			}
		}
		if most > 0 && is.Load() > most {
			w.fail("I3: %s takes %s and has %d of %d", is.ID, x.Chat, is.Load(), most)
		}
	case operator.Reserved:
		if most := w.most(""); most > 0 && is.InProgress() > most {
			w.fail("I3: a transfer lifted %s to %d of %d", is.ID, is.InProgress(), most)
		}
	}
}

// overdue says whether a moment has passed long enough ago to be noticed.
func overdue(at, calmSince time.Time) bool { return !at.IsZero() && at.Before(calmSince) }
