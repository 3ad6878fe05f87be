package verify

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// ticket is something that may happen next.
type ticket struct {
	who   string // what it is about; order on the desk never depends on goroutines
	kind  kind
	life  *life
	from  time.Time // not before; zero = at once
	begun bool      // a provider has it and has not answered yet
	act   func()    // turns and replies: what happens
	call  *call     // the others: who waits for an answer
}

// kind of ticket.
type kind uint8

const (
	turn   kind = iota // an actor wants to run
	write              // a batch wants to be written
	read               // something wants to be read
	send               // a message stands before its provider
	errand             // other work on the outside
	reply              // the answer to a command has come
)

// call is somebody who waits for the world's answer.
type call struct {
	let  chan any // the answer; buffered, so that nobody blocks who gives it
	gone bool     // gave up waiting
	late func()   // what happens when he gives up, decided beforehand
	what any      // what he asked
}

// desk holds the tickets, ordered by who and by arrival.
type desk struct {
	mu   sync.Mutex
	list []*ticket
	bell chan struct{} // rung by each new ticket
}

func newDesk() *desk { return &desk{bell: make(chan struct{}, 1)} }

func (d *desk) add(t *ticket) {
	d.mu.Lock()
	i, _ := slices.BinarySearchFunc(d.list, t, func(a, b *ticket) int {
		if strings.Compare(a.who, b.who) <= 0 {
			return -1 // behind those with the same name
		}
		return 1
	})
	d.list = slices.Insert(d.list, i, t)
	d.mu.Unlock()
	select {
	case d.bell <- struct{}{}:
	default:
	}
}

// wait puts a call on the desk and waits for its answer, or for ctx's end.
func (d *desk) wait(ctx context.Context, l *life, k kind, who string, what any) (answer any, err error) {
	c := &call{let: make(chan any, 1), what: what}
	d.add(&ticket{who: who, kind: k, life: l, call: c})
	select {
	case v := <-c.let:
		return v, nil
	case <-ctx.Done():
	}
	d.mu.Lock()
	c.gone = true
	late := c.late
	d.list = slices.DeleteFunc(d.list, func(t *ticket) bool { return t.call == c })
	d.mu.Unlock()
	if late != nil {
		late()
	}
	return nil, ctx.Err()
}

// ready lists what may happen at a moment.
func (d *desk) ready(now time.Time) []*ticket {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := make([]*ticket, 0, len(d.list))
	for _, t := range d.list {
		if !t.from.After(now) {
			out = append(out, t)
		}
	}
	return out
}

// next is when the first held ticket may happen; zero = none is held.
func (d *desk) next(now time.Time) (at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, t := range d.list {
		if t.from.After(now) && (at.IsZero() || t.from.Before(at)) {
			at = t.from
		}
	}
	return at
}

// of lists the tickets of a life.
func (d *desk) of(l *life) []*ticket {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []*ticket
	for _, t := range d.list {
		if t.life == l {
			out = append(out, t)
		}
	}
	return out
}

func (d *desk) len() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.list)
}

// remove takes a ticket off; false when it has gone meanwhile.
func (d *desk) remove(t *ticket) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.Index(d.list, t)
	if i < 0 {
		return false
	}
	d.list = slices.Delete(d.list, i, i+1)
	return true
}
