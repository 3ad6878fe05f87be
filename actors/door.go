package actors

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"parley/actors/codec"
	"parley/actors/commit"
	"parley/actors/queue"
	"parley/actors/route"
	"parley/actors/view"
)

// Config of an engine. Zero values mean the defaults named beside them.
type Config struct {
	Partitions int           // 64; fixed for the life of a store
	InFlight   int           // 4096 commands; more are answered ErrBusy
	IdleAfter  time.Duration // 2 m until an actor nobody needs leaves memory
}

// Engine is the door to all entities. PIDs stay inside.
type Engine struct {
	store      Store
	outside    Outside
	encoder    view.Encoder
	rules      queue.Rules
	observer   Observer
	log        *slog.Logger
	limit      int64
	idleAfter  time.Duration
	system     *actor.ActorSystem
	root       *actor.RootContext
	partitions []*partition
	laters     *laters
	works      *works

	cat       atomic.Pointer[Catalogue]
	operators sync.Map // id -> view.Operator
	queues    sync.Map // id -> view.Queue
	boards    sync.Map // queue id -> *board
	feeds     sync.Map // operator id -> *actor.PID of a live feed

	inFlight    atomic.Int64
	connections atomic.Uint64
	stopping    atomic.Bool
	sweeper     chan struct{}
	swept       sync.WaitGroup
}

// Deps are what an engine is built from.
type Deps struct {
	Store    Store
	Outside  Outside
	Encoder  view.Encoder
	Rules    queue.Rules
	Observer Observer
	Log      *slog.Logger
}

// Start claims every partition, takes over what is stored, brings queues and
// operators up to date with the catalogue, and opens the door.
func Start(ctx context.Context, cfg Config, deps Deps, cat *Catalogue) (*Engine, error) {
	e := &Engine{
		store: deps.Store, outside: deps.Outside, encoder: deps.Encoder, rules: deps.Rules, observer: deps.Observer, log: deps.Log,
		limit: int64(cmp.Or(cfg.InFlight, 4096)), idleAfter: cmp.Or(cfg.IdleAfter, 2*time.Minute),
		laters: newLaters(), sweeper: make(chan struct{}),
	}
	e.cat.Store(cat)
	e.system = actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
		return slog.New(quiet{deps.Log.Handler()})
	}))
	e.root = e.system.Root
	e.works = newWorks(e)
	for n := range cmp.Or(cfg.Partitions, 64) {
		p, err := e.open(ctx, n)
		if err != nil {
			return nil, errors.Join(err, e.Stop(context.WithoutCancel(ctx)))
		}
		e.partitions = append(e.partitions, p)
	}
	for _, p := range e.partitions {
		p.pid = e.root.Spawn(actor.PropsFromProducer(func() actor.Actor { return p }))
	}
	if err := e.resume(ctx); err != nil {
		return nil, errors.Join(err, e.Stop(context.WithoutCancel(ctx)))
	}
	e.swept.Add(1)
	go e.sweep()
	return e, nil
}

// open claims a partition.
func (e *Engine) open(ctx context.Context, n int) (*partition, error) {
	claim, err := e.store.Claim(ctx, n)
	if err != nil {
		return nil, fmt.Errorf("claim partition %d: %w", n, err)
	}
	p := &partition{engine: e, number: n, log: e.log, children: make(map[commit.Entity]*child)}
	p.committer = newCommitter(e.store, n, claim)
	p.committer.observe = e.observer.Commit
	p.lanes = newLanes(n, e.carry, p.committer.finish)
	p.clock = newClock(e.wake)
	p.committer.published = p.publish
	p.committer.fenced = func(err error) { e.fenced(p, err) }
	return p, nil
}

