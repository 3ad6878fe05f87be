package actors

import (
	"math"
	"slices"

	"parley/actors/chat"
	"parley/actors/commit"
)

// settle tells the store what only readers need: all of completed chats, when one
// has ended, and again when something of one has changed (a late receipt, an
// edit). Of provider's ids all are meant: they are not in the order of chats, and
// those of an open chat are found just as well where the store moves them.
func (c *conversation) settle(events []chat.Event, d *draft) {
	past := c.state.Chat.Number
	if c.state.Chat.Phase != chat.Completed {
		past--
	}
	if !slices.ContainsFunc(events, func(e chat.Event) bool { return numberOf(e) <= past }) {
		return
	}
	d.settled = []commit.Span{ // chats only get more: the last word holds for all before it
		{Collection: messages, To: messageKey(past+1, 0)},
		{Collection: chats, To: chatKey(past + 1)},
		{Collection: provided},
	}
}

// numberOf gives the number of the chat that an event's item belongs to.
func numberOf(e chat.Event) int {
	of := ""
	switch e := e.(type) {
	case chat.Added:
		of = e.Message.Chat
	case chat.Changed:
		of = e.Message.Chat
	case chat.Ended:
		return e.Chat.Number
	}
	if _, n, ok := chat.ParseChat(of); ok {
		return n
	}
	return math.MaxInt
}
