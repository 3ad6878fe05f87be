package operator

// reserve holds a slot for a chat that somebody transfers here. Status does not
// matter (S43); only chats in progress count, now, not when the menu was drawn
// (S42), and offers that thereby stand above the limit go back (I3).
func (t *turn) reserve(c Reserve) {
	if t.findTransfer(c.Transfer) >= 0 {
		t.effect(Confirm(c))
		return
	}
	if t.is.Full() {
		t.effect(Deny(c))
		return
	}
	t.add(Slot{Chat: c.Chat, Kind: Reserved, Request: c.Transfer})
	t.effect(Confirm(c))
	t.trim()
}

// unreserve lets the slot of a transfer that did not happen go.
func (t *turn) unreserve(c Unreserve) {
	if i := t.findTransfer(c.Transfer); i >= 0 && t.is.Slots[i].Kind == Reserved {
		t.remove(i)
	}
}
