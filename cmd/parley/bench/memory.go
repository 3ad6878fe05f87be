package bench

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"sync"
	"time"
	"unsafe"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/codec"
	"parley/actors/route"
	"parley/persistence/memory"
)

// runMemory weighs what the process keeps for a conversation in memory, for one that has left it, and for an operator
// who is connected and silent: live objects and stacks after a collection, before and after, with a control beside each.
func runMemory(ctx context.Context, r *run) (result Result, err error) {
	w := weights{}
	began := time.Now()
	if err := r.weighConversations(ctx, &w); err != nil {
		return result, err
	}
	r.stage("conversations are weighed")
	if err := r.weighConnections(ctx, &w); err != nil {
		return result, err
	}
	result = r.result("bytes kept for each, live objects and stacks after a collection, the process's control figure beside it")
	result.Bytes = int(w.actor)
	result.Memory = &w
	result.Seconds, result.Operators, result.Connections = time.Since(began).Seconds(), r.Operators, 0
	result.lines = []string{
		fmt.Sprintf("%-42s %8.0f bytes beyond its state of %.0f", "a conversation's actor", w.actor, w.State),
		fmt.Sprintf("%-42s %8.0f bytes, and %.0f for the time it is due at", "a conversation whose actor has left", w.Passive, w.Due),
		fmt.Sprintf("%-42s %8.0f bytes", "once, for each of the most there were", w.Room),
		fmt.Sprintf("%-42s %8.0f bytes, of them for a bare TCP connection %.0f", "an idle operator's first connection", w.Connection, w.Control),
		fmt.Sprintf("%-42s %8.0f bytes", "his second", w.Second),
	}
	return result, nil
}

// weights are bytes for each of many.
type weights struct {
	actor      float64 // beyond its state
	State      float64 `json:"state"`      // of a conversation, decoded
	Passive    float64 `json:"passive"`    // left behind by an actor that has gone
	Room       float64 `json:"room"`       // that tables keep, once, for as many as have been in memory together
	Due        float64 `json:"due"`        // of a conversation that is due some time, in memory or not
	Connection float64 `json:"connection"` // of an idle operator: actor, feed, socket
	Second     float64 `json:"second"`     // of another connection of his: the socket alone
	Control    float64 `json:"control"`    // of a bare TCP connection's end, within the two above
}

// weighConversations fills a store in memory with conversations that all are due some time, and wakes them.
func (r *run) weighConversations(ctx context.Context, w *weights) error {
	members := people(10)
	s := &stock{queue: settings("everyone", members), operators: members, owned: r.Customers, timeout: 24 * time.Hour, at: time.Now()}
	store := memory.New(partitions)
	if err := s.fill(ctx, store); err != nil {
		return err
	}
	s.slots = nil
	if err := r.weighState(ctx, store, w); err != nil {
		return err
	}
	cat := directoryOf("everyone", members, 0, s.timeout)
	before := heapNow()
	err := r.withEngine(ctx, store, cat, time.Hour, func(e *actors.Engine) error {
		started := heapNow()
		w.Due = eachOf(started-before, r.Customers)
		if err := r.wake(ctx, e); err != nil {
			return err
		}
		w.actor = eachOf(heapNow()-started, r.Customers) - w.State
		return nil
	})
	if err != nil {
		return err
	}
	return r.withEngine(ctx, store.Reopen(), cat, 100*time.Millisecond, func(e *actors.Engine) error {
		kept := [3]int64{heapNow()}
		for round := range 2 {
			if err := r.wake(ctx, e); err != nil {
				return err
			}
			if err := asleep(ctx); err != nil {
				return err
			}
			kept[round+1] = heapNow()
		}
		w.Room = eachOf(kept[1]-kept[0], r.Customers)
		w.Passive = eachOf(kept[2]-kept[1], r.Customers)
		return nil
	})
}

// asleep waits until the actors nobody needs have gone, which shows in a heap that stays as it is.
func asleep(ctx context.Context) error {
	const patience, quiet, noise = 15 * time.Second, 4, 64 << 10
	still, last := 0, heapNow()
	for until := time.Now().Add(patience); still < quiet && time.Now().Before(until); {
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
		now := heapNow()
		still++
		if now < last-noise {
			still = 0
		}
		last = now
	}
	return nil
}

// withEngine runs f on an engine of its own.
func (r *run) withEngine(ctx context.Context, store actors.Store, cat *actors.Catalogue, idle time.Duration, f func(*actors.Engine) error) (err error) {
	var c closers
	defer c.close(&err)
	e, err := r.engine(ctx, &c, store, cat, idle)
	if err != nil {
		return err
	}
	return f(e)
}

// weighState decodes every conversation once.
func (r *run) weighState(ctx context.Context, store actors.Store, w *weights) error {
	states := make([]chat.State, r.Customers)
	before := heapNow()
	for i := range states {
		e := route.Conversation(hookConversation(i))
		rec, err := store.Load(ctx, e.Partition(partitions), e)
		if err != nil {
			return fmt.Errorf("weigh a state: %w", err)
		}
		if states[i], err = codec.Conversation(rec.Snapshot[1:]); err != nil { // behind the engine's cursors: none
			return fmt.Errorf("weigh a state: %w", err)
		}
	}
	w.State = eachOf(heapNow()-before, len(states)) + float64(unsafe.Sizeof(chat.State{}))
	runtime.KeepAlive(states)
	return nil
}

// wake brings every conversation into memory with a command that changes nothing.
func (r *run) wake(ctx context.Context, e *actors.Engine) error {
	m := sideBySide(64, func(worker int, m *meter) {
		for i := worker; i < r.Customers && m.failure == nil; i += 64 {
			_, m.failure = e.Do(ctx, route.Conversation(hookConversation(i)), chat.Tick{})
		}
	})
	if m.failure != nil {
		return fmt.Errorf("wake a conversation: %w", m.failure)
	}
	return nil
}

// weighConnections connects operators to a complete server, each twice.
func (r *run) weighConnections(ctx context.Context, w *weights) (err error) {
	var c closers
	defer c.close(&err)
	control, err := weighBare(r.Operators)
	if err != nil {
		return err
	}
	srv, err := r.boot(ctx, &c, r.Operators)
	if err != nil {
		return err
	}
	list, err := tokens(ctx, srv.url, r.Operators)
	if err != nil {
		return err
	}
	w.Control = control / 2 // two ends of one connection
	for _, into := range []*float64{&w.Connection, &w.Second} {
		before := heapNow()
		for _, token := range list {
			plug, err := connect(ctx, srv.host, token, "", 0)
			if err != nil {
				return err
			}
			plug.in = nil // nobody reads
			c.add(func() error { return plug.net.Close() })
		}
		*into = eachOf(heapNow()-before, len(list)) - w.Control
	}
	return nil
}

// weighBare weighs connections of the kernel with nothing on them.
func weighBare(n int) (float64, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("listen: %w", err)
	}
	var (
		wg   sync.WaitGroup
		ends = make([]net.Conn, 0, 2*n)
		here = make(chan net.Conn)
	)
	wg.Go(func() {
		defer close(here)
		for range n {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			here <- conn
		}
	})
	before := heapNow()
	for range n {
		conn, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			break
		}
		ends = append(ends, conn, <-here)
	}
	each := eachOf(heapNow()-before, n)
	for _, e := range ends {
		_ = e.Close()
	}
	err = ln.Close()
	wg.Wait()
	if len(ends) < 2*n {
		return 0, fmt.Errorf("only %d of %d bare connections could be opened", len(ends)/2, n)
	}
	return each, err
}
