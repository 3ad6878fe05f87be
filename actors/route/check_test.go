package route_test

import (
	"reflect"
	"slices"
	"time"

	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/queue"
)

// checkChat looks at one step of a conversation.
func (w *world) checkChat(b *box, c chat.Command, before chat.State, change chat.Change) {
	for _, e := range change.Effects {
		if n, ok := e.(chat.Notify); ok {
			if at := change.State.Chat; at.Phase != chat.InProgress || n.Operator != at.Owner.ID {
				w.fail("I8: %s hears of %s, whose owner is %q in phase %s", n.Operator, at.ID, at.Owner.ID, at.Phase)
			}
		}
	}
	for _, e := range change.Events {
		if m, ok := e.(chat.Changed); ok {
			w.checkMove(b, c, m.Message)
		}
	}
	var ended, opened *chat.Chat
	for _, e := range change.Events {
		switch e := e.(type) {
		case chat.Ended:
			ended = &e.Chat
			b.draft.then = append(b.draft.then, func() { delete(w.drafts, e.Chat.ID) })
		case chat.Opened:
			opened = &e.Chat
		}
	}
	handsOn := ended != nil && ended.Child != ""
	if handsOn && (opened == nil || opened.ID != ended.Child || opened.Parent != ended.ID) {
		w.fail("S46: %s ended with the child %s, and what opened is %+v", ended.ID, ended.Child, opened)
	}
	if opened != nil && before.Chat.Open() && !handsOn {
		w.fail("I1: %s opened while %s is open", opened.ID, before.Chat.ID)
	}
	if r, ok := c.(chat.Retry); ok {
		if i := slices.IndexFunc(change.Effects, isDeliver); i >= 0 {
			w.provider.again[r.Message]++
		}
	}
}

func isDeliver(e chat.Effect) bool {
	_, ok := e.(chat.Deliver)
	return ok
}

// checkMove: the state of an answer goes forward only, but for a retry (S38).
func (w *world) checkMove(b *box, c chat.Command, m chat.Message) {
	lines := w.find(b, []chat.Ref{{ID: m.ID}})
	if len(lines) == 0 {
		w.fail("%s changed a message it never had: %s", b.name, m.ID)
	}
	was := lines[0]
	_, retry := c.(chat.Retry)
	back := retry && m.State == chat.Queued && (was.State == chat.Failed || was.State == chat.Unknown)
	if was.State != m.State && !was.State.Moves(m.State) && !back {
		w.fail("S38: %s went from %s to %s", m.ID, was.State, m.State)
	}
	if was.Position != m.Position || was.Chat != m.Chat || was.Direction != m.Direction {
		w.fail("I4: %s moved", m.ID)
	}
}

// checkOperator looks at one step of an operator: who may fill a slot, and what
// may take the status away.
func (w *world) checkOperator(b *box, c operator.Command, before operator.State, change operator.Change) {
	after := change.State
	more := after.Load() > before.Load()
	switch c := c.(type) {
	case operator.Offer:
		if limit := limitOf(before, c.Queue); more && limit > 0 && after.Load() > limit {
			w.fail("I3: an offer of %s lifted %s to %d of %d", c.Queue, b.name.ID, after.Load(), limit)
		}
	case operator.Accept:
		w.checkPull(b, after, change)
	case operator.Reserve:
		if limit := before.Limit; more && limit > 0 && after.InProgress() > limit {
			w.fail("I3: a transfer reached %s, who has %d of %d", b.name.ID, before.InProgress(), limit)
		}
	default:
		if more {
			w.fail("I3: %T lifted %s from %d to %d", c, b.name.ID, before.Load(), after.Load())
		}
	}
	if _, chosen := c.(operator.SetStatus); !chosen && before.Preferred != after.Preferred {
		if after.Preferred != operator.Inactive || !ignored(before, w.now) {
			w.fail("S12: %T changed the status of %s", c, b.name.ID)
		}
	}
}

