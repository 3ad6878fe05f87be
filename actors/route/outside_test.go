package route_test

import (
	"errors"
	"fmt"

	"parley/actors/chat"
	"parley/actors/operator"
	"parley/actors/route"
)

// event is a command with a key: who sent it may send it again.
type event struct {
	conversation string
	command      chat.Command
}

// fresh gives an id nobody has used.
func (w *world) fresh(kind string) string {
	w.provider.numbers++
	return fmt.Sprintf("%s%d", kind, w.provider.numbers)
}

// enter sends a keyed event to its conversation, as often as somebody likes.
func (w *world) enter(conversation string, c chat.Command) error {
	w.provider.events = append(w.provider.events, event{conversation, c})
	return w.ask(w.addressed(conversation), c)
}

// addressed finds the conversation a customer's id leads to.
func (w *world) addressed(id string) *box {
	b := w.conversation(id)
	if to := b.kept.chat.Forward; to != "" {
		return w.conversation(to)
	}
	return b
}

// says is a customer's message.
func (w *world) says(conversation string, standby bool) chat.Receive {
	mid := w.fresh("m")
	return chat.Receive{
		Key: "key/" + mid, Channel: w.dir.channel(conversation), Standby: standby,
		Sender:  customer(conversation),
		Message: chat.Incoming{Provider: mid, At: w.now, Text: "text of " + mid},
	}
}

func customer(conversation string) chat.Sender {
	return chat.Sender{
		Address: chat.Address{IDs: []chat.AddressID{{Type: "psid", Value: "user of " + conversation}}},
		Contact: "contact of " + conversation, Name: "Customer of " + conversation,
	}
}

// ask hands a command in by the door, behind what has come that way before.
func (w *world) ask(b *box, command any) error {
	for len(b.inbox) > 0 {
		w.takeNext(b)
	}
	switch c := command.(type) { // connections are memory, and as old as the command
	case operator.Connect:
		w.online[b.name.ID] = true
	case operator.Disconnect:
		w.online[b.name.ID] = false
	case operator.SignOut: // the edge closes the connections of a session that ends
		w.online[b.name.ID] = w.online[b.name.ID] && !c.Last
	}
	return w.take(b, command, nil)
}

// takeNext takes the oldest command that came by the door.
func (w *world) takeNext(b *box) {
	first := b.inbox[0]
	b.inbox = b.inbox[1:]
	_ = w.take(b, first, nil)
}

// follow notes what a command must have brought about once it is durable.
func (w *world) follow(b *box, c chat.Command) {
	d := &b.draft
	then := func(f func()) { d.dirty, d.then = true, append(d.then, f) }
	if chat.KeyOf(c) != "" {
		then(func() { w.acked = append(w.acked, event{b.name.ID, c}) })
	}
	switch c := c.(type) {
	case chat.Draft:
		then(func() { w.drafts[c.Chat] = c.Text })
	case chat.Send:
		then(func() { delete(w.drafts, c.Chat) })
	}
}

// prefer notes what an operator has chosen, or has lost by ignoring an offer.
func (w *world) prefer(b *box, c operator.Command, change operator.Change) {
	id, status := b.name.ID, change.State.Preferred
	if _, chosen := c.(operator.SetStatus); !chosen && status == b.kept.operator.Preferred {
		return
	}
	b.draft.then = append(b.draft.then, func() { w.prefers[id] = status })
	b.draft.dirty = true
}

// accepted is the answer to everybody who waited for a chat (S31).
func (w *world) accepted(b *box, a operator.Answer) {
	for _, r := range w.answered(b, a.ID) {
		owner := w.owners[a.Chat]
		var e *operator.Error
		switch {
		case r.kind != "accept" || r.chat != a.Chat || r.who != b.name.ID:
			w.fail("S31: %+v got the answer of another: %+v", r, a)
		case a.Err == nil && owner != r.who:
			w.fail("S31: %s was told to have %s, which %q has", r.who, r.chat, owner)
		case errors.As(a.Err, &e) && e.Code == "taken" && (e.By.ID != owner || owner == r.who):
			w.fail("S31: %s was told that %q has %s, which %q has", r.who, e.By.ID, r.chat, owner)
		}
		w.answer(r, a.Err)
	}
}

// handed is the answer to a transfer (S43, S44).
func (w *world) handed(b *box, a chat.Answer) {
	for _, r := range w.answered(b, a.ID) {
		h, done := a.Reply.(chat.Handed)
		switch {
		case r.kind != "hand" || (a.Err == nil) != done:
			w.fail("S43: %+v got %+v", r, a)
		case done && w.chats[h.Child].Parent != r.chat:
			w.fail("S44: %s was handed on as %+v", r.chat, w.chats[h.Child])
		}
		w.answer(r, a.Err)
	}
}

// answer is what somebody who waited was told.
type answer struct {
	who, chat string
	err       error
}

func (w *world) answer(r *request, err error) {
	w.note("  %s gets the answer for %s: %v", r.who, r.chat, err)
	w.answers = append(w.answers, answer{r.who, r.chat, err})
}

// admit is the operator's way in: a session and a connection.
func (w *world) admit(id string) {
	if w.sessions[id] == 0 {
		w.sessions[id]++
		_ = w.ask(w.operator(id), operator.SignIn{})
	}
	if !w.online[id] {
		_ = w.ask(w.operator(id), operator.Connect{})
	}
}

func (w *world) accept(id, chatID string) error {
	return w.ask(w.operator(id), operator.Accept{ID: w.fresh("accept"), Chat: chatID})
}

func person(id string) chat.Person { return chat.Person{ID: id, Name: id} }

// ofChat gives the conversation a chat's id carries; an id that carries none
// is refused by the door.
func (w *world) ofChat(id string) (*box, bool) {
	conversation, _, ok := chat.ParseChat(id)
	if !ok {
		return nil, false
	}
	return w.box(route.Conversation(conversation)), true
}
