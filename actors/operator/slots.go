package operator

import "slices"

// find gives the place of a chat's slot, -1 when there is none. Reserved slots
// are not found: theirs is the chat that is left, not the one that comes, and
// an offer of it may still be on its way out.
func (t *turn) find(chat string) int {
	return slices.IndexFunc(t.is.Slots, func(s Slot) bool {
		return s.Chat == chat && s.Kind != Reserved
	})
}

// findKind is find for slots of one kind only.
func (t *turn) findKind(chat string, k Kind) int {
	return slices.IndexFunc(t.is.Slots, func(s Slot) bool {
		return s.Chat == chat && s.Kind == k
	})
}

// findTransfer gives the place of the slot reserved for a transfer, or of the
// chat in progress it has become.
func (t *turn) findTransfer(id string) int {
	if id == "" {
		return -1
	}
	return slices.IndexFunc(t.is.Slots, func(s Slot) bool {
		return s.Request == id && (s.Kind == Reserved || s.Kind == Live)
	})
}

func (t *turn) add(s Slot) {
	s.Since = t.now
	t.is.Slots = append(t.is.Slots, s)
}

func (t *turn) remove(i int) Slot {
	s := t.is.Slots[i]
	t.is.Slots = slices.Delete(t.is.Slots, i, i+1)
	return s
}

// giveBack ends an offer from this side: the operator sees it go and the queue
// hears why.
func (t *turn) giveBack(i int, why string) {
	s := t.remove(i)
	t.event(ChatWithdrawn{Chat: s.Chat, Why: why})
	t.effect(Declines{Queue: s.Queue, Chat: s.Chat, Why: why})
}

// giveBackAll ends every offer that holds, oldest first.
func (t *turn) giveBackAll(why string, holds func(Slot) bool) {
	for i := 0; i < len(t.is.Slots); {
		if s := t.is.Slots[i]; s.Kind == Offered && holds(s) {
			t.giveBack(i, why)
		} else {
			i++
		}
	}
}

// trim ends the newest offers that stand above their queue's limit after
// something other than routing has filled the slots (I3).
func (t *turn) trim() {
	for i := len(t.is.Slots) - 1; i >= 0; i-- {
		if s := t.is.Slots[i]; s.Kind == Offered && t.is.above(s.Queue) {
			t.giveBack(i, whyLimit)
		}
	}
}
