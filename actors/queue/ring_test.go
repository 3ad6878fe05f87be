package queue_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"parley/actors/operator"
	"parley/actors/queue"

	"pgregory.net/rapid"
)

// TestRing plays queues and operators against each other, with conversations as
// small as they can be. Letters between two of them keep their order and may
// come twice; everything else is left to chance, restarts of queues included.
// When all letters have arrived, everybody must believe the same.
func TestRing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := newRing(t)
		for range rapid.IntRange(20, 200).Draw(t, "steps") {
			r.now = r.now.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "seconds")) * time.Second)
			r.tick()
			if rapid.IntRange(0, 9).Draw(t, "user") < 3 {
				r.user()
			} else {
				r.deliver()
			}
		}
		r.settle()
		r.check()
	})
}

var (
	queueIDs    = []string{"sales", "support"}
	operatorIDs = []string{"anna", "boris", "clara"}
)

type pair struct{ from, to string }

type ring struct {
	t         *rapid.T
	now       time.Time
	queues    map[string]*queue.State
	stored    map[string]*stored
	operators map[string]operator.State
	due       map[string]time.Time
	chats     map[string]*talk
	rules     map[string]string // of each queue, as the directory has it
	members   map[string][]string
	limit     int
	post      map[pair][]any
	order     []pair // of post, so that choices can be repeated
	owed      map[string]bool
	requests  int
	stamped   bool // answers to offers carry the version of what they follow
}

// talk is a conversation's chat.
type talk struct {
	id, conversation, queue string
	phase, owner, child     string
	transfer, to            string
}

type stored struct {
	header  queue.Header
	entries map[string]queue.Entry
	members map[string]queue.Member
}

func newRing(t *rapid.T) *ring {
	r := &ring{
		t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), limit: 2,
		queues: map[string]*queue.State{}, stored: map[string]*stored{},
		operators: map[string]operator.State{}, due: map[string]time.Time{}, chats: map[string]*talk{},
		rules: map[string]string{"sales": "least_busy", "support": "everyone"}, members: map[string][]string{},
		post: map[pair][]any{}, owed: map[string]bool{}, stamped: rapid.Bool().Draw(t, "stamped"),
	}
	for _, id := range queueIDs {
		r.queues[id] = queue.New(id, queue.Builtin())
		r.stored[id] = &stored{entries: map[string]queue.Entry{}, members: map[string]queue.Member{}}
		r.members[id] = slices.Clone(operatorIDs)
	}
	for _, id := range operatorIDs {
		r.operators[id] = operator.New(id)
	}
	r.configure()
	return r
}

func (r *ring) send(from, to string, letter any) {
	p := pair{from, to}
	if _, known := r.post[p]; !known {
		r.order = append(r.order, p)
	}
	r.post[p] = append(r.post[p], letter)
}

// configure sends everybody what the directory says.
func (r *ring) configure() {
	for _, id := range queueIDs {
		s := queue.Settings{Name: id, Rule: r.rules[id], AcceptTimeout: 20 * time.Second}
		for _, m := range r.members[id] {
			s.Members = append(s.Members, queue.Person{ID: m, Name: m})
		}
		r.send("directory", id, queue.Configure{Settings: s})
	}
	for _, o := range operatorIDs {
		c := operator.Configure{Name: o, Limit: r.limit, Grace: 10 * time.Second}
		for _, id := range queueIDs {
			if slices.Contains(r.members[id], o) {
				c.Queues = append(c.Queues, operator.Queue{
					ID: id, Pull: r.rules[id] == "everyone", HasLimit: id == "support", Limit: 3,
				})
			}
		}
		r.send("directory", o, c)
	}
}

// deliver hands over the oldest letter between two, sometimes twice.
func (r *ring) deliver() {
	var ready []pair
	for _, p := range r.order {
		if len(r.post[p]) > 0 {
			ready = append(ready, p)
		}
	}
	if len(ready) == 0 {
		return
	}
	p := rapid.SampledFrom(ready).Draw(r.t, "letter")
	letter := r.post[p][0]
	if rapid.IntRange(0, 5).Draw(r.t, "again") > 0 {
		r.post[p] = r.post[p][1:]
	}
	r.hand(p.to, letter)
}

func (r *ring) hand(to string, letter any) {
	switch c := letter.(type) {
	case queue.Command:
		r.stepQueue(to, c)
	case operator.Command:
		r.stepOperator(to, c)
	default:
		r.stepChat(c)
	}
}

