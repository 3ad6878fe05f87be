package bench

import (
	"context"
	"time"
)

// settleTime is how long the server gets for what first messages set going.
const settleTime = 15 * time.Second

// runIngest measures the webhook path of a complete server beside the shortest durable way.
func runIngest(ctx context.Context, r *run) (result Result, err error) {
	var c closers
	defer c.close(&err)
	s, err := newSample()
	if err != nil {
		return result, err
	}
	ceiling, err := r.pipeline(ctx, &c, s)
	if err != nil {
		return result, err
	}
	r.stage("ceiling is ready")
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
	r.stage("every customer has written")
	if err := settled(ctx, srv, who, r.Customers, settleTime); err != nil {
		r.Log.Warn("the server is still busy with first messages", "err", err)
	}
	r.stage("first messages are dealt with")
	what := &leg{name: "ingest", slice: l.slice}
	if err := r.measure(ctx, what, ceiling); err != nil {
		return result, err
	}
	r.stage("measured")
	result = r.result("a webhook is verified, parsed and appended to an open chat by a complete server, and answered once durable")
	result.compare(what, ceiling)
	result.ceilingName, result.ceilingWords = "pipeline", "the same without actors, by the shortest durable way"
	lost, doubled, err := audit(ctx, who, l)
	result.Lost, result.Doubled = &lost, &doubled
	r.stage("checked")
	return result, err
}
