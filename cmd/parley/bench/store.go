package bench

import (
	"context"
	"time"
)

// runStore measures the product's group commit without its actors.
func runStore(ctx context.Context, r *run) (result Result, err error) {
	var c closers
	defer c.close(&err)
	s, err := newSample()
	if err != nil {
		return result, err
	}
	what, err := r.committing(ctx, &c, s)
	if err != nil {
		return result, err
	}
	db, name, err := r.openBare(&c)
	if err != nil {
		return result, err
	}
	c.add(db.close)
	bare := newCrew(r.Connections, r.Customers, s)
	appendRaw := func(w *writer, mid string) error { return db.write(s, w, mid) }
	if err := bare.greet(appendRaw); err != nil {
		return result, err
	}
	ceiling := &leg{name: "raw", slice: func(ctx context.Context, d time.Duration) *meter { return bare.slice(ctx, d, appendRaw) }}
	if err := r.measure(ctx, what, ceiling); err != nil {
		return result, err
	}
	result = r.result("one message is appended to an open chat by each of as many committers; all is durable")
	result.compare(what, ceiling)
	result.Bytes = size(s.change(bare.writers[0].entity, 1, s.mid(0, 1)))
	result.ceilingName, result.ceilingWords = "raw "+name, "as many committers, each with synced batches of the same bytes"
	return result, nil
}

// committing is the leg of the group commit.
func (r *run) committing(ctx context.Context, c *closers, s *sample) (*leg, error) {
	workers, commit, err := r.committers(ctx, c, s)
	if err != nil {
		return nil, err
	}
	return &leg{name: "store", slice: func(ctx context.Context, d time.Duration) *meter { return workers.slice(ctx, d, commit) }}, nil
}

// committers write into a store of their own through the product's group commit. All customers have written once when
// they are there.
func (r *run) committers(ctx context.Context, c *closers, s *sample) (*crew, func(*writer, string) error, error) {
	g, err := r.openGatherer(ctx, c, "store")
	if err != nil {
		return nil, nil, err
	}
	c.add(g.close)
	workers := newCrew(r.Connections, r.Customers, s)
	commit := func(w *writer, mid string) error { return w.append(g, s, mid) }
	return workers, commit, workers.greet(commit)
}