func (r *ring) settle() {
	for left := 20000; ; left-- {
		if left == 0 {
			r.t.Fatalf("letters without end: %v", r.post)
		}
		i := slices.IndexFunc(r.order, func(p pair) bool { return len(r.post[p]) > 0 })
		if i < 0 {
			return
		}
		p := r.order[i]
		letter := r.post[p][0]
		r.post[p] = r.post[p][1:]
		r.hand(p.to, letter)
	}
}

func (r *ring) tick() {
	for _, id := range operatorIDs {
		if due := r.due[id]; !due.IsZero() && !r.now.Before(due) {
			r.stepOperator(id, operator.Tick{})
		}
	}
}

func (r *ring) stepQueue(id string, c queue.Command) {
	if rapid.IntRange(0, 9).Draw(r.t, "restart") == 0 {
		s := r.stored[id]
		r.queues[id] = queue.Restore(id, queue.Builtin(), s.header,
			slices.Collect(maps.Values(s.entries)), slices.Collect(maps.Values(s.members)))
	}
	got, err := queue.Step(r.queues[id], c, r.now)
	if err != nil {
		r.t.Fatal(err)
	}
	r.queues[id] = got.State
	r.stored[id].apply(got)
	for _, e := range got.Effects {
		switch e := e.(type) {
		case queue.Ask:
			r.send(id, e.Operator, operator.Offer{Queue: id, Chat: e.Chat, Timeout: e.Timeout})
		case queue.TakeBack:
			r.send(id, e.Operator, operator.Withdraw{Queue: id, Chat: e.Chat, Why: e.Why, By: operator.Person(e.By)})
		}
	}
}

func (s *stored) apply(c queue.Change) {
	for _, e := range c.Events {
		switch e := e.(type) {
		case queue.EntryPut:
			s.entries[e.Entry.Chat] = e.Entry
		case queue.EntryGone:
			delete(s.entries, e.Chat)
		case queue.MemberPut:
			s.members[e.Member.Operator] = e.Member
		case queue.MemberGone:
			delete(s.members, e.Operator)
		case queue.Configured:
			s.header = c.State.Header()
		}
	}
}

func (r *ring) stepOperator(id string, c operator.Command) {
	before := r.operators[id]
	got, err := operator.Step(before, c, r.now)
	if err != nil {
		return
	}
	r.operators[id], r.due[id] = got.State, got.Due
	if got.Later != "" {
		r.owed[got.Later] = true
	}
	if got.Answer != nil {
		delete(r.owed, got.Answer.ID)
	}
	if o, ok := c.(operator.Offer); ok && got.State.Load() > before.Load() {
		if limit := r.limitIn(got.State, o.Queue); limit > 0 && got.State.Load() > limit {
			r.t.Fatalf("%s was lifted to %d by an offer", id, got.State.Load())
		}
	}
	for _, e := range got.Effects {
		r.fromOperator(id, e)
	}
}

func (r *ring) limitIn(s operator.State, queueID string) int {
	for _, q := range s.Queues {
		if q.ID == queueID && q.HasLimit {
			return q.Limit
		}
	}
	return s.Limit
}

func (r *ring) version(v uint64) uint64 {
	if !r.stamped {
		return 0
	}
	return v
}

func (r *ring) fromOperator(id string, e operator.Effect) {
	switch e := e.(type) {
	case operator.Claim:
		r.send(id, r.chats[e.Chat].conversation, assign{operator: id, chat: e.Chat, queues: e.Queues, offered: e.Offered})
	case operator.Held:
		r.send(id, e.Queue, queue.Held{Operator: id, Chat: e.Chat, Deadline: e.Deadline, Version: r.version(e.Version)})
	case operator.Declines:
		r.send(id, e.Queue, queue.Declined{Operator: id, Chat: e.Chat, Why: e.Why, Version: r.version(e.Version)})
	case operator.Tell:
		r.send(id, e.Queue, queue.Availability(e.Availability))
	case operator.Confirm:
		r.send(id, r.chats[e.Chat].conversation, reserved{operator: id, chat: e.Chat, transfer: e.Transfer, yes: true})
	case operator.Deny:
		r.send(id, r.chats[e.Chat].conversation, reserved{operator: id, chat: e.Chat, transfer: e.Transfer})
	}
}
