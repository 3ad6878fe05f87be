package actors_test

import (
	"context"
	"sync"
	"time"

	"parley/actors"
	"parley/actors/commit"
	"parley/persistence/storetest"
)

// trip is what happens to the n-th commit after a tripwire was laid.
type trip int

const (
	crashBefore trip = iota // the process dies, nothing was written
	crashAfter              // the process dies, the commit was written
	failBefore              // an error, nothing was written
	failAfter               // an error, but the commit was written
	hold                    // it takes much longer than anybody waits
)

var trips = map[trip]string{crashBefore: "crash before", crashAfter: "crash after", failBefore: "fail", failAfter: "unknown outcome", hold: "hold"}

// tripwire is a store that fails at one commit.
type tripwire struct {
	actors.Store
	mu    sync.Mutex
	laid  bool
	left  int // commits until it goes off
	kind  trip
	count int
	dead  chan struct{}
}

func newTripwire(s actors.Store) *tripwire { return &tripwire{Store: s, dead: make(chan struct{})} }

func (s *tripwire) lay(n int, kind trip) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.laid, s.left, s.kind = true, n, kind
}

// hits counts the commit at hand and says what is to become of it.
func (s *tripwire) hits() (kind trip, yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.laid {
		return 0, false
	}
	s.count++
	s.left--
	return s.kind, s.left == 0
}

func (s *tripwire) isDead() bool {
	select {
	case <-s.dead:
		return true
	default:
		return false
	}
}

func (s *tripwire) Commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error) {
	if s.isDead() {
		return nil, storetest.ErrCrashed
	}
	kind, yes := s.hits()
	if !yes {
		return s.Store.Commit(ctx, b)
	}
	switch kind {
	case crashBefore:
		close(s.dead)
		return nil, storetest.ErrCrashed
	case crashAfter:
		_, _ = s.Store.Commit(ctx, b)
		close(s.dead)
		return nil, storetest.ErrCrashed
	case failBefore:
		return nil, commit.ErrUnavailable
	case failAfter:
		_, _ = s.Store.Commit(ctx, b)
		return nil, commit.ErrUnavailable
	default:
		select { // longer than lanes and callers wait
		case <-ctx.Done():
			return nil, commit.ErrUnavailable
		case <-time.After(25 * time.Second):
		}
		return s.Store.Commit(ctx, b)
	}
}

func (s *tripwire) Load(ctx context.Context, p int, e commit.Entity) (commit.Record, error) {
	if s.isDead() {
		return commit.Record{}, storetest.ErrCrashed
	}
	return s.Store.Load(ctx, p, e)
}
