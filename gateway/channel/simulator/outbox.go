package simulator

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// batchLimit is the most updates Meta puts into one POST.
const batchLimit = 1000

// lane is a queue whose events go out one after another: the next one starts when the one before is acknowledged.
type lane struct {
	queue []*event
	state laneState
	held  *event // the reorder fault waits here for something to overtake it
}

type laneState int

const (
	laneIdle    laneState = iota // nothing to send
	laneWaiting                  // the head is not due yet
	laneReady                    // stands in outbox.lanes
	laneBusy                     // a parcel of it is under way
)

// parcel is one POST, repeated until it is acknowledged. A copy is an extra: sent once, counted, forgotten.
type parcel struct {
	id      int64
	events  []*event
	lanes   []*lane
	body    []byte
	attempt int
	copied  Fault // what kind of extra; "" for the real thing
	poison  int   // events in it that nobody understands
}

// outbox keeps an account's events until the webhook has acknowledged them. One goroutine hands parcels to at most
// Connections senders.
type outbox struct {
	acc   *account
	dice  *dice
	cfg   *Config
	wake  chan struct{} // one slot: "something changed"
	slots chan struct{} // customers' events that may wait

	mu      sync.Mutex
	ready   []*parcel
	lanes   []*lane
	later   schedule
	gather  time.Time // the batch fault collects until then
	work    int
	drained chan struct{} // closed while work is 0
	parcels int64
	tally   Tally
}

func newOutbox(acc *account, d *dice, cfg *Config) *outbox {
	o := &outbox{acc: acc, dice: d, cfg: cfg, wake: make(chan struct{}, 1), slots: make(chan struct{}, cfg.Pending),
		drained: make(chan struct{})}
	close(o.drained)
	return o
}

// reserve waits for room for one more customer event.
func (o *outbox) reserve(ctx context.Context, done <-chan struct{}) error {
	select {
	case o.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-done:
		return ErrClosed
	}
}

// push queues an event behind the others of its lane, unless a fault has other plans.
func (o *outbox) push(l *lane, e *event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.addWork(1)
	if e.seq > 0 {
		o.tally.Events++
		if o.disturb(l, e) {
			return
		}
	}
	o.enqueue(l, e)
}

// disturb applies late and reorder; it reports whether the event is held back.
func (o *outbox) disturb(l *lane, e *event) bool {
	if o.dice.strike(Late) {
		e.faults = append(e.faults, Late)
		e.notBefore = time.Now().Add(o.dice.span(o.cfg.LateBy))
	}
	if prior := l.held; prior != nil {
		l.held = nil
		prior.faults = append(prior.faults, Reorder)
		o.dice.count(Reorder)
		o.enqueue(l, e)
		o.enqueue(l, prior)
		return true
	}
	if !o.dice.roll(Reorder) {
		return false
	}
	l.held = e
	o.after(o.cfg.LateBy, func() { // nothing came to overtake it: go on in order
		if l.held == e {
			l.held = nil
			o.enqueue(l, e)
		}
	})
	return true
}

func (o *outbox) enqueue(l *lane, e *event) {
	l.queue = append(l.queue, e)
	o.schedule(l)
	o.signal()
}

// schedule puts an idle lane where its head belongs.
func (o *outbox) schedule(l *lane) {
	if l.state != laneIdle || len(l.queue) == 0 {
		return
	}
	if wait := time.Until(l.queue[0].notBefore); wait > 0 {
		l.state = laneWaiting
		o.after(wait, func() { l.state = laneIdle; o.schedule(l) })
		return
	}
	l.state = laneReady
	o.lanes = append(o.lanes, l)
}

func (o *outbox) after(wait time.Duration, do func()) {
	heap.Push(&o.later, task{due: time.Now().Add(wait), do: do})
	o.signal()
}

func (o *outbox) signal() {
	select {
	case o.wake <- struct{}{}:
	default: // it will look anyway
	}
}

func (o *outbox) addWork(n int) {
	if o.work == 0 {
		o.drained = make(chan struct{})
	}
	o.work += n
	if o.work == 0 {
		close(o.drained)
	}
}

// waitDrained returns when every event and every extra copy has been dealt with.
func (o *outbox) waitDrained(ctx context.Context) error {
	o.mu.Lock()
	ch := o.drained
	o.mu.Unlock()
	select {
	case <-ch:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// take gives the next parcel, or how long nothing will happen unless woken (-1: for ever).
func (o *outbox) take() (*parcel, time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	o.later.run(now)
	if len(o.ready) > 0 {
		p := o.ready[0]
		o.ready = o.ready[1:]
		return p, 0
	}
	wait := o.later.wait(now)
	if len(o.lanes) == 0 {
		return nil, wait
	}
	if o.acc.Provider == Telegram {
		return o.pack(1), 0
	}
	if o.gather.IsZero() && o.dice.roll(Batch) {
		o.gather = now.Add(o.cfg.BatchWait)
		o.after(o.cfg.BatchWait, func() {})
		wait = o.later.wait(now)
	}
	switch {
	case o.gather.IsZero():
		return o.pack(1), 0
	case now.Before(o.gather):
		return nil, wait
	}
	o.gather = time.Time{}
	p := o.pack(batchLimit)
	if len(p.events) > 1 {
		o.dice.count(Batch)
		for _, e := range p.events {
			e.faults = append(e.faults, Batch)
		}
	}
	return p, 0
}

// pack takes up to limit due events from the ready lanes, each lane's in order.
func (o *outbox) pack(limit int) *parcel {
	o.parcels++
	p := &parcel{id: o.parcels}
	now := time.Now()
	for len(o.lanes) > 0 && len(p.events) < limit {
		l := o.lanes[0]
		o.lanes = o.lanes[1:]
		l.state = laneBusy
		p.lanes = append(p.lanes, l)
		for len(l.queue) > 0 && len(p.events) < limit && !l.queue[0].notBefore.After(now) {
			e := l.queue[0]
			l.queue = l.queue[1:]
			e.parcel, e.place = p.id, len(p.events)
			p.events = append(p.events, e)
		}
	}
	return p
}

// task is something to do at a time, under the outbox's lock.
type task struct {
	due time.Time
	do  func()
}

type schedule []task

func (s schedule) Len() int           { return len(s) }
func (s schedule) Less(i, j int) bool { return s[i].due.Before(s[j].due) }
func (s schedule) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
func (s *schedule) Push(x any)        { *s = append(*s, x.(task)) }
func (s *schedule) Pop() any {
	last := (*s)[len(*s)-1]
	*s = (*s)[:len(*s)-1]
	return last
}

func (s *schedule) run(now time.Time) {
	for len(*s) > 0 && !(*s)[0].due.After(now) {
		heap.Pop(s).(task).do()
	}
}

func (s schedule) wait(now time.Time) time.Duration {
	if len(s) == 0 {
		return -1
	}
	return max(s[0].due.Sub(now), time.Millisecond)
}
