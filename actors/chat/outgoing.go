package chat

import "slices"

// await begins (or begins again) to follow a message on its way.
func (t *turn) await(m Message) {
	partial := t.partial(m.ID)
	rest := t.without(m.ID)
	entry := Outgoing{Message: m.ID, State: m.State, At: t.now, Partial: partial}
	t.Outgoing = newest(append(rest, entry), MaxOutgoing)
}

// track keeps the followed state in step with the message and lets go of what
// can move no more.
func (t *turn) track(m Message) {
	i := t.find(m.ID)
	if i < 0 {
		return
	}
	if t.final(m.State) {
		t.Outgoing = t.without(m.ID)
		return
	}
	if t.Outgoing[i].State != m.State {
		t.Outgoing = slices.Clone(t.Outgoing)
		t.Outgoing[i].State = m.State
	}
}

// final says whether nothing more is to be heard of a message in this state.
func (t *turn) final(d Delivery) bool {
	return d == Read || (!t.Policy.Receipts && (d == Sent || d == Delivered))
}

// partial says whether the provider has taken some parts of a message, not all.
func (t *turn) partial(id string) bool {
	i := t.find(id)
	return i >= 0 && t.Outgoing[i].Partial
}

func (t *turn) setPartial(id string, partial bool) {
	i := t.find(id)
	if i < 0 || t.Outgoing[i].Partial == partial {
		return
	}
	t.Outgoing = slices.Clone(t.Outgoing)
	t.Outgoing[i].Partial = partial
}

func (t *turn) find(id string) int {
	return slices.IndexFunc(t.Outgoing, func(o Outgoing) bool { return o.Message == id })
}

// without gives a copy of Outgoing without a message.
func (t *turn) without(id string) []Outgoing {
	rest := make([]Outgoing, 0, len(t.Outgoing)+1)
	for _, o := range t.Outgoing {
		if o.Message != id {
			rest = append(rest, o)
		}
	}
	return rest
}
