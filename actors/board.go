package actors

import (
	"context"
	"slices"
	"time"

	"parley/actors/chat"
	"parley/actors/queue"
	"parley/actors/route"
	"parley/actors/view"
)

// How often a queue shows itself to its members at the most: boardEvery, and
// where many are there boardShare for each of them. The first change is shown at
// once, what follows is gathered: so the cost of showing does not grow with
// backlog times operators, and a thousand of them are shown two boards a second,
// not twenty, when hundreds of chats are taken between two.
const (
	boardEvery = 50 * time.Millisecond
	boardShare = 500 * time.Microsecond
)

// board is what a queue shows: counts, and for rule everyone the oldest
// waiting chats. Immutable once published.
type board struct {
	queue   string
	waiting int
	rows    []*offeredRow       // rule everyone: the oldest waiting chats
	gone    map[string]goneChat // left since the board before
	changed []string            // rows that changed since the board before
	index   map[string]struct{}
}

func (b *board) has(chat string) bool {
	_, ok := b.index[chat]
	return ok
}

// shows says whether the row of a waiting chat could be read.
func (b *board) shows(chat string) bool { return b.row(chat) != nil }

// row gives the row of a waiting chat, nil when there is none.
func (b *board) row(chat string) *offeredRow {
	i := slices.IndexFunc(b.rows, func(r *offeredRow) bool { return r.chat.Chat.ID == chat })
	if i < 0 {
		return nil
	}
	return b.rows[i]
}

// offeredRow is a waiting chat as all members are shown it: read once and
// spelt once, however many they are. It is never changed.
type offeredRow struct {
	chat  view.Chat
	spelt []byte // the push, before it has a number; nil where the encoder spells each anew
}

// publisher makes a queue's boards, in the queue's actor.
type publisher struct {
	q         *queueBody
	rows      map[string]*offeredRow // of the view, as last read
	gone      map[string]goneChat
	changed   map[string]struct{}
	unread    []string // waiting chats whose rows could not be read
	last      time.Time
	refreshed time.Time
	dirty     bool
	scheduled bool
	shown     int // members who were there to be shown the last board
}

type publishTick struct{}

func newPublisher(q *queueBody) *publisher {
	p := &publisher{q: q}
	p.reset()
	return p
}

func (p *publisher) reset() {
	p.rows = make(map[string]*offeredRow)
	p.gone = make(map[string]goneChat)
	p.changed = make(map[string]struct{})
	p.unread, p.dirty = nil, true
}

// note keeps what the members must be shown.
func (p *publisher) note(e any) {
	switch e := e.(type) {
	case queue.EntryGone:
		g := goneChat{why: e.Why, by: chat.Person(e.By)}
		if _, shown := p.rows[e.Chat]; shown {
			g.spelt = p.engine().spell(g.body(e.Chat))
		}
		p.gone[e.Chat] = g
		delete(p.rows, e.Chat)
	case queue.EntryPut, queue.MemberPut, queue.MemberGone, queue.Configured:
	default:
		return
	}
	p.dirty = true
}

// touch says that a waiting chat's row is out of date.
func (p *publisher) touch(id string) {
	entry, ok := p.q.state.Entry(id)
	if !ok {
		return
	}
	if to := entry.Offer.Operator; to != "" {
		p.engine().tellFeed(route.Operator(to), touched{id})
		return
	}
	if _, ok := p.rows[id]; ok {
		delete(p.rows, id)
		p.changed[id] = struct{}{}
		p.dirty = true
	}
}

func (p *publisher) engine() *Engine { return p.q.shell.part.engine }

// publish shows the queue to its members, now or when it may again. Only
// settled state is shown.
func (p *publisher) publish() {
	if !p.dirty || p.q.shell.flight != nil {
		return
	}
	pause := max(boardEvery, time.Duration(p.shown)*boardShare)
	if wait := pause - time.Since(p.last); wait > 0 {
		p.later(wait)
		return
	}
	b := p.make()
	e := p.engine()
	e.boards.Store(b.queue, b)
	e.queues.Store(b.queue, p.counts())
	if e.observer.Waiting != nil {
		e.observer.Waiting(b.queue, b.waiting)
	}
	p.shown = 0
	for _, m := range p.q.state.Members() {
		if e.tellFeed(route.Operator(m.Operator), b) {
			p.shown++
		}
	}
	p.last, p.dirty = time.Now(), false
	p.gone, p.changed = make(map[string]goneChat), make(map[string]struct{})
	p.readAgain()
}

// boardAgain is when rows are read once more that could not be read.
const boardAgain = time.Second

// readAgain brings the rows soon that could not be read now: nothing else may
// ever change in the queue, and a chat without a row is shown to nobody.
func (p *publisher) readAgain() {
	if len(p.unread) == 0 {
		return
	}
	for _, id := range p.unread {
		p.changed[id] = struct{}{}
	}
	p.unread, p.dirty = nil, true
	p.later(boardAgain)
}

func (p *publisher) later(wait time.Duration) {
	if p.scheduled {
		return
	}
	p.scheduled = true
	s := p.q.shell
	time.AfterFunc(wait, func() { s.root.Send(s.self, local{s.entity, publishTick{}}) })
}

func (p *publisher) make() *board {
	b := &board{queue: p.q.shell.entity.ID, waiting: p.q.state.Len(), gone: p.gone, index: make(map[string]struct{})}
	if !p.q.state.Single() {
		for _, e := range p.q.state.View() {
			b.index[e.Chat] = struct{}{}
			if r := p.row(e.Chat); r != nil {
				b.rows = append(b.rows, r)
			}
		}
	}
	for id := range p.rows {
		if !b.has(id) {
			delete(p.rows, id)
		}
	}
	for id := range p.changed {
		b.changed = append(b.changed, id)
	}
	return b
}

// row gives a waiting chat's row, read once until it is touched; nil when there
// is none to show.
func (p *publisher) row(id string) *offeredRow {
	if r, ok := p.rows[id]; ok {
		return r
	}
	ctx, cancel := context.WithTimeout(context.Background(), loadDeadline)
	defer cancel()
	c, err := p.engine().history().chat(ctx, id)
	if err != nil {
		p.q.shell.log.Warn("a waiting chat cannot be read", "chat", id, "err", err)
		if !unreadable(err) {
			p.unread = append(p.unread, id)
		}
		return nil
	}
	if c.Chat.Phase != chat.Waiting {
		return nil // it has gone on; the word of it is on its way
	}
	r := &offeredRow{chat: c, spelt: p.engine().spell(view.Offered{Chat: c})}
	p.rows[id] = r
	return r
}

func (p *publisher) counts() view.Queue {
	id := p.q.shell.entity.ID
	c := p.q.state.Counts()
	v := view.Queue{ID: id, Name: p.engine().catalogue().queue(id).Name, Waiting: c.Waiting, Free: c.Free}
	if !c.Oldest.IsZero() {
		v.OldestMS = c.Oldest.UnixMilli()
	}
	return v
}
