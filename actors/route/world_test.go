package route_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/queue"
	"parley/actors/route"
)

// world is the engine as the machines see it, without threads and disks: one
// process, entities in partitions, a store that takes one entity's change at a
// time, lanes that repeat. What happens next is the caller's choice; what must
// hold is checked after every choice.
type world struct {
	t        tb
	machines machines
	now      time.Time
	dir      *directory
	parts    []*part
	boxes    []*box
	commits  int
	crashAt  int  // the commit at which a story crashes, from 1; 0 = none
	spoiled  bool // the story crashes before that commit, not after it

	// What the outside knows, by what became durable.
	known    []string             // chats
	chats    map[string]chat.Chat // as last shown
	owners   map[string]string    // who was ever told to have a chat
	messages map[string]chat.Message
	acked    []event // events of customers and clients that were answered
	drafts   map[string]string
	prefers  map[string]operator.Status
	waiting  map[pending][]*request
	online   map[string]bool
	sessions map[string]int
	provider provider
	answers  []answer

	log []line
}

// line of the log; it is written out only when somebody wants to read it.
type line struct {
	at     time.Time
	format string
	args   []any
}

// tb is what the world needs of a test.
type tb interface {
	Helper()
	Fatalf(format string, args ...any)
}

// machines are the machines and the translations between them, so that a test
// can put a broken one in.
type machines struct {
	chat             func(chat.State, chat.Command, time.Time) (chat.Change, error)
	operator         func(operator.State, operator.Command, time.Time) (operator.Change, error)
	queue            func(*queue.State, queue.Command, time.Time) (queue.Change, error)
	fromConversation func(string, chat.Effect) (route.Tell, bool)
	fromOperator     func(operator.Person, operator.Effect) (route.Tell, bool)
	fromQueue        func(string, queue.Effect) (route.Tell, bool)
	store            func(*box) // what a bad store does to what it keeps
	deaf             bool       // receivers forget which tells they know
	forgetful        bool       // the outbox does not survive a crash
}

func sound() machines {
	return machines{
		chat: chat.Step, operator: operator.Step, queue: queue.Step,
		fromConversation: route.FromConversation, fromOperator: route.FromOperator, fromQueue: route.FromQueue,
		store: func(*box) {},
	}
}

func newWorld(t tb, m machines, partitions int) *world {
	w := &world{
		t: t, machines: m, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), dir: newDirectory(),
		chats: map[string]chat.Chat{}, owners: map[string]string{}, messages: map[string]chat.Message{},
		drafts: map[string]string{}, prefers: map[string]operator.Status{}, waiting: map[pending][]*request{},
		online: map[string]bool{}, sessions: map[string]int{}, provider: newProvider(),
	}
	for n := range partitions {
		w.parts = append(w.parts, &part{number: n, done: map[uint64]bool{}})
	}
	for _, id := range w.dir.conversations {
		w.boxes = append(w.boxes, newBox(route.Conversation(id), partitions))
	}
	for _, id := range w.dir.operators {
		w.boxes = append(w.boxes, newBox(route.Operator(id), partitions))
	}
	for _, id := range w.dir.queues {
		w.boxes = append(w.boxes, newBox(route.Queue(id), partitions))
	}
	w.configure()
	w.settle()
	w.log = nil
	return w
}

// box gives an entity's; one nobody has heard of is made as the engine makes it.
func (w *world) box(name commit.Entity) *box {
	i := slices.IndexFunc(w.boxes, func(b *box) bool { return b.name == name })
	if i >= 0 {
		return w.boxes[i]
	}
	b := newBox(name, len(w.parts))
	w.boxes = append(w.boxes, b)
	return b
}

func (w *world) conversation(id string) *box { return w.box(route.Conversation(id)) }
func (w *world) operator(id string) *box     { return w.box(route.Operator(id)) }
func (w *world) queue(id string) *box        { return w.box(route.Queue(id)) }

// kind lists the entities of a kind.
func (w *world) kind(k commit.Kind) []*box {
	var out []*box
	for _, b := range w.boxes {
		if b.name.Kind == k {
			out = append(out, b)
		}
	}
	return out
}

func (w *world) note(format string, args ...any) {
	w.log = append(w.log, line{w.now, format, args})
}

// fail ends the test with everything that happened.
func (w *world) fail(format string, args ...any) {
	w.t.Helper()
	var story strings.Builder
	for _, l := range w.log {
		fmt.Fprintf(&story, l.at.Format("15:04:05.000 ")+l.format+"\n", l.args...)
	}
	w.t.Fatalf("%s\n\nwhat happened:\n%s", fmt.Sprintf(format, args...), story.String())
}

// directory is what administrators have set.
type directory struct {
	conversations, operators, queues []string

	rules      map[string]string
	members    map[string][]string
	override   map[string]int // of the limit, by queue; -1 = none
	limit      int
	accept     time.Duration
	completion time.Duration
	grace      time.Duration
}

func newDirectory() *directory {
	d := &directory{
		conversations: []string{"k1", "k2", "k3", "k4"}, operators: []string{"anna", "boris", "clara"}, queues: []string{"sales", "support"},
		rules: map[string]string{"sales": "least_busy", "support": "everyone"}, members: map[string][]string{},
		override: map[string]int{"sales": -1, "support": -1}, limit: 2,
		accept: 5 * time.Minute, completion: 30 * time.Minute, grace: 30 * time.Second,
	}
	for _, q := range d.queues {
		d.members[q] = slices.Clone(d.operators)
	}
	return d
}

// channel leads half of the customers to each queue.
func (d *directory) channel(conversation string) chat.Channel {
	i := slices.Index(d.conversations, conversation)
	return chat.Channel{ID: "acme", Provider: "messenger", Queue: d.queues[max(i, 0)%len(d.queues)]}
}

func (d *directory) policy() chat.Policy {
	return chat.Policy{
		CompletionTimeout: d.completion, BotCompletionTimeout: time.Hour, Window: 24 * time.Hour, MaxText: 2000, Receipts: true,
	}
}

// limitIn is the limit of chats of a queue (S26), computed here once more so
// that no machine is its own judge.
func (d *directory) limitIn(q string) int {
	if d.override[q] >= 0 {
		return d.override[q]
	}
	return d.limit
}

func (d *directory) ofQueue(id string) queue.Configure {
	s := queue.Settings{Name: id, Rule: d.rules[id], AcceptTimeout: d.accept}
	if n := d.override[id]; n >= 0 {
		s.Limit, s.HasLimit = n, true
	}
	for _, m := range d.members[id] {
		s.Members = append(s.Members, queue.Person{ID: m, Name: m})
	}
	return queue.Configure{Settings: s}
}

func (d *directory) ofOperator(id string) operator.Configure {
	c := operator.Configure{Name: id, Limit: d.limit, Grace: d.grace}
	for _, q := range d.queues {
		if !slices.Contains(d.members[q], id) {
			continue
		}
		seat := operator.Queue{ID: q, Pull: d.rules[q] == "everyone"}
		if n := d.override[q]; n >= 0 {
			seat.Limit, seat.HasLimit = n, true
		}
		c.Queues = append(c.Queues, seat)
	}
	return c
}

// configure sends everybody what the directory says now.
func (w *world) configure() {
	for _, id := range w.dir.queues {
		b := w.queue(id)
		b.inbox = append(b.inbox, w.dir.ofQueue(id))
	}
	for _, id := range w.dir.operators {
		b := w.operator(id)
		b.inbox = append(b.inbox, w.dir.ofOperator(id))
	}
}
