package bench

import (
	"context"
	"fmt"
)

// runPipeline measures what a webhook costs when it is made durable by the shortest way there is.
func runPipeline(ctx context.Context, r *run) (result Result, err error) {
	var c closers
	defer c.close(&err)
	s, err := newSample()
	if err != nil {
		return result, err
	}
	what, err := r.pipeline(ctx, &c, s)
	if err != nil {
		return result, err
	}
	store, err := r.committing(ctx, &c, s)
	if err != nil {
		return result, err
	}
	bare, err := serveFiber(func(event) error { return nil })
	if err != nil {
		return result, err
	}
	c.add(bare.close)
	web := r.hammer(&c, "http", bare.host)
	if err := r.measure(ctx, what, web, store); err != nil {
		return result, err
	}
	result = r.result("a webhook is verified, parsed and appended to an open chat by one durable commit, without actors")
	result.compare(what, web, store)
	webRate, storeRate := web.total.rate(), store.total.rate()
	result.HTTP, result.Store = &webRate, &storeRate
	result.ceilingName, result.ceilingWords = "http or store", "the lower of the two parts, each measured alone"
	return result, nil
}

// pipeline is the leg of the shortest durable way: a handler that commits the bytes of a message itself. All
// customers have written once when it is there.
func (r *run) pipeline(ctx context.Context, c *closers, s *sample) (*leg, error) {
	g, err := r.openGatherer(ctx, c, "pipeline")
	if err != nil {
		return nil, err
	}
	c.add(g.close)
	writers := newWriters(r.Customers)
	server, err := serveFiber(func(e event) error {
		customer, ok := customerOf(e.sender)
		if !ok || customer >= len(writers) {
			return fmt.Errorf("nobody is %s", e.sender)
		}
		return writers[customer].append(g, s, e.mid)
	})
	if err != nil {
		return nil, err
	}
	c.add(server.close)
	l := newLoad(server.host, hookPath, r.Connections, r.Customers)
	c.add(func() error { l.close(); return nil })
	if err := l.greet(ctx); err != nil {
		return nil, err
	}
	return &leg{name: "pipeline", slice: l.slice}, nil
}
