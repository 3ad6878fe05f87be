package bench

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// runAnswer measures how long a webhook waits for its 200 while customers write at half the pace the server can take,
// beside the store's own commits at the same pace.
func runAnswer(ctx context.Context, r *run) (result Result, err error) {
	var c closers
	defer c.close(&err)
	s, err := newSample()
	if err != nil {
		return result, err
	}
	srv, err := r.boot(ctx, &c, 1)
	if err != nil {
		return result, err
	}
	who, err := signIn(ctx, srv.url, operatorID(0))
	if err != nil {
		return result, err
	}
	c.add(func() error { who.close(); return nil })
	l := newLoad(srv.host, hookPath, r.Connections, r.Customers)
	c.add(func() error { l.close(); return nil })
	if err := l.greet(ctx); err != nil {
		return result, err
	}
	if err := settled(ctx, srv, who, r.Customers, settleTime); err != nil {
		r.Log.Warn("the server is still busy with first messages", "err", err)
	}
	peak := l.slice(ctx, min(r.Duration/4, 5*time.Second)).rate()
	if peak == 0 {
		return result, errors.New("the server takes nothing")
	}
	store, err := r.pacedCommits(ctx, &c, s, peak/2)
	if err != nil {
		return result, err
	}
	what := &leg{name: "answer", slice: func(ctx context.Context, d time.Duration) *meter { return l.paced(ctx, peak/2, d) }}
	if err := r.measure(ctx, what, store); err != nil {
		return result, err
	}
	return r.answered(what, store, peak), nil
}

func (r *run) answered(what, store *leg, peak float64) Result {
	result := r.result("webhooks come at half the pace the server can take; times are from when one was due until its 200")
	result.compare(what, store)
	result.Ratio, result.RatioLow, result.RatioHigh = nil, nil, nil // both do what they are asked
	result.ceilingName, result.ceilingWords = "commit", "the store's own commits of the same bytes at the same pace"
	if *result.CeilingP99 > 0 {
		result.lines = append(result.lines, fmt.Sprintf("the answers' p99 is %.1f times the commits'; half of a peak of %.0f per second", *result.P99 / *result.CeilingP99, peak))
	}
	return result
}

// paced sends at a rate per second, shared by all connections.
func (l *load) paced(ctx context.Context, rate float64, d time.Duration) *meter {
	return sideBySide(len(l.callers), func(i int, m *meter) {
		p := newPace(i, rate/float64(len(l.callers)), d)
		for {
			due, ok := p.next(ctx)
			if !ok {
				return
			}
			l.callers[i].sendDue(ctx, m, due)
		}
	})
}

// pacedCommits is the leg of commits at a rate.
func (r *run) pacedCommits(ctx context.Context, c *closers, s *sample, rate float64) (*leg, error) {
	workers, commit, err := r.committers(ctx, c, s)
	if err != nil {
		return nil, err
	}
	return &leg{name: "commit", slice: func(ctx context.Context, d time.Duration) *meter { return workers.paced(ctx, rate, d, commit) }}, nil
}

// paced lets the committers append at a rate per second, shared by all.
func (c *crew) paced(ctx context.Context, rate float64, d time.Duration, f func(w *writer, mid string) error) *meter {
	return sideBySide(len(c.next), func(i int, m *meter) {
		p := newPace(i, rate/float64(len(c.next)), d)
		for {
			due, ok := p.next(ctx)
			if !ok {
				return
			}
			if err := c.one(i, f); err != nil {
				m.refused++
				m.failure = err
				return
			}
			m.done++
			m.latency.record(time.Since(due))
		}
	})
}
