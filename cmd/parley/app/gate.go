package app

import (
	"context"
	"fmt"
	"time"

	"parley/actors"
	"parley/actors/commit"
)

// gate stands before the engine's door: while nothing can be made durable, a
// command is refused at once instead of after its time-out, so that providers
// are told to come again and nothing piles up. Reading goes on.
type gate struct {
	*actors.Engine
	writable func() error
}

// Do runs a command, or says that the store cannot make it durable now.
func (g gate) Do(ctx context.Context, to commit.Entity, command any) (any, error) {
	if err := g.writable(); err != nil {
		return nil, fmt.Errorf("%w: %w", actors.ErrUnavailable, err)
	}
	return g.Engine.Do(ctx, to, command)
}

// fetchPause is how often a fetch looks whether there is room again.
const fetchPause = time.Second

// patient stands before the work on the world: while nothing can be written, no
// attachment is fetched and no attempt is counted, so that none is given up
// because of a full disk.
type patient struct {
	actors.Outside
	writable func() error
}

// Fetch waits for room, then fetches.
func (p patient) Fetch(ctx context.Context, f actors.Fetch) actors.Fetched {
	tick := time.NewTicker(fetchPause)
	defer tick.Stop()
	for p.writable() != nil {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return actors.Fetched{Again: true}
		}
	}
	return p.Outside.Fetch(ctx, f)
}
