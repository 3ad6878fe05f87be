package chat

import (
	"slices"
	"strings"
)

// send is an operator's answer: it is a line of the chat at once, and on its
// way to the provider once the commit is durable.
func (t *turn) send(c Send) error {
	if err := t.owned(c.By, c.Chat); err != nil {
		return err
	}
	if err := t.sendable(c); err != nil {
		return err
	}
	if err := t.writable(); err != nil {
		return err
	}
	m := t.line(Message{
		At: t.now, Direction: Out, Author: Author{Kind: Operator, ID: c.By.ID, Name: c.By.Name},
		Text: c.Text, Attachments: slices.Clone(c.Attachments), ReplyTo: c.ReplyTo,
		State: Queued, ClientID: c.ClientID,
	})
	t.setDraft("")
	t.queue(m)
	t.reply = m
	return nil
}

// sendable looks at what is to be sent.
func (t *turn) sendable(c Send) error {
	if strings.TrimSpace(c.Text) == "" && len(c.Attachments) == 0 {
		return ErrBadRequest
	}
	if c.ReplyTo != "" && !t.hasMessage(c.ReplyTo) {
		return ErrBadRequest
	}
	if t.Policy.MaxText > 0 && units(c.Text) > t.Policy.MaxText {
		return ErrTooLong
	}
	return nil
}

// units counts UTF-16 units. Providers that count characters count no more, so
// a text that passes here is never refused for its length.
func units(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// retry sends a failed or unknown message again: the operator has decided that
// a second copy is better than none.
func (t *turn) retry(c Retry) error {
	if err := t.owned(c.By, c.Chat); err != nil {
		return err
	}
	m, ok := byID(c.Found, c.Message)
	if !ok || m.Chat != t.Chat.ID || m.Author.Kind != Operator || m.Author.ID != c.By.ID {
		return ErrBadRequest
	}
	if m.State == Queued { // pressed twice
		t.reply = m
		return nil
	}
	if m.State != Failed && m.State != Unknown {
		return ErrBadRequest
	}
	if err := t.writable(); err != nil {
		return err
	}
	if m.State == Failed && !t.partial(m) {
		m.Providers = nil // all of it goes again, not only what comes after these parts
	}
	m.State, m.Error = Queued, Problem{}
	t.changed = append(t.changed, m)
	t.queue(m)
	t.reply = m
	return nil
}

// queue puts a message on its way to the provider.
func (t *turn) queue(m Message) {
	t.await(m)
	t.effect(Deliver{Message: m.ID})
}

// markRead moves the mark up to which the owner has read, forward only.
func (t *turn) markRead(c MarkRead) error {
	if err := t.owned(c.By, c.Chat); err != nil {
		return err
	}
	to := min(c.Position, t.Chat.Position)
	if to < t.Chat.ReadTo || (to == t.Chat.ReadTo && (t.Chat.Unread == 0 || to < t.Chat.Position)) {
		return nil
	}
	t.UnreadAt = after(t.UnreadAt, to)
	t.moved = t.Chat.Unread != len(t.UnreadAt)
	t.Chat.ReadTo, t.Chat.Unread = to, len(t.UnreadAt)
	return nil
}

// after gives the positions above a mark; positions are in rising order.
func after(positions []int, mark int) []int {
	i, _ := slices.BinarySearch(positions, mark+1)
	return slices.Clone(positions[i:])
}

// draft keeps an unsent reply (S36).
func (t *turn) draft(c Draft) error {
	if err := t.owned(c.By, c.Chat); err != nil {
		return err
	}
	t.setDraft(c.Text)
	return nil
}

func (t *turn) setDraft(text string) {
	if t.Chat.Draft != text {
		t.Chat.Draft, t.moved = text, true
	}
}
