package chat

import (
	"slices"
	"time"
)

// receipt moves the states of messages the provider speaks of: one by its or
// by our id, or all up to a watermark.
func (t *turn) receipt(c Receipt) {
	t.raise(c)
	known := false
	for _, m := range c.Found {
		named := c.names(m)
		known = known || named
		if named || (t.marked(c, m.ID) && m.State != c.State) {
			t.hear(c, m)
		}
	}
	if !known {
		t.park(c)
	}
}

// hear applies a receipt to one message it means.
func (t *turn) hear(c Receipt, m Message) {
	next, joined, moved := m, false, false
	if m.ID == c.OurID && m.Direction == Out {
		next, joined = join(m, c.Target) // the answer to the send may never come
	}
	switch {
	case c.State != Failed && t.ofOnePart(next, c.Target):
	case c.State != Failed && onItsWay(next):
		t.park(c) // until the last part is taken
	default:
		next, moved = t.told(next, c.Target, c.State, c.Error)
	}
	if joined || moved {
		t.change(next)
	}
}

// raise keeps a watermark for messages whose time at the provider is not known
// yet.
func (t *turn) raise(c Receipt) {
	switch c.State {
	case Delivered:
		t.Marks.Delivered = later(t.Marks.Delivered, c.Watermark)
	case Read:
		t.Marks.Read = later(t.Marks.Read, c.Watermark)
	}
}

// timed takes the provider's own time of a message from its echo, and applies
// the watermarks that were faster than it.
func (t *turn) timed(m Message, at time.Time) (Message, bool) {
	i := t.find(m.ID)
	if i < 0 || at.IsZero() || (m.State != Sent && m.State != Delivered) {
		return m, false
	}
	if at = t.clamp(at); !at.Equal(t.Outgoing[i].At) {
		t.Outgoing = slices.Clone(t.Outgoing)
		t.Outgoing[i].At = at
	}
	next, delivered := m, false
	if !at.After(t.Marks.Delivered) {
		next, delivered = move(next, Delivered, Problem{})
	}
	read := false
	if !at.After(t.Marks.Read) {
		next, read = move(next, Read, Problem{})
	}
	return next, delivered || read
}

// names says whether the receipt means this message by an id.
func (c Receipt) names(m Message) bool {
	return (c.OurID != "" && m.ID == c.OurID) || (c.Target != "" && slices.Contains(m.Providers, c.Target))
}

// marked says whether a watermark covers a message: it was with the provider
// and not younger. A queued, failed or unknown one may never have reached the
// provider, so a watermark says nothing of it.
func (s State) marked(c Receipt, id string) bool {
	if c.Watermark.IsZero() || c.State == Failed {
		return false
	}
	for _, o := range s.Outgoing {
		if o.Message == id {
			taken := o.State == Sent || o.State == Delivered
			return taken && !o.At.Truncate(time.Millisecond).After(c.Watermark)
		}
	}
	return false
}

// told moves a message as a receipt says. target is the provider's id the
// receipt names, empty for a watermark.
func (t *turn) told(m Message, target string, to Delivery, why Problem) (Message, bool) {
	if to != Failed && t.ofOnePart(m, target) {
		return m, false
	}
	if m.State == Failed && to == Sent {
		return m, false // an older word that came late
	}
	if to == Unknown || to == Queued {
		return m, false
	}
	return move(m, to, why)
}

// ofOnePart says whether a receipt speaks of a part that is not the last: the
// customer has not seen the whole message yet.
func (t *turn) ofOnePart(m Message, target string) bool {
	i := slices.Index(m.Providers, target)
	return i >= 0 && (t.partial(m) || i < len(m.Providers)-1)
}

// parkFor is how long a receipt waits for its message to become known.
const parkFor = 24 * time.Hour

// park keeps a receipt that was faster than the answer to our send. Without a
// message on its way it belongs to nobody here.
func (t *turn) park(c Receipt) {
	if c.Target == "" {
		return
	}
	waiting := slices.ContainsFunc(t.Outgoing, func(o Outgoing) bool {
		return o.State == Queued || o.State == Unknown
	})
	if !waiting {
		return
	}
	early := Early{Provider: c.Target, State: c.State, Error: c.Error, At: t.now}
	fresh := slices.DeleteFunc(slices.Clone(t.Early), func(e Early) bool {
		return t.now.Sub(e.At) > parkFor
	})
	t.Early = newest(append(fresh, early), MaxEarly)
}

// takeEarly applies the parked receipts of a provider's id that has just
// become known.
func (t *turn) takeEarly(m Message, provider string) (Message, bool) {
	moved := false
	var rest []Early
	for _, e := range t.Early {
		if e.Provider != provider {
			rest = append(rest, e)
			continue
		}
		next, ok := t.told(m, provider, e.State, e.Error)
		m, moved = next, moved || ok
	}
	t.Early = rest
	return m, moved
}
