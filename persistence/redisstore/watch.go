package redisstore

import (
	"context"
	"errors"
	"time"
)

// watch looks at the servers from time to time until ctx ends. A server that
// answers but would break the promise is not written to any more.
func (s *Store) watch(ctx context.Context) {
	ticker := time.NewTicker(s.opts.WatchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		s.look(ctx)
	}
}

func (s *Store) look(ctx context.Context) {
	limited, cancel := context.WithTimeout(ctx, s.opts.ReadTimeout)
	err := s.check(limited)
	cancel()
	if ctx.Err() != nil {
		return
	}
	before := s.problem.Load()
	var no refusal
	switch {
	case err == nil:
		s.problem.Store(nil)
		s.refused.Store(nil)
		if before != nil {
			s.opts.Log.Info("the store is sound again", "server", s.address.String())
		}
		return
	case errors.As(err, &no):
		s.refused.Store(&err)
	}
	s.problem.Store(&err)
	if before == nil {
		s.opts.Log.Error("the store has a problem", "server", s.address.String(), "err", err)
	}
}

// Ready says why commits cannot succeed now, or nil.
func (s *Store) Ready() error {
	if err := s.problem.Load(); err != nil {
		return *err
	}
	return nil
}

// Promise says in words what an acknowledgement is worth when it is less than a
// synced write; empty otherwise.
func (s *Store) Promise() string {
	if !s.opts.Relaxed {
		return ""
	}
	return "durability: relaxed: what was acknowledged last may be lost when the Redis server fails"
}
