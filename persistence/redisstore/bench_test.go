package redisstore

import (
	"bytes"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"parley/actors/commit"
	"parley/persistence/redisstore/redistest"
)

// BenchmarkCommit writes messages of open chats: 64 partitions side by side, so
// many changes per batch. It also gives what a change costs the server: processor
// time outside of the kernel, and memory.
func BenchmarkCommit(b *testing.B) {
	for _, size := range []int{1, 2, 8} {
		b.Run(fmt.Sprint("changes=", size), func(b *testing.B) {
			r := redistest.Start(b)
			o := small()
			o.Partitions = 64
			s := opened(b, r.URL(), o)
			var work sync.WaitGroup
			rounds := max(b.N/(size*o.Partitions), 1)
			b.ResetTimer()
			for p := range o.Partitions {
				work.Go(func() { benchPartition(b, s, p, rounds, size) })
			}
			work.Wait()
			changes := float64(rounds * size * o.Partitions)
			b.ReportMetric(changes/b.Elapsed().Seconds(), "changes/s")
			b.ReportMetric(told(b, r, "cpu", "used_cpu_user")*1e6/changes, "server-us/change")
			b.ReportMetric(told(b, r, "memory", "used_memory")/changes, "server-B/change")
		})
	}
}

// told reads a number from INFO.
func told(b *testing.B, r *redistest.Server, section, name string) float64 {
	info, err := r.Do("INFO", section)
	if err != nil {
		b.Fatal(err)
	}
	n, err := strconv.ParseFloat(parseInfo(info)[name], 64)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func benchPartition(b *testing.B, s *Store, p, rounds, size int) {
	claim, err := s.Claim(b.Context(), p)
	if err != nil {
		b.Error(err)
		return
	}
	for n := range rounds {
		batch := commit.Batch{Partition: p, Epoch: claim.Epoch, Number: uint64(n + 1), At: 1_790_000_000_000}
		for c := range size {
			mid := fmt.Sprintf("m_%060d_%d_%d", n, c, p)
			batch.Changes = append(batch.Changes, commit.Change{
				Entity: commit.Entity{Kind: commit.Conversation, ID: fmt.Sprintf("conversation%012d", c)}, Expect: uint64(n),
				Snapshot: bytes.Repeat([]byte("s"), 350), Keys: []commit.Key{{ID: "fb:" + mid}},
				Put: []commit.Item{
					{ItemKey: commit.ItemKey{Collection: 'm', Key: fmt.Sprintf("00000001%08x", n)}, Value: bytes.Repeat([]byte("m"), 200)},
					{ItemKey: commit.ItemKey{Collection: 'p', Key: mid}, Value: []byte("c0000000000000000000000-1-1")},
				},
			})
		}
		if _, err := s.Commit(b.Context(), batch); err != nil {
			b.Error(err)
			return
		}
	}
}
