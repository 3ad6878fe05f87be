package bench

import (
	"context"
	"errors"
	"time"
)

// How long parts of a run may take before it is given up.
const (
	activePatience = 20 * time.Second // until every operator takes chats
	acceptPatience = 30 * time.Second // until every customer's chat has an owner
	framePatience  = 5 * time.Second  // after the last answer, until the last frame
)

// runDeliver measures how long a customer's message takes to its owner's screen at a steady rate.
func runDeliver(ctx context.Context, r *run) (result Result, err error) {
	var c closers
	defer c.close(&err)
	srv, err := r.boot(ctx, &c, r.Operators)
	if err != nil {
		return result, err
	}
	f := newFloor(r.Customers)
	if err := r.seat(ctx, &c, srv, f); err != nil {
		return result, err
	}
	t := newTraffic(srv.host, hookPath, r.Connections, r.Customers)
	stop := t.start(ctx)
	c.add(func() error { stop(); return nil })
	if err := r.greetings(ctx, t, f); err != nil {
		return result, err
	}
	began, used, err := r.flow(ctx, t, f)
	used = processCPU() - used
	stop()
	if err = errors.Join(err, f.error()); err != nil {
		return result, err
	}
	return r.delivered(t, f, time.Since(began), used), nil
}

// greetings opens every customer's chat and has it accepted.
func (r *run) greetings(ctx context.Context, t *traffic, f *floor) error {
	if err := t.greet(ctx); err != nil {
		return err
	}
	return f.await(acceptPatience, "chats are accepted", r.Customers, func() int { return f.assigned })
}

// flow runs the rate: a little first that does not count, then what is measured; used is the processor time before that.
func (r *run) flow(ctx context.Context, t *traffic, f *floor) (began time.Time, used time.Duration, err error) {
	began = time.Now().Add(min(r.Duration/10, time.Second))
	f.mu.Lock()
	f.from = began
	f.mu.Unlock()
	if err := t.flow(ctx, r.Rate, time.Until(began)); err != nil {
		return began, 0, err
	}
	t.counting = true
	used = processCPU()
	if r.Profile == "" {
		return began, used, t.flow(ctx, r.Rate, r.Duration)
	}
	var failed error
	err = r.profile(func() { failed = t.flow(ctx, r.Rate, r.Duration) })
	return began, used, errors.Join(failed, err)
}

// delivered waits for the last frames and adds up.
func (r *run) delivered(t *traffic, f *floor, took, used time.Duration) Result {
	acked := 0
	answers := &histogram{}
	refused := int64(0)
	for _, s := range t.senders {
		answers.add(&s.answers)
		refused += int64(s.refused)
	}
	for _, numbers := range t.senders[0].acked {
		for n, ok := range numbers {
			if ok && n > 1 { // the first one was shown when the chat was accepted
				acked++
			}
		}
	}
	if err := f.await(framePatience, "frames came", acked, func() int { return f.got }); err != nil {
		r.Log.Warn("frames are missing", "err", err)
	}
	lost := f.missing(t.senders[0].acked)
	f.mu.Lock()
	defer f.mu.Unlock()
	rate := float64(f.latency.n) / took.Seconds()
	p50, p99 := milliseconds(f.latency.quantile(0.5)), milliseconds(f.latency.quantile(0.99))
	answered := milliseconds(answers.quantile(0.99))
	result := r.result("a webhook comes in, its message comes out as a frame at the owner's websocket; times count from when it was due")
	result.Rate, result.P50, result.P99, result.CeilingP99 = &rate, &p50, &p99, &answered
	cpu := perDone(used, f.latency.n)
	result.CPU = &cpu
	result.Lost, result.Doubled, result.Reordered, result.Refused = &lost, &f.doubled, &f.reordered, &refused
	result.Seconds, result.Operators = took.Seconds(), r.Operators
	result.ceilingName, result.ceilingWords = "answer 200", "the webhooks' own answers, once durable"
	return result
}
