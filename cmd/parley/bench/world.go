package bench

import (
	"context"
	"fmt"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/queue"
	"parley/gateway/wire"
)

// people are the operators of a run.
func people(n int) []chat.Person {
	out := make([]chat.Person, n)
	for i := range out {
		out[i] = chat.Person{ID: operatorID(i), Name: "Operator " + operatorID(i)}
	}
	return out
}

// settings is the queue of a run as the directory would tell it.
func settings(rule string, members []chat.Person) queue.Settings {
	s := queue.Settings{Name: "Bench", Rule: rule}
	for _, p := range members {
		s.Members = append(s.Members, queue.Person(p))
	}
	return s
}

// directoryOf is the catalogue of a company with one queue and one channel, without a server around it.
func directoryOf(rule string, members []chat.Person, limit int, timeout time.Duration) *actors.Catalogue {
	q := actors.QueueEntry{ID: queueID, Name: "Bench", Rule: rule, Pull: rule == "everyone", CompletionTimeout: timeout}
	c := &actors.Catalogue{Operators: map[string]actors.OperatorEntry{}, Limit: limit, Grace: time.Minute}
	for _, p := range members {
		c.Operators[p.ID] = actors.OperatorEntry{ID: p.ID, Name: p.Name}
		q.Members = append(q.Members, p.ID)
	}
	c.Queues = map[string]actors.QueueEntry{queueID: q}
	c.Channels = map[string]actors.ChannelEntry{"bench-fb": {ID: "bench-fb", Name: "bench-fb", Provider: "messenger", Queue: queueID, MaxText: 2000}}
	return c
}

// engine starts the product's engine, nothing around it, on a store.
func (r *run) engine(ctx context.Context, c *closers, store actors.Store, cat *actors.Catalogue, idle time.Duration) (*actors.Engine, error) {
	e, err := actors.Start(ctx, actors.Config{Partitions: partitions, IdleAfter: idle, InFlight: 1 << 20}, actors.Deps{
		Store: store, Outside: nowhere{}, Encoder: wire.Encoder{}, Rules: queue.Builtin(), Log: r.Log,
	}, cat)
	if err != nil {
		return nil, fmt.Errorf("start the engine: %w", err)
	}
	c.add(func() error {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
		defer cancel()
		return e.Stop(stopping)
	})
	return e, nil
}

// nowhere is an outside where everything is done at once.
type nowhere struct{}

// Pace lets everything go.
func (nowhere) Pace(context.Context, actors.Delivery) error { return nil }

// Deliver takes everything.
func (nowhere) Deliver(_ context.Context, d actors.Delivery) actors.Outcome {
	return actors.Outcome{Verdict: actors.Taken, Provider: "m_" + d.Message.ID, Parts: 1}
}

// Fetch brings nothing.
func (nowhere) Fetch(context.Context, actors.Fetch) actors.Fetched {
	return actors.Fetched{State: chat.FetchFailed}
}

// Identify takes the proposal.
func (nowhere) Identify(_ context.Context, i actors.Identify) (chat.Contact, error) {
	return chat.Contact{ID: i.Contact, Name: i.Name, Linked: true}, nil
}

// Profile knows nobody.
func (nowhere) Profile(context.Context, actors.Identify) (chat.Contact, bool, error) {
	return chat.Contact{}, false, nil
}

// Index keeps nothing.
func (nowhere) Index(context.Context, []actors.Row) error { return nil }
