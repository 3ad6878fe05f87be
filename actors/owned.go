package actors

import (
	"context"
	"errors"
	"slices"
	"time"

	"parley/actors/chat"
	"parley/actors/operator"
	"parley/actors/view"
)

// show pushes an event of a conversation to its owner. Notices may come late,
// twice or not at all; positions and versions make the stream exact: every
// message is pushed once, in order, and nothing older than what was shown.
func (f *feed) show(s shown) {
	if !f.live {
		return
	}
	c := f.owned[s.conversation]
	if c == nil {
		return // the chat is on its way here, or has gone: it is read whole then
	}
	switch e := s.event.(type) {
	case chat.Added:
		f.said(c, e.Message, s.received)
	case chat.Changed:
		f.amended(c, e.Message, s.version)
	case chat.Moved:
		f.moved(c, s)
	}
}

func (f *feed) said(c *ownedChat, m chat.Message, received time.Time) {
	switch {
	case m.Chat != c.chat || m.Position <= c.last:
		return
	case m.Position > c.last+1:
		f.catchUp(c)
		return
	}
	c.last = m.Position
	f.pushSince(view.Said{Chat: m.Chat, Message: m}, received)
}

// unread drops the feed because something cannot be read that must be pushed: left
// out it would be missed for good, so the clients come back to a snapshot.
func (f *feed) unread(c *ownedChat, err error) {
	f.o.shell.log.Error("a chat cannot be read for the feed", "chat", c.chat, "err", err)
	f.drop()
}

// catchUp pushes what is stored behind the newest pushed message. The version is
// read afterwards: of what has been read, no notice is newer.
func (f *feed) catchUp(c *ownedChat) {
	ctx, cancel := context.WithTimeout(context.Background(), loadDeadline)
	defer cancel()
	h := f.o.shell.part.engine.history()
	missing, err := h.after(ctx, c.chat, c.last)
	if err == nil {
		conversation, _, _ := chat.ParseChat(c.chat)
		var version uint64
		version, err = h.version(ctx, conversation)
		c.version = max(c.version, version)
	}
	if err != nil {
		f.unread(c, err)
		return
	}
	f.catchUpWith(c, missing)
}

func (f *feed) catchUpWith(c *ownedChat, list []chat.Message) {
	for _, m := range list {
		if m.Chat == c.chat && m.Position == c.last+1 {
			c.last = m.Position
			f.push(view.Said{Chat: m.Chat, Message: m})
		}
	}
}

// amended pushes a changed message. When the chat has been read whole since
// then, what is true now is pushed instead of what was.
func (f *feed) amended(c *ownedChat, m chat.Message, version uint64) {
	if m.Chat == c.chat && m.Position > c.last {
		f.catchUp(c)
		return
	}
	if version <= c.version {
		ctx, cancel := context.WithTimeout(context.Background(), loadDeadline)
		defer cancel()
		h := f.o.shell.part.engine.history()
		now, ok, err := h.message(ctx, m.ID)
		if err != nil {
			f.unread(c, err)
			return
		}
		if !ok {
			return
		}
		m = now
		// What was read may be newer than notices that are still to come: the
		// version, read afterwards, keeps them from taking the message back.
		conversation, _, _ := chat.ParseChat(c.chat)
		if read, err := h.version(ctx, conversation); err == nil {
			c.version = max(c.version, read)
		}
	}
	f.push(view.Amended{Chat: m.Chat, Message: m})
}

func (f *feed) moved(c *ownedChat, s shown) {
	if s.chat.Chat.ID != c.chat {
		return
	}
	if s.version <= c.version {
		now, ok := f.row(c.chat)
		if !ok {
			f.drop()
			return
		}
		s.chat = now
		c.version = max(c.version, now.Version)
	}
	f.push(view.Updated{Chat: s.chat})
}

// snapshot reads everything the workspace shows. What it reads beyond what the
// feed has pushed is pushed first, so that every connection, old and new,
// stands at the same place after it.
func (f *feed) snapshot() (*view.Snapshot, error) {
	s := &view.Snapshot{Offers: []view.Chat{}, Chats: []view.Assigned{}}
	f.settle()
	for _, slot := range f.o.state.Slots {
		if slot.Kind != operator.Live {
			continue
		}
		a, err := f.o.read(slot.Chat)
		switch {
		case errors.Is(err, ErrQuarantined):
			continue // the alarm has been raised; the other chats must be served
		case err != nil:
			return nil, err
		}
		if !f.o.owns(a.Chat) || a.Chat.Chat.ID != slot.Chat {
			continue // it has ended; the word of it is on its way
		}
		if err := f.adopt(a); err != nil {
			return nil, err
		}
		s.Chats = append(s.Chats, a)
	}
	var err error
	if s.Offers, err = f.offerRows(); err != nil {
		return nil, err
	}
	if f.counted == nil {
		f.counted, f.countedAt = f.waiting(), time.Now()
	}
	s.Waiting = f.counted // what the others have been shown; a change comes to all
	op, _ := f.o.shell.part.engine.operators.Load(f.o.state.ID)
	s.Operator, _ = op.(view.Operator)
	return s, nil
}

// adopt pushes what a chat read whole has beyond the pushed messages, and not
// more: what the snapshot does not have must come after it. ErrUnavailable when
// what lies between cannot be read.
func (f *feed) adopt(a view.Assigned) error {
	c := f.owned[a.Chat.Conversation]
	newest := newestOf(a.Messages, a.Chat.Chat.ID)
	if c == nil || c.chat != a.Chat.Chat.ID {
		c = &ownedChat{chat: a.Chat.Chat.ID, last: newest}
		f.owned[a.Chat.Conversation] = c
	}
	if oldest := oldestOf(a.Messages, c.chat); oldest > c.last+1 {
		if err := f.catchUpTo(c, oldest-1); err != nil {
			return unavailable(err)
		}
	}
	f.catchUpWith(c, a.Messages)
	c.version = max(c.version, a.Chat.Version)
	return nil
}

// catchUpTo pushes what is stored behind the newest pushed message up to a position.
func (f *feed) catchUpTo(c *ownedChat, last int) error {
	ctx, cancel := context.WithTimeout(context.Background(), loadDeadline)
	defer cancel()
	h := f.o.shell.part.engine.history()
	missing, err := h.after(ctx, c.chat, c.last)
	if err != nil {
		return err
	}
	conversation, _, _ := chat.ParseChat(c.chat)
	version, err := h.version(ctx, conversation) // afterwards: no notice of what has been read is newer
	if err != nil {
		return err
	}
	c.version = max(c.version, version)
	f.catchUpWith(c, missing[:min(len(missing), max(last-c.last, 0))])
	return nil
}

// oldestOf and newestOf give the lowest and the highest position of a chat's
// messages in a page, 0 when it has none of them.
func oldestOf(list []chat.Message, id string) int {
	for _, m := range list {
		if m.Chat == id {
			return m.Position
		}
	}
	return 0
}

func newestOf(list []chat.Message, id string) int {
	for _, m := range slices.Backward(list) {
		if m.Chat == id {
			return m.Position
		}
	}
	return 0
}
