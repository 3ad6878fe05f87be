package browser

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"parley/gateway/channel/simulator"
)

// loadWish says how many texts customers write in the background: Rate a second for
// Seconds, in turns by Customers of one channel, the first of whom is First.
type loadWish struct {
	Rate      int     `json:"rate"`
	Seconds   float64 `json:"seconds"`
	Channel   string  `json:"channel"`
	First     int     `json:"first"`
	Customers int     `json:"customers"`
	Text      string  `json:"text"` // each is followed by a number of its own, from 1
}

// The bounds of a load.
const (
	mostRate    = 5000
	mostSeconds = 600
)

// load is texts being written.
type load struct {
	wish    loadWish
	writers []*simulator.Customer
	on      chan simulator.EventRef
	cancel  context.CancelFunc
	running sync.WaitGroup

	sent, acked atomic.Int64
	finished    atomic.Bool
	wrong       atomic.Pointer[string]
}

func (w loadWish) check() error {
	if w.Rate < 1 || w.Rate > mostRate || w.Seconds <= 0 || w.Seconds > mostSeconds || w.Customers < 1 || w.First < 0 {
		return refusal{http.StatusBadRequest, fmt.Sprintf("a load has a rate of 1 to %d, up to %d seconds and at least one customer", mostRate, mostSeconds)}
	}
	return nil
}

func (w loadWish) total() int { return int(float64(w.Rate) * w.Seconds) }

// beginLoad starts a stage's load; there is one at a time.
func beginLoad(_ context.Context, s *stage, r *http.Request) (any, error) {
	w := loadWish{Rate: 100, Seconds: 10, Channel: "demo-fb", Customers: 5, Text: "load"}
	if err := read(r, &w); err != nil {
		return nil, err
	}
	if err := w.check(); err != nil {
		return nil, err
	}
	l := &load{wish: w, on: make(chan simulator.EventRef, w.total())} // room for all: writing never waits for the counting
	for n := range w.Customers {
		c, err := s.customer(w.Channel, fmt.Sprint(w.First+n))
		if err != nil {
			return nil, err
		}
		l.writers = append(l.writers, c)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.load != nil && !s.load.finished.Load() {
		return nil, refusal{http.StatusConflict, "a load is under way on this stage"}
	}
	s.load = l
	l.begin()
	return l.described(), nil
}

// describeLoad tells how far the last load is.
func describeLoad(_ context.Context, s *stage, _ *http.Request) (any, error) {
	l := s.lastLoad()
	if l == nil {
		return nil, refusal{http.StatusNotFound, "there has been no load on this stage"}
	}
	return l.described(), nil
}

func (s *stage) lastLoad() *load {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.load
}

func (l *load) begin() {
	ctx, cancel := context.WithCancel(context.Background())
	l.cancel = cancel
	l.running.Go(func() { l.write(ctx) })
	l.running.Go(func() { l.count(ctx) })
}

// write keeps to the rate from the beginning on: after a hold-up it catches up.
func (l *load) write(ctx context.Context) {
	defer close(l.on)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	begin, total := time.Now(), l.wish.total()
	for n := 0; n < total; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		due := min(total, int(time.Since(begin).Seconds()*float64(l.wish.Rate)))
		for ; n < due; n++ {
			ref, err := l.writers[n%len(l.writers)].Text(ctx, fmt.Sprintf("%s %d", l.wish.Text, n+1))
			if err != nil {
				why := err.Error()
				l.wrong.Store(&why)
				return
			}
			l.sent.Add(1)
			l.on <- ref
		}
	}
}

// count waits for each text's acknowledgement, in the order of writing.
func (l *load) count(ctx context.Context) {
	defer l.finished.Store(true)
	for ref := range l.on {
		select {
		case <-ref.Acked():
			l.acked.Add(1)
		case <-ctx.Done():
			return
		}
	}
}

func (l *load) close() {
	l.cancel()
	l.running.Wait()
}

// described is a load as its owner is told of it.
func (l *load) described() any {
	out := struct {
		Total    int    `json:"total"`
		Sent     int64  `json:"sent"`
		Acked    int64  `json:"acked"`
		Finished bool   `json:"finished"` // everything was written and acknowledged, or something went wrong
		Error    string `json:"error,omitempty"`
	}{Total: l.wish.total(), Sent: l.sent.Load(), Acked: l.acked.Load(), Finished: l.finished.Load()}
	if why := l.wrong.Load(); why != nil {
		out.Error = *why
	}
	return out
}
