package pebblestore

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"parley/actors/commit"
)

// syncFS is a file system whose syncs can be made to hang.
type syncFS struct {
	vfs.FS

	mu      sync.Mutex
	hold    chan struct{} // closed to let go; nil = not held
	hanging chan struct{} // gets one per sync that hangs
}

func newSyncFS() *syncFS {
	return &syncFS{FS: vfs.NewMem(), hanging: make(chan struct{}, 100)}
}

// stall makes every sync hang until release is called.
func (fs *syncFS) stall() (release func()) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	hold := make(chan struct{})
	fs.hold = hold
	return sync.OnceFunc(func() {
		fs.mu.Lock()
		defer fs.mu.Unlock()
		fs.hold = nil
		close(hold)
	})
}

func (fs *syncFS) wait() {
	fs.mu.Lock()
	hold := fs.hold
	fs.mu.Unlock()
	if hold != nil {
		fs.hanging <- struct{}{}
		<-hold
	}
}

func (fs *syncFS) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := fs.FS.Create(name, c)
	return &syncFile{f, fs}, err
}

func (fs *syncFS) ReuseForWrite(old, name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := fs.FS.ReuseForWrite(old, name, c)
	return &syncFile{f, fs}, err
}

type syncFile struct {
	vfs.File
	fs *syncFS
}

func (f *syncFile) Sync() error {
	f.fs.wait()
	return f.File.Sync()
}

func (f *syncFile) SyncData() error {
	f.fs.wait()
	return f.File.SyncData()
}

func TestAStalledDiskHoldsNobodyForEver(t *testing.T) {
	t.Parallel()
	fs := newSyncFS()
	o := small(fs)
	o.CommitTimeout = 50 * time.Millisecond
	s := opened(t, o)
	one, two := mustClaim(t, s, 1), mustClaim(t, s, 2)
	mustCommit(t, s, 1, one, 1, 1)

	release := fs.stall()
	defer release()
	first := batchOf(1, one, 2)
	for range 20 { // one in flight, the others wait for it and give up
		if _, err := s.Commit(t.Context(), first); !errors.Is(err, commit.ErrUnavailable) {
			t.Fatalf("commit on a stalled disk: %v", err)
		}
	}
	<-fs.hanging
	short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := s.Commit(short, batchOf(2, two, 1)); !errors.Is(err, commit.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("commit of another partition: %v", err)
	}
	if err := s.Ready(); err == nil || !strings.Contains(err.Error(), "has not finished a commit") {
		t.Fatalf("ready: %v", err)
	}
	if _, err := s.Load(t.Context(), 1, entityA); err != nil {
		t.Fatalf("reads must go on: %v", err)
	}

	release()
	for range 2 { // the repeated batch finds what the first one did
		until(t, func() bool {
			out, err := s.Commit(t.Context(), first)
			if err != nil && !errors.Is(err, commit.ErrUnavailable) {
				t.Fatal(err)
			}
			return err == nil && out[0].Status == commit.Written
		})
	}
	if r, err := s.Load(t.Context(), 1, entityA); err != nil || r.Version != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	mustCommit(t, s, 2, two, 1, 2)
	until(t, func() bool { return s.Ready() == nil })
}

// A repetition writes nothing itself: it must not be told of success when the
// write it repeats has failed on its way to the disk (I5).
func TestARepetitionIsAnsweredAsTheWriteBeforeIt(t *testing.T) {
	t.Parallel()
	s := opened(t, small(vfs.NewMem()))
	w := s.writers[0]
	repetition := func() *flight { return &flight{batch: s.db.NewBatch()} }
	if err := w.wait(repetition()); err != nil {
		t.Fatalf("behind a write that is on the disk: %v", err)
	}
	s.journal.stop(errors.New("the disk is broken"))
	t.Cleanup(func() { s.journal.end.Store(nil) }) // so that it closes
	if err := w.wait(repetition()); !errors.Is(err, errEnded) {
		t.Fatalf("behind a write that failed: %v", err)
	}
}

// until polls a condition that nothing announces.
func until(t *testing.T, ok func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatal("waited 10 s in vain")
		case <-tick.C:
		}
	}
}

func TestLowDiskSpace(t *testing.T) {
	t.Parallel()
	fs := vfs.NewMem()
	fs.TestingSetDiskUsage(vfs.DiskUsage{TotalBytes: 100 << 30, AvailBytes: 50 << 30})
	o := small(fs)
	o.WatchEvery = time.Millisecond
	s := opened(t, o)
	epoch := mustClaim(t, s, 1)
	mustCommit(t, s, 1, epoch, 1, 1)

	fs.TestingSetDiskUsage(vfs.DiskUsage{TotalBytes: 100 << 30, AvailBytes: 5<<30 - 1})
	until(t, func() bool { return s.Ready() != nil })
	if err := s.Ready(); !strings.Contains(err.Error(), "5119 MB of disk are free in db") {
		t.Fatal(err)
	}
	if _, err := s.Commit(t.Context(), batchOf(1, epoch, 2)); !errors.Is(err, commit.ErrUnavailable) {
		t.Fatal(err)
	}
	if _, err := s.Claim(t.Context(), 1); !errors.Is(err, commit.ErrUnavailable) {
		t.Fatal(err)
	}
	if _, err := s.Load(t.Context(), 1, entityA); err != nil {
		t.Fatalf("reads must go on: %v", err)
	}

	// A little above the limit is not enough: writing would stop and go on all the time.
	fs.TestingSetDiskUsage(vfs.DiskUsage{TotalBytes: 100 << 30, AvailBytes: 5<<30 + 1})
	until(t, func() bool { return s.Stats().FreeBytes == 5<<30+1 })
	until(t, func() bool { return s.Ready() != nil && strings.Contains(s.Ready().Error(), "5760 MB are needed") })

	fs.TestingSetDiskUsage(vfs.DiskUsage{TotalBytes: 1 << 30, AvailBytes: 600 << 20})
	until(t, func() bool { return s.Ready() == nil })
	mustCommit(t, s, 1, epoch, 2, 2)
	fs.TestingSetDiskUsage(vfs.DiskUsage{TotalBytes: 1 << 30, AvailBytes: 500 << 20}) // 5 % would be 51 MB, the floor is 512
	until(t, func() bool { return s.Ready() != nil })
	if got := s.Stats(); got.FreeBytes != 500<<20 || got.Unavailable != 1 {
		t.Fatalf("%+v", got)
	}
}

func TestTheLimitOfFreeSpaceCanBeSet(t *testing.T) {
	t.Parallel()
	fs := vfs.NewMem()
	fs.TestingSetDiskUsage(vfs.DiskUsage{TotalBytes: 100 << 30, AvailBytes: 10 << 20})
	o := small(fs)
	o.MinFree = 9 << 20
	if err := opened(t, o).Ready(); err != nil {
		t.Fatal(err)
	}
}
