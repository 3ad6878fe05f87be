package actors

import (
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"parley/actors/commit"
)

// partition is the parent of the entities whose ids hash to it. It wakes an
// entity's actor when something comes for it and asks idle ones to retire; what
// comes while one retires is held, so nothing is lost behind a stop.
type partition struct {
	engine    *Engine
	number    int
	pid       *actor.PID
	committer *committer
	lanes     *lanes
	clock     *clock
	log       *slog.Logger
	children  map[commit.Entity]*child
	lost      atomic.Bool   // to a newer owner: nothing is served any more
	gone      chan struct{} // closed when the actor and its children have ended
}

type child struct {
	pid      *actor.PID
	active   *atomic.Int64 // Unix milliseconds of the last command
	retiring bool
	held     []any
}

// Receive is the partition's mailbox.
func (p *partition) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *envelope:
		p.forward(ctx, m.to, m)
	case *steps:
		p.forward(ctx, m.to, m)
	case local:
		p.forward(ctx, m.to, m)
	case sweep:
		p.sweep(ctx)
	case retired:
		p.retired(ctx, m.entity)
	case staying:
		p.staying(ctx, m.entity)
	case lost:
		for _, c := range p.children {
			ctx.Send(c.pid, m)
		}
	case *actor.Stopped:
		close(p.gone)
	}
}

func (p *partition) forward(ctx actor.Context, to commit.Entity, message any) {
	if p.lost.Load() {
		refuseMessage(message, errLost)
		return
	}
	c := p.children[to]
	if c == nil {
		c = p.spawn(ctx, to)
	}
	if c.retiring {
		c.held = append(c.held, message)
		return
	}
	ctx.Send(c.pid, message)
}

// refuseMessage answers everybody who waits for what a message asks.
func refuseMessage(message any, err error) {
	switch m := message.(type) {
	case *envelope:
		m.resolve(nil, err)
	case *steps:
		for _, env := range m.list {
			env.resolve(nil, err)
		}
	case local:
		if a, ok := m.message.(attach); ok {
			a.reply <- err
		}
	}
}

func (p *partition) spawn(ctx actor.Context, e commit.Entity) *child {
	c := &child{active: new(atomic.Int64)}
	c.active.Store(time.Now().UnixMilli())
	mailbox := actor.UnboundedLockfree()
	if e.Kind == commit.Queue {
		mailbox = actor.Unbounded()
	}
	c.pid = ctx.Spawn(p.engine.props(e.String(), func() actor.Actor {
		return newShell(p, e, c.active)
	}, actor.WithMailbox(mailbox)))
	p.children[e] = c
	return c
}

// sweep asks actors that have done nothing for a while whether they may stop.
func (p *partition) sweep(ctx actor.Context) {
	before := time.Now().Add(-p.engine.idleAfter).UnixMilli()
	for _, c := range p.children {
		if !c.retiring && c.active.Load() < before {
			c.retiring = true
			ctx.Send(c.pid, retire{})
		}
	}
}

func (p *partition) retired(ctx actor.Context, e commit.Entity) {
	c := p.children[e]
	if c == nil {
		return
	}
	if len(c.held) > 0 {
		p.staying(ctx, e)
		return
	}
	delete(p.children, e)
	ctx.Stop(c.pid)
}

// staying gives the actor what was held meanwhile.
func (p *partition) staying(ctx actor.Context, e commit.Entity) {
	c := p.children[e]
	if c == nil {
		return
	}
	c.retiring = false
	c.active.Store(time.Now().UnixMilli())
	for _, m := range c.held {
		ctx.Send(c.pid, m)
	}
	c.held = nil
}

func newShell(p *partition, e commit.Entity, active *atomic.Int64) *shell {
	s := &shell{part: p, entity: e, root: p.engine.root, log: p.log, active: active}
	switch e.Kind {
	case commit.Operator:
		s.body = newOperator(s)
	case commit.Queue:
		s.body = newQueue(s)
	default:
		s.body = newConversation(s)
	}
	return s
}
