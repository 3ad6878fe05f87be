package pebblestore

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"parley/actors/commit"
)

// seed repeats one power cut; a failure prints it.
var seed = flag.Uint64("seed", 0, "run only the power cut with this seed")

// powerCuts is how many cuts a run makes: PARLEY_POWER_CUTS (make nightly
// gives 10,000), by default what fits between other tests.
func powerCuts() uint64 {
	n, err := strconv.ParseUint(os.Getenv("PARLEY_POWER_CUTS"), 10, 32)
	if err == nil {
		return n
	}
	return 300
}

// Every acknowledged batch is there once, in order and whole, whenever the
// power goes. Seeds run side by side: each has a disk of its own.
func TestPowerCuts(t *testing.T) {
	t.Parallel()
	first, last := uint64(1), powerCuts()
	if *seed != 0 {
		first, last = *seed, *seed
	}
	var (
		mu    sync.Mutex
		total cut
		next  atomic.Uint64
	)
	next.Store(first)
	t.Run("seeds", func(t *testing.T) { // returns when all its parallel parts have
		for n := range runtime.GOMAXPROCS(0) {
			t.Run(fmt.Sprint("side ", n), func(t *testing.T) {
				t.Parallel()
				for s := next.Add(1) - 1; s <= last; s = next.Add(1) - 1 {
					c := powerCut(t, s, false)
					mu.Lock()
					total.add(c)
					mu.Unlock()
					if t.Failed() || c.lost+c.half > 0 {
						t.Fatalf("repeat with -seed=%d", s)
					}
				}
			})
		}
	})
	t.Logf("%d cuts: %d batches acknowledged, %d lost, %d half written, %d written without an answer", last-first+1, total.acked, total.lost, total.half, total.unanswered)
	if total.lost+total.half > 0 || total.acked == 0 {
		t.Fatal("an acknowledged batch must be there, whole")
	}
}

// A test that cannot fail proves nothing: without syncing the same cuts lose
// acknowledged batches.
func TestPowerCutsBite(t *testing.T) {
	t.Parallel()
	var total cut
	for s := uint64(1); s <= 15; s++ {
		total.add(powerCut(t, s, true))
	}
	t.Logf("without sync: %d batches acknowledged, %d lost", total.acked, total.lost)
	if total.lost == 0 {
		t.Fatal("nothing lost without sync: the power cuts do not cut")
	}
	if total.half > 0 {
		t.Fatalf("%d batches half written: a batch is atomic even then", total.half)
	}
}

// cut is what power cuts came to.
type cut struct{ acked, lost, half, unanswered int }

func (c *cut) add(o cut) {
	c.acked += o.acked
	c.lost += o.lost
	c.half += o.half
	c.unanswered += o.unanswered
}

// powerCut lets several partitions write, cuts the power at a random moment,
// keeps a random part of what was not synced, and compares what is found with
// what had been acknowledged.
func powerCut(t *testing.T, seed uint64, noSync bool) (c cut) {
	rng := rand.New(rand.NewPCG(seed, 0))
	fs := &crashFS{MemFS: vfs.NewCrashableMem()}
	o := small(fs)
	o.noSync = noSync
	o.MemTableBytes = 64 << 10 // so that flushes and new logs fall into the run
	s := mustOpen(t, "db", o)
	cutAt := rng.IntN(120) // batches acknowledged before the cut
	percent := []int{0, 50, 90}[rng.IntN(3)]

	writers := &writers{s: s, cutAt: cutAt, cut: make(chan struct{}), acked: make([]uint64, 4), epochs: make([]uint64, 4)}
	writers.start(t, rng.Uint64())
	<-writers.cut
	acked := writers.snapshot() // first what was promised, then the cut
	after := fs.clone(vfs.CrashCloneCfg{UnsyncedDataPercent: percent, RNG: rng})
	writers.stop()
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}

	o.FS, o.noSync = after, false
	s, err := Open("db", o)
	if err != nil {
		if noSync {
			c.acked, c.lost = len(acked), len(acked) // not even the database is there
			return c
		}
		t.Errorf("open after the cut: %v", err)
		return c
	}
	defer s.Close() //nolint:errcheck // only read from
	for p, n := range acked {
		c.add(inspect(t, s, p, n, writers.epochs[p]))
	}
	return c
}

// crashFS keeps a clone from waiting inside two operations of the file system
// that lock it twice and would deadlock with a clone in between.
type crashFS struct {
	*vfs.MemFS
	mu sync.RWMutex
}

func (fs *crashFS) ReuseForWrite(oldname, newname string, c vfs.DiskWriteCategory) (vfs.File, error) {
	fs.mu.RLock()
	defer fs.mu.RUnlock()
	return fs.MemFS.ReuseForWrite(oldname, newname, c)
}

func (fs *crashFS) Link(oldname, newname string) error {
	fs.mu.RLock()
	defer fs.mu.RUnlock()
	return fs.MemFS.Link(oldname, newname)
}

func (fs *crashFS) clone(cfg vfs.CrashCloneCfg) *vfs.MemFS {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	return fs.CrashClone(cfg)
}