// checkPull: whoever takes a chat himself may take it of queues with room only.
func (w *world) checkPull(b *box, after operator.State, change operator.Change) {
	for _, e := range change.Effects {
		claim, ok := e.(operator.Claim)
		if !ok || claim.Offered {
			continue
		}
		for _, q := range claim.Queues {
			if limit := limitOf(after, q); limit > 0 && after.Load() > limit || after.Effective() != operator.Active {
				w.fail("I3: %s may take %s of %s with %d of %d, %s", b.name.ID, claim.Chat, q, after.Load(), limit, after.Effective())
			}
		}
	}
}

// limitOf is the limit of a queue as the operator has been told it.
func limitOf(s operator.State, queueID string) int {
	for _, q := range s.Queues {
		if q.ID == queueID && q.HasLimit {
			return q.Limit
		}
	}
	return s.Limit
}

func ignored(s operator.State, now time.Time) bool {
	return slices.ContainsFunc(s.Slots, func(x operator.Slot) bool {
		return x.Kind == operator.Offered && !x.Deadline.IsZero() && !now.Before(x.Deadline)
	})
}

// check looks at an entity after a step, in memory and in the store.
func (w *world) check(b *box) {
	switch b.name.Kind {
	case commit.Conversation:
		w.checkConversation(b, b.live.chat)
		w.checkKeptChat(b)
	case commit.Operator:
		w.checkPresence(b)
		w.checkSlots(b.live.operator)
		if want := w.prefers[b.name.ID]; b.kept.operator.Preferred != want {
			w.fail("I6: %s wants to be %s and is kept as %s", b.name.ID, want, b.kept.operator.Preferred)
		}
	}
	w.checkEarlyTick(b)
}

// checkConversation: one owner in progress, none elsewhere (I2).
func (w *world) checkConversation(b *box, s chat.State) {
	if owned := s.Chat.Open() && s.Chat.Owner.ID != ""; owned != (s.Chat.Phase == chat.InProgress) {
		w.fail("I2: %s in phase %s is owned by %q", s.Chat.ID, s.Chat.Phase, s.Chat.Owner.ID)
	}
	if s.Transfer.ID != "" && s.Chat.Phase != chat.InProgress {
		w.fail("S46: %s is handed on in phase %s", s.Chat.ID, s.Chat.Phase)
	}
}

// checkKeptChat compares what a conversation shows with what it has told: at
// most one of its chats is open (I1), and nobody else ever had it (I2).
func (w *world) checkKeptChat(b *box) {
	s, open := b.kept.chat, 0
	for n := range s.Opened {
		id := chat.ChatID(b.name.ID, n+1)
		if w.chats[id].Open() {
			open++
		}
	}
	if want := s.Chat.Open(); open > 1 || (open == 1) != want {
		w.fail("I1: %s has %d open chats, its newest is in phase %s", b.name.ID, open, s.Chat.Phase)
	}
	if s.Chat.Open() && s.Chat.Draft != w.drafts[s.Chat.ID] {
		w.fail("I6: the draft of %s is %q, kept is %q", s.Chat.ID, w.drafts[s.Chat.ID], s.Chat.Draft)
	}
	w.checkLines(b)
}

// checkLines: positions without hole or repeat, and no event of a customer
// twice (I4, S38).
func (w *world) checkLines(b *box) {
	next, seen := map[string]int{}, map[string]bool{}
	for _, m := range b.lines {
		next[m.Chat]++
		if m.Position != next[m.Chat] || m.ID != chat.MessageID(m.Chat, m.Position) {
			w.fail("I4: %s has position %d, want %d", m.ID, m.Position, next[m.Chat])
		}
		if m.Direction == chat.In && seen[m.Providers[0]] {
			w.fail("I4: %s came twice", m.Providers[0])
		}
		if m.Direction == chat.In {
			seen[m.Providers[0]] = true
		}
	}
	if c := b.kept.chat.Chat; next[c.ID] != c.Position {
		w.fail("I4: %s is at %d, its history at %d", c.ID, c.Position, next[c.ID])
	}
}

