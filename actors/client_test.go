package actors_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/actors/chat"
	"parley/actors/view"
)

// client is an operator's workspace as the contract lets anybody write it: it
// knows only frames. What it breaks on is a fault of the feed.
type client struct {
	t        *testing.T
	name     string
	epoch    string
	seq      uint64
	joined   bool
	status   string
	load     int
	waiting  map[string]int
	offers   map[string]view.Chat
	chats    map[string]*clientChat
	resumed  int
	fresh    int
	offered  map[string]int      // how often each chat was offered
	left     map[string][]string // how it went: a reason, or assigned
	ended    map[string]bool
	maxOffer int
}

// clientChat is an open chat with what has been shown of it.
type clientChat struct {
	row      view.Chat
	messages []chat.Message
}

func newClient(t *testing.T, name string) *client {
	return &client{t: t, name: name, offered: map[string]int{}, left: map[string][]string{}, ended: map[string]bool{}}
}

// take reads everything a connection has brought.
func (c *client) take(s *tab) {
	c.t.Helper()
	for _, frame := range s.all() {
		switch f := frame.(type) {
		case view.Hello:
			c.hello(f)
		case view.Push:
			c.push(f)
		}
	}
}

func (c *client) hello(h view.Hello) {
	c.t.Helper()
	if h.Resumed {
		if h.Epoch != c.epoch || h.Seq != c.seq {
			c.t.Errorf("%s: resumed at %s/%d, was at %s/%d", c.name, h.Epoch, h.Seq, c.epoch, c.seq)
		}
		c.resumed++
		return
	}
	c.fresh++
	c.joined, c.epoch, c.seq = true, h.Epoch, h.Seq
	c.status, c.load = h.Snapshot.Operator.Effective, h.Snapshot.Operator.Load
	c.waiting = h.Snapshot.Waiting
	c.offers, c.chats = make(map[string]view.Chat), make(map[string]*clientChat)
	for _, row := range h.Snapshot.Offers {
		c.offers[row.Chat.ID] = row
	}
	for _, a := range h.Snapshot.Chats {
		c.assign(a.Chat, a.Messages)
	}
	c.maxOffer = max(c.maxOffer, len(c.offers))
}

func (c *client) assign(row view.Chat, messages []chat.Message) {
	c.chats[row.Chat.ID] = &clientChat{row: row, messages: slices.Clone(messages)}
}

func (c *client) push(p view.Push) {
	c.t.Helper()
	if !c.joined || p.Seq != c.seq+1 {
		c.t.Errorf("%s: push %d (%T) after %d", c.name, p.Seq, p.Body, c.seq)
	}
	c.seq = p.Seq
	switch b := p.Body.(type) {
	case view.Offered:
		if _, known := c.offers[b.Chat.Chat.ID]; known {
			c.t.Errorf("%s: %s offered twice", c.name, b.Chat.Chat.ID)
		}
		c.offers[b.Chat.Chat.ID] = b.Chat
		c.offered[b.Chat.Chat.ID]++
		c.maxOffer = max(c.maxOffer, len(c.offers))
	case view.Withdrawn:
		if _, known := c.offers[b.Chat]; !known {
			c.t.Errorf("%s: %s withdrawn, it was not offered", c.name, b.Chat)
		}
		delete(c.offers, b.Chat)
		c.left[b.Chat] = append(c.left[b.Chat], strings.TrimSuffix(b.Reason+" "+b.By.ID, " "))
	case view.Took:
		if _, known := c.offers[b.Chat.Chat.ID]; known {
			delete(c.offers, b.Chat.Chat.ID)
			c.left[b.Chat.Chat.ID] = append(c.left[b.Chat.Chat.ID], "assigned")
		}
		c.assign(b.Chat, b.Messages)
	case view.Said:
		c.said(b)
	case view.Amended:
		c.amended(b)
	case view.Updated:
		c.updated(b.Chat)
	case view.Ended:
		c.ended[b.Chat] = true
		delete(c.chats, b.Chat)
	case view.Waiting:
		c.waiting = b.Counts
	case view.Status:
		c.status, c.load = b.Effective, b.Load
	}
}

func (c *client) said(b view.Said) {
	c.t.Helper()
	o := c.chats[b.Chat]
	if o == nil {
		return // it ended while the client was away; its end is on the way
	}
	last := 0
	for _, m := range o.messages {
		if m.Chat == b.Chat {
			last = m.Position
		}
	}
	if b.Message.Position != last+1 {
		c.t.Errorf("%s: message %d of %s after %d", c.name, b.Message.Position, b.Chat, last)
	}
	o.messages = append(o.messages, b.Message)
	if b.Message.Position > o.row.Chat.Position { // else the row has counted it already
		o.row.Chat.Position = b.Message.Position
		if b.Message.Direction == chat.In {
			o.row.Chat.Unread++
		}
	}
}

func (c *client) amended(b view.Amended) {
	c.t.Helper()
	for _, o := range c.chats {
		for i, m := range o.messages {
			if m.ID == b.Message.ID {
				if was, is := m.State, b.Message.State; was != is && !was.Moves(is) {
					c.t.Errorf("%s: %s went from %s to %s", c.name, m.ID, was, is)
				}
				o.messages[i] = b.Message
			}
		}
	}
}

func (c *client) updated(row view.Chat) {
	if _, ok := c.offers[row.Chat.ID]; ok {
		c.offers[row.Chat.ID] = row
	}
	if o := c.chats[row.Chat.ID]; o != nil {
		o.row = row
	}
}

// picture spells everything the workspace shows, so that two can be compared.
func (c *client) picture() string {
	var lines []string
	for id := range c.offers {
		lines = append(lines, "offer "+id)
	}
	for id, o := range c.chats {
		line := fmt.Sprintf("chat %s %s unread %d draft %q", id, o.row.Chat.Phase, o.row.Chat.Unread, o.row.Chat.Draft)
		for _, m := range o.messages[max(0, len(o.messages)-50):] { // older ones are read by page
			line += fmt.Sprintf("\n  %s %s %q", m.ID, m.State, m.Text)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	var queues []string
	for id, n := range c.waiting {
		queues = append(queues, fmt.Sprintf("%s %d", id, n))
	}
	slices.Sort(queues)
	return fmt.Sprintf("%s load %d waiting %v\n%s", c.status, c.load, queues, strings.Join(lines, "\n"))
}
