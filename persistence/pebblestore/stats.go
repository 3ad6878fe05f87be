package pebblestore

import "time"

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

	Stalls           uint64        // times the database stopped its writers
	StallTime        time.Duration // in all, without the stall going on now
	Stalled          bool          // now
	BackgroundErrors uint64        // failed flushes and compactions

	FreeBytes      uint64 // of the disk, 0 = unknown
	DiskBytes      uint64 // of the database
	MemTableBytes  uint64
	CacheBytes     int64
	CompactionDebt uint64 // bytes to compact
	ReadAmp        int    // tables a read may have to look at
	L0Files        int64
}

// Stats gives the counters and sizes now.
func (s *Store) Stats() Stats {
	c, j := &s.counters, s.journal
	stats := Stats{
		Commits: c.Commits.Load(), Written: c.Written.Load(), Seen: c.Seen.Load(), Conflicts: c.Conflicts.Load(), Repeated: c.Repeated.Load(),
		Fenced: c.Fenced.Load(), Unavailable: c.Unavailable.Load(), Corrupt: c.Corrupt.Load() + j.damage.Load(),
		Stalls: j.stalls.Load(), StallTime: time.Duration(j.stallNanos.Load()), Stalled: j.stalledAt.Load() != 0,
		BackgroundErrors: j.background.Load(), FreeBytes: s.space.free.Load(),
	}
	if j.ended() != nil || s.enter() != nil {
		return stats
	}
	defer s.leave()
	m := s.db.Metrics()
	stats.DiskBytes, stats.MemTableBytes, stats.CacheBytes = m.DiskSpaceUsage(), m.MemTable.Size, m.BlockCache.Size
	stats.CompactionDebt, stats.ReadAmp, stats.L0Files = m.Compact.EstimatedDebt, m.ReadAmp(), m.Levels[0].TablesCount
	return stats
}
