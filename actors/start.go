package actors

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"parley/actors/codec"
	"parley/actors/commit"
)

// Start claims every partition, takes over what is stored, brings queues and
// operators up to date with the catalogue, and opens the door.
//
// Everything stored is read before anything moves: a step that was waiting for
// the restart must go before those that follow from it, and a due time must
// not replace a newer one.
func Start(ctx context.Context, cfg Config, deps Deps, cat *Catalogue) (*Engine, error) {
	e := &Engine{
		store: deps.Store, outside: deps.Outside, encoder: deps.Encoder, observer: deps.Observer, log: deps.Log,
		limit: int64(cmp.Or(cfg.InFlight, 4096)), idleAfter: cmp.Or(cfg.IdleAfter, 2*time.Minute),
		laters: newLaters(), sweeper: make(chan struct{}), closed: make(chan struct{}),
		schedule: deps.Schedule, spread: deps.Spread,
	}
	if e.spread == nil {
		e.spread = jittered
	}
	e.rules = guard(deps.Rules, deps.Log, e.deadLetter)
	e.cat.Store(cat)
	e.newSystem()
	e.works = newWorks(e)
	var jobs []job
	for n := range cmp.Or(cfg.Partitions, 64) {
		p, err := e.open(ctx, n)
		if err == nil {
			e.partitions = append(e.partitions, p)
			jobs, err = p.readOutbox(ctx, jobs)
		}
		if err != nil {
			return nil, errors.Join(err, e.Stop(context.WithoutCancel(ctx)))
		}
	}
	for _, p := range e.partitions {
		p.pid = e.root.Spawn(e.props("partition "+strconv.Itoa(p.number), func() actor.Actor { return p }))
	}
	if err := e.resume(ctx, jobs); err != nil {
		return nil, errors.Join(err, e.Stop(context.WithoutCancel(ctx)))
	}
	e.swept.Add(1)
	go e.sweep()
	return e, nil
}

// newSystem makes the actor system. Its throttle of dead letters (none are
// expected, see undelivered.go) keeps a goroutine for an interval, so that is short.
func (e *Engine) newSystem() {
	e.workers = newWorkers()
	e.system = actor.NewActorSystem(
		actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger { return slog.New(quiet{e.log.Handler()}) }),
		actor.WithDeadLetterThrottleInterval(10*time.Millisecond),
	)
	e.root = e.system.Root
	e.system.EventStream.Subscribe(func(event any) {
		if dead, ok := event.(*actor.DeadLetterEvent); ok {
			e.undelivered(dead.Message)
		}
	})
}

// open claims a partition and reads its due times.
func (e *Engine) open(ctx context.Context, n int) (*partition, error) {
	claim, err := e.store.Claim(ctx, n)
	if err != nil {
		return nil, fmt.Errorf("claim partition %d: %w", n, err)
	}
	p := &partition{engine: e, number: n, log: e.log, children: make(map[commit.Entity]*child), gone: make(chan struct{})}
	p.committer = newCommitter(e.store, n, claim, e.log)
	p.committer.observe = e.observer.Commit
	p.lanes = newLanes(n, e.carry, p.committer.finish)
	p.clock = newClock(func(to commit.Entity) { e.wake(p, to) })
	p.committer.published = p.publish
	p.committer.fenced = func(err error) { e.fenced(p, err) }
	return p, p.clock.read(ctx, e.store, n)
}

// resume brings the catalogue as it is now and takes up what was under way.
func (e *Engine) resume(ctx context.Context, jobs []job) error {
	if err := e.Configure(ctx, e.catalogue()); err != nil {
		if !onlyQuarantined(err) {
			return err
		}
		e.log.Error("some queues or operators are quarantined; all others are served", "err", err)
	}
	for _, j := range jobs {
		e.works.add(j)
	}
	for _, p := range e.partitions {
		p.clock.open()
		p.lanes.open()
	}
	return nil
}

// onlyQuarantined says whether nothing else is wrong than corrupt entities.
func onlyQuarantined(err error) bool {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || errors.Is(err, ErrUnavailable) {
		return false
	}
	for _, each := range joined.Unwrap() {
		if !errors.Is(each, ErrQuarantined) {
			return false
		}
	}
	return true
}

// publish hands on what a change intends, in the order of commits.
func (p *partition) publish(s *submission) {
	for i, in := range s.intents {
		seq := s.first + uint64(i)
		if in.kind == kindStep {
			p.lanes.add(seq, in.target, in.value)
			continue
		}
		p.engine.works.add(job{part: p, seq: seq, source: s.change.Entity, effect: in.value.(effect)})
	}
}

// readOutbox takes up the entries that were not finished: steps wait in their
// lanes, work is added to the jobs.
func (p *partition) readOutbox(ctx context.Context, jobs []job) ([]job, error) {
	const page = 1000
	after := uint64(0)
	for {
		list, err := p.engine.store.Outbox(ctx, p.number, after, page)
		if err != nil {
			return jobs, fmt.Errorf("read the outbox of partition %d: %w", p.number, err)
		}
		for _, entry := range list {
			j, ok, err := p.takeUp(entry)
			if err != nil {
				p.log.Error("an outbox entry cannot be read; it is kept", "partition", p.number, "seq", entry.Seq, "err", err)
				p.engine.deadLetter("outbox")
			}
			if ok {
				jobs = append(jobs, j)
			}
			after = entry.Seq
		}
		if len(list) < page {
			return jobs, nil
		}
	}
}

// takeUp resumes one entry; ok says that it is work on the outside.
func (p *partition) takeUp(entry commit.Entry) (j job, ok bool, err error) {
	switch entry.Kind {
	case kindStep:
		command, err := codec.Step(entry.Body)
		if err != nil {
			return job{}, false, err
		}
		p.lanes.add(entry.Seq, entry.Target, command)
		return job{}, false, nil
	case kindWork:
		w, err := codec.Work(entry.Body)
		if err != nil {
			return job{}, false, err
		}
		return job{part: p, seq: entry.Seq, source: entry.Source, effect: w, begun: entry.Begun}, true, nil
	}
	return job{}, false, fmt.Errorf("unknown kind %d", entry.Kind)
}

// Configure replaces the catalogue and tells queues and operators; it returns
// when all have made it durable.
func (e *Engine) Configure(ctx context.Context, cat *Catalogue) error {
	e.configuring.Lock() // two catalogues at once must not leave some of each
	defer e.configuring.Unlock()
	e.cat.Store(cat)
	commands := cat.configuration()
	done := make(chan error, len(commands))
	for to, command := range commands {
		e.enter(&envelope{to: to, command: command, arrived: time.Now(), done: func(_ any, err error) { done <- err }})
	}
	var failed []error
	for range commands {
		select {
		case err := <-done:
			if err != nil {
				failed = append(failed, err)
			}
		case <-ctx.Done():
			return fmt.Errorf("configure: %w", ctx.Err())
		case <-e.closed:
			return ErrStopping
		}
	}
	return errors.Join(failed...)
}
