package verify

import (
	"maps"
	"slices"
	"time"

	"parley/actors"
)

const (
	partitions = 3
	idleAfter  = 5 * time.Minute
	grace      = 30 * time.Second // S13
)

// channel is a customer's way to the company, as the engine sees its provider.
type channel struct {
	id, provider, queue string
	window              time.Duration
	echoes              bool // a send comes back as an echo, with our id
	statuses            bool // a send is followed by statuses, with our id
}

func channels() []channel {
	return []channel{
		{id: "page", provider: "messenger", queue: "support", window: 24 * time.Hour, echoes: true},
		{id: "phone", provider: "whatsapp", queue: "sales", window: 24 * time.Hour, statuses: true},
		{id: "robot", provider: "telegram", queue: "vip"},
	}
}

// newCompany is what administrators have set at the beginning of a story.
func (w *world) newCompany() *actors.Catalogue {
	c := &actors.Catalogue{
		Limit: 1 + w.dice.IntN(3), Grace: grace, AcceptTimeout: w.between(20*time.Second, 5*time.Minute), BotCompletionTimeout: time.Hour,
		Operators: map[string]actors.OperatorEntry{}, Queues: map[string]actors.QueueEntry{}, Channels: map[string]actors.ChannelEntry{},
	}
	for _, id := range []string{"anna", "boris", "clara", "dora"} {
		c.Operators[id] = actors.OperatorEntry{ID: id, Name: id}
	}
	for _, q := range []actors.QueueEntry{
		{ID: "support", Name: "Support", Rule: "everyone", Pull: true, Members: []string{"anna", "boris", "clara"}, CompletionTimeout: 30 * time.Minute},
		{ID: "sales", Name: "Sales", Rule: "least_busy", Members: []string{"boris", "clara", "dora"}, CompletionTimeout: 10 * time.Minute},
		{ID: "vip", Name: "VIP", Rule: "least_busy", Members: []string{"anna", "dora"}},
	} {
		c.Queues[q.ID] = q
	}
	for _, ch := range channels() {
		c.Channels[ch.id] = actors.ChannelEntry{
			ID: ch.id, Name: ch.id, Provider: ch.provider, Queue: ch.queue, Window: ch.window, MaxText: 2000, Receipts: ch.echoes || ch.statuses,
		}
	}
	return c
}

// catalogue is what the engine is told of the company.
func (w *world) catalogue() *actors.Catalogue {
	c := *w.company
	c.Queues = maps.Clone(c.Queues)
	if w.bent.catalogue != nil {
		w.bent.catalogue(&c)
	}
	return &c
}

// reorganise changes something in the directory, and tells the engine.
func (w *world) reorganise() {
	next := *w.company
	next.Queues = maps.Clone(next.Queues)
	id := pick(w, w.queueIDs())
	q := next.Queues[id]
	switch w.dice.IntN(7) {
	case 0, 1:
		w.saw("members changed")
		q.Members = nil
		for _, o := range w.operators {
			if w.chance(0.6) {
				q.Members = append(q.Members, o.id)
			}
		}
	case 2:
		w.saw("limit changed")
		next.Limit = w.dice.IntN(5) // 0 = none
	case 3:
		w.saw("limit of a queue changed")
		q.Limit = nil
		if w.chance(0.7) {
			n := w.dice.IntN(4)
			q.Limit = &n
		}
	case 4:
		w.saw("completion timeout changed")
		w.retimed[id] = true
		q.CompletionTimeout = pick(w, []time.Duration{0, time.Minute, 10 * time.Minute, time.Hour})
	case 5:
		w.saw("accept timeout changed")
		q.AcceptTimeout = new(pick(w, []time.Duration{0, 10 * time.Second, time.Minute, 5 * time.Minute}))
	default:
		w.saw("rule changed")
		q.Pull = !q.Pull
		q.Rule = map[bool]string{true: "everyone", false: "least_busy"}[q.Pull]
	}
	next.Queues[id] = q
	w.change(&next)
}

// configure tells the engine what the company is now, unless it knows.
func (w *world) configure() {
	l := w.now
	if l == nil || l.told == w.company || w.configuring {
		return
	}
	w.configuring = true
	l.told = w.company
	cat := w.catalogue()
	w.note("company: limit %d, %s", cat.Limit, w.spellQueues())
	w.spawn(func() {
		ctx, cancel := patience()
		err := l.engine.Configure(ctx, cat)
		cancel()
		w.desk.add(&ticket{who: "configured", kind: reply, act: func() {
			w.note("configured: %s", spellError(err))
			w.configuring = false
			if err != nil {
				l.told = nil
			}
		}})
	})
}

// change makes a new company; what it was before still counts until the engine
// has heard of it.
func (w *world) change(next *actors.Catalogue) {
	w.company = next
	w.companies = append(w.companies, next)
	w.configure()
}

func (w *world) queueIDs() []string { return slices.Sorted(maps.Keys(w.company.Queues)) }

// limitIn is the limit of an operator in a queue; <= 0 = none.
func (w *world) limitIn(queueID string) int {
	if q := w.company.Queues[queueID]; q.Limit != nil {
		return *q.Limit
	}
	return w.company.Limit
}

// most is the highest limit that may still hold for an operator in a queue, ""
// = his own; 0 = none.
func (w *world) most(queueID string) int {
	most := 0
	for _, c := range w.companies {
		limit := c.Limit
		if q, ok := c.Queues[queueID]; ok && q.Limit != nil {
			limit = *q.Limit
		}
		if limit <= 0 {
			return 0
		}
		most = max(most, limit)
	}
	return most
}

// patienceOf is the shortest completion timeout that may still hold; 0 = none.
func (w *world) patienceOf(queueID string, bot bool) (shortest time.Duration) {
	for _, c := range w.companies {
		d := c.Queues[queueID].CompletionTimeout
		if bot && d == 0 {
			d = c.BotCompletionTimeout
		}
		if d > 0 && (shortest == 0 || d < shortest) {
			shortest = d
		}
	}
	return shortest
}
