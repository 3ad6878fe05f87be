package telegram

import (
	"parley/gateway/channel"
	"parley/gateway/channel/loose"
)

// callback is a pressed button. Its message may be gone (inaccessible) and has no date of the press; a button of an
// inline message may be pressed anywhere, so that is nothing of ours.
func (p *parser) callback(c loose.Value) (channel.Event, outcome) {
	from, m := c.Get("from"), c.Get("message")
	if c.Get("inline_message_id").Exists() {
		return channel.Event{}, ignored
	}
	chat := m.Get("chat")
	if !m.Exists() {
		chat = from
	}
	e, o := p.frame(channel.Postback, chat, from, c.Get("date").Time())
	if o != taken {
		return e, o
	}
	e.CallbackID, e.Payload = c.Get("id").ID(), c.Get("data").Text()
	e.ReplyTo = messageRef(e.Customer, m.Get("message_id"))
	if e.Text = caption(m, e.Payload); e.Text == "" {
		e.Text = e.Payload
	}
	if e.CallbackID == "" {
		return e, broken
	}
	return e, taken
}

// caption finds the words on the button that carries the data.
func caption(m loose.Value, data string) string {
	for row := range m.Get("reply_markup", "inline_keyboard").Items() {
		for button := range row.Items() {
			if b := button.Get("callback_data"); b.IsString() && b.Is(data) {
				return button.Get("text").Text()
			}
		}
	}
	return ""
}

// membership comes in a private chat only when the customer blocks the bot or takes it back.
func (p *parser) membership(m loose.Value) (channel.Event, outcome) {
	e, o := p.frame(channel.Membership, m.Get("chat"), m.Get("from"), m.Get("date").Time())
	if o != taken {
		return e, o
	}
	switch status := m.Get("new_chat_member", "status"); {
	case status.Is("kicked"):
		e.Blocked = true
	case status.Is("member"):
	case status.IsString():
		return e, ignored
	default:
		return e, broken
	}
	return e, taken
}

// reaction compares the lists before and after: what is new was put on; if nothing is, what is missing was taken off.
func (p *parser) reaction(r loose.Value) (channel.Event, outcome) {
	user := r.Get("user")
	e, o := p.frame(channel.Reaction, r.Get("chat"), user, r.Get("date").Time())
	if o != taken {
		return e, o
	}
	if !user.Exists() && r.Get("actor_chat").Exists() {
		return e, ignored
	}
	before, after := r.Get("old_reaction"), r.Get("new_reaction")
	if e.Target = messageRef(e.Customer, r.Get("message_id")); e.Target == "" || !after.IsArray() {
		return e, broken
	}
	if added, ok := without(after, before); ok {
		e.Emoji, e.Added = added, true
		return e, taken
	}
	if gone, ok := without(before, after); ok {
		e.Emoji = gone
		return e, taken
	}
	return e, ignored // both lists say the same
}

// without returns the first reaction of list that is not in other.
func without(list, other loose.Value) (string, bool) {
	for r := range list.Items() {
		found := false
		for o := range other.Items() {
			found = found || emojiOf(o) == emojiOf(r)
		}
		if !found {
			return emojiOf(r), true
		}
	}
	return "", false
}

// emojiOf names a reaction; those without a character are told as a star.
func emojiOf(r loose.Value) string {
	if e := r.Get("emoji").Text(); e != "" {
		return e
	}
	return "⭐"
}
