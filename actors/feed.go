package actors

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"time"

	"parley/actors/chat"
	"parley/actors/operator"
	"parley/actors/view"
)

const (
	ringFrames = 1024    // pushes kept for resuming
	ringBytes  = 1 << 20 // and their size
	// ringAge is how long they are kept: who was away for longer gets a snapshot,
	// and a day's pushes of a thousand operators are not held in memory.
	ringAge = feedLinger
	// feedLinger is how long a feed without connections keeps its numbers.
	feedLinger = 5 * time.Minute
)

// ender is a sink that wants to know when its feed is here no more.
type ender interface{ End() }

// speller is an encoder that can spell a push before its number is known.
type speller interface {
	Spell(b view.Body) []byte               // nil for a body it has no words for
	Number(seq uint64, spelt []byte) []byte // the frame of that number
}

// spell spells a push that many will be shown; nil when the encoder cannot.
func (e *Engine) spell(b view.Body) []byte {
	if s, ok := e.encoder.(speller); ok {
		return s.Spell(b)
	}
	return nil
}

// liver is a sink that may be attached still while it is being closed.
type liver interface{ Live() bool }

func live(s view.Sink) bool {
	l, ok := s.(liver)
	return !ok || l.Live()
}

// feed is an operator's numbered stream of pushes: one truth for all tabs and
// devices. It lives in the operator's actor. Losing it (restart, long absence)
// loses nothing: the next connection gets a snapshot under a new epoch.
type feed struct {
	o       *operatorBody
	live    bool
	epoch   string
	seq     uint64
	ring    []frame
	size    int
	sinks   map[uint64]view.Sink
	owned   map[string]*ownedChat  // by conversation
	offers  map[string]*shownOffer // by chat: rows the clients show
	boards  map[string]*board      // by queue
	gone    map[string]goneChat    // why chats left their boards since the last settle
	past    map[string]struct{}    // ended chats of his own that a queue may still list as waiting
	settled uint64                 // counts settles
	why     string                 // why rows disappear at the next settle, "" = unknown

	counted   map[string]int
	countedAt time.Time
	counting  bool
	detached  uint64 // counts detachments, so that an old linger timer does nothing
}

type frame struct {
	seq   uint64
	bytes []byte
	at    time.Time
}

// ownedChat is what the clients have seen of a chat in progress.
type ownedChat struct {
	chat    string
	last    int    // position of the newest message pushed
	version uint64 // of the conversation when it was read whole
}

// shownOffer is a row the clients show, as it was pushed last.
type shownOffer struct {
	queue  string
	single bool
	row    *view.Chat
	may    uint64 // the newest settle that found it among what he may take
}

// Messages to an operator's actor.
type (
	attach struct {
		id    uint64
		epoch string
		seq   uint64
		sink  view.Sink
		reply chan error
	}
	detach struct{ id uint64 }
	// shown is a conversation's event for its owner, after the commit.
	shown struct {
		conversation string
		version      uint64
		event        chat.Event
		chat         view.Chat // for chat.Moved
		received     time.Time // its cause, by the process; zero when nobody measures
	}
	touched    struct{ chat string } // the row of a waiting chat changed
	countTick  struct{}
	lingerTick struct{ detached uint64 }
)

func newFeed(o *operatorBody) *feed {
	return &feed{o: o, sinks: make(map[uint64]view.Sink), boards: make(map[string]*board)}
}

// begin starts a feed under a new epoch.
func (f *feed) begin() {
	var b [9]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	f.epoch, f.seq = hex.EncodeToString(b[:]), 0
	f.ring, f.size = nil, 0
	f.owned, f.offers = make(map[string]*ownedChat), make(map[string]*shownOffer)
	f.gone, f.counted, f.why = make(map[string]goneChat), nil, ""
	f.past = make(map[string]struct{})
	f.live = true
	engine := f.o.shell.part.engine
	engine.feeds.Store(f.o.shell.entity.ID, f.o.shell.self)
	for _, q := range f.o.state.Queues {
		if b, ok := engine.boards.Load(q.ID); ok {
			f.boards[q.ID] = b.(*board)
		}
	}
}

