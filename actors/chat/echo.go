package chat

import "time"

// echo is a message that left the company's account. One of ours confirms its
// send and never becomes a second line; another's is a line of the transcript.
func (t *turn) echo(c Echo) error {
	if t.hasMessage(c.OurID) {
		if m, ok := byID(c.Message.Found, c.OurID); ok {
			t.confirm(m, c.Message.Provider, c.Message.At)
		}
		return nil
	}
	if m, ok := byProvider(c.Message.Found, c.Message.Provider); ok {
		t.confirm(m, c.Message.Provider, c.Message.At)
		return nil
	}
	if !t.Chat.Open() {
		if !c.Standby {
			return nil // nobody of ours is in a chat that this could belong to
		}
		if c.Inactive {
			return ErrInactive
		}
		t.introduce(c.Sender)
		t.open(Bot, c.Channel, c.Sender)
	}
	m := t.incoming(c.Message)
	m.Direction, m.Author, m.State = Out, stranger(c.Author), Sent
	t.fetch(t.line(m))
	return nil
}

// stranger makes sure that another application's line is never taken for one
// of our operators.
func stranger(a Author) Author {
	if a.Kind != System {
		a.Kind = Robot
	}
	return a
}

// confirm joins the provider's id of an echo to our message: it has been sent,
// whatever the answer to the send said or did not say. An echo of a part alone
// must not say so: the rest is still to be sent.
func (t *turn) confirm(m Message, provider string, at time.Time) {
	if m.Direction != Out {
		return
	}
	next, joined := join(m, provider)
	sent, early, marked := false, false, false
	if !onItsWay(next) && !t.partial(next) {
		if next.State == Queued || next.State == Unknown || next.State == Failed {
			next, sent = move(next, Sent, Problem{})
		}
		next, early = t.takeEarly(next, provider)
		next, marked = t.timed(next, at)
	}
	if joined || sent || early || marked {
		t.change(next)
	}
}
