package bench

import (
	"math/bits"
	"time"
)

// Durations are counted in buckets: exact below 2^subBits nanoseconds, then 2^subBits per power of two, so a
// percentile is never off by more than 1/2^subBits of itself.
const (
	subBits = 6
	subs    = 1 << subBits
	buckets = (64 - subBits + 1) * subs
)

// histogram counts durations. The zero value is empty; it is not safe for concurrent use: each writer has its own,
// and they are added up afterwards.
type histogram struct {
	counts [buckets]uint32
	n      uint64
	max    time.Duration
}

func (h *histogram) record(d time.Duration) {
	d = max(d, 0)
	h.counts[bucketOf(uint64(d))]++
	h.n++
	h.max = max(h.max, d)
}

func (h *histogram) add(other *histogram) {
	for i, c := range other.counts {
		h.counts[i] += c
	}
	h.n += other.n
	h.max = max(h.max, other.max)
}

// quantile gives the duration that a share q (0..1) of all does not exceed; 0 when nothing was counted.
func (h *histogram) quantile(q float64) time.Duration {
	if h.n == 0 {
		return 0
	}
	rank := max(uint64(q*float64(h.n)+0.5), 1)
	seen := uint64(0)
	for i, c := range h.counts {
		if seen += uint64(c); seen >= rank {
			return min(time.Duration(topOf(i)), h.max)
		}
	}
	return h.max
}

// bucketOf gives the bucket of a duration in nanoseconds.
func bucketOf(ns uint64) int {
	if ns < subs {
		return int(ns)
	}
	shift := bits.Len64(ns) - subBits - 1 // ns>>shift is in [subs, 2*subs)
	return (shift+1)*subs + int(ns>>shift) - subs
}

// topOf gives the longest duration of a bucket, in nanoseconds.
func topOf(bucket int) uint64 {
	if bucket < subs {
		return uint64(bucket)
	}
	shift := bucket/subs - 1
	return (uint64(bucket%subs)+subs+1)<<shift - 1
}
