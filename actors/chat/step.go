package chat

import "time"

// New gives the state of a conversation nobody has written in yet.
func New(id string) State { return State{ID: id} }

// Step gives what a command does to a conversation at a moment, or a domain
// error, in which case nothing has changed. s is never modified; the messages
// the command speaks about must have been handed in by With.
func Step(s State, c Command, now time.Time) (Change, error) {
	if s.Forward != "" && fromOutside(c) {
		return Change{}, ErrForwarded
	}
	t := &turn{State: s, now: now}
	if err := t.step(c); err != nil {
		return Change{}, err
	}
	if key := KeyOf(c); key != "" {
		t.keys = []Key{{ID: key, Note: t.note}}
	}
	return t.done(), nil
}

// step dispatches; the stories are in the files named after them.
func (t *turn) step(c Command) error {
	switch c := c.(type) {
	case Receive:
		return t.receive(c)
	case Echo:
		return t.echo(c)
	case Edit:
		t.edit(c)
	case Delete:
		t.delete(c)
	case React:
		t.react(c)
	case Receipt:
		t.receipt(c)
	case Refer:
		t.refer(c)
	case Control:
		t.control(c)
	case Block:
		t.block(c)
	case Rebind:
		t.rebind(c)
	case Send:
		return t.send(c)
	case Retry:
		return t.retry(c)
	case Finish:
		return t.finish(c)
	case Close:
		return t.close(c)
	case MarkRead:
		return t.markRead(c)
	case Draft:
		return t.draft(c)
	case Hand:
		return t.hand(c)
	case Assign:
		return t.assign(c)
	case SlotReserved:
		t.slotReserved(c)
	case SlotRefused:
		t.slotRefused(c)
	case Accepted:
		t.accepted(c)
	case Rejected:
		t.rejected(c)
	case Uncertain:
		t.uncertain(c)
	case Fetched:
		t.fetched(c)
	case Link:
		t.link(c)
	case ForwardTo:
		t.forwardTo(c)
	case Tick:
		t.tick()
	default:
		return ErrBadRequest
	}
	return nil
}

// fromOutside says whether a command comes from the customer's side; such a
// command belongs to the conversation this one forwards to.
func fromOutside(c Command) bool {
	switch c.(type) {
	case Receive, Echo, Edit, Delete, React, Receipt, Refer, Control, Block, Rebind:
		return true
	default:
		return false
	}
}

// KeyOf gives the idempotency key a command uses up, empty
// when it has none. The caller may look it up before Step, so that a repeated
// Send is answered with the message it made even after the chat has moved on.
func KeyOf(c Command) string {
	switch c := c.(type) {
	case Receive:
		return c.Key
	case Echo:
		return c.Key
	case Edit:
		return c.Key
	case Delete:
		return c.Key
	case React:
		return c.Key
	case Receipt:
		return c.Key
	case Refer:
		return c.Key
	case Control:
		return c.Key
	case Block:
		return c.Key
	case Rebind:
		return c.Key
	case Send:
		if c.ClientID == "" {
			return ""
		}
		return "send/" + c.Chat + "/" + c.By.ID + "/" + c.ClientID
	default:
		return ""
	}
}
