package chat

import (
	"slices"
	"time"
)

// receive is a message of the customer (S2, S3, S4).
func (t *turn) receive(c Receive) error {
	if c.Inactive && !t.Chat.Open() {
		return ErrInactive
	}
	t.introduce(c.Sender)
	switch {
	case !t.Chat.Open() && c.Standby:
		t.open(Bot, c.Channel, c.Sender)
	case !t.Chat.Open():
		t.open(Waiting, c.Channel, c.Sender)
	case t.Chat.Phase == Bot && !c.Standby:
		// Only who controls the thread is given its messages, so control has
		// passed to us even if the word of it was lost on the way (S91).
		t.continueIn(Waiting, t.Chat.Queue, Person{}, ByHandover)
	}
	if !c.Standby {
		t.setLost(false)
	}
	t.setBlocked(false)
	t.setSource(c.Message.Source)

	m := t.incoming(c.Message)
	m.Direction, m.Author = In, t.customer()
	t.customerActed(m.At)
	m = t.line(m)
	t.Chat.Preview = preview(m)
	t.Chat.Unread++
	t.UnreadAt = newest(append(slices.Clone(t.UnreadAt), m.Position), MaxUnread)
	t.fetch(m)
	return nil
}

// customer is the author of the customer's messages. A proposed contact id is
// left out: the directory may know the person under another one.
func (t *turn) customer() Author {
	a := Author{Kind: Customer, Name: t.Contact.Name}
	if t.Contact.Linked {
		a.ID = t.Contact.ID
	}
	return a
}

// incoming makes a message of what came from outside; who wrote it and its
// place in the chat are still open.
func (t *turn) incoming(in Incoming) Message {
	m := Message{
		At: t.clamp(in.At), Text: in.Text, Sub: in.Sub, Payload: in.Payload,
		Attachments: slices.Clone(in.Attachments),
	}
	if in.Provider != "" {
		m.Providers = []string{in.Provider}
	}
	if parent, ok := byProvider(in.Found, in.ReplyTo); ok {
		m.ReplyTo = parent.ID
	}
	for i, a := range m.Attachments {
		if a.State == 0 && a.Source != (Source{}) {
			m.Attachments[i].State = Pending
		}
	}
	return m
}

// fetch brings the files of a message here.
func (t *turn) fetch(m Message) {
	for _, a := range m.Attachments {
		if a.State == Pending && a.Source != (Source{}) {
			t.effect(Fetch{Message: m.ID, Attachment: a.ID})
		}
	}
}

// customerActed opens the provider's reply window anew; it never goes back.
func (t *turn) customerActed(at time.Time) {
	t.LastIn = later(t.LastIn, at)
}

// oldest is how far back a provider's time is believed; providers repeat
// undelivered events for a week.
const oldest = 7 * 24 * time.Hour

// clamp believes a provider's time only within the last week; none means now.
// Order is by position, so a wrong time can only show a wrong time.
func (t *turn) clamp(at time.Time) time.Time {
	switch first := t.now.Add(-oldest); {
	case at.IsZero(), at.After(t.now):
		return t.now
	case at.Before(first):
		return first
	default:
		return at
	}
}
