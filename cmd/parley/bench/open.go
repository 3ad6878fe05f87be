package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// traffic is customers who write when they please, however long answers take: messages are due at random moments (a
// Poisson process of a fixed seed), and every latency counts from the moment a message was due. A customer's messages
// go one after another; one that is refused is tried again, as a provider does.
type traffic struct {
	senders  []*sender
	random   *rand.Rand
	sent     []uint32 // by customer: number of the newest message
	counting bool     // from now on latencies count
}

// sender is one connection with its part of the customers.
type sender struct {
	connection
	hook    *webhook
	due     chan dueMessage
	acked   [][]bool  // by customer and number, shared: a sender touches its own customers only
	answers histogram // until the 200
	refused uint64
	failure error
}

// dueMessage is a message with whether its latency counts.
type dueMessage struct {
	written
	counts bool
}

// dueRoom is how many messages may wait for a connection. When it is full the schedule is late, and the latency shows
// it, because it counts from the moment a message was due.
const dueRoom = 4096

func newTraffic(host, path string, connections, customers int) *traffic {
	t := &traffic{senders: make([]*sender, connections), random: rand.New(rand.NewPCG(1, 2)), sent: make([]uint32, customers)}
	acked := make([][]bool, customers)
	for i := range t.senders {
		t.senders[i] = &sender{connection: connection{host: host}, hook: newWebhook(host, path), due: make(chan dueMessage, dueRoom), acked: acked}
	}
	return t
}

// start runs the senders; stop lets them end what is due and waits for them.
func (t *traffic) start(ctx context.Context) (stop func()) {
	var wg sync.WaitGroup
	for _, s := range t.senders {
		wg.Go(func() {
			defer s.connection.close()
			for w := range s.due {
				s.send(ctx, w)
			}
		})
	}
	return sync.OnceFunc(func() {
		for _, s := range t.senders {
			close(s.due)
		}
		wg.Wait()
	})
}

// greet lets every customer write once, now.
func (t *traffic) greet(ctx context.Context) error {
	for customer := range t.sent {
		if err := t.write(ctx, customer, time.Now()); err != nil {
			return err
		}
	}
	return nil
}

// write makes a customer's next message due.
func (t *traffic) write(ctx context.Context, customer int, at time.Time) error {
	t.sent[customer]++
	select {
	case t.senders[customer%len(t.senders)].due <- dueMessage{written{customer, t.sent[customer], at}, t.counting}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("interrupted: %w", ctx.Err())
	}
}

// flow lets customers write for d at a rate per second.
func (t *traffic) flow(ctx context.Context, rate float64, d time.Duration) error {
	pause := time.NewTimer(0)
	defer pause.Stop()
	at := time.Now()
	for end := at.Add(d); ; {
		at = at.Add(time.Duration(t.random.ExpFloat64() / rate * float64(time.Second)))
		if at.After(end) {
			return nil
		}
		if ahead := time.Until(at); ahead > 0 {
			pause.Reset(ahead)
			select {
			case <-pause.C:
			case <-ctx.Done():
			}
		}
		if err := t.write(ctx, t.random.IntN(len(t.sent)), at); err != nil {
			return err
		}
	}
}

// Attempts of one message.
const (
	tries     = 20
	triesRest = 50 * time.Millisecond
)

func (s *sender) send(ctx context.Context, w dueMessage) {
	s.hook.fill(w.customer, w.number, w.due)
	for range tries {
		if ctx.Err() != nil {
			return
		}
		status, err := s.do(ctx, s.hook.request)
		if err == nil && status == http.StatusOK {
			s.acknowledged(w)
			return
		}
		if err == nil {
			err = fmt.Errorf("answered %d", status)
		}
		s.refused++
		s.failure = err
		select {
		case <-time.After(triesRest):
		case <-ctx.Done():
		}
	}
}

func (s *sender) acknowledged(w dueMessage) {
	if w.counts {
		s.answers.record(time.Since(w.due))
	}
	for int(w.number) >= len(s.acked[w.customer]) {
		s.acked[w.customer] = append(s.acked[w.customer], false)
	}
	s.acked[w.customer][w.number] = true
}
