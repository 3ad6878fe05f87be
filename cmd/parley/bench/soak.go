package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"
)

// What a soak allows the second half of the run over the first, as a share and on top of it.
const (
	soakShare      = 0.10
	soakHeap       = 16 << 20 // bytes
	soakGoroutines = 50
	soakFiles      = 20
	soakLoad       = 0.3 // of what the server took at the beginning
)

// runSoak keeps a complete server at a third of its pace, and looks at its memory, goroutines and descriptors again
// and again: the second half of the run must hold no more than the first. The generator is in the same process and keeps
// nothing that grows.
func runSoak(ctx context.Context, r *run) (result Result, err error) {
	var c closers
	defer c.close(&err)
	staffed := people(r.Operators)
	srv, err := r.bootStocked(ctx, &c, &stock{queue: settings("everyone", staffed), operators: staffed, owned: r.Customers, at: time.Now()})
	if err != nil {
		return result, err
	}
	list, err := tokens(ctx, srv.url, r.Operators)
	if err != nil {
		return result, err
	}
	for _, token := range list {
		if err := watchAndForget(ctx, &c, srv.host, token); err != nil {
			return result, err
		}
	}
	l := newLoad(srv.host, hookPath, r.Connections, r.Customers)
	for _, k := range l.callers {
		for i := range k.sent {
			k.sent[i] = 1 // the stock's
		}
	}
	c.add(func() error { l.close(); return nil })
	peak := l.slice(ctx, min(r.Duration/10, 5*time.Second))
	if peak.done == 0 {
		return result, errors.Join(errors.New("the server takes nothing"), peak.failure)
	}
	samples, flow := l.soak(ctx, soakLoad*peak.rate(), r.Duration)
	if err := ctx.Err(); err != nil {
		return result, err
	}
	return r.soaked(samples, flow, peak), nil
}

// watchAndForget connects an operator whose frames are read and not kept.
func watchAndForget(ctx context.Context, c *closers, host, token string) error {
	p, err := connect(ctx, host, token, "", 0)
	if err != nil {
		return err
	}
	done := make(chan struct{})
	c.add(func() error { <-done; return nil })
	c.add(func() error { _ = p.net.Close(); return nil })
	go func() {
		defer close(done)
		for err := error(nil); err == nil; {
			_, err = p.read()
		}
	}()
	return nil
}

// holding is what the process has at a moment.
type holding struct{ heap, goroutines, files float64 }

// soak sends at a rate for d and looks around sixty times.
func (l *load) soak(ctx context.Context, rate float64, d time.Duration) ([]holding, *meter) {
	const looks = 60
	var samples []holding
	total := &meter{}
	for range looks {
		if ctx.Err() != nil {
			break
		}
		total.add(l.steady(ctx, rate, d/looks))
		samples = append(samples, held())
	}
	return samples, total
}

// steady sends at a rate for d: each connection keeps to its own share of it.
func (l *load) steady(ctx context.Context, rate float64, d time.Duration) *meter {
	pause := time.Duration(float64(len(l.callers)) / rate * float64(time.Second))
	until := time.Now().Add(d)
	return l.each(func(c *caller, m *meter) {
		for next := time.Now(); len(c.customers) > 0 && next.Before(until) && ctx.Err() == nil; next = next.Add(pause) {
			select {
			case <-time.After(time.Until(next)):
				c.send(ctx, m)
			case <-ctx.Done():
			}
		}
	})
}

func held() holding {
	heap := heapNow()
	files, _ := os.ReadDir("/proc/self/fd") // none where there is no such folder
	return holding{float64(heap), float64(runtime.NumGoroutine()), float64(len(files))}
}

// soaked compares the halves.
func (r *run) soaked(samples []holding, flow, peak *meter) Result {
	result := r.result(fmt.Sprintf("a complete server at %.0f %% of the %.0f webhooks a second it took at first; medians of both halves of the run", soakLoad*100, peak.rate()))
	rate, p50, p99, refused := flow.rate(), flow.quantileMS(0.5), flow.quantileMS(0.99), int64(flow.refused)
	result.Rate, result.P50, result.P99, result.Refused = &rate, &p50, &p99, &refused
	samples = samples[len(samples)/4:] // rings, caches and filters fill at first; they all have their bound
	half := len(samples) / 2
	for _, look := range []struct {
		name  string
		of    func(holding) float64
		slack float64
	}{
		{"heap and stacks, bytes", func(h holding) float64 { return h.heap }, soakHeap},
		{"goroutines", func(h holding) float64 { return h.goroutines }, soakGoroutines},
		{"descriptors", func(h holding) float64 { return h.files }, soakFiles},
	} {
		first, second := median(samples[:half], look.of), median(samples[half:], look.of)
		word := "flat"
		if second > first*(1+soakShare)+look.slack {
			word = "GROWS"
			result.Grown = append(result.Grown, look.name)
		}
		result.lines = append(result.lines, fmt.Sprintf("%-24s %14.0f then %14.0f  %s", look.name, first, second, word))
	}
	result.Seconds, result.Operators = flow.took.Seconds(), r.Operators
	result.ceilingName, result.ceilingWords = "at first", "as fast as it goes"
	first := peak.rate()
	result.Ceiling = &first
	return result
}

func median(list []holding, of func(holding) float64) float64 {
	if len(list) == 0 {
		return 0
	}
	values := make([]float64, len(list))
	for i, h := range list {
		values[i] = of(h)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
