package chat

import "slices"

// String gives the state as the contract spells it, empty for none.
func (d Delivery) String() string {
	names := [...]string{"", "queued", "sent", "delivered", "read", "failed", "unknown"}
	if int(d) >= len(names) {
		return ""
	}
	return names[d]
}

// Moves says whether a message may go from one state to another (S38): only
// forward; failed and unknown may become a later one when the provider says
// so; what has been delivered has not failed. Going back to queued is not a
// move but an operator's Retry.
func (d Delivery) Moves(to Delivery) bool {
	switch d {
	case Queued:
		return to >= Sent && to <= Unknown
	case Sent:
		return to == Delivered || to == Read || to == Failed
	case Delivered:
		return to == Read
	case Failed:
		return to >= Sent && to <= Read
	case Unknown:
		return to >= Sent && to <= Failed
	default: // Read is final; NoDelivery is not on its way
		return false
	}
}

// move gives the message in its next state, if it may go there.
func move(m Message, to Delivery, why Problem) (Message, bool) {
	if m.Direction != Out || !m.State.Moves(to) {
		return m, false
	}
	m.State, m.Error = to, Problem{}
	if to == Failed || to == Unknown {
		m.Error = why
	}
	return m, true
}

// join gives the message with a provider's id added, once.
func join(m Message, provider string) (Message, bool) {
	if provider == "" || slices.Contains(m.Providers, provider) {
		return m, false
	}
	m.Providers = append(slices.Clone(m.Providers), provider)
	return m, true
}

// accepted is the provider's word that it took a part. With the last part the
// message is sent; a receipt that was faster is not undone.
func (t *turn) accepted(c Accepted) {
	m, ok := byID(c.Found, c.Message)
	if !ok || m.Direction != Out {
		return
	}
	next, joined := join(m, c.Provider)
	last, sent := c.Part >= c.Parts, false
	t.setPartial(m.ID, !last)
	if last && (next.State == Queued || next.State == Unknown) {
		next, sent = move(next, Sent, Problem{})
	}
	next, early := t.takeEarly(next, c.Provider)
	if joined || sent || early {
		t.change(next)
	}
}

// rejected is the provider's no.
func (t *turn) rejected(c Rejected) {
	if c.Lost {
		t.setLost(true)
	}
	if c.Blocked {
		t.setBlocked(true)
	}
	t.moveTo(c.Found, c.Message, Failed, c.Error)
}

// uncertain is the sender's word that it does not know.
func (t *turn) uncertain(c Uncertain) {
	t.moveTo(c.Found, c.Message, Unknown, c.Error)
}

func (t *turn) moveTo(found []Message, id string, to Delivery, why Problem) {
	m, ok := byID(found, id)
	if !ok {
		return
	}
	if next, ok := move(m, to, why); ok {
		t.change(next)
	}
}

// change records a message that differs from the stored one, and what the
// rules remember of it.
func (t *turn) change(m Message) {
	t.changed = append(t.changed, m)
	t.track(m)
}
