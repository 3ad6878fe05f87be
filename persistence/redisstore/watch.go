package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
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
	if p := s.filled.Load(); p >= 100 {
		return fmt.Errorf("the memory of Redis is %d %% full, so it refuses every write: give it more", p)
	}
	return nil
}

// crowded is how full a server's memory may be, in percent, before that is told.
const crowded = 80

// fill notes how full the fullest server is. A full one refuses every write:
// nothing is dropped to make room, so somebody must be told in time.
func (s *Store) fill(percent int64) {
	before := s.filled.Swap(percent)
	if before < crowded && percent >= crowded {
		s.opts.Log.Error("the memory of Redis is nearly full; at 100 % nothing can be written: give it more", "percent", percent, "server", s.address.String())
	}
}

// Notes says in words what people should know of a store that is ready: that an
// acknowledgement is worth less than a synced write, that memory runs out.
// Empty when there is nothing to say.
func (s *Store) Notes() string {
	var notes []string
	if s.opts.Relaxed {
		notes = append(notes, "durability: relaxed: what was acknowledged last may be lost when the Redis server fails")
	}
	if p := s.filled.Load(); p >= crowded {
		notes = append(notes, fmt.Sprintf("the memory of Redis is %d %% full; at 100 %% nothing can be written", p))
	}
	if err := s.Stuck(); err != nil {
		notes = append(notes, fmt.Sprintf("completed chats stay in Redis: %v", err))
	}
	if n := s.strange.Load(); n > 0 {
		notes = append(notes, fmt.Sprintf("completed chats were also moved to %d other data folder(s) and cannot be read here", n))
	}
	return strings.Join(notes, "; ")
}
