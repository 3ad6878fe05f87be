package pebblestore

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

const (
	maxAboard  = 256     // jobs in one write
	maxGathers = 1 << 20 // bytes after which a write gathers no more
)

// writer makes the commits of its partitions durable. A builder puts what waits
// into one write and applies it; a syncer waits until the disk has it and
// answers. So while one write is on its way to the disk the next gathers, of
// all partitions together: no timer, and as many synced writes as the disk can
// do, whatever the number of partitions.
//
// Writes reach the log in the order they were applied in, and are answered in
// that order. So a partition's next batch, or the repetition of one whose
// answer came too late, may be built on what is not synced yet.
type writer struct {
	s        *Store
	start    sync.Once
	jobs     chan job    // unbuffered: what waits is gathered by the next write
	flights  chan flight // applied, in order; no room, so that the next gathers
	building atomic.Int64
	syncing  atomic.Int64 // both Unix nanoseconds since when, 0 = idle
}

// job is something to write. Its function must touch nothing that the caller
// changes: the caller may be gone when it runs.
type job struct {
	p    *partition
	do   func(*pebble.Batch) answer
	done chan answer // room for one, so that the writer never waits
}

// flight is a write with those who wait for it.
type flight struct {
	batch   *pebble.Batch
	jobs    []job
	answers []answer
	spoiled error // a job failed half way, so nothing of the flight may be written
	logged  bool  // it is in the log, so the disk has the word; a large batch looks empty by then
}

func newWriter(s *Store) *writer {
	return &writer{s: s, jobs: make(chan job), flights: make(chan flight)}
}

// queue gives the way in, and starts the writer with the first write.
func (w *writer) queue() chan<- job {
	w.start.Do(func() {
		w.s.running.Go(w.build)
		w.s.running.Go(w.sync)
	})
	return w.jobs
}

// busy says how long the oldest write has been under way.
func (w *writer) busy(now time.Time) time.Duration {
	var oldest time.Duration
	for _, since := range [2]int64{w.building.Load(), w.syncing.Load()} {
		if since != 0 {
			oldest = max(oldest, time.Duration(now.UnixNano()-since))
		}
	}
	return oldest
}

// build sends one write after another on its way.
func (w *writer) build() {
	defer close(w.flights)
	var next job
	for waits := false; ; {
		if !waits {
			select {
			case next = <-w.jobs:
			case <-w.s.quit:
				return
			}
		}
		next, waits = w.fly(next)
	}
}

// fly writes a job and what waits behind it. It gives the job that may not be
// in the same write, if it met one.
func (w *writer) fly(first job) (next job, waits bool) {
	w.building.Store(time.Now().UnixNano())
	f := flight{batch: w.s.db.NewBatch()}
	flown := false
	defer func() { // when the database ends its builder, see journal.Fatalf
		if !flown {
			f.answer(errEnded)
		}
	}()
	next, waits = w.gather(&f, first)
	if err := w.apply(&f); err != nil {
		f.fail(err)
	}
	flown = true
	w.building.Store(0)
	w.flights <- f
	return next, waits
}

// gather lets jobs put what they write into a flight.
func (w *writer) gather(f *flight, j job) (next job, waits bool) {
	for {
		j.p.aboard = true
		f.jobs = append(f.jobs, j)
		before := f.batch.Count()
		a := w.do(f.batch, j)
		f.answers = append(f.answers, a)
		if a.err != nil && f.batch.Count() != before {
			f.spoiled = a.err
			return job{}, false
		}
		if len(f.jobs) == maxAboard || f.batch.Len() > maxGathers {
			return job{}, false
		}
		select {
		case j = <-w.jobs:
			if j.p.aboard {
				return j, true
			}
		default:
			return job{}, false
		}
	}
}

func (w *writer) do(batch *pebble.Batch, j job) answer {
	if err := w.s.writable(); err != nil {
		return unavailable(err)
	}
	return j.do(batch)
}

// apply makes a flight visible and puts it into the log, where the syncer
// waits for it.
func (w *writer) apply(f *flight) error {
	for _, j := range f.jobs {
		j.p.aboard = false
	}
	switch {
	case f.spoiled != nil:
		return f.spoiled
	case f.batch.Empty():
		return nil
	case w.s.opts.noSync:
		if err := f.batch.Commit(pebble.NoSync); err != nil {
			return err
		}
	default:
		if err := w.s.db.ApplyNoSyncWait(f.batch, pebble.Sync); err != nil {
			return err
		}
		f.logged = true
	}
	for i := range f.answers {
		if a := &f.answers[i]; a.err == nil && a.applied != nil {
			a.applied()
		}
	}
	return nil
}

// sync answers flights once the disk has them.
func (w *writer) sync() {
	for f := range w.flights {
		w.syncing.Store(time.Now().UnixNano())
		err := w.wait(&f)
		w.syncing.Store(0)
		f.answer(err)
	}
}

func (w *writer) wait(f *flight) error {
	defer f.batch.Close() //nolint:errcheck // it has nothing to lose any more
	if !f.logged {
		// It wrote nothing, but may repeat what an earlier flight wrote, and that
		// is on the disk only if that flight did not fail.
		if err := w.s.journal.ended(); err != nil {
			return errors.Join(errEnded, err)
		}
		return nil
	}
	if err := f.batch.SyncWait(); err != nil {
		// The database calls Fatalf before this; what is in memory may be more
		// than what is on the disk, so nothing may be built on it.
		w.s.journal.stop(err)
		return errors.Join(errEnded, err)
	}
	return nil
}

// fail makes every answer that was to be a write an error.
func (f *flight) fail(err error) {
	for i := range f.answers {
		if f.answers[i].err == nil {
			f.answers[i] = unavailable(err)
		}
	}
	f.batch.Reset()
}

// answer tells everybody, with an error in place of success where there is one.
func (f *flight) answer(err error) {
	for i, j := range f.jobs {
		a := unavailable(errEnded)
		if i < len(f.answers) {
			a = f.answers[i]
		}
		if err != nil && a.err == nil {
			a = unavailable(err)
		}
		j.p.s.leave()
		j.done <- a
	}
}
