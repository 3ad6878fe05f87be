package route_test

import (
	"maps"
	"slices"
	"time"

	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/queue"
	"parley/actors/route"
)

// box is one entity: what its actor has in memory, and what the store keeps.
type box struct {
	name  commit.Entity
	part  int
	live  mind
	kept  mind
	keys  map[string]string // idempotency keys and their notes, kept
	lines []chat.Message    // history, kept
	items items             // of a queue, kept
	queue *queue.State      // live
	draft draft
	inbox []any // commands from the door that have not been taken
}

// mind is what one snapshot holds. The machines never change a state they were
// given, but for a queue's, so keeping the value is as good as writing it.
type mind struct {
	chat     chat.State
	operator operator.State
	due      time.Time
	cursors  map[int]uint64 // newest tell known, by source partition
}

type items struct {
	header  queue.Header
	entries map[string]queue.Entry
	members map[string]queue.Member
}

// draft is what an entity has done and the store has not.
type draft struct {
	dirty    bool
	keys     []chat.Key
	events   []any
	intents  []entry
	finished []uint64 // outbox entries that close with this change
	then     []func() // what others see once it is durable
}

// part is a partition: its outbox and the lanes that carry its tells.
type part struct {
	number int
	seq    uint64
	outbox []*entry // kept, in order
	lanes  []*lane
	done   map[uint64]bool // acknowledged; deleted by the partition's next commit
}

// entry is one durable intention: a tell, or work on the outside.
type entry struct {
	seq    uint64
	source commit.Entity
	tell   route.Tell
	work   chat.Effect // nil for a tell
	begun  bool        // kept: an attempt may have reached the outside
	busy   bool        // somebody works on it in this process
}

// lane carries tells of one partition to one entity, in order.
type lane struct {
	to      commit.Entity
	waiting []*entry
	flown   int // of those, handed over and not acknowledged
}

func newBox(name commit.Entity, partitions int) *box {
	b := &box{name: name, part: name.Partition(partitions), keys: map[string]string{}}
	b.kept.cursors = map[int]uint64{}
	switch name.Kind {
	case commit.Conversation:
		b.kept.chat = chat.New(name.ID)
	case commit.Operator:
		b.kept.operator = operator.New(name.ID)
	case commit.Queue:
		b.items = items{entries: map[string]queue.Entry{}, members: map[string]queue.Member{}}
	}
	b.load()
	return b
}

// load is what an actor does when it starts.
func (b *box) load() {
	b.live, b.draft, b.inbox = b.kept, draft{}, nil
	b.live.cursors = maps.Clone(b.kept.cursors)
	if b.name.Kind == commit.Queue {
		b.queue = queue.Restore(b.name.ID, queue.Builtin(), b.items.header,
			slices.Collect(maps.Values(b.items.entries)), slices.Collect(maps.Values(b.items.members)))
	}
}

// commit makes what an entity has done durable, all of it at once.
func (w *world) commit(b *box) {
	if !b.draft.dirty {
		return
	}
	w.commits++
	if w.commits == w.crashAt && w.spoiled {
		w.crash()
		return
	}
	p, d := w.parts[b.part], b.draft
	b.draft = draft{}
	b.kept = b.live
	b.kept.cursors = maps.Clone(b.live.cursors)
	for _, k := range d.keys {
		b.keys[k.ID] = k.Note
	}
	w.machines.store(b)
	for i := range d.intents {
		p.seq++
		e := &d.intents[i]
		e.seq = p.seq
		p.outbox = append(p.outbox, e)
		p.carry(e)
	}
	for _, seq := range d.finished {
		p.done[seq] = true
	}
	p.outbox = slices.DeleteFunc(p.outbox, func(e *entry) bool { return p.done[e.seq] })
	clear(p.done)
	w.note("  %s is durable", b.name)
	for _, e := range d.events {
		w.record(b, e)
	}
	for _, then := range d.then {
		then()
	}
	if w.commits == w.crashAt {
		w.crash()
		return
	}
	w.acknowledge(b)
}

// record writes a fact where others read it.
func (w *world) record(b *box, e any) {
	switch e := e.(type) {
	case chat.Opened:
		w.show(e.Chat)
	case chat.Moved:
		w.show(e.Chat)
	case chat.Ended:
		w.show(e.Chat)
	case chat.Added:
		b.lines = append(b.lines, e.Message)
	case chat.Changed:
		i := slices.IndexFunc(b.lines, func(m chat.Message) bool { return m.ID == e.Message.ID })
		if i < 0 {
			w.fail("%s changed a message it never had: %s", b.name, e.Message.ID)
		}
		b.lines[i] = e.Message
	case queue.EntryPut:
		b.items.entries[e.Entry.Chat] = e.Entry
	case queue.EntryGone:
		delete(b.items.entries, e.Chat)
	case queue.MemberPut:
		b.items.members[e.Member.Operator] = e.Member
	case queue.MemberGone:
		delete(b.items.members, e.Operator)
	case queue.Configured:
		b.items.header = b.queue.Header()
	}
}

func (w *world) show(c chat.Chat) {
	if _, known := w.chats[c.ID]; !known {
		w.known = append(w.known, c.ID)
	}
	w.chats[c.ID] = c
	switch had := w.owners[c.ID]; {
	case c.Owner.ID == "" || had == c.Owner.ID:
	case had == "":
		w.owners[c.ID] = c.Owner.ID
	default:
		w.fail("I2: %s had %s and now %s has it", had, c.ID, c.Owner.ID)
	}
}

// carry puts an entry of the outbox on its way.
func (p *part) carry(e *entry) {
	if e.work != nil {
		return
	}
	i := slices.IndexFunc(p.lanes, func(l *lane) bool { return l.to == e.tell.To })
	if i < 0 {
		p.lanes = append(p.lanes, &lane{to: e.tell.To})
		i = len(p.lanes) - 1
	}
	p.lanes[i].waiting = append(p.lanes[i].waiting, e)
}

// acknowledge lets the lanes go on with what is durable at the receiver, or has
// changed nothing there.
func (w *world) acknowledge(b *box) {
	known := b.live.cursors
	if b.draft.dirty {
		known = b.kept.cursors
	}
	for _, p := range w.parts {
		for _, l := range p.lanes {
			for l.to == b.name && l.flown > 0 && l.waiting[0].seq <= known[p.number] {
				p.done[l.waiting[0].seq] = true
				l.waiting, l.flown = l.waiting[1:], l.flown-1
			}
		}
	}
}

// crash ends the process and starts the next: memory is gone, the outbox is
// taken up from its beginning, everybody is told the directory again, and who
// was connected no longer is (I6).
func (w *world) crash() {
	w.note("CRASH")
	for _, b := range w.boxes {
		clean, before := !b.draft.dirty, b.queue
		b.load()
		if clean && before != nil {
			w.sameQueue(before, b.queue)
		}
	}
	for _, p := range w.parts {
		p.lanes = nil
		clear(p.done)
		if w.machines.forgetful {
			p.outbox = nil
		}
		for _, e := range p.outbox {
			e.busy = false
			p.carry(e)
		}
	}
	clear(w.waiting)
	clear(w.online)
	for _, b := range w.kind(commit.Operator) {
		if b.live.operator.Connected {
			w.take(b, operator.Disconnect{}, nil)
		}
	}
	w.configure()
}