// checkPresence: nobody is Active without a session (I6, S13).
func (w *world) checkPresence(b *box) {
	s := b.live.operator
	if s.Connected != w.online[b.name.ID] {
		w.fail("I6: %s is connected: %v, believes %v", b.name.ID, w.online[b.name.ID], s.Connected)
	}
	if s.Effective() == operator.Active && !s.Connected {
		if s.AbsentAt.IsZero() || b.live.due.IsZero() || b.live.due.After(s.AbsentAt) {
			w.fail("S13: %s stays Active without a connection", b.name.ID)
		}
	}
}

// checkSlots: a chat fills one slot, a chat in progress belongs to its owner,
// and every offer that can expire will.
func (w *world) checkSlots(s operator.State) {
	held := map[string]bool{}
	for _, x := range s.Slots {
		if held[x.Chat] && x.Kind != operator.Reserved {
			w.fail("I3: %s has two slots for %s: %+v", s.ID, x.Chat, s.Slots)
		}
		held[x.Chat] = held[x.Chat] || x.Kind != operator.Reserved
		switch {
		case x.Kind == operator.Live && w.owners[x.Chat] != s.ID:
			w.fail("I2: %s believes to have %s, which %q has", s.ID, x.Chat, w.owners[x.Chat])
		case x.Kind == operator.Offered && s.Effective() != operator.Active:
			w.fail("S10: %s is %s and holds an offer of %s", s.ID, s.Effective(), x.Chat)
		}
	}
}

// checkEarlyTick: a timer that fires for what has moved on changes nothing (I7).
func (w *world) checkEarlyTick(b *box) {
	switch b.name.Kind {
	case commit.Conversation:
		s := b.live.chat
		s.Policy = w.dir.policy()
		if at := w.completesAt(s.Chat); !at.IsZero() && !w.now.Before(at) {
			return
		}
		if c, err := w.machines.chat(s, chat.Tick{}, w.now); err != nil || len(c.Events) > 0 || len(c.Effects) > 0 {
			w.fail("I7: an early tick did %+v to %s", c.Events, b.name)
		}
	case commit.Operator:
		if due := b.live.due; !due.IsZero() && !w.now.Before(due) {
			return
		}
		c, err := w.machines.operator(b.live.operator, operator.Tick{}, w.now)
		if err != nil || len(c.Events) > 0 || len(c.Effects) > 0 || !reflect.DeepEqual(c.State, b.live.operator) {
			w.fail("I7: an early tick did %+v to %s", c, b.name)
		}
	}
}

// completesAt is the moment at which a chat completes by itself (S35, S92),
// computed here once more; zero = never.
func (w *world) completesAt(c chat.Chat) time.Time {
	timeout := w.dir.completion
	switch {
	case c.Phase == chat.Bot && timeout == 0:
		timeout = w.dir.policy().BotCompletionTimeout
	case c.Phase != chat.Bot && c.Phase != chat.InProgress, timeout == 0:
		return time.Time{}
	}
	at := c.LastAt
	if c.AcceptedAt.After(at) {
		at = c.AcceptedAt
	}
	return at.Add(timeout)
}

// sameQueue: a queue read back is the queue that was (I6).
func (w *world) sameQueue(before, after *queue.State) {
	if !reflect.DeepEqual(before.Entries(), after.Entries()) || !reflect.DeepEqual(before.Members(), after.Members()) ||
		!reflect.DeepEqual(before.Header(), after.Header()) {
		w.fail("I6: queue %s was\n%+v\n%+v\nand came back as\n%+v\n%+v", before.ID(),
			before.Entries(), before.Members(), after.Entries(), after.Members())
	}
}
