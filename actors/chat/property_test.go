package chat

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// TestProperties drives one conversation through random commands, redeliveries
// and jumps of the clock, and checks what must hold after every one of them.
func TestProperties(t *testing.T) {
	t.Parallel()
	for lane := range 4 {
		t.Run(fmt.Sprint(lane), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				m := newModel(t)
				for range rapid.IntRange(10, 80).Draw(t, "steps") {
					m.step()
				}
			})
		})
	}
}

// model follows a world from the outside: by events and effects alone.
type model struct {
	*world
	t        *rapid.T
	mids     int
	given    []Command             // with a key, for redelivery
	chats    map[string]Phase      // by what events said
	owners   map[string]string     // granted and not released, by chat
	queued   map[string]string     // enqueued and not dequeued, by chat
	slots    map[string]bool       // reserved and not let go, by transfer
	promised map[string]bool       // answered "later" and not answered yet
	states   map[string][]Delivery // every state a message has been shown in
}

func newModel(t *rapid.T) *model {
	w := newWorld()
	w.state.Policy.Receipts = rapid.Bool().Draw(t, "receipts")
	w.state.Policy.CompletionTimeout = rapid.SampledFrom([]time.Duration{0, 30 * time.Minute}).Draw(t, "timeout")
	return &model{
		world: w, t: t, chats: map[string]Phase{}, owners: map[string]string{}, queued: map[string]string{},
		slots: map[string]bool{}, promised: map[string]bool{}, states: map[string][]Delivery{},
	}
}

func (m *model) step() {
	m.now = m.now.Add(rapid.SampledFrom([]time.Duration{
		0, time.Millisecond, 1500 * time.Microsecond, time.Second, time.Minute, -time.Minute,
	}).Draw(m.t, "wait"))
	if !m.often("soon") {
		m.now = m.now.Add(rapid.SampledFrom([]time.Duration{0, 10 * time.Minute, 40 * time.Minute, 25 * time.Hour}).Draw(m.t, "long wait"))
	}
	c := m.draw()
	redelivered := len(m.given) > 0 && rapid.IntRange(0, 5).Draw(m.t, "redeliver") == 0
	if redelivered {
		c = rapid.SampledFrom(m.given).Draw(m.t, "again")
	}
	before, found := m.state, m.find(Needs(m.state, c))
	kept := clone(before)
	keptCommand := fmt.Sprintf("%#v", With(c, found))
	change, err := Step(before, With(c, found), m.now)
	if !reflect.DeepEqual(before, kept) || fmt.Sprintf("%#v", With(c, found)) != keptCommand {
		m.t.Fatalf("%T changed its input", c)
	}
	if err != nil {
		m.refused(c, change, err)
		return
	}
	if _, err := Step(before, says("other", "other"), m.now); err != nil { // a branch that is not taken
		m.t.Fatal(err)
	}
	if again, err := Step(clone(kept), With(c, found), m.now); err != nil || !reflect.DeepEqual(change, again) {
		m.t.Fatalf("%T is not deterministic, or its Change shares memory with the state", c)
	}
	change, err = m.do(c)
	if err != nil {
		m.t.Fatalf("%T: %v", c, err)
	}
	if redelivered && (len(change.Events) > 0 || len(change.Effects) > 0) {
		m.t.Fatalf("redelivered %#v changed something: %#v", c, change)
	}
	if KeyOf(c) != "" {
		m.given = append(m.given, c)
	}
	m.follow(c, change)
	m.check(c, before, change)
}

// refused: an error is one of the domain, and comes with nothing else.
func (m *model) refused(c Command, change Change, err error) {
	var domain *Error
	if !errors.As(err, &domain) {
		m.t.Fatalf("%T: %v", c, err)
	}
	if !reflect.DeepEqual(change, Change{}) {
		m.t.Fatalf("%T: error with a change", c)
	}
}

// follow keeps the books by events and effects.
func (m *model) follow(c Command, change Change) {
	for _, e := range change.Events {
		m.event(c, e)
	}
	for _, e := range change.Effects {
		m.effect(change, e)
	}
	if change.Later != "" {
		m.promised[change.Later] = true
	}
	if a := change.Answer; a != nil {
		if !m.promised[a.ID] {
			m.t.Fatalf("%T: answer %s nobody waits for", c, a.ID)
		}
		delete(m.promised, a.ID)
	}
}

