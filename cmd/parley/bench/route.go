package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"parley/actors"
	staff "parley/actors/operator"
	"parley/actors/route"
	"parley/persistence/pebblestore"
)

// routeRounds is how many parts a backlog is dealt out in, each followed by the same writes of the ceiling.
const routeRounds = 10

// runRoute measures how fast a backlog finds its operators, under both rules. The engine is the product's; in place of
// sockets there are sinks that read the frames' type, so that the processors are left to what is measured.
//
// An assignment is durable when the commit that says so is: under rule least_busy the offer that the queue has chosen
// somebody for and his slot holds; under rule everyone the chat that has its owner.
func runRoute(ctx context.Context, r *run) (result Result, err error) {
	offers, err := r.routing(ctx, "least_busy", (*floorplan).offer)
	if err != nil {
		return result, err
	}
	accepts, err := r.routing(ctx, "everyone", (*floorplan).accept)
	if err != nil {
		return result, err
	}
	slower := offers
	if accepts.what.total.rate() < offers.what.total.rate() {
		slower = accepts
	}
	result = r.result("waiting chats are given to operators, each durably: offers of rule least_busy, accepts of rule everyone; the slower counts")
	result.compare(slower.what, slower.ceiling)
	offered, accepted := offers.what.total.rate(), accepts.what.total.rate()
	offeredCPU, acceptedCPU := offers.what.total.cpuUS(), accepts.what.total.cpuUS()
	result.Offers, result.Accepts, result.OffersCPU, result.AcceptsCPU = &offered, &accepted, &offeredCPU, &acceptedCPU
	result.Seconds = offers.seconds() + accepts.seconds()
	result.Bytes, result.Connections, result.Operators = slower.bytes, 0, r.Operators
	result.ceilingName, result.ceilingWords = "raw Pebble", "the same bytes in as many synced commits"
	return result, nil
}

// dealt is what came of one rule.
type dealt struct {
	what, ceiling *leg
	bytes         int // of one assignment
}

func (d dealt) seconds() float64 { return (d.what.total.took + d.ceiling.total.took).Seconds() }

// floorplan is an engine with a backlog and the operators who sit at it.
type floorplan struct {
	*run
	engine *actors.Engine
	stock  *stock
	sinks  []*counter
	given  atomic.Int64 // offers shown, or chats accepted
	woken  chan struct{}
	next   int // operator or customer
}

// routing deals a backlog out under one rule, for half of the run's time or until it is empty.
func (r *run) routing(ctx context.Context, rule string, deal func(*floorplan, context.Context, int) *meter) (d dealt, err error) {
	var c closers
	defer c.close(&err)
	store, err := pebblestore.Open(filepath.Join(r.dir, rule), pebblestore.Options{Partitions: partitions})
	if err != nil {
		return d, fmt.Errorf("open a store: %w", err)
	}
	c.add(store.Close)
	db, err := openRaw(filepath.Join(r.dir, rule+"-raw"))
	if err != nil {
		return d, err
	}
	c.add(db.close)
	members := people(r.Operators)
	s := &stock{queue: settings(rule, members), operators: members, waiting: r.Customers, at: time.Now(), away: rule == "least_busy"}
	if err := s.fill(ctx, store); err != nil {
		return d, err
	}
	r.stage(rule + ": the backlog waits")
	limit := 0
	if rule == "least_busy" {
		limit = max(r.Customers/r.Operators, 1)
	}
	recorder := &tape{Store: store}
	engine, err := r.engine(ctx, &c, recorder, directoryOf(rule, members, limit, 0), time.Hour)
	if err != nil {
		return d, err
	}
	f := &floorplan{run: r, engine: engine, stock: s, woken: make(chan struct{}, 1)}
	if err := f.sit(ctx, &c); err != nil {
		return d, err
	}
	r.stage(rule + ": the operators are there")
	d = dealt{what: &leg{name: rule}, ceiling: &leg{name: rule + " raw"}}
	rounds := min(routeRounds, r.Operators)
	began := time.Now()
	for round := 0; round < rounds && (round == 0 || time.Since(began) < r.Duration/2); round++ {
		n := r.Customers*(round+1)/rounds - r.Customers*round/rounds
		turn := func() *meter { return deal(f, ctx, n) }
		if rule == "everyone" && round == 0 { // the slower one, as far as is known
			turn = func() *meter { return r.profiled(func() *meter { return deal(f, ctx, n) }) }
		}
		if err := d.round(ctx, n, recorder, db, turn); err != nil {
			return d, err
		}
	}
	return d, nil
}

