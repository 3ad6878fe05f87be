package bench

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// load drives a server as hard as it goes: each connection has one webhook in flight and sends the next when the
// answer is there. A customer belongs to one connection, so that his messages come one after another.
type load struct {
	callers   []*caller
	customers int
}

// caller is one connection with the customers whose messages it brings.
type caller struct {
	connection
	hook      *webhook
	customers []int
	next      int
	sent      []uint32 // by place in customers: number of the newest message tried
	acked     []uint32 // how many were answered 200
	unsure    []uint32 // how many got no answer: they may have been stored
}

// newLoad makes a load for a server at host (host:port).
func newLoad(host, path string, connections, customers int) *load {
	l := &load{callers: make([]*caller, connections), customers: customers}
	for i := range l.callers {
		c := &caller{connection: connection{host: host}, hook: newWebhook(host, path)}
		for customer := i; customer < customers; customer += connections {
			c.customers = append(c.customers, customer)
		}
		n := len(c.customers)
		c.sent, c.acked, c.unsure = make([]uint32, n), make([]uint32, n), make([]uint32, n)
		l.callers[i] = c
	}
	return l
}

func (l *load) close() {
	for _, c := range l.callers {
		c.connection.close()
	}
}

// slice sends for d.
func (l *load) slice(ctx context.Context, d time.Duration) *meter {
	until := time.Now().Add(d)
	return l.each(func(c *caller, m *meter) {
		for len(c.customers) > 0 && time.Now().Before(until) && ctx.Err() == nil {
			c.send(ctx, m)
		}
	})
}

// greet sends one message of every customer, trying again until each is answered 200.
func (l *load) greet(ctx context.Context) error {
	m := l.each(func(c *caller, m *meter) {
		for range c.customers {
			for tries := 0; !c.send(ctx, m); tries++ {
				if ctx.Err() != nil || tries > 100 {
					return
				}
				c.next-- // the same customer again, with a new message
			}
		}
	})
	if m.done != uint64(l.customers) {
		return fmt.Errorf("only %d of %d customers could write: %w", m.done, l.customers, m.failure)
	}
	return nil
}

// each runs f for all callers side by side.
func (l *load) each(f func(*caller, *meter)) *meter {
	return sideBySide(len(l.callers), func(i int, m *meter) { f(l.callers[i], m) })
}

// sideBySide runs n of the same and adds up what they did.
func sideBySide(n int, f func(i int, m *meter)) *meter {
	var wg sync.WaitGroup
	meters := make([]meter, n)
	began := time.Now()
	for i := range meters {
		wg.Go(func() { f(i, &meters[i]) })
	}
	wg.Wait()
	total := &meter{}
	for i := range meters {
		total.add(&meters[i])
	}
	total.took = time.Since(began)
	return total
}

// refusedRest keeps a caller from spinning on a server that refuses.
const refusedRest = 5 * time.Millisecond

// send brings the next customer's next message.
func (c *caller) send(ctx context.Context, m *meter) bool { return c.sendDue(ctx, m, time.Now()) }

// sendDue brings a message that was due at a moment, from which its latency counts.
func (c *caller) sendDue(ctx context.Context, m *meter, due time.Time) bool {
	i := c.next % len(c.customers)
	c.next = i + 1
	c.sent[i]++
	c.hook.fill(c.customers[i], c.sent[i], due)
	status, err := c.do(ctx, c.hook.request)
	if err == nil && status == http.StatusOK {
		m.latency.record(time.Since(due))
		m.done++
		c.acked[i]++
		return true
	}
	if err == nil {
		err = fmt.Errorf("answered %d", status)
	}
	m.refused++
	if m.failure == nil {
		m.failure = err
	}
	c.unsure[i]++
	select {
	case <-time.After(refusedRest):
	case <-ctx.Done():
	}
	return false
}
