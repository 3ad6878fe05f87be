package chat

import (
	"cmp"
	"slices"
)

// byCustomer is Reaction.By for the customer.
const byCustomer = "customer"

// edit replaces the text of a message of the customer (S7). What is unknown or
// deleted stays so.
func (t *turn) edit(c Edit) {
	m, ok := byProvider(c.Found, c.Target)
	if !ok || m.Direction != In || m.Deleted || (m.Edited && m.Text == c.Text) {
		return
	}
	before := m
	m.Text, m.Edited = c.Text, true
	t.repreview(before, preview(m))
	t.change(m)
}

// delete marks a message as deleted by its author.
func (t *turn) delete(c Delete) {
	m, ok := byProvider(c.Found, c.Target)
	if !ok || m.Deleted {
		return
	}
	m.Deleted = true
	t.repreview(m, "")
	t.change(m)
}

// repreview corrects the preview of the open chat if it was made of this
// message: what the customer took back is not shown on.
func (t *turn) repreview(m Message, line string) {
	if m.Direction != In || !t.Chat.Open() || !t.Chat.Continues(m.Chat) {
		return
	}
	if t.Chat.Preview == preview(m) && t.Chat.Preview != line {
		t.Chat.Preview, t.moved = line, true
	}
}

// react adds the customer's reaction to a message or takes it away. A provider
// may count it as an action that opens the reply window.
func (t *turn) react(c React) {
	if at := t.clamp(c.At); c.Opens && at.After(t.LastIn) {
		t.customerActed(at)
		t.moved = t.Chat.Open()
	}
	m, ok := byProvider(c.Found, c.Target)
	if !ok {
		return
	}
	reactions := slices.DeleteFunc(slices.Clone(m.Reactions), func(r Reaction) bool {
		return r.By == byCustomer && (c.Added || c.Emoji == "" || r.Emoji == c.Emoji)
	})
	if c.Added {
		reactions = append(reactions, Reaction{By: byCustomer, Emoji: c.Emoji})
	}
	if slices.Equal(reactions, m.Reactions) {
		return
	}
	m.Reactions = reactions
	t.change(m)
}

// fetched is what became of an incoming attachment. A stored file stays stored.
func (t *turn) fetched(c Fetched) {
	m, ok := byID(c.Found, c.Message)
	if !ok {
		return
	}
	i := slices.IndexFunc(m.Attachments, func(a Attachment) bool { return a.ID == c.Attachment })
	if i < 0 || m.Attachments[i].State == Stored {
		return
	}
	a := m.Attachments[i]
	a.State = c.State
	a.Name, a.Mime = cmp.Or(c.Name, a.Name), cmp.Or(c.Mime, a.Mime)
	if c.Size > 0 {
		a.Size = c.Size
	}
	if a == m.Attachments[i] {
		return
	}
	m.Attachments = slices.Clone(m.Attachments)
	m.Attachments[i] = a
	t.change(m)
}