// round lets the product and its ceiling write the same.
func (d *dealt) round(ctx context.Context, n int, recorder *tape, db *raw, deal func() *meter) error {
	recorder.record(true)
	used := processCPU()
	m := deal()
	m.cpu = processCPU() - used
	recorder.record(false)
	if m.failure != nil {
		return m.failure
	}
	d.what.take(m)
	log := recorder.take()
	began, used := time.Now(), processCPU()
	if err := db.play(ctx, log); err != nil {
		return err
	}
	d.ceiling.take(&meter{done: uint64(n), took: time.Since(began), cpu: processCPU() - used})
	d.bytes = sizeOf(log) / max(n, 1)
	return nil
}

// take adds a turn.
func (l *leg) take(m *meter) {
	l.rates = append(l.rates, m.rate())
	l.total.add(m)
}

func sizeOf(parts [partitions][]entry) (n int) {
	for _, list := range parts {
		for _, e := range list {
			for _, p := range e {
				n += len(p.key) + len(p.value)
			}
		}
	}
	return n
}

// sit connects every operator.
func (f *floorplan) sit(ctx context.Context, c *closers) error {
	f.sinks = make([]*counter, len(f.stock.operators))
	errs := make([]error, len(f.sinks))
	detach := make([]func(), len(f.sinks))
	var wg sync.WaitGroup
	for worker := range 16 {
		wg.Go(func() {
			for i := worker; i < len(f.sinks); i += 16 {
				f.sinks[i] = &counter{of: f}
				detach[i], errs[i] = f.engine.Attach(ctx, f.stock.operators[i].ID, "", 0, f.sinks[i])
			}
		})
	}
	wg.Wait()
	c.add(func() error {
		for _, d := range detach {
			if d != nil {
				d()
			}
		}
		return nil
	})
	return errors.Join(errs...)
}

// offer lets so many operators turn Active that n chats are offered, and waits until they are.
func (f *floorplan) offer(ctx context.Context, n int) *meter {
	want := f.given.Load() + int64(n)
	began := time.Now()
	m := &meter{}
	for want > int64(f.next)*int64(f.limit()) && f.next < len(f.stock.operators) && m.failure == nil {
		_, m.failure = f.engine.Do(ctx, route.Operator(f.stock.operators[f.next].ID), staff.SetStatus{Status: staff.Active})
		f.next++
	}
	patience := time.NewTimer(acceptPatience)
	defer patience.Stop()
	for f.given.Load() < want && m.failure == nil {
		select {
		case <-f.woken:
		case <-patience.C:
			m.failure = fmt.Errorf("%d of %d chats were offered after %s", f.given.Load(), want, acceptPatience)
		case <-ctx.Done():
			m.failure = ctx.Err()
		}
	}
	m.done, m.took = uint64(n), time.Since(began)
	return m
}

func (f *floorplan) limit() int { return max(f.Customers/f.Operators, 1) }

// accept lets the operators take n chats, each his own share and one at a time, all side by side.
func (f *floorplan) accept(ctx context.Context, n int) *meter {
	first := f.next
	f.next += n
	var taken atomic.Int64
	return sideBySide(f.Operators, func(_ int, m *meter) {
		for m.failure == nil {
			i := int(taken.Add(1)) - 1
			if i >= n {
				return
			}
			customer := first + i
			who := f.stock.operators[customer%len(f.stock.operators)]
			began := time.Now()
			_, m.failure = f.engine.Do(ctx, route.Operator(who.ID), staff.Accept{ID: "r" + strconv.Itoa(customer), Chat: hookChat(customer)})
			m.done++
			m.latency.record(time.Since(began))
		}
	})
}

// counter is a sink that counts the offers it is shown.
type counter struct{ of *floorplan }

// Send is view.Sink.
func (c *counter) Send(frame []byte) bool {
	if bytes.Contains(frame[:min(len(frame), 64)], []byte(`"chat.offered"`)) {
		c.of.given.Add(1)
		select {
		case c.of.woken <- struct{}{}:
		default:
		}
	}
	return true
}
