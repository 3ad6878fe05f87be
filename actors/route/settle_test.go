package route_test

import (
	"slices"

	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/queue"
)

// settle lets everything that is on its way arrive; no time passes.
func (w *world) settle() {
	for left := 20000; w.advance(); left-- {
		if left == 0 {
			w.fail("tells without end")
		}
	}
}

// advance brings one thing on its way to its end; false when nothing is.
func (w *world) advance() bool {
	for _, b := range w.boxes {
		switch {
		case len(b.inbox) > 0:
			w.takeNext(b)
			return true
		case b.draft.dirty:
			w.commit(b)
			return true
		case !b.live.due.IsZero() && !w.now.Before(b.live.due):
			return w.tick(b)
		}
	}
	for _, p := range w.parts {
		for _, l := range p.lanes {
			if l.flown < len(l.waiting) {
				w.handOver(p, l)
				return true
			}
		}
	}
	return false
}

// handOver gives the next tell of a lane to its receiver.
func (w *world) handOver(p *part, l *lane) {
	e := l.waiting[l.flown]
	l.flown++
	_ = w.take(w.box(l.to), e.tell.Command, &origin{part: p, seq: e.seq})
}

// handOverAgain repeats what has been handed over and not acknowledged, as a
// lane does that waited for too long.
func (w *world) handOverAgain(p *part, l *lane) {
	for _, e := range slices.Clone(l.waiting[:l.flown]) {
		_ = w.take(w.box(l.to), e.tell.Command, &origin{part: p, seq: e.seq})
	}
}

// tick wakes an entity; true so that advance goes on.
func (w *world) tick(b *box) bool {
	switch b.name.Kind {
	case commit.Conversation:
		_ = w.take(b, chat.Tick{}, nil)
	case commit.Operator:
		_ = w.take(b, operator.Tick{}, nil)
	default:
		_ = w.take(b, queue.Tick{}, nil)
	}
	if !b.live.due.IsZero() && !w.now.Before(b.live.due) {
		w.fail("%s is still due after its tick", b.name)
	}
	return true
}

// checkSettled compares what everybody believes once all tells have arrived.
func (w *world) checkSettled() {
	for _, b := range w.kind(commit.Conversation) {
		w.checkSettledChat(b)
	}
	for _, b := range w.kind(commit.Operator) {
		w.checkSettledOperator(b)
	}
	for _, b := range w.kind(commit.Queue) {
		w.checkSettledQueue(b)
	}
	for p, list := range w.waiting {
		w.fail("S31: %v never answered %+v", p, list)
	}
	for _, e := range w.acked {
		w.checkArrived(e)
	}
	w.checkNoTells()
}

// checkSettledChat: a chat that waits is in its queue's list, one in progress
// in its owner's slots.
func (w *world) checkSettledChat(b *box) {
	s := b.live.chat
	if s.Transfer.ID != "" {
		w.fail("S43: the transfer of %s never ended: %+v", s.Chat.ID, s.Transfer)
	}
	switch s.Chat.Phase {
	case chat.Waiting:
		if _, ok := w.queue(s.Chat.Queue).queue.Entry(s.Chat.ID); !ok {
			w.fail("S28: %s waits and %s does not know it", s.Chat.ID, s.Chat.Queue)
		}
	case chat.InProgress:
		if x, ok := slotOf(w.operator(s.Chat.Owner.ID).live.operator, s.Chat.ID); !ok || x.Kind != operator.Live {
			w.fail("I2: %s has %s without a slot: %+v", s.Chat.Owner.ID, s.Chat.ID, x)
		}
	}
}

func slotOf(s operator.State, chatID string) (operator.Slot, bool) {
	i := slices.IndexFunc(s.Slots, func(x operator.Slot) bool { return x.Chat == chatID && x.Kind != operator.Reserved })
	if i < 0 {
		return operator.Slot{}, false
	}
	return s.Slots[i], true
}

