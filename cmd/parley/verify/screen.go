package verify

import (
	"sync"

	"parley/actors/chat"
	"parley/actors/view"
)

// screen is what an operator's client shows: it is folded from a snapshot and
// pushes, exactly as the protocol says.
type screen struct {
	w     *world
	who   string
	epoch string
	seq   uint64

	mu      sync.Mutex
	status  view.Status
	offers  map[string]view.Chat
	chats   map[string]*open
	waiting map[string]int
}

// open is an open chat on the screen.
type open struct {
	chat  view.Chat
	lines map[string]chat.Message // by id
	last  int
}

func newScreen(w *world, who string) *screen {
	return &screen{w: w, who: who, offers: map[string]view.Chat{}, chats: map[string]*open{}, waiting: map[string]int{}}
}

// copy is for another tab that resumes where this one stands.
func (s *screen) copy() *screen {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := newScreen(s.w, s.who)
	c.epoch, c.seq, c.status = s.epoch, s.seq, s.status
	for id, o := range s.offers {
		c.offers[id] = o
	}
	for id, o := range s.chats {
		lines := make(map[string]chat.Message, len(o.lines))
		for id, m := range o.lines {
			lines[id] = m
		}
		c.chats[id] = &open{o.chat, lines, o.last}
	}
	for id, n := range s.waiting {
		c.waiting[id] = n
	}
	return c
}

// show takes one frame.
func (s *screen) show(tab string, page any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch p := page.(type) {
	case view.Hello:
		s.greet(tab, p)
	case view.Push:
		if p.Seq != s.seq+1 {
			s.w.fail("S102: %s got push %d after %d", tab, p.Seq, s.seq)
		}
		s.seq = p.Seq
		s.w.aside("%s gets %d: %T", tab, p.Seq, p.Body)
		s.fold(tab, p.Body)
	}
}

func (s *screen) greet(tab string, h view.Hello) {
	if h.Resumed {
		s.w.saw("resumed")
		if h.Epoch != s.epoch || h.Seq != s.seq {
			s.w.fail("S102: %s resumed at %d of another place than %d", tab, h.Seq, s.seq)
		}
		return
	}
	if s.seq > 0 {
		s.w.saw("snapshot instead of resuming")
	}
	s.epoch, s.seq = h.Epoch, h.Seq
	snap := h.Snapshot
	s.status = view.Status{Preferred: snap.Operator.Preferred, Effective: snap.Operator.Effective, Load: snap.Operator.Load, Limit: snap.Operator.Limit}
	s.offers, s.chats, s.waiting = map[string]view.Chat{}, map[string]*open{}, map[string]int{}
	for _, c := range snap.Offers {
		s.offers[c.Chat.ID] = c
	}
	for q, n := range snap.Waiting {
		s.waiting[q] = n
	}
	for _, a := range snap.Chats {
		s.take(tab, a.Chat, a.Messages)
	}
}

func (s *screen) fold(tab string, b view.Body) {
	switch b := b.(type) {
	case view.Status:
		s.status = b
	case view.Waiting:
		s.waiting = b.Counts
	case view.Offered:
		s.offers[b.Chat.Chat.ID] = b.Chat
	case view.Withdrawn:
		if _, ok := s.offers[b.Chat]; !ok {
			s.w.fail("S102: %s sees %s withdrawn that it never saw", tab, b.Chat)
		}
		s.w.saw("withdrawn: " + b.Reason)
		delete(s.offers, b.Chat)
	case view.Took:
		s.w.saw("took: " + b.Why)
		delete(s.offers, b.Chat.Chat.ID)
		s.take(tab, b.Chat, b.Messages)
	case view.Said:
		s.say(tab, b)
	case view.Amended:
		s.amend(tab, b)
	case view.Updated:
		s.update(b.Chat)
	case view.Ended:
		delete(s.chats, b.Chat) // a snapshot may already show it no more
	}
}

// take shows a chat with its messages.
func (s *screen) take(tab string, c view.Chat, lines []chat.Message) {
	o := &open{chat: c, lines: map[string]chat.Message{}}
	for _, m := range lines {
		s.mayRead(tab, c.Chat.ID, m)
		if m.Chat == c.Chat.ID {
			if o.last > 0 && m.Position != o.last+1 {
				s.w.fail("S102: %s is shown %s after position %d", tab, m.ID, o.last)
			}
			o.last = m.Position
		}
		o.lines[m.ID] = m
	}
	s.chats[c.Chat.ID] = o
}

func (s *screen) say(tab string, b view.Said) {
	s.mayRead(tab, b.Chat, b.Message)
	o := s.chats[b.Chat]
	if o == nil {
		return // it had ended when the snapshot was made; the word of that is on its way
	}
	if b.Message.Position != o.last+1 {
		s.w.fail("S102: %s hears %s after position %d", tab, b.Message.ID, o.last)
	}
	o.last = b.Message.Position
	o.lines[b.Message.ID] = b.Message
	if c := &o.chat.Chat; o.last > c.Position {
		c.Position = o.last
		if b.Message.Direction == chat.In { // the client counts; it is not told anew with every message
			c.Unread++
		}
	}
}

func (s *screen) amend(tab string, b view.Amended) {
	s.mayRead(tab, b.Chat, b.Message)
	for _, o := range s.chats {
		if _, ok := o.lines[b.Message.ID]; ok {
			o.lines[b.Message.ID] = b.Message
		}
	}
}

// update shows a chat or a row anew. One that has just ended may be changed
// once more for those who never saw it: its end is on its way.
func (s *screen) update(c view.Chat) {
	if o := s.chats[c.Chat.ID]; o != nil {
		o.chat = c
	} else if _, ok := s.offers[c.Chat.ID]; ok {
		s.offers[c.Chat.ID] = c
	}
}

// mayRead: bodies of a chat go to its owner, those of its parents to whoever
// has the child (I8).
func (s *screen) mayRead(tab, chatID string, m chat.Message) {
	conversation, _, _ := chat.ParseChat(chatID)
	k := s.w.kept.conversations[conversation]
	if k == nil {
		s.w.fail("I8: %s reads %s of nobody", tab, m.ID)
		return
	}
	for n := k.state.Opened; n > 0; n-- { // any chat of his that is this one or continues it
		c, _ := s.w.kept.chat(chat.ChatID(conversation, n))
		if c.Owner.ID == s.who && s.continues(c, m.Chat) {
			return
		}
	}
	c, _ := s.w.kept.chat(chatID)
	s.w.fail("I8: %s reads %s of %s, which is of %q", tab, m.ID, chatID, c.Owner.ID)
}

// continues says whether a chat is another one or was handed on from it.
func (s *screen) continues(c chat.Chat, id string) bool {
	for ok := true; ok; c, ok = s.w.kept.chat(c.Parent) {
		if c.ID == id {
			return true
		}
	}
	return false
}
