package redisstore

import (
	"errors"
	"sync/atomic"

	"parley/actors/commit"
)

// Stats is what the store can tell about itself, for metrics. Counters count
// since Open.
type Stats struct {
	Commits     uint64 // batches that were answered with outcomes
	Written     uint64 // changes, by outcome
	Seen        uint64
	Conflicts   uint64
	Repeated    uint64 // batches that had been written before
	Fenced      uint64 // batches refused
	Unavailable uint64 // batches that got commit.ErrUnavailable
	Corrupt     uint64 // damaged values met

	Moved uint64 // items that were moved to the completed history

	Connections   uint32 // open now
	MemoryPercent int64  // of the fullest server
}

// Stats gives the counters now.
func (s *Store) Stats() Stats {
	c := &s.counters
	return Stats{
		Commits: c.commits.Load(), Written: c.written.Load(), Seen: c.seen.Load(), Conflicts: c.conflicts.Load(), Repeated: c.repeated.Load(),
		Fenced: c.fenced.Load(), Unavailable: c.unavailable.Load(), Corrupt: c.corrupt.Load(),
		MemoryPercent: s.filled.Load(), Moved: c.moved.Load(),
		Connections: s.write.PoolStats().TotalConns + s.read.PoolStats().TotalConns,
	}
}

// counters count what commits and reads came to.
type counters struct {
	commits, written, seen, conflicts, repeated, fenced, unavailable, corrupt, moved atomic.Uint64
}

func (c *counters) count(outcomes []commit.Outcome, err error) {
	switch {
	case errors.Is(err, commit.ErrFenced):
		c.fenced.Add(1)
	case errors.Is(err, commit.ErrUnavailable):
		c.unavailable.Add(1)
	case err != nil:
		c.failedRead(err)
	default:
		c.commits.Add(1)
		var by [3]uint64
		for i := range outcomes {
			by[outcomes[i].Status]++
		}
		c.written.Add(by[commit.Written])
		c.seen.Add(by[commit.Seen])
		c.conflicts.Add(by[commit.Conflict])
	}
}

func (c *counters) failedRead(err error) {
	if errors.Is(err, commit.ErrCorrupt) {
		c.corrupt.Add(1)
	}
}