func (m *model) event(c Command, e Event) {
	switch e := e.(type) {
	case Opened:
		if _, known := m.chats[e.Chat.ID]; known {
			m.t.Fatalf("%s opened twice", e.Chat.ID)
		}
		m.chats[e.Chat.ID] = e.Chat.Phase
	case Moved:
		if m.chats[e.Chat.ID] == Completed && e.Chat.Phase != Completed {
			m.t.Fatalf("%s was completed and moved to %s", e.Chat.ID, e.Chat.Phase)
		}
		m.chats[e.Chat.ID] = e.Chat.Phase
	case Ended:
		if m.chats[e.Chat.ID] == Completed || e.Chat.Reason == "" || e.Chat.CompletedAt.IsZero() {
			m.t.Fatalf("%T: ended %+v", c, e.Chat)
		}
		m.chats[e.Chat.ID] = Completed
	case Added:
		m.states[e.Message.ID] = append(m.states[e.Message.ID], e.Message.State)
	case Changed:
		m.moved(c, e.Message)
	}
	open := 0 // I1 after every single event: a transfer ends before it opens, in one change
	for _, phase := range m.chats {
		if phase != Completed {
			open++
		}
	}
	if open > 1 {
		m.t.Fatalf("%T: %d open chats", c, open)
	}
}

// moved checks S38: only forward, but for an operator's retry.
func (m *model) moved(c Command, msg Message) {
	states := m.states[msg.ID]
	last := states[len(states)-1]
	_, retry := c.(Retry)
	back := retry && msg.State == Queued && (last == Failed || last == Unknown)
	if last != msg.State && !last.Moves(msg.State) && !back {
		m.t.Fatalf("%T: %s went from %s to %s", c, msg.ID, last, msg.State)
	}
	m.states[msg.ID] = append(states, msg.State)
}

func (m *model) effect(change Change, e Effect) {
	switch e := e.(type) {
	case Enqueue:
		m.queued[e.Chat] = e.Queue
	case Dequeue:
		if m.queued[e.Chat] != e.Queue {
			m.t.Fatalf("dequeued from %s: %+v", m.queued[e.Chat], e)
		}
		delete(m.queued, e.Chat)
	case Grant:
		if had := m.owners[e.Chat]; had != "" && had != e.Operator {
			m.t.Fatalf("%s granted to %s and %s", e.Chat, had, e.Operator)
		}
		m.owners[e.Chat] = e.Operator
		delete(m.slots, e.Transfer)
	case Release:
		if m.owners[e.Chat] != e.Operator {
			m.t.Fatalf("released by %s: %+v", m.owners[e.Chat], e)
		}
		delete(m.owners, e.Chat)
	case Reserve:
		m.slots[e.Transfer] = true
	case Unreserve:
		delete(m.slots, e.Transfer)
	case Notify: // I8
		if c := change.State.Chat; c.Phase != InProgress || e.Operator != c.Owner.ID {
			m.t.Fatalf("notified %s of a chat of %q in %s", e.Operator, c.Owner.ID, c.Phase)
		}
	}
}

// check looks at the state after a command.
func (m *model) check(c Command, before State, change Change) {
	s := change.State
	chat := s.Chat
	fail := func(format string, a ...any) {
		m.t.Fatalf("%T: %s\n%+v", c, fmt.Sprintf(format, a...), s)
	}
	if (chat.Phase == InProgress) != (chat.Open() && chat.Owner.ID != "") {
		fail("I2: phase %s, owner %q", chat.Phase, chat.Owner.ID)
	}
	if got := m.chats[chat.ID]; got != chat.Phase || len(m.chats) != s.Opened {
		fail("events say %s and %d chats, state says %s and %d", got, len(m.chats), chat.Phase, s.Opened)
	}
	holds := map[string]string{}
	if chat.Phase == InProgress {
		holds[chat.ID] = chat.Owner.ID
	}
	if !reflect.DeepEqual(m.owners, holds) {
		fail("grants say %v", m.owners)
	}
	waits := map[string]string{}
	if chat.Phase == Waiting {
		waits[chat.ID] = chat.Queue
	}
	if !reflect.DeepEqual(m.queued, waits) {
		fail("queues say %v", m.queued)
	}
	if pending := s.Transfer.ID != ""; (pending && chat.Phase != InProgress) || len(m.slots) > 1 || len(m.promised) > 1 ||
		m.promised[s.Transfer.ID] != pending {
		fail("slots %v, promised %v", m.slots, m.promised)
	}
	m.checkTransfer(fail, change)
	m.checkTime(fail, before, change)
	m.checkMessages(fail, s)
}

