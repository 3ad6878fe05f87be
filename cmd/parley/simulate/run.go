package simulate

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Run drives customers and operators against the server and judges what came of it. The error says why there is no
// verdict; a verdict that is not clean is no error. When ctx ends early, what was written until then is judged.
func Run(ctx context.Context, o Options) (Verdict, error) {
	o = o.withDefaults()
	if err := o.validate(); err != nil {
		return Verdict{}, err
	}
	begin := time.Now()
	stage, err := openStage(ctx, o)
	if err != nil {
		return Verdict{}, err
	}
	r := &run{o: o, stage: stage, rec: newRecord(newTag(), begin), door: newDoor(o.URL)}
	v, err := r.run(ctx)
	r.door.close()
	if e := stage.close(context.WithoutCancel(ctx)); err == nil && e != nil {
		o.Log.Warn("the stage was not closed in order", "err", e)
	}
	if err != nil {
		return Verdict{}, err
	}
	v.Name, v.Seed, v.Seconds = "simulate", o.Seed, time.Since(begin).Seconds()
	if o.JSON {
		return v, v.WriteJSON(o.Out)
	}
	v.Print(o.Out)
	return v, nil
}

// run is one run under way.
type run struct {
	o         Options
	stage     *stage
	rec       *record
	door      *door
	driver    *driver
	operators []*operator
}

func (r *run) run(ctx context.Context) (Verdict, error) {
	// Settling, judging and signing out happen also when the run was told to stop.
	living := context.WithoutCancel(ctx)
	working, stop := context.WithCancel(living)
	defer stop()
	shifts, err := r.hire(ctx, working)
	if err != nil {
		stop()
		shifts.Wait()
		return Verdict{}, err
	}
	r.announce()
	r.driver = newDriver(r.stage.World, r.rec, r.o.Seed, r.o.Customers)
	if err := r.driver.run(ctx, r.o.Rate, r.o.Duration); err != nil {
		stop()
		shifts.Wait()
		return Verdict{}, fmt.Errorf("drive the customers: %w", err)
	}
	settled := r.settle(living)
	var restless []Finding
	if !settled {
		restless = append(r.restless(), r.whereabouts(living)...)
	}
	stop()
	shifts.Wait()
	h := r.rec.history(r.stage.World, r.o.Operators > 0)
	h.Killed = r.o.Killed
	v := Judge(h)
	v.Settled = settled
	v.Findings = append(v.Findings, restless...)
	return v, nil
}

// restless says what was still under way when the grace ended.
func (r *run) restless() []Finding {
	unseen, files, _ := r.rec.waiting()
	t := r.stage.Tally()
	out := []Finding{{Kind: "unsettled", Note: fmt.Sprintf("%d of %d lines acknowledged, %d shown to nobody, %d files not here, every answer delivered: %v",
		t.Acked, t.Events, unseen, files, r.delivered())}}
	for _, o := range r.operators {
		if with := o.busy.Load(); with != nil {
			out = append(out, Finding{Kind: "unsettled", Operator: o.in.Login, Note: *with})
		}
	}
	return out
}

// hire signs the operators in and waits until each has its first connection.
func (r *run) hire(ctx, working context.Context) (*sync.WaitGroup, error) {
	shifts := &sync.WaitGroup{}
	restless := min(10*time.Second, max(r.o.Duration/5, 300*time.Millisecond))
	for n := range r.o.Operators {
		o := newOperator(n, r.o.SignIns[n], r.door, r.rec, r.o.Seed, restless, r.o.Log)
		if err := o.signIn(ctx); err != nil {
			return shifts, err
		}
		r.operators = append(r.operators, o)
		shifts.Go(func() { o.work(working) })
	}
	limit := time.NewTimer(r.o.Grace)
	defer limit.Stop()
	for _, o := range r.operators {
		select {
		case <-o.up:
		case <-limit.C:
			return shifts, fmt.Errorf("operator %s gets no connection", o.in.Login)
		case <-ctx.Done():
			return shifts, ctx.Err()
		}
	}
	return shifts, nil
}

func (r *run) announce() {
	if r.o.JSON {
		return
	}
	faults := r.o.Faults
	if faults == "" {
		faults = "none"
	}
	fmt.Fprintf(r.o.Out, "seed %d: %d customers on %d channels write %g messages/s for %s to %s; %d operators; faults: %s\n",
		r.o.Seed, r.o.Customers, len(r.o.Channels), r.o.Rate, r.o.Duration, r.o.URL, r.o.Operators, faults)
}

// settle waits until nothing is on its way any more, at most Grace; it reports whether that was reached.
func (r *run) settle(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, r.o.Grace)
	defer cancel()
	if r.stage.Drained(ctx) != nil {
		return false
	}
	if r.o.Operators == 0 {
		return true
	}
	if r.driver.farewell(ctx) != nil || r.stage.Drained(ctx) != nil {
		return false
	}
	r.rec.settle()
	return r.rest(ctx)
}

// quiet is how long nothing may happen before the run counts as at rest: what comes twice comes by then.
const quiet = 700 * time.Millisecond

// rest waits until everything is seen, answered and finished, and then for a silence.
func (r *run) rest(ctx context.Context) bool {
	last, since := -1, time.Now()
	for wait(ctx, 50*time.Millisecond) {
		unseen, files, changes := r.rec.waiting()
		if r.o.Killed {
			files = 0 // see judge.feeds
		}
		changes += r.stage.Tally().Calls + r.stage.Tally().Attempts
		if changes != last || unseen+files > 0 || r.working() {
			last, since = changes, time.Now()
			continue
		}
		if time.Since(since) < quiet || !r.delivered() {
			continue
		}
		return r.stage.Drained(ctx) == nil
	}
	return false
}

// working says whether an operator has something to do.
func (r *run) working() bool {
	for _, o := range r.operators {
		if o.busy.Load() != nil {
			return true
		}
	}
	return false
}

// delivered says whether every acknowledged answer has reached a customer.
func (r *run) delivered() bool {
	got := map[string]bool{}
	for _, a := range received(r.stage.World, r.rec.run) {
		got[a.Key] = true
	}
	for _, key := range r.rec.acknowledged(r.o.Killed) {
		if !got[key] {
			return false
		}
	}
	return true
}
