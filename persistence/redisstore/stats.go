package redisstore

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
		Commits: c.Commits.Load(), Written: c.Written.Load(), Seen: c.Seen.Load(), Conflicts: c.Conflicts.Load(), Repeated: c.Repeated.Load(),
		Fenced: c.Fenced.Load(), Unavailable: c.Unavailable.Load(), Corrupt: c.Corrupt.Load(),
		MemoryPercent: s.filled.Load(), Moved: s.movedItems.Load(),
		Connections: s.write.PoolStats().TotalConns + s.read.PoolStats().TotalConns,
	}
}
