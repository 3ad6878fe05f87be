package verify

import (
	"errors"
	"fmt"
	"time"

	"parley/actors/chat"
	"parley/actors/route"
)

// customer is one person on one channel.
type customer struct {
	id      string // of the conversation
	channel channel
	events  []*event // everything the provider has told or will tell
	written int      // messages
}

// event is what a provider tells until it is answered; it may tell it again
// after that, too.
type event struct {
	of      *customer
	key     string
	line    string // provider's id of the message it is, "" = it is none
	command chat.Command
	acked   bool
	flying  int
	after   []*event // answered before this one was told for the first time
	told    bool
}

// tell gives an event to the engine.
func (w *world) tell(e *event) {
	if !e.told {
		e.told = true
		for _, x := range e.of.events {
			if x.acked && x.line != "" {
				e.after = append(e.after, x)
			}
		}
	} else {
		w.saw("redelivered")
		if e.acked {
			w.saw("redelivered after its answer")
		}
	}
	l := w.now
	if len(w.lives) > 1 && w.chance(0.1) { // somebody still speaks with an older process
		l = pick(w, w.lives)
	}
	e.flying++
	w.ask(l, fmt.Sprintf("%s %s", e.of.channel.provider, e.key), route.Conversation(e.of.id), e.command, func(_ any, err error) {
		e.flying--
		var refused *chat.Error
		switch {
		case err == nil || errors.As(err, &refused):
			e.acked = true
			w.ledger.event(w, e)
		default:
			w.saw("event answered 503")
		}
	})
}

// add makes a new event of a customer.
func (c *customer) add(key, line string, command chat.Command) *event {
	e := &event{of: c, key: key, line: line, command: command}
	c.events = append(c.events, e)
	return e
}

func (c *customer) sender() chat.Sender {
	return chat.Sender{
		Address: chat.Address{IDs: []chat.AddressID{{Type: "user", Value: c.id}}}, Contact: "contact-" + c.id, Name: c.id,
	}
}

func (c *customer) way() chat.Channel {
	return chat.Channel{ID: c.channel.id, Provider: c.channel.provider, Queue: c.channel.queue}
}

// write is a message of a customer.
func (w *world) write(c *customer) *event {
	c.written++
	key := fmt.Sprintf("%s.in%d", c.id, c.written)
	in := chat.Incoming{Provider: key, At: time.Now(), Text: fmt.Sprintf("text %d of %s", c.written, c.id)}
	if w.chance(0.1) {
		in.Attachments = []chat.Attachment{{ID: "file-" + key, Kind: "image", State: chat.Pending, Source: chat.Source{URL: "https://provider.example/" + key}}}
	}
	if c.written > 1 && w.chance(0.1) {
		in.ReplyTo = fmt.Sprintf("%s.in%d", c.id, 1+w.dice.IntN(c.written-1))
	}
	standby := c.channel.provider == "messenger" && w.chance(0.05)
	return c.add(key, key, chat.Receive{Key: key, Channel: c.way(), Sender: c.sender(), Message: in, Standby: standby})
}

// customerWrites is the most frequent thing of all; sometimes two messages
// overtake each other, or a burst comes.
func (w *world) customerWrites() {
	c := pick(w, w.customers)
	n := 1
	if w.chance(0.1) {
		n = 2 + w.dice.IntN(4)
		w.saw("burst")
	}
	for range n {
		w.tell(w.write(c))
	}
}

// customerAmends is anything else a customer does.
func (w *world) customerAmends() {
	c := pick(w, w.customers)
	if c.written == 0 {
		return
	}
	key := fmt.Sprintf("%s.x%d", c.id, w.number())
	target := fmt.Sprintf("%s.in%d", c.id, 1+w.dice.IntN(c.written))
	var command chat.Command
	switch w.dice.IntN(6) {
	case 0, 1:
		command = chat.Edit{Key: key, Target: target, Text: "edited " + key}
	case 2:
		command = chat.Delete{Key: key, Target: target}
	case 3:
		command = chat.React{Key: key, Target: target, Emoji: "+", Added: w.chance(0.7), At: time.Now()}
	case 4:
		command = chat.Refer{Key: key, Source: "ad " + key}
	default:
		command = chat.Control{Key: key, Lost: w.chance(0.4)}
	}
	w.tell(c.add(key, "", command))
}

// redeliver tells something once more: mostly what was not answered.
func (w *world) redeliver() {
	c := pick(w, w.customers)
	var open []*event
	for _, e := range c.events {
		if !e.acked {
			open = append(open, e)
		}
	}
	switch {
	case len(open) > 0 && w.chance(0.8):
		w.tell(pick(w, open))
	case len(c.events) > 0:
		w.tell(pick(w, c.events))
	}
}

// redeliverAll tells everything that was not answered.
func (w *world) redeliverAll() (left int) {
	for _, c := range w.customers {
		for _, e := range c.events {
			if !e.acked && e.flying == 0 {
				w.tell(e)
				left++
			}
		}
	}
	return left
}

// speak is a provider that tells what became of a message it has taken: at
// once or later, before or after its answer, twice or never.
func (w *world) speak(d delivery) {
	id, _, _ := chat.ParseChat(d.Message.Chat)
	var c *customer
	for _, x := range w.customers {
		if x.id == id {
			c = x
		}
	}
	if c == nil {
		w.fail("I5: %s was sent to nobody", d.Message.ID)
		return
	}
	mid, key := providerID(d), fmt.Sprintf("%s.s%d", c.id, w.number())
	if c.channel.echoes && w.chance(0.8) {
		c.add(key+"e", "", chat.Echo{
			Key: key + "e", Channel: c.way(), Sender: c.sender(), OurID: d.Message.ID,
			Author: chat.Author{Kind: chat.Operator}, Message: chat.Incoming{Provider: mid, At: time.Now(), Text: d.Message.Text},
		})
	}
	if !c.channel.statuses && !c.channel.echoes {
		return
	}
	states := []chat.Delivery{chat.Sent, chat.Delivered, chat.Read}
	if c.channel.echoes {
		states = states[1:]
	}
	for _, s := range states[:w.dice.IntN(len(states)+1)] {
		r := chat.Receipt{Key: fmt.Sprintf("%s%d", key, s), Target: mid, State: s}
		if c.channel.statuses {
			r.OurID = d.Message.ID
		}
		c.add(r.Key, "", r)
	}
	if w.chance(0.3) { // at once: it may well overtake the answer
		for _, e := range c.events {
			if !e.told {
				w.saw("status before the answer")
				w.tell(e)
			}
		}
	}
}