// checkSettledOperator: every slot has its chat or its offer.
func (w *world) checkSettledOperator(b *box) {
	for _, x := range b.live.operator.Slots {
		switch x.Kind {
		case operator.Live:
			c := w.chats[x.Chat]
			if c.Phase != chat.InProgress || c.Owner.ID != b.name.ID {
				w.fail("I2: %s believes to have %+v", b.name.ID, c)
			}
		case operator.Offered:
			e, ok := w.queue(x.Queue).queue.Entry(x.Chat)
			if !ok || e.Offer.Operator != b.name.ID || !e.Offer.Held || !e.Offer.Deadline.Equal(x.Deadline) {
				w.fail("S25: %s holds an offer that nobody makes: %+v, %+v", b.name.ID, x, e)
			}
		default:
			w.fail("I3: %s still has the slot %+v", b.name.ID, x)
		}
	}
}

// checkSettledQueue: it lists exactly what waits for it, knows its members as
// they are, and leaves nobody waiting who could be offered.
func (w *world) checkSettledQueue(b *box) {
	q := b.queue
	listed := map[string]bool{}
	for _, e := range q.Entries() {
		c := w.chats[e.Chat]
		if c.Phase != chat.Waiting || c.Queue != b.name.ID || listed[e.Chat] || !e.Since.Equal(c.CreatedAt) {
			w.fail("S28: %s lists %+v, which is %+v", b.name.ID, e, c)
		}
		listed[e.Chat] = true
		if e.Offer.Operator == "" {
			w.checkNobodyFree(b.name.ID, e)
			continue
		}
		x, ok := slotOf(w.operator(e.Offer.Operator).live.operator, e.Chat)
		if !ok || x.Kind != operator.Offered || x.Queue != b.name.ID {
			w.fail("S27: %s waits for %s to answer for %s: %+v", b.name.ID, e.Offer.Operator, e.Chat, x)
		}
	}
	if names := q.Members(); len(names) != len(w.dir.members[b.name.ID]) {
		w.fail("S110: %s has the members %+v", b.name.ID, names)
	}
	for _, m := range q.Members() {
		w.checkMember(b.name.ID, m)
	}
}

// checkMember: what a queue knows of an operator is what is (S27).
func (w *world) checkMember(queueID string, m queue.Member) {
	s := w.operator(m.Operator).live.operator
	active := s.Effective() == operator.Active
	switch {
	case m.Asked != 0 || m.Active != active:
		w.fail("S27: %s knows %+v of %s, who is %s", queueID, m, m.Operator, s.Effective())
	case m.Version == 0 && !active:
	case m.Load != len(s.Slots) || m.Limit != w.dir.limitIn(queueID) || m.InProgress != s.InProgress():
		w.fail("S27: %s knows %+v of %+v, whose limit is %d there", queueID, m, s, w.dir.limitIn(queueID))
	}
}

// checkNobodyFree: an entry of a rule that offers waits only while nobody could
// be offered it (S22, S27).
func (w *world) checkNobodyFree(queueID string, e queue.Entry) {
	if w.dir.rules[queueID] != "least_busy" {
		return
	}
	for _, id := range w.dir.members[queueID] {
		s, limit := w.operator(id).live.operator, w.dir.limitIn(queueID)
		if s.Effective() == operator.Active && (limit <= 0 || len(s.Slots) < limit) && !slices.Contains(e.Declined, id) {
			w.fail("S27: %s waits though %s is free: %+v", e.Chat, id, s)
		}
	}
}

// checkArrived: what was acknowledged is there (I5).
func (w *world) checkArrived(e event) {
	var id string
	lines := w.conversation(e.conversation).lines
	switch c := e.command.(type) {
	case chat.Receive:
		id = c.Message.Provider
		if !slices.ContainsFunc(lines, func(m chat.Message) bool { return m.Direction == chat.In && slices.Contains(m.Providers, id) }) {
			w.fail("I5: %s was acknowledged and is lost", id)
		}
	case chat.Send:
		n := 0
		for _, m := range lines {
			if m.ClientID == c.ClientID {
				n++
			}
		}
		if n != 1 {
			w.fail("I5: %s was acknowledged and is there %d times", c.ClientID, n)
		}
	}
}

func (w *world) checkNoTells() {
	for _, p := range w.parts {
		for _, e := range p.outbox {
			if e.work == nil && !p.done[e.seq] {
				w.fail("I5: a tell to %s was never acknowledged: %+v", e.tell.To, e.tell.Command)
			}
		}
	}
}
