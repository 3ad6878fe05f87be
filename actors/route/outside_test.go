package route_test

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/route"
)

// event is a command with a key: who sent it may send it again.
type event struct {
	conversation string
	command      chat.Command
}

// provider is the outside that messages go to.
type provider struct {
	events  []event // every event with a key, acknowledged or not
	numbers int     // of the ids it has given
	sends   map[string]int
	again   map[string]int // how often an operator wanted it sent
	reached []reached
}

// reached is a message the provider has taken, whatever we know of it.
type reached struct {
	conversation, message, id string
	at                        time.Time
}

func newProvider() provider {
	return provider{sends: map[string]int{}, again: map[string]int{}}
}

// fresh gives an id nobody has used.
func (w *world) fresh(kind string) string {
	w.provider.numbers++
	return fmt.Sprintf("%s%d", kind, w.provider.numbers)
}

// enter sends a keyed event to its conversation, as often as somebody likes.
func (w *world) enter(conversation string, c chat.Command) error {
	w.provider.events = append(w.provider.events, event{conversation, c})
	return w.ask(w.conversation(conversation), c)
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
		w.note("  %s gets the answer for %s: %v", r.who, r.chat, a.Err)
	}
}

// handed is the answer to a transfer (S43, S44).
func (w *world) handed(b *box, a chat.Answer) {
	for _, r := range w.answered(b, a.ID) {
		h, done := a.Reply.(chat.Handed)
		switch {
		case r.kind != "hand" || (a.Err == nil) != done:
			w.fail("%+v got %+v", r, a)
		case done && w.chats[h.Child].Parent != r.chat:
			w.fail("S44: %s was handed on as %+v", r.chat, w.chats[h.Child])
		}
	}
}

// job is work on the outside that somebody could do next.
type job struct {
	part *part
	*entry
}

// jobs lists the work that may begin or end now: messages of a conversation go
// one after another.
func (w *world) jobs() []job {
	var out []job
	for _, p := range w.parts {
		var sending []commit.Entity
		for _, e := range p.outbox {
			if e.work == nil || p.done[e.seq] {
				continue
			}
			if _, ok := e.work.(chat.Deliver); ok {
				if slices.Contains(sending, e.source) {
					continue
				}
				sending = append(sending, e.source)
			}
			if !w.finishing(e) {
				out = append(out, job{p, e})
			}
		}
	}
	return out
}

// finishing says whether an outcome is on its way to the disk.
func (w *world) finishing(e *entry) bool {
	return slices.Contains(w.box(e.source).draft.finished, e.seq)
}

// do goes one step on with a job. luck chooses the outcome.
func (w *world) do(j job, luck int) {
	b, from := w.box(j.source), &origin{part: j.part, seq: j.seq, finishes: true}
	switch e := j.work.(type) {
	case chat.Index:
		j.part.done[j.seq] = true
	case chat.Fetch:
		_ = w.take(b, chat.Fetched{Message: e.Message, Attachment: e.Attachment, State: chat.Stored, Size: 1}, from)
	case chat.Identify:
		_ = w.take(b, chat.Link{Contact: chat.Contact{ID: e.Contact, Name: e.Name}}, from)
	case chat.Deliver:
		w.deliver(j, b, e.Message, from, luck)
	}
}

// deliver sends a message: first the mark that it is about to leave, then the
// attempt, whose outcome may be lost. It is never blindly tried again.
func (w *world) deliver(j job, b *box, message string, from *origin, luck int) {
	lines := w.find(b, []chat.Ref{{ID: message}})
	switch {
	case len(lines) == 0:
		w.fail("nothing to deliver: %s", message)
	case j.begun && !j.busy:
		_ = w.take(b, chat.Uncertain{Message: message, Error: chat.Problem{Code: "interrupted"}}, from)
	case lines[0].State != chat.Queued && !j.busy:
		j.part.done[j.seq] = true
	case !j.busy:
		j.begun, j.busy = true, true
		w.send(b, message, luck)
	case luck%4 == 0:
		_ = w.take(b, chat.Uncertain{Message: message, Error: chat.Problem{Code: "timeout"}}, from)
	default:
		i := slices.IndexFunc(w.provider.reached, func(r reached) bool { return r.message == message })
		if i < 0 {
			_ = w.take(b, chat.Rejected{Message: message, Error: chat.Problem{Code: "no"}}, from)
			return
		}
		last := w.provider.reached[len(w.provider.reached)-1]
		for _, r := range w.provider.reached {
			if r.message == message {
				last = r
			}
		}
		_ = w.take(b, chat.Accepted{Message: message, Provider: last.id, Part: 1, Parts: 1}, from)
	}
}

// send is the moment at which the provider takes a message, or does not.
func (w *world) send(b *box, message string, luck int) {
	w.note("provider gets %s", message)
	w.provider.sends[message]++
	if n := w.provider.sends[message]; n > 1+w.provider.again[message] {
		w.fail("%s left %d times", message, n)
	}
	if luck%3 > 0 {
		w.provider.reached = append(w.provider.reached, reached{b.name.ID, message, w.fresh("p"), w.now})
	}
}

// echo is the provider's word that our message left the company's account.
func (w *world) echo(r reached) error {
	return w.enter(r.conversation, chat.Echo{
		Key: "echo/" + w.fresh("e"), Channel: w.dir.channel(r.conversation), Sender: customer(r.conversation), OurID: r.message,
		Message: chat.Incoming{Provider: r.id, At: r.at},
	})
}

func (w *world) receipt(r reached, state chat.Delivery, watermark bool) error {
	c := chat.Receipt{Key: "receipt/" + w.fresh("r"), Target: r.id, State: state}
	if watermark {
		c.Target, c.Watermark = "", r.at
	}
	return w.enter(r.conversation, c)
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
