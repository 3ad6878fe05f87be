package pebblestore

import (
	"slices"
	"sync"
)

// maxWounds bounds the list of damaged places; more are only counted.
const maxWounds = 1000

// wounds are the damaged places that were met since Open. Each is logged once.
type wounds struct {
	mu    sync.Mutex
	known map[string]struct{}
}

// Damage lists the damaged places met since Open, at most 1,000, in words that
// hold no content.
func (s *Store) Damage() []string {
	s.wounds.mu.Lock()
	defer s.wounds.mu.Unlock()
	list := make([]string, 0, len(s.wounds.known))
	for what := range s.wounds.known {
		list = append(list, what)
	}
	slices.Sort(list)
	return list
}

// met counts a damaged place, and logs it the first time.
func (s *Store) met(what string, err error) {
	s.counters.Corrupt.Add(1)
	s.wounds.mu.Lock()
	defer s.wounds.mu.Unlock()
	if _, known := s.wounds.known[what]; known || len(s.wounds.known) >= maxWounds {
		return
	}
	if s.wounds.known == nil {
		s.wounds.known = make(map[string]struct{})
	}
	s.wounds.known[what] = struct{}{}
	s.opts.Log.Error("stored value is damaged", "what", what, "err", err)
}
