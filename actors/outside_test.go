package actors_test

import (
	"context"
	"sync"

	"parley/actors"
	"parley/actors/chat"
)

// provider takes every message and knows everybody, unless a test has other
// ideas. It remembers what it was given.
type provider struct {
	mu        sync.Mutex
	delivered []actors.Delivery
	rows      []actors.Row
	batches   []int // rows per Index
	fetched   int
	found     int

	pace     chan struct{} // closed to let messages leave; nil = at once
	deliver  func(actors.Delivery) actors.Outcome
	fetch    func(n int) actors.Fetched
	identify func(n int) error
	profile  func(n int) (chat.Contact, bool, error)
	index    func([]actors.Row) error
	profiled int
}

func newProvider() *provider { return &provider{} }

func (p *provider) Pace(ctx context.Context, _ actors.Delivery) error {
	p.mu.Lock()
	pace := p.pace
	p.mu.Unlock()
	if pace == nil {
		return ctx.Err()
	}
	select {
	case <-pace:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *provider) Deliver(_ context.Context, d actors.Delivery) actors.Outcome {
	p.mu.Lock()
	p.delivered = append(p.delivered, d)
	answer := p.deliver
	p.mu.Unlock()
	if answer != nil {
		return answer(d)
	}
	return taken(d, 1)
}

// taken is the answer of a provider that takes a part.
func taken(d actors.Delivery, parts int) actors.Outcome {
	return actors.Outcome{Verdict: actors.Taken, Provider: "out." + d.Message.ID + "/" + string(rune('a'+d.Part)), Parts: parts}
}

func (p *provider) Fetch(context.Context, actors.Fetch) actors.Fetched {
	p.mu.Lock()
	p.fetched++
	n, answer := p.fetched, p.fetch
	p.mu.Unlock()
	if answer != nil {
		return answer(n)
	}
	return actors.Fetched{State: chat.Stored}
}

func (p *provider) Identify(_ context.Context, i actors.Identify) (chat.Contact, error) {
	p.mu.Lock()
	p.found++
	n, answer := p.found, p.identify
	p.mu.Unlock()
	if answer != nil {
		if err := answer(n); err != nil {
			return chat.Contact{}, err
		}
	}
	return chat.Contact{ID: i.Contact, Name: i.Name}, nil
}

func (p *provider) Profile(context.Context, actors.Identify) (chat.Contact, bool, error) {
	p.mu.Lock()
	p.profiled++
	n, answer := p.profiled, p.profile
	p.mu.Unlock()
	if answer != nil {
		return answer(n)
	}
	return chat.Contact{}, false, nil
}

func (p *provider) Index(_ context.Context, rows []actors.Row) error {
	p.mu.Lock()
	answer := p.index
	p.mu.Unlock()
	if answer != nil {
		if err := answer(rows); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rows = append(p.rows, rows...)
	p.batches = append(p.batches, len(rows))
	return nil
}

func (p *provider) sent() []actors.Delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]actors.Delivery(nil), p.delivered...)
}

func (p *provider) indexed() []actors.Row {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]actors.Row(nil), p.rows...)
}

// change sets what the provider does from now on.
func (p *provider) change(f func(p *provider)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(p)
}
