package pebblestore

import (
	"time"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/commit"
	"parley/persistence/internal/verdict"
)

// rebuilt makes a ledger for a partition whose own is damaged. Nothing is lost
// by it: the next owner needs only numbers that were never given out. Moments
// serve, since neither starts nor outbox entries come faster than one per
// millisecond and microsecond for long; what is found in the outbox is passed
// in any case. The outcomes of the newest batch are of use only to the process
// that wrote it, which is gone.
func rebuilt(db pebble.Reader, partition int, now time.Time) verdict.Ledger {
	l := verdict.Ledger{
		Epoch: uint64(now.UnixMilli()), Seq: uint64(now.UnixMicro()), Generation: commit.Generation(now.UnixMilli()),
	}
	prefix := appendTable(nil, partition, tableOutbox)
	_, _ = salvage(db, prefix, after(prefix), func(k, _ []byte) (bool, error) {
		if seq, _, ok := parseOutboxKey(k); ok {
			l.Seq = max(l.Seq, seq)
		}
		return true, nil
	})
	l.Seq++
	return l
}