// resume takes up what was under way: due times, the outbox, and the catalogue
// as it is now.
func (e *Engine) resume(ctx context.Context) error {
	if err := e.Configure(ctx, e.catalogue()); err != nil {
		return err
	}
	for _, p := range e.partitions {
		if err := p.clock.read(ctx, e.store, p.number); err != nil {
			return err
		}
		if err := p.readOutbox(ctx); err != nil {
			return err
		}
	}
	return nil
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

// readOutbox takes up the entries that were not finished.
func (p *partition) readOutbox(ctx context.Context) error {
	const page = 1000
	after := uint64(0)
	for {
		list, err := p.engine.store.Outbox(ctx, p.number, after, page)
		if err != nil {
			return fmt.Errorf("read the outbox of partition %d: %w", p.number, err)
		}
		for _, entry := range list {
			p.takeUp(entry)
			after = entry.Seq
		}
		if len(list) < page {
			return nil
		}
	}
}

// takeUp resumes one entry. One that cannot be read is kept and counted, and
// holds up nothing else.
func (p *partition) takeUp(entry commit.Entry) {
	var err error
	switch entry.Kind {
	case kindStep:
		var command any
		if command, err = codec.Step(entry.Body); err == nil {
			p.lanes.add(entry.Seq, entry.Target, command)
		}
	case kindWork:
		var w effect
		if w, err = codec.Work(entry.Body); err == nil {
			p.engine.works.add(job{part: p, seq: entry.Seq, source: entry.Source, effect: w, begun: entry.Begun})
		}
	default:
		err = fmt.Errorf("unknown kind %d", entry.Kind)
	}
	if err != nil {
		p.log.Error("an outbox entry cannot be read; it is kept", "partition", p.number, "seq", entry.Seq, "err", err)
		p.engine.deadLetter("outbox")
	}
}

// Configure replaces the catalogue and tells queues and operators; it returns
// when all have made it durable.
func (e *Engine) Configure(ctx context.Context, cat *Catalogue) error {
	e.cat.Store(cat)
	commands := cat.configuration()
	done := make(chan error, len(commands))
	for to, command := range commands {
		e.enter(&envelope{to: to, command: command, arrived: time.Now(), done: func(_ any, err error) { done <- err }})
	}
	var failed error
	for range commands {
		select {
		case err := <-done:
			failed = errors.Join(failed, err)
		case <-ctx.Done():
			return fmt.Errorf("configure: %w", ctx.Err())
		}
	}
	return failed
}

func (e *Engine) catalogue() *Catalogue { return e.cat.Load() }

// Do runs a command on an entity and returns when it is durable (or refused).
// Errors are the machines' domain errors and those of errors.go. When ctx ends
// first the answer is ErrUnavailable and the command may still happen:
// repeating it with the same key is harmless.
func (e *Engine) Do(ctx context.Context, to commit.Entity, command any) (any, error) {
	if e.stopping.Load() {
		return nil, ErrStopping
	}
	if e.inFlight.Add(1) > e.limit {
		e.inFlight.Add(-1)
		return nil, ErrBusy
	}
	type answer struct {
		reply any
		err   error
	}
	done := make(chan answer, 1)
	e.enter(&envelope{to: to, command: command, arrived: time.Now(), done: func(reply any, err error) {
		e.inFlight.Add(-1)
		done <- answer{reply, err}
	}})
	select {
	case a := <-done:
		return a.reply, a.err
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
	}
}

// InFlight counts the commands that are not decided yet.
func (e *Engine) InFlight() int { return int(e.inFlight.Load()) }

func (e *Engine) partition(to commit.Entity) *partition {
	return e.partitions[to.Partition(len(e.partitions))]
}

// enter puts a command into the ring.
func (e *Engine) enter(env *envelope) { e.root.Send(e.partition(env.to).pid, env) }

func (e *Engine) carry(s *steps) { e.root.Send(e.partition(s.to).pid, s) }

func (e *Engine) wake(to commit.Entity) {
	e.enter(&envelope{to: to, command: tickOf(to.Kind), arrived: time.Now()})
}

// tellLocal gives an entity's actor a message that is not a command. It may be lost.
func (e *Engine) tellLocal(to commit.Entity, message any) {
	e.root.Send(e.partition(to).pid, local{to, message})
}

// tellFeed gives an operator's actor a notice, if anybody could see it.
func (e *Engine) tellFeed(to commit.Entity, message any) {
	if pid, ok := e.feeds.Load(to.ID); ok {
		e.root.Send(pid.(*actor.PID), local{to, message})
	}
}

func (e *Engine) deadLetter(kind string) {
	if e.observer.DeadLetter != nil {
		e.observer.DeadLetter(kind)
	}
}

// fenced stops a partition that somebody else has claimed: its actors must not
// answer any more.
func (e *Engine) fenced(p *partition, err error) {
	e.log.Error("partition lost to a newer owner", "partition", p.number, "err", err)
	e.deadLetter("fenced")
	p.lanes.stop()
	p.clock.stop()
	e.root.Stop(p.pid)
}

// sweep lets idle actors leave memory.
func (e *Engine) sweep() {
	defer e.swept.Done()
	t := time.NewTicker(max(e.idleAfter/4, 10*time.Millisecond))
	defer t.Stop()
	for {
		select {
		case <-t.C:
			for _, p := range e.partitions {
				e.root.Send(p.pid, sweep{})
			}
		case <-e.sweeper:
			return
		}
	}
}

// Attach opens a connection of an operator: the greeting and what follows go
// into the sink. detach must be called once the connection ends.
func (e *Engine) Attach(ctx context.Context, operatorID, epoch string, seq uint64, sink view.Sink) (detach func(), err error) {
	if e.stopping.Load() {
		return nil, ErrStopping
	}
	if _, ok := e.catalogue().operator(operatorID); !ok {
		return nil, ErrNotFound
	}
	to := route.Operator(operatorID)
	a := attach{id: e.connections.Add(1), epoch: epoch, seq: seq, sink: sink, reply: make(chan error, 1)}
	e.tellLocal(to, a)
	detach = func() { e.tellLocal(to, detached(a.id)) }
	select {
	case err := <-a.reply:
		if err != nil {
			detach()
			return nil, err
		}
		return detach, nil
	case <-ctx.Done():
		detach()
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
	}
}

// Stop closes the door, lets what is under way become durable, and ends every
// goroutine of the engine. ctx bounds how long it waits for commands in flight.
func (e *Engine) Stop(ctx context.Context) error {
	if e.stopping.Swap(true) {
		return nil
	}
	err := e.drain(ctx)
	if e.sweeper != nil {
		close(e.sweeper)
		e.swept.Wait()
	}
	e.works.stop()
	for _, p := range e.partitions {
		p.clock.stop()
		p.lanes.stop()
		p.committer.stop()
	}
	for _, p := range e.partitions {
		if p.pid != nil {
			_ = e.root.StopFuture(p.pid).Wait()
		}
	}
	e.laters.close(ErrStopping)
	e.system.Shutdown()
	return err
}

// drain waits until no caller waits for an answer.
func (e *Engine) drain(ctx context.Context) error {
	t := time.NewTicker(5 * time.Millisecond)
	defer t.Stop()
	for e.inFlight.Load() > 0 {
		select {
		case <-t.C:
		case <-ctx.Done():
			return fmt.Errorf("stop with %d commands in flight: %w", e.inFlight.Load(), ctx.Err())
		}
	}
	return nil
}
