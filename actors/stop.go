package actors

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/actors/commit"
)

// Stop closes the door, lets what is under way become durable, and ends every
// goroutine of the engine. ctx bounds how long it waits; who still waits for an
// answer then gets ErrUnavailable, and what is in the outbox goes on after the
// next start.
func (e *Engine) Stop(ctx context.Context) error {
	if e.stopping.Swap(true) {
		return nil
	}
	err := e.drain(ctx)
	close(e.sweeper)
	e.swept.Wait()
	err = errors.Join(err, e.works.stop(ctx))
	for _, p := range e.partitions {
		p.clock.stop()
		p.lanes.stop()
	}
	for _, p := range e.partitions {
		err = errors.Join(err, p.committer.stop(ctx))
	}
	err = errors.Join(err, e.stopActors(ctx))
	e.workers.stop()
	close(e.closed)
	e.laters.close(ErrStopping)
	e.system.Shutdown()
	return err
}

// stopPatience is how long callers whose answer needs other entities (accept,
// transfer) may still wait for it when the engine stops.
const stopPatience = 3 * time.Second

// drain waits until no caller waits for an answer.
func (e *Engine) drain(ctx context.Context) error {
	t, patience := time.NewTicker(5*time.Millisecond), time.NewTimer(stopPatience)
	defer t.Stop()
	defer patience.Stop()
	for e.inFlight.Load() > 0 {
		select {
		case <-t.C:
		case <-patience.C:
			e.laters.close(ErrStopping)
		case <-ctx.Done():
			return fmt.Errorf("stop with %d commands in flight: %w", e.inFlight.Load(), ctx.Err())
		}
	}
	return nil
}

func (e *Engine) stopActors(ctx context.Context) error {
	for _, p := range e.partitions {
		if p.pid != nil {
			e.root.Stop(p.pid)
		}
	}
	for _, p := range e.partitions {
		if p.pid == nil {
			continue
		}
		select {
		case <-p.gone:
		case <-ctx.Done():
			return fmt.Errorf("stop the actors: %w", ctx.Err())
		}
	}
	return nil
}

// fenced ends a partition that somebody else has claimed, or whose commits the
// store refuses. Its actors stay until
// the engine stops, but only to answer ErrUnavailable: a command that waits in
// the mailbox of a stopped actor would never be answered.
func (e *Engine) fenced(p *partition, err error) {
	if p.lost.Swap(true) {
		return
	}
	newer := errors.Is(err, commit.ErrFenced)
	e.log.Error("partition is served here no more", "partition", p.number, "newer_owner", newer, "err", err)
	e.troubles.outage(p.number, newer, err)
	e.deadLetter("fenced")
	p.lanes.stop()
	p.clock.stop()
	if p.pid != nil {
		e.root.Send(p.pid, lost{})
	}
	for _, env := range e.laters.lose(func(k laterKey) bool { return e.partition(k.entity) == p }) {
		env.resolve(nil, errLost)
	}
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
