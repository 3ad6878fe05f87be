package pebblestore

import (
	"errors"
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"parley/actors/commit"
)

// fullFS is a disk whose logs take only the first half of a write, and no new
// log, while it is full.
type fullFS struct {
	vfs.FS
	full atomic.Bool
}

func (fs *fullFS) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	if fs.full.Load() {
		return nil, fmt.Errorf("create: %w", syscall.ENOSPC)
	}
	f, err := fs.FS.Create(name, c)
	if err != nil || !isLog(name) {
		return f, err
	}
	return &fullFile{f, fs}, nil
}

type fullFile struct {
	vfs.File
	fs *fullFS
}

func (f *fullFile) Write(p []byte) (int, error) {
	if !f.fs.full.Load() {
		return f.File.Write(p)
	}
	n, err := f.File.Write(p[:len(p)/2])
	return n, errors.Join(err, syscall.ENOSPC)
}

// A disk that is full all of a sudden, before the watchdog has looked, makes
// commits wait and be refused; when there is room they go on where they were.
func TestAFullLogWaitsForRoom(t *testing.T) {
	t.Parallel()
	fs := &fullFS{FS: vfs.NewMem()}
	o := small(fs)
	o.CommitTimeout = 300 * time.Millisecond
	ended := make(chan error, 1)
	o.Fatal = func(err error) { ended <- err }
	s := mustOpen(t, "db", o)
	epoch := mustClaim(t, s, 1)
	done := uint64(0)
	commitNext := func() error {
		_, err := s.Commit(t.Context(), batchOf(1, epoch, done+1))
		if err == nil {
			done++
		}
		return err
	}
	for range 20 {
		until(t, func() bool { return commitNext() == nil })
	}
	fs.full.Store(true)
	for range 3 {
		if err := commitNext(); !errors.Is(err, commit.ErrUnavailable) {
			t.Fatalf("on a full disk: %v", err)
		}
	}
	fs.full.Store(false)
	for range 20 {
		until(t, func() bool { return commitNext() == nil })
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		t.Fatalf("the database ended: %v", err)
	default:
	}
	s = opened(t, small(fs))
	r, err := s.Load(t.Context(), 1, entityA)
	items, err2 := s.Range(t.Context(), 1, entityA, commit.Range{Collection: 1})
	if err := errors.Join(err, err2); err != nil || r.Version != done || uint64(len(items)) != done {
		t.Fatalf("version %d, %d items of %d, %v", r.Version, len(items), done, err)
	}
}