// end forgets everything; the next connection gets a snapshot.
func (f *feed) end() {
	if !f.live {
		return
	}
	f.live, f.ring, f.size = false, nil, 0
	f.owned, f.offers, f.gone = nil, nil, nil
	f.boards = make(map[string]*board)
	f.o.shell.part.engine.feeds.Delete(f.o.shell.entity.ID)
}

// drop tells every connection that the feed is here no more.
func (f *feed) drop() {
	for _, sink := range f.sinks {
		if e, ok := sink.(ender); ok {
			e.End()
		}
	}
	clear(f.sinks)
	f.end()
}

// attach greets a connection: with what it missed, or with a snapshot.
func (f *feed) attach(a attach) error {
	if f.live && f.resumable(a.epoch, a.seq) {
		return f.resume(a)
	}
	if !f.live {
		f.begin()
	}
	s, err := f.snapshot()
	if err != nil {
		if len(f.sinks) == 0 {
			f.end()
		}
		return err
	}
	hello := f.encoder().Hello(view.Hello{Epoch: f.epoch, Seq: f.seq, Snapshot: s})
	if !a.sink.Send(hello) {
		return errors.New("actors: the connection takes nothing")
	}
	f.sinks[a.id] = a.sink
	return nil
}

func (f *feed) resumable(epoch string, seq uint64) bool {
	if epoch != f.epoch || seq > f.seq {
		return false
	}
	return seq == f.seq || len(f.ring) > 0 && f.ring[0].seq <= seq+1
}

func (f *feed) resume(a attach) error {
	hello := f.encoder().Hello(view.Hello{Epoch: f.epoch, Seq: a.seq, Resumed: true})
	ok := a.sink.Send(hello)
	for _, fr := range f.ring {
		if ok && fr.seq > a.seq {
			ok = a.sink.Send(fr.bytes)
		}
	}
	if !ok {
		return errors.New("actors: the connection takes nothing")
	}
	f.sinks[a.id] = a.sink
	return nil
}

// detach forgets a connection and says whether it was the last.
func (f *feed) detach(id uint64) bool {
	if _, ok := f.sinks[id]; !ok && len(f.sinks) > 0 {
		return false
	}
	delete(f.sinks, id)
	if len(f.sinks) > 0 {
		return false
	}
	f.detached++
	root, self, n := f.o.shell.root, f.o.shell.self, f.detached
	entity := f.o.shell.entity
	time.AfterFunc(feedLinger, func() { root.Send(self, local{entity, lingerTick{n}}) })
	return true
}

func (f *feed) expire(detached uint64) {
	if detached == f.detached && len(f.sinks) == 0 {
		f.end()
	}
}

func (f *feed) encoder() view.Encoder { return f.o.shell.part.engine.encoder }

// push numbers an event and gives it to every connection. A connection that
// takes no more is forgotten: it resumes.
func (f *feed) push(b view.Body) { f.pushSince(b, time.Time{}) }

// pushSince is push for an event whose cause reached the process at that time.
func (f *feed) pushSince(b view.Body, since time.Time) {
	f.number(f.encoder().Push(view.Push{Seq: f.seq + 1, Body: b}), since)
}

// pushSpelt is push for what is shown to many and was spelt once for all of
// them; where it was not, b is spelt now.
func (f *feed) pushSpelt(spelt []byte, b view.Body) {
	if spelt == nil {
		f.push(b)
		return
	}
	f.number(f.encoder().(speller).Number(f.seq+1, spelt), time.Time{})
}

