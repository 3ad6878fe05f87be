package bench

import (
	"context"
	"time"
)

// runHTTP measures what Fiber and the checks of a webhook cost when nothing is kept.
func runHTTP(ctx context.Context, r *run) (result Result, err error) {
	var c closers
	defer c.close(&err)
	empty, err := serveEmpty()
	if err != nil {
		return result, err
	}
	c.add(empty.close)
	full, err := serveFiber(func(event) error { return nil })
	if err != nil {
		return result, err
	}
	c.add(full.close)
	ceiling := r.hammer(&c, "empty", empty.host)
	what := r.hammer(&c, "http", full.host)
	if err := r.measure(ctx, what, ceiling); err != nil {
		return result, err
	}
	result = r.result("Fiber reads the body, verifies its HMAC and parses its JSON; nothing is kept")
	result.compare(what, ceiling)
	result.ceilingName, result.ceilingWords = "empty", "the load generator against an empty handler"
	return result, nil
}

// hammer is the leg of a load on a server.
func (r *run) hammer(c *closers, name, host string) *leg {
	l := newLoad(host, hookPath, r.Connections, r.Customers)
	c.add(func() error { l.close(); return nil })
	return &leg{name: name, slice: l.slice}
}

// measure lets a leg and its ceilings take turns, after each had a short one that does not count; then the leg alone
// once more if a profile is wanted.
func (r *run) measure(ctx context.Context, what *leg, ceilings ...*leg) error {
	legs := append([]*leg{what}, ceilings...)
	for _, l := range legs {
		l.slice(ctx, min(r.Duration/20, 300*time.Millisecond))
	}
	if err := alternate(ctx, r.Duration, legs...); err != nil {
		return err
	}
	return r.profile(func() { what.slice(ctx, r.Duration/4) })
}

// result begins a result of a closed-loop load.
func (r *run) result(measured string) Result {
	return Result{measured: measured, Bytes: len(template()), Connections: r.Connections, Customers: r.Customers}
}