// writers write batch after batch, one goroutine per partition.
type writers struct {
	s      *Store
	cutAt  int
	cut    chan struct{}
	epochs []uint64

	mu      sync.Mutex
	total   int
	acked   []uint64 // newest acknowledged batch per partition
	stopped bool
	done    sync.WaitGroup
}

func (w *writers) start(t *testing.T, seed uint64) {
	for p := range w.acked {
		w.epochs[p] = mustClaim(t, w.s, p)
	}
	for p := range w.acked {
		rng := rand.New(rand.NewPCG(seed, uint64(p)))
		w.done.Go(func() { w.write(t, p, rng) })
	}
}

func (w *writers) write(t *testing.T, p int, rng *rand.Rand) {
	for n := uint64(1); ; n++ {
		b := crashBatch(p, w.epochs[p], n, rng)
		out, err := w.s.Commit(t.Context(), b)
		if err != nil || out[0].Status != commit.Written {
			t.Errorf("partition %d, batch %d: %v, %v", p, n, out, err)
			return
		}
		if !w.ack(p, n) {
			return
		}
	}
}

// ack notes a promise; false says that the run is over.
func (w *writers) ack(p int, n uint64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.acked[p] = n
	if w.total == w.cutAt {
		close(w.cut)
	}
	w.total++
	return !w.stopped
}

func (w *writers) snapshot() []uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]uint64{}, w.acked...)
}

func (w *writers) stop() {
	w.mu.Lock()
	w.stopped = true
	w.mu.Unlock()
	w.done.Wait()
}

// crashBatch is batchOf with a snapshot of random size, and with the entry of
// ten batches ago finished.
func crashBatch(p int, epoch, n uint64, rng *rand.Rand) commit.Batch {
	b := batchOf(p, epoch, n)
	b.Changes[0].Snapshot = append(b.Changes[0].Snapshot, make([]byte, rng.IntN(2000))...)
	b.Begun = []uint64{n}
	if n > 10 {
		b.Done = []uint64{n - 10}
	}
	return b
}

// inspect reads a partition after the cut. Batches are numbered without holes
// and each writes something under its own number to every table, so what is
// found must be exactly the first k batches, k at least what was acknowledged.
func inspect(t *testing.T, s *Store, p int, acked, epoch uint64) (c cut) {
	t.Helper()
	c.acked = int(acked)
	r, err := s.Load(t.Context(), p, entityA)
	if err != nil {
		t.Errorf("load: %v", err)
		return c
	}
	found := r.Version
	if found < acked {
		c.lost = int(acked - found)
	} else {
		c.unanswered = int(found - acked)
	}
	if problem := whole(t, s, p, found, epoch); problem != "" {
		c.half++
		t.Logf("partition %d holds %d batches: %s", p, found, problem)
	}
	return c
}

// whole says what is wrong with a partition that should hold exactly the first
// k batches.
func whole(t *testing.T, s *Store, p int, k, epoch uint64) string {
	t.Helper()
	ctx := t.Context()
	items, err := s.Range(ctx, p, entityA, commit.Range{Collection: 1})
	if err != nil || uint64(len(items)) != k {
		return fmt.Sprintf("%d items, %v", len(items), err)
	}
	dues, err := s.Dues(ctx, p, commit.DueEntity{}, 0)
	if err != nil || len(dues) != int(min(k, 1)) || k > 0 && dues[0].At != int64(k) {
		return fmt.Sprintf("dues %v, %v", dues, err)
	}
	entries, err := s.Outbox(ctx, p, 0, 0)
	if err != nil || uint64(len(entries)) != min(k, 10) {
		return fmt.Sprintf("%d entries, %v", len(entries), err)
	}
	for i, e := range entries {
		if e.Seq != k-uint64(len(entries))+uint64(i)+1 || !e.Begun {
			return fmt.Sprintf("entry %+v", e)
		}
	}
	claim, err := s.Claim(ctx, p)
	if err != nil || claim.Seq != k || k > 0 && claim.Epoch != epoch+1 {
		return fmt.Sprintf("claim %+v, %v", claim, err)
	}
	if keys := countKeys(t, s, p); keys != k {
		return fmt.Sprintf("%d idempotency keys", keys)
	}
	// A key that is there must be seen, the oldest and the newest are asked, and
	// that of the next batch must not.
	for i, n := range []uint64{1, max(k, 1), k + 1} {
		b := commit.Batch{Partition: p, Epoch: claim.Epoch, Number: uint64(i) + 1, Seq: k, At: 1_790_000_000_000,
			Changes: []commit.Change{{Entity: entityA, Expect: 1 << 60, Keys: []commit.Key{{ID: fmt.Sprint("key", n)}}}}}
		out, err := s.Commit(ctx, b)
		if err != nil || (out[0].Status == commit.Seen) != (n <= k) {
			return fmt.Sprintf("key %d: %+v, %v", n, out, err)
		}
	}
	return ""
}

func countKeys(t *testing.T, s *Store, partition int) (n uint64) {
	t.Helper()
	prefix := appendTable(nil, partition, tableKey)
	err := s.scan(prefix, after(prefix), false, func(key, value []byte) (bool, error) {
		n++
		_, err := open(key, value)
		return true, err
	})
	if err != nil {
		t.Errorf("keys of partition %d: %v", partition, err)
	}
	return n
}
