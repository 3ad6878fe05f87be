package pebblestore

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/commit"
)

// BenchmarkCommit measures durable commits on the real disk: each committer
// owns a partition and writes a 300-byte snapshot, a 300-byte item, one
// idempotency key and one outbox entry (finishing an older one) per change.
func BenchmarkCommit(b *testing.B) {
	for _, c := range []struct{ committers, changes int }{{1, 1}, {16, 1}, {64, 1}, {64, 8}} {
		b.Run(fmt.Sprintf("committers=%d/changes=%d", c.committers, c.changes), func(b *testing.B) {
			s := mustOpen(b, b.TempDir(), Options{Partitions: 64, MinFree: 1})
			defer s.Close() //nolint:errcheck // nothing to keep
			runCommitters(b, s, c.committers, c.changes)
		})
	}
}

func runCommitters(b *testing.B, s *Store, committers, changes int) {
	loads := make([]*load, committers)
	for i := range loads {
		loads[i] = newLoad(b, s, i, changes)
	}
	rounds := max(b.N/(committers*changes), 1)
	b.ReportAllocs()
	b.ResetTimer()
	begin := time.Now()
	var done sync.WaitGroup
	for _, l := range loads {
		done.Go(func() { l.run(b, rounds) })
	}
	done.Wait()
	took := time.Since(begin)
	b.StopTimer()
	var all []time.Duration
	for _, l := range loads {
		all = append(all, l.took...)
	}
	slices.Sort(all)
	ms := func(p float64) float64 { return float64(all[int(p*float64(len(all)-1))]) / 1e6 }
	b.ReportMetric(float64(rounds*committers*changes)/took.Seconds(), "changes/s")
	b.ReportMetric(ms(0.5), "p50-ms")
	b.ReportMetric(ms(0.99), "p99-ms")
	b.ReportMetric(ms(0.999), "p99.9-ms")
}

// load is one committer.
type load struct {
	s         *Store
	partition int
	epoch     uint64
	entities  []commit.Entity
	versions  []uint64
	batch     commit.Batch
	value     []byte
	took      []time.Duration
}

func newLoad(b *testing.B, s *Store, partition, changes int) *load {
	l := &load{s: s, partition: partition, epoch: mustClaim(b, s, partition), value: bytes.Repeat([]byte("0123456789"), 30)}
	for i := range 200 {
		l.entities = append(l.entities, commit.Entity{Kind: commit.Conversation, ID: fmt.Sprintf("telegram:%d:%d", partition, i)})
	}
	l.versions = make([]uint64, len(l.entities))
	l.batch = commit.Batch{Partition: partition, Epoch: l.epoch, At: 1_790_000_000_000, Changes: make([]commit.Change, changes)}
	return l
}

func (l *load) run(b *testing.B, rounds int) {
	for r := range rounds {
		l.next(r)
		begin := time.Now()
		out, err := l.s.Commit(b.Context(), l.batch)
		l.took = append(l.took, time.Since(begin))
		if err != nil || out[0].Status != commit.Written {
			b.Errorf("%+v, %v", out, err)
			return
		}
	}
}

// next makes the next batch, over entities in turn.
func (l *load) next(round int) {
	l.batch.Number++
	l.batch.Done = l.batch.Done[:0]
	for i := range l.batch.Changes {
		at := (round*len(l.batch.Changes) + i) % len(l.entities)
		l.batch.Seq++
		seq := l.batch.Seq
		if seq > 100 {
			l.batch.Done = append(l.batch.Done, seq-100)
		}
		l.batch.Changes[i] = commit.Change{
			Entity: l.entities[at], Expect: l.versions[at], Snapshot: l.value,
			Keys:   []commit.Key{{ID: "mid." + strconv.FormatUint(seq*2654435761, 36), Value: []byte("chat")}},
			Put:    []commit.Item{{ItemKey: commit.ItemKey{Collection: 1, Key: fmt.Sprintf("%016d", seq)}, Value: l.value}},
			Outbox: []commit.Entry{{Seq: seq, Kind: 1, Source: l.entities[at], Target: l.entities[0], Body: l.value[:100]}},
		}
		l.versions[at]++
	}
}

// BenchmarkCeiling is what the database itself gives for the same bytes: blind
// writes of one key of the size of a batch, by as many committers.
func BenchmarkCeiling(b *testing.B) {
	for _, committers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("committers=%d", committers), func(b *testing.B) {
			s := mustOpen(b, b.TempDir(), Options{Partitions: 64, MinFree: 1})
			defer s.Close() //nolint:errcheck // nothing to keep
			value := bytes.Repeat([]byte("0123456789"), 105)
			var next atomic.Int64
			var done sync.WaitGroup
			b.ResetTimer()
			begin := time.Now()
			for c := range committers {
				done.Go(func() {
					for next.Add(1) <= int64(b.N) {
						if err := s.db.Set(fmt.Appendf(nil, "%d/%d", c, next.Load()), value, pebble.Sync); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			done.Wait()
			b.ReportMetric(float64(b.N)/time.Since(begin).Seconds(), "writes/s")
		})
	}
}