// number takes the next number for a push that is spelt with it.
func (f *feed) number(bytes []byte, since time.Time) {
	f.seq++
	now := time.Now()
	f.ring = append(f.ring, frame{f.seq, bytes, now})
	f.size += len(bytes)
	for len(f.ring) > ringFrames || len(f.ring) > 1 && (f.size > ringBytes || now.Sub(f.ring[0].at) > ringAge) {
		f.size -= len(f.ring[0].bytes)
		f.ring[0] = frame{}
		f.ring = f.ring[1:]
	}
	for id, sink := range f.sinks {
		if !give(sink, bytes, since) {
			delete(f.sinks, id)
			if len(f.sinks) == 0 { // its own detach comes, but finds nobody
				f.sinks[id] = closedSink{}
			}
		}
	}
}

// closedSink stands for a connection that is being closed: it still counts
// until it detaches.
type closedSink struct{}

func (closedSink) Send([]byte) bool { return true }
func (closedSink) Live() bool       { return false }

// heard says whether any connection takes what is pushed.
func (f *feed) heard() bool {
	for _, sink := range f.sinks {
		if live(sink) {
			return true
		}
	}
	return false
}

// tell shows an event of the operator's own machine.
func (f *feed) tell(e operator.Event, took map[string]view.Assigned) {
	switch e := e.(type) {
	case operator.ChatAssigned:
		f.assigned(e, took)
	case operator.ViewChanged:
		f.why = e.Why
	}
	if !f.live {
		return
	}
	switch e := e.(type) {
	case operator.StatusChanged:
		f.push(view.Status{
			Preferred: e.Preferred.String(), Effective: e.Effective.String(), Reason: e.Reason, Load: e.Load, Limit: e.Limit,
		})
	case operator.ChatOffered:
		f.offered(e)
	case operator.ChatWithdrawn:
		f.withdraw(e.Chat, e.Why, chat.Person(e.By))
	case operator.ChatEnded:
		f.ended(e)
	}
}

func (f *feed) assigned(e operator.ChatAssigned, took map[string]view.Assigned) {
	a, err := f.o.read(e.Chat)
	if err != nil {
		f.o.shell.log.Error("an assigned chat cannot be read", "chat", e.Chat, "err", err)
		f.drop() // a push left out would be missed for good: the clients come back to a snapshot
		return
	}
	took[e.Chat] = a
	if !f.live {
		return
	}
	delete(f.offers, e.Chat)
	f.owned[a.Chat.Conversation] = &ownedChat{chat: e.Chat, last: newestOf(a.Messages, e.Chat), version: a.Chat.Version}
	f.push(view.Took{Chat: a.Chat, Messages: a.Messages, Why: e.Why})
}

// offered shows a single offer. It is false when that cannot be read: the feed
// is dropped then.
func (f *feed) offered(e operator.ChatOffered) bool {
	c, ok := f.row(e.Chat)
	if !ok {
		f.drop()
		return false
	}
	c.Deadline = e.Deadline
	f.offers[e.Chat] = &shownOffer{queue: e.Queue, single: true, row: &c}
	f.push(view.Offered{Chat: c})
	return true
}

func (f *feed) withdraw(chatID, why string, by chat.Person) {
	if _, ok := f.offers[chatID]; ok {
		delete(f.offers, chatID)
		f.push(view.Withdrawn{Chat: chatID, Reason: why, By: by})
	}
}

func (f *feed) ended(e operator.ChatEnded) {
	conversation, _, _ := chat.ParseChat(e.Chat)
	if c := f.owned[conversation]; c != nil && c.chat == e.Chat {
		f.catchUp(c)
		if !f.live {
			return
		}
		delete(f.owned, conversation)
	}
	if len(f.boards) > 0 { // else nobody would ever say that it is listed no more
		f.past[e.Chat] = struct{}{}
	}
	f.push(view.Ended(e))
}

// row reads a chat for a row.
func (f *feed) row(id string) (view.Chat, bool) {
	ctx, cancel := context.WithTimeout(context.Background(), loadDeadline)
	defer cancel()
	c, err := f.o.shell.part.engine.history().chat(ctx, id)
	if err != nil {
		f.o.shell.log.Warn("an offered chat cannot be read", "chat", id, "err", err)
		return view.Chat{}, false
	}
	return c, true
}
