package pebblestore

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// leastFree is the floor of the free space that is kept when Options.MinFree
// is not set.
const leastFree = 512 << 20

// regained is the part of the limit by which the free space must exceed it before
// writing goes on: without it a disk at the limit would stop and start all the time.
const regained = 8

// space watches the free disk space. On a full disk Pebble does not fail, it
// stalls without a word; so writing stops while there is room to stop in.
type space struct {
	dir     string
	fs      vfs.FS
	minFree uint64
	free    atomic.Uint64
	problem atomic.Pointer[error] // nil = enough room
	quit    chan struct{}
	done    sync.WaitGroup
}

func watchSpace(dir string, o Options) *space {
	w := &space{dir: dir, fs: o.FS, minFree: o.MinFree, quit: make(chan struct{})}
	if !w.look() {
		o.Log.Info("free disk space cannot be watched here", "dir", dir)
		return w
	}
	w.done.Go(func() { w.run(o) })
	return w
}

func (w *space) run(o Options) {
	ticker := time.NewTicker(o.WatchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-w.quit:
			return
		case <-ticker.C:
		}
		before := w.low()
		w.look()
		switch now := w.low(); {
		case before == nil && now != nil:
			o.Log.Error("writing stops", "err", now)
		case before != nil && now == nil:
			o.Log.Info("writing goes on", "free", w.free.Load())
		}
	}
}

// look measures once; false says that this file system cannot be measured.
func (w *space) look() bool {
	usage, err := w.fs.GetDiskUsage(w.dir)
	if errors.Is(err, vfs.ErrUnsupported) {
		return false
	}
	if err != nil {
		w.set(fmt.Errorf("free disk space of %s is unknown: %w", w.dir, err))
		return true
	}
	w.free.Store(usage.AvailBytes)
	need := w.minFree
	if need == 0 {
		need = max(usage.TotalBytes/20, leastFree)
	}
	if w.low() != nil {
		need += need / regained
	}
	if usage.AvailBytes < need {
		w.set(fmt.Errorf("only %d MB of disk are free in %s, %d MB are needed: make room or lower the limit", usage.AvailBytes>>20, w.dir, need>>20))
		return true
	}
	w.problem.Store(nil)
	return true
}

func (w *space) set(err error) { w.problem.Store(&err) }

// low says why nothing should be written, or nil.
func (w *space) low() error {
	if err := w.problem.Load(); err != nil {
		return *err
	}
	return nil
}

func (w *space) stop() {
	close(w.quit)
	w.done.Wait()
}