// checkTransfer: a chat with a child and the child change hands in one commit (S46).
func (m *model) checkTransfer(fail func(string, ...any), change Change) {
	var ended, opened *Chat
	for _, e := range change.Events {
		switch e := e.(type) {
		case Ended:
			ended = &e.Chat
		case Opened:
			opened = &e.Chat
		}
	}
	if ended != nil && ended.Child != "" && (opened == nil || opened.ID != ended.Child || opened.Parent != ended.ID) {
		fail("S46: %s has no child in the same change", ended.ID)
	}
	if ended != nil && ended.Child == "" && opened != nil {
		fail("S46: %s is no child of %s", opened.ID, ended.ID)
	}
	if ended != nil && (ended.Reason == ByTransfer || ended.Reason == ByHandover) != (ended.Child != "") {
		fail("reason %s, child %q", ended.Reason, ended.Child)
	}
}

// checkTime: a tick before its time does nothing (I7), one in time leaves
// nothing due at once (no busy loop), and no duration is negative.
func (m *model) checkTime(fail func(string, ...any), before State, change Change) {
	tick, err := Step(change.State, Tick{}, m.now)
	if err != nil {
		fail("tick: %v", err)
	}
	due := change.Due
	if !due.IsZero() && due.Truncate(time.Millisecond) != due {
		fail("due %s is no whole millisecond", due)
	}
	if (due.IsZero() || m.now.Before(due)) && (len(tick.Events) > 0 || len(tick.Effects) > 0 || !tick.Due.Equal(due)) {
		fail("I7: an early tick did %+v", tick)
	}
	if !due.IsZero() && !m.now.Before(due) && !tick.Due.IsZero() {
		fail("still due after a tick")
	}
	if ended := change.State.Chat; ended.Phase == Completed &&
		(ended.CompletedAt.Before(ended.CreatedAt) || ended.CompletedAt.Before(ended.AcceptedAt) || ended.Draft != "") {
		fail("completed wrongly")
	}
	if change.State.LastIn.Before(before.LastIn) {
		fail("LastIn went back")
	}
}

// checkMessages: positions have no hole, ids follow from them, lists are bounded.
func (m *model) checkMessages(fail func(string, ...any), s State) {
	next := map[string]int{}
	unread := 0
	for _, msg := range m.history {
		next[msg.Chat]++
		if msg.Position != next[msg.Chat] || msg.ID != MessageID(msg.Chat, msg.Position) {
			fail("message %s at %d of %s, want %d", msg.ID, msg.Position, msg.Chat, next[msg.Chat])
		}
		if msg.Direction == In && msg.Chat == s.Chat.ID && msg.Position > s.Chat.ReadTo {
			unread++
		}
	}
	if next[s.Chat.ID] != s.Chat.Position {
		fail("position %d, history %d", s.Chat.Position, next[s.Chat.ID])
	}
	if s.Chat.Unread < unread || (s.Chat.Parent == "" && s.Chat.Unread != unread) {
		fail("unread %d, history says %d", s.Chat.Unread, unread)
	}
	if utf8.RuneCountInString(s.Chat.Preview) > PreviewLen || len(s.Outgoing) > MaxOutgoing ||
		len(s.Early) > MaxEarly || len(s.UnreadAt) > MaxUnread || len(s.Past) > MaxPast {
		fail("out of bounds")
	}
	for _, o := range s.Outgoing {
		if i := m.index(o.Message); i < 0 || m.history[i].State != o.State {
			fail("outgoing %+v is not what history says", o)
		}
	}
}

// clone copies a state with all its lists.
func clone(s State) State {
	s.Aliases, s.Address.IDs = slices.Clone(s.Aliases), slices.Clone(s.Address.IDs)
	s.Outgoing, s.Early = slices.Clone(s.Outgoing), slices.Clone(s.Early)
	s.UnreadAt, s.Past = slices.Clone(s.UnreadAt), slices.Clone(s.Past)
	return s
}
