package actors

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

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
	workers    *workers
	schedule   Schedule
	spread     func(time.Duration) time.Duration

	cat       atomic.Pointer[Catalogue]
	operators sync.Map // id -> view.Operator
	queues    sync.Map // id -> view.Queue
	boards    sync.Map // queue id -> *board
	touches   sync.Map // queue id -> *touches
	feeds     sync.Map // operator id -> *actor.PID of a live feed

	inFlight    atomic.Int64
	connections atomic.Uint64
	configuring sync.Mutex
	stopping    atomic.Bool
	troubles    troubles
	closed      chan struct{} // the engine has stopped: nobody answers any more
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

	// For a simulator that wants to see the same twice; nil in production.
	Schedule Schedule                          // order of the actors' turns; nil = at once
	Spread   func(time.Duration) time.Duration // of pauses before another attempt; nil = random, over the upper half
}

func (e *Engine) catalogue() *Catalogue { return e.cat.Load() }

// Do runs a command on an entity and returns when it is durable (or refused).
// Errors are the machines' domain errors and those of errors.go. When ctx ends
// first the answer is ErrUnavailable and the command may still happen:
// repeating it with the same key is harmless.
func (e *Engine) Do(ctx context.Context, to commit.Entity, command any) (any, error) {
	if e.inFlight.Add(1) > e.limit {
		e.inFlight.Add(-1)
		return nil, ErrBusy
	}
	if e.stopping.Load() { // looked at only now: Stop waits for whoever counted himself before
		e.inFlight.Add(-1)
		return nil, ErrStopping
	}
	done := make(chan answer, 1)
	now := time.Now()
	env := &envelope{to: to, command: command, arrived: now, received: receiptOf(ctx, now), done: func(reply any, err error) {
		done <- answer{reply, err}
		e.inFlight.Add(-1)
	}}
	e.enter(env)
	select {
	case a := <-done:
		return a.reply, a.err
	case <-ctx.Done():
		if e.laters.drop(to, env) { // it waits for another entity, perhaps for ever
			e.inFlight.Add(-1)
		}
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
	case <-e.closed:
	}
	select {
	case a := <-done: // it came with the last commits
		return a.reply, a.err
	default:
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, ErrStopping)
	}
}

type answer struct {
	reply any
	err   error
}

// InFlight counts the commands that are not decided yet.
func (e *Engine) InFlight() int { return int(e.inFlight.Load()) }

func (e *Engine) partition(to commit.Entity) *partition {
	return e.partitions[to.Partition(len(e.partitions))]
}

// enter puts a command into the ring.
func (e *Engine) enter(env *envelope) { e.root.Send(e.partition(env.to).pid, env) }

func (e *Engine) carry(s *steps) { e.root.Send(e.partition(s.to).pid, s) }

// wake tells an entity that its due time has come. When it cannot be read now,
// it is woken again.
func (e *Engine) wake(p *partition, to commit.Entity) {
	e.enter(&envelope{to: to, command: tickOf(to.Kind), arrived: time.Now(), done: func(_ any, err error) {
		if retryable(err) {
			p.clock.again(to)
		}
	}})
}

// tellLocal gives an entity's actor a message that is not a command. It may be lost.
func (e *Engine) tellLocal(to commit.Entity, message any) {
	e.root.Send(e.partition(to).pid, local{to, message})
}

// tellFeed gives an operator's actor a notice, if anybody could see it.
func (e *Engine) tellFeed(to commit.Entity, message any) bool {
	pid, ok := e.feeds.Load(to.ID)
	if ok {
		e.root.Send(pid.(*actor.PID), local{to, message})
	}
	return ok
}

func (e *Engine) deadLetter(kind string) {
	if e.observer.DeadLetter != nil {
		e.observer.DeadLetter(kind)
	}
}

// Attach opens a connection of an operator: the greeting and what follows go
// into the sink. detach must be called once the connection ends. A sink that
// also has a method End() is told by it when its feed is here no more; one with
// Live() bool stands for the operator's presence only while that is true.
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
	case err = <-a.reply:
	case <-ctx.Done():
		err = fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
	case <-e.closed:
		err = ErrStopping
	}
	if err != nil {
		detach()
		return nil, err
	}
	return detach, nil
}
