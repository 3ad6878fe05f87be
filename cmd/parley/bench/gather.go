package bench

import (
	"context"
	"fmt"
	"sync"
	"time"

	"parley/actors/commit"
)

// partitions of the stores, as the product has by default.
const partitions = 64

// gatherer is the product's group commit without its actors: one batch of a partition is on its way, and what comes
// meanwhile gathers for the next.
type gatherer struct {
	store liveStore
	parts [partitions]*gathering
}

// gathering is one partition.
type gathering struct {
	store  liveStore
	number int
	epoch  uint64
	batch  uint64 // of the one who flies

	mu     sync.Mutex
	wait   []*pending
	flying bool
}

// pending is a change with somebody who waits for it.
type pending struct {
	change commit.Change
	done   chan error // room for one: the batch never waits for a waiter
}

// openGatherer opens a store of its own, named for its folder, and claims its partitions.
func (r *run) openGatherer(ctx context.Context, c *closers, name string) (*gatherer, error) {
	store, err := r.openStore(ctx, c, name)
	if err != nil {
		return nil, fmt.Errorf("open a store: %w", err)
	}
	g := &gatherer{store: store}
	for i := range g.parts {
		claim, err := store.Claim(ctx, i)
		if err != nil {
			_ = store.Close()
			return nil, fmt.Errorf("open a store: %w", err)
		}
		g.parts[i] = &gathering{store: store, number: i, epoch: claim.Epoch}
	}
	return g, nil
}

func (g *gatherer) close() error { return g.store.Close() }

// commit returns when the change is durable.
func (g *gatherer) commit(p *pending) error {
	part := g.parts[p.change.Entity.Partition(partitions)]
	part.mu.Lock()
	part.wait = append(part.wait, p)
	if !part.flying {
		part.flying = true
		go part.run()
	}
	part.mu.Unlock()
	return <-p.done
}

// run writes batches until nothing has gathered.
func (g *gathering) run() {
	for {
		g.mu.Lock()
		batch := g.wait
		g.wait = nil
		if len(batch) == 0 {
			g.flying = false
			g.mu.Unlock()
			return
		}
		g.mu.Unlock()
		g.write(batch)
	}
}

func (g *gathering) write(batch []*pending) {
	g.batch++
	b := commit.Batch{Partition: g.number, Epoch: g.epoch, Number: g.batch, At: time.Now().UnixMilli(), Changes: make([]commit.Change, len(batch))}
	for i, p := range batch {
		b.Changes[i] = p.change
	}
	outcomes, err := g.store.Commit(context.Background(), b)
	for i, p := range batch {
		switch {
		case err != nil:
			p.done <- err
		case outcomes[i].Status != commit.Written:
			p.done <- fmt.Errorf("%s was not written: status %d", p.change.Entity, outcomes[i].Status)
		default:
			p.done <- nil
		}
	}
}

// writer is one customer's conversation as a ceiling keeps it: just its entity and how many messages it has.
type writer struct {
	mu      sync.Mutex // held over the commit: a conversation's changes go one after another
	entity  commit.Entity
	number  uint32
	pending pending
}

func newWriters(customers int) []*writer {
	out := make([]*writer, customers)
	for i := range out {
		out[i] = &writer{entity: commit.Entity{Kind: commit.Conversation, ID: conversationID(i)}, pending: pending{done: make(chan error, 1)}}
	}
	return out
}

// append commits one more message.
func (w *writer) append(g *gatherer, s *sample, mid string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending.change = s.change(w.entity, w.number+1, mid)
	if err := g.commit(&w.pending); err != nil {
		return err
	}
	w.number++
	return nil
}
