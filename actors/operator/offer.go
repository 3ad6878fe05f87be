package operator

import "time"

// offer is a queue's single offer: it holds a slot, or the queue hears at once
// that it does not (S22, S26).
func (t *turn) offer(c Offer) {
	if i := t.find(c.Chat); i >= 0 {
		t.offerAgain(i, c)
		return
	}
	if why := t.refusal(c.Queue); why != "" {
		t.effect(Declines{Queue: c.Queue, Chat: c.Chat, Why: why})
		return
	}
	var deadline time.Time
	if c.Timeout > 0 {
		deadline = t.now.Add(c.Timeout)
	}
	t.add(Slot{Chat: c.Chat, Queue: c.Queue, Kind: Offered, Deadline: deadline})
	t.event(ChatOffered{Chat: c.Chat, Queue: c.Queue, Deadline: deadline})
	t.effect(Held{Queue: c.Queue, Chat: c.Chat, Deadline: deadline})
}

// offerAgain answers an offer of a chat that has a slot already: the same offer
// a second time, or a chat he is taking or has taken himself meanwhile.
func (t *turn) offerAgain(i int, c Offer) {
	s := &t.is.Slots[i]
	if s.Kind == Asking && !s.Offered {
		s.Offered, s.Queue = true, c.Queue
	}
	t.effect(Held{Queue: c.Queue, Chat: c.Chat, Deadline: s.Deadline})
}

// refusal says why an offer of a queue cannot hold a slot; empty = it can.
func (t *turn) refusal(queue string) string {
	q, member := t.is.membership(queue)
	switch {
	case !member, t.is.Effective() != Active:
		return whyInactive
	case !t.is.room(q):
		return whyLimit
	}
	return ""
}

// withdraw takes a queue's offer back. One that is being accepted stays: the
// conversation has the last word.
func (t *turn) withdraw(c Withdraw) {
	i := t.findKind(c.Chat, Offered)
	if i < 0 || t.is.Slots[i].Queue != c.Queue {
		return
	}
	t.remove(i)
	t.event(ChatWithdrawn{Chat: c.Chat, Why: c.Why, By: c.By})
}

// decline refuses an offer. A waiting chat of a queue of rule everyone holds no
// slot; it is only not shown any more until he turns Active again.
func (t *turn) decline(c Decline) error {
	i := t.find(c.Chat)
	switch {
	case i < 0:
		t.hide(c.Chat)
	case t.is.Slots[i].Kind == Offered:
		t.giveBack(i, whyDeclined)
	default:
		return ErrNotOffered
	}
	return nil
}

func (t *turn) hide(chat string) {
	for _, known := range t.is.Declined {
		if known == chat {
			return
		}
	}
	if n := len(t.is.Declined); n >= MaxDeclined {
		t.is.Declined = t.is.Declined[n-MaxDeclined+1:]
	}
	t.is.Declined = append(t.is.Declined, chat)
	t.event(ChatWithdrawn{Chat: chat, Why: whyDeclined})
}
