package bench

import (
	"runtime"
	"runtime/metrics"
	"time"
)

// heapNow gives the bytes of live objects and of goroutine stacks after a collection. What pools and finalizers let
// go only at the second collection is gone too.
func heapNow() int64 {
	for range 3 {
		runtime.GC()
		time.Sleep(10 * time.Millisecond) // the runtime frees stacks and sweeps beside it
	}
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64() + s[1].Value.Uint64())
}

// eachOf gives how much of a growth falls to one of n.
func eachOf(growth int64, n int) float64 {
	if n == 0 {
		return 0
	}
	return float64(growth) / float64(n)
}
