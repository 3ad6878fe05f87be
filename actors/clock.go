package actors

import (
	"container/heap"
	"context"
	"fmt"
	"sync"
	"time"

	"parley/actors/commit"
)

// clock wakes the entities of a partition at their due times. The store holds
// the same times, so that a restart loses none (I6); this is their order in
// memory. One timer runs, for the earliest.
type clock struct {
	wake func(commit.Entity)

	mu      sync.Mutex
	due     map[commit.Entity]*alarm
	order   alarms
	timer   *time.Timer
	opened  bool // before that nobody is woken
	stopped bool
}

type alarm struct {
	entity commit.Entity
	at     time.Time
	index  int
}

func newClock(wake func(commit.Entity)) *clock {
	return &clock{wake: wake, due: make(map[commit.Entity]*alarm)}
}

// read takes over what is stored.
func (c *clock) read(ctx context.Context, store Store, partition int) error {
	var after commit.DueEntity
	for {
		page, err := store.Dues(ctx, partition, after, 1000)
		if err != nil {
			return fmt.Errorf("read due times of partition %d: %w", partition, err)
		}
		for _, d := range page {
			c.set(d.Entity, time.UnixMilli(d.At))
		}
		if len(page) < 1000 {
			return nil
		}
		after = page[len(page)-1]
	}
}

// set replaces an entity's due time; zero = none.
func (c *clock) set(e commit.Entity, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.due[e]
	switch {
	case at.IsZero() && a == nil:
		return
	case at.IsZero():
		heap.Remove(&c.order, a.index)
		delete(c.due, e)
	case a == nil:
		a = &alarm{entity: e, at: at}
		c.due[e] = a
		heap.Push(&c.order, a)
	case a.at.Equal(at):
		return
	default:
		a.at = at
		heap.Fix(&c.order, a.index)
	}
	c.arm()
}

// open begins to wake.
func (c *clock) open() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.opened = true
	c.arm()
}

// again wakes an entity once more that could not be served, unless it is to be
// woken anyway.
func (c *clock) again(e commit.Entity) {
	c.mu.Lock()
	known := c.due[e] != nil
	c.mu.Unlock()
	if !known {
		c.set(e, time.Now().Add(time.Second))
	}
}

// arm sets the timer for the earliest alarm.
func (c *clock) arm() {
	if !c.opened || c.stopped || len(c.order) == 0 {
		return
	}
	wait := max(time.Until(c.order[0].at), 0)
	if c.timer == nil {
		c.timer = time.AfterFunc(wait, c.ring)
		return
	}
	c.timer.Reset(wait)
}

// ring wakes everybody who is due. The machine says anew when it is due next.
func (c *clock) ring() {
	now := time.Now()
	var ready []commit.Entity
	c.mu.Lock()
	for !c.stopped && len(c.order) > 0 && !c.order[0].at.After(now) {
		a := heap.Pop(&c.order).(*alarm)
		delete(c.due, a.entity)
		ready = append(ready, a.entity)
	}
	c.arm()
	c.mu.Unlock()
	for _, e := range ready {
		c.wake(e)
	}
}

func (c *clock) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = true
	if c.timer != nil {
		c.timer.Stop()
	}
}

// alarms is a heap by time.
type alarms []*alarm

func (h alarms) Len() int           { return len(h) }
func (h alarms) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h alarms) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}
func (h *alarms) Push(x any) {
	a := x.(*alarm)
	a.index = len(*h)
	*h = append(*h, a)
}
func (h *alarms) Pop() any {
	old := *h
	a := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return a
}
