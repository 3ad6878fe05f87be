package chat

import "slices"

// await begins (or begins again) to follow a message on its way.
func (t *turn) await(m Message) {
	entry := Outgoing{Message: m.ID, State: m.State, At: t.now, Partial: t.partial(m)}
	t.Outgoing = newest(append(t.without(m.ID), entry), MaxOutgoing)
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

// onItsWay says whether parts of a message may still have to be sent, when the
// provider has just spoken of one. Until the last is taken the message stays
// queued: who sends it goes by that.
func onItsWay(m Message) bool {
	return (m.State == Queued || m.State == Unknown) && max(1, len(m.Providers)) < parts(m)
}

// parts gives how many parts a message can have: one for the text, one for
// each file. A provider may need fewer.
func parts(m Message) int {
	n := len(m.Attachments)
	if m.Text != "" {
		n++
	}
	return n
}

// partial says whether the provider has taken some parts of a message, not all.
func (t *turn) partial(m Message) bool {
	i := t.find(m.ID)
	return i >= 0 && t.Outgoing[i].Partial && len(m.Providers) > 0 && len(m.Providers) < parts(m)
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
