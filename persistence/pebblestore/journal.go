package pebblestore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

// journal is what the database tells about itself: it counts, logs, and keeps
// the error that ended it.
type journal struct {
	log        *slog.Logger
	fatal      func(error)
	stalls     atomic.Uint64
	stallNanos atomic.Int64
	stalledAt  atomic.Int64 // Unix nanoseconds, 0 = not stalled
	fullAt     atomic.Int64 // Unix seconds of the last word about a full disk
	background atomic.Uint64
	damage     atomic.Uint64
	open       atomic.Bool // between Open and Close, when errors of the log must halt
	end        atomic.Pointer[error]
	once       sync.Once
}

func newJournal(o Options) *journal {
	return &journal{log: o.Log.With("store", "pebble"), fatal: o.Fatal}
}

// ended gives the error after which nothing can be written, or nil.
func (j *journal) ended() error {
	if err := j.end.Load(); err != nil {
		return *err
	}
	return nil
}

// Infof is the database's own log.
func (j *journal) Infof(format string, args ...any) { j.log.Debug(fmt.Sprintf(format, args...)) }

// Errorf is the database's own log.
func (j *journal) Errorf(format string, args ...any) { j.log.Warn(fmt.Sprintf(format, args...)) }

// Fatalf is called where the database cannot go on. It does not return, as the
// database expects; the process may go on to answer that it is not ready.
func (j *journal) Fatalf(format string, args ...any) {
	j.stop(errors.New(fmt.Sprintf(format, args...)))
	runtime.Goexit()
}

// halt ends the store for an error of a log file, and keeps the goroutine that
// met it: it is inside the database, which would not stand the error. It gives
// the error back while the database is being opened or closed.
func (j *journal) halt(doing, name string, err error) error {
	if err == nil || !j.open.Load() {
		return err
	}
	j.stop(fmt.Errorf("%s %s: %w", doing, name, err))
	select {}
}

// roomPause is how long a write waits before it looks for room again.
const roomPause = 100 * time.Millisecond

// room waits a little for room on a full disk. It is false while the database
// is being opened or closed: then the error counts.
func (j *journal) room(name string, err error) bool {
	if !j.open.Load() {
		return false
	}
	if now, before := time.Now().Unix(), j.fullAt.Load(); now-before >= 60 && j.fullAt.CompareAndSwap(before, now) {
		j.log.Error("the disk is full: writing waits for room", "file", name, "err", err)
	}
	time.Sleep(roomPause)
	return true
}

func (j *journal) stop(err error) {
	j.once.Do(func() {
		j.end.Store(&err)
		j.log.Error("database ended", "err", err)
		j.fatal(err)
	})
}

// guard runs f where the database may end or panic (it does when it cannot
// sync its folder), and gives either as an error.
func (j *journal) guard(f func() error) error {
	done := make(chan error)
	go func() {
		err := errEnded
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("%w: %v", errEnded, r)
			}
			done <- err
		}()
		err = f()
	}()
	err := <-done
	if err == errEnded { //nolint:errorlint // the bare one: f did not return
		err = fmt.Errorf("%w: %w", errEnded, j.ended())
	}
	return err
}

func (j *journal) listener() *pebble.EventListener {
	return &pebble.EventListener{
		BackgroundError: func(err error) {
			j.background.Add(1)
			j.log.Warn("database background work failed", "err", err)
		},
		// Damage is met on a read, which answers commit.ErrCorrupt for its entity
		// alone; ending the process for it would hurt all others.
		DataCorruption: func(info pebble.DataCorruptionInfo) {
			j.damage.Add(1)
			j.log.Error("database file is damaged", "err", info.String())
		},
		WriteStallBegin: func(info pebble.WriteStallBeginInfo) {
			j.stalls.Add(1)
			j.stalledAt.Store(time.Now().UnixNano())
			j.log.Warn("database stalls writes", "reason", info.Reason)
		},
		WriteStallEnd: func() {
			if at := j.stalledAt.Swap(0); at != 0 {
				j.stallNanos.Add(time.Now().UnixNano() - at)
			}
		},
		FlushEnd:      func(info pebble.FlushInfo) { j.debug("flush", info) },
		CompactionEnd: func(info pebble.CompactionInfo) { j.debug("compaction", info) },
	}
}

func (j *journal) debug(what string, info fmt.Stringer) {
	if j.log.Enabled(context.Background(), slog.LevelDebug) { // formatting is what costs
		j.log.Debug(what, "info", info.String())
	}
}
