package bench

import (
	"fmt"
	"sync"
	"time"
)

// floor is what all operators together see: who owns which customer's chat, and which messages came to whom.
type floor struct {
	mu        sync.Mutex
	lines     []line // by customer
	ready     int    // operators who are active
	assigned  int    // customers whose chat has an owner
	got       int    // different messages that came to their owners
	doubled   int64
	reordered int64
	from      time.Time // latencies of messages due before it do not count
	latency   histogram
	failure   error
	changed   chan struct{} // closed and made anew with every step forward that somebody may wait for
}

// line is one customer's messages as operators got them.
type line struct {
	owner int    // operator, -1 = nobody yet
	last  uint32 // highest number
	seen  []bool // by number
}

func newFloor(customers int) *floor {
	f := &floor{lines: make([]line, customers), changed: make(chan struct{})}
	for i := range f.lines {
		f.lines[i].owner = -1
	}
	return f
}

// forward wakes whoever waits; f.mu is held.
func (f *floor) forward() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// await returns when count has reached want. The error says how far it came within patience, or what failed.
func (f *floor) await(patience time.Duration, what string, want int, count func() int) error {
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		f.mu.Lock()
		n, failure, changed := count(), f.failure, f.changed
		f.mu.Unlock()
		if n >= want {
			return nil
		}
		if failure != nil {
			return fmt.Errorf("%d of %d %s: %w", n, want, what, failure)
		}
		select {
		case <-changed:
		case <-limit.C:
			return fmt.Errorf("%d of %d %s after %s", n, want, what, patience)
		}
	}
}

func (f *floor) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failure == nil {
		f.failure = err
	}
	f.forward()
}

// error gives what went wrong, if anything did.
func (f *floor) error() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.failure
}

// active notes that one more operator takes chats.
func (f *floor) active() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ready++
	f.forward()
}

// assign notes who owns a customer's chat, and that the message which came with it was shown.
func (f *floor) assign(operator int, w written) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if w.customer >= len(f.lines) {
		return fmt.Errorf("a chat of customer %d, who is not ours", w.customer)
	}
	l := &f.lines[w.customer]
	if l.owner >= 0 {
		return fmt.Errorf("the chat of customer %d was given to operator %d and to operator %d", w.customer, l.owner, operator)
	}
	l.owner = operator
	l.show(w.number)
	f.assigned++
	f.forward()
	return nil
}

// show marks a message as seen; false when it was already.
func (l *line) show(number uint32) bool {
	for int(number) >= len(l.seen) {
		l.seen = append(l.seen, false)
	}
	if l.seen[number] {
		return false
	}
	l.seen[number] = true
	return true
}

// see notes that a message came to an operator.
func (f *floor) see(operator int, w written, at time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if w.customer >= len(f.lines) {
		f.doubled++
		return
	}
	l := &f.lines[w.customer]
	if l.owner != operator || !l.show(w.number) {
		f.doubled++ // somebody else's, or once more
		return
	}
	f.got++
	if w.number < l.last {
		f.reordered++
	}
	l.last = max(l.last, w.number)
	if !w.due.Before(f.from) {
		f.latency.record(at.Sub(w.due))
	}
	f.forward()
}

// missing counts acknowledged messages that never came. acked is by customer and number.
func (f *floor) missing(acked [][]bool) (lost int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for customer, numbers := range acked {
		seen := f.lines[customer].seen
		for n, ok := range numbers {
			if ok && (n >= len(seen) || !seen[n]) {
				lost++
			}
		}
	}
	return lost
}
