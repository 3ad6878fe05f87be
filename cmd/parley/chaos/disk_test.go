package chaos

import (
	"strings"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// disk holds the points below the embedded store. d is the sync of the log while
// a customer's message is being written. h and i stand where our snapshots, which
// are part of each commit, can be torn: h at the sync of a table that holds
// flushed ones, i where a new manifest takes the place of the old one.
type disk struct {
	vfs.FS
	t *trap
}

func newDisk(t *trap) *disk { return &disk{vfs.Default, t} }

// Create makes a file.
func (d *disk) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := d.FS.Create(name, c)
	return d.wrap(f, name), err
}

// ReuseForWrite makes a file out of another.
func (d *disk) ReuseForWrite(old, name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := d.FS.ReuseForWrite(old, name, c)
	return d.wrap(f, name), err
}

// Rename moves a file.
func (d *disk) Rename(old, name string) error {
	d.t.at("open", name)
	return d.FS.Rename(old, name)
}

// Remove takes a file away.
func (d *disk) Remove(name string) error {
	if strings.Contains(name, "marker.manifest") {
		d.t.at("i", name) // the marker of the new manifest is there, the old one's still
	}
	d.t.at("open", name)
	return d.FS.Remove(name)
}

// Unwrap gives the file system below.
func (d *disk) Unwrap() vfs.FS { return d.FS }

func (d *disk) wrap(f vfs.File, name string) vfs.File {
	if f == nil {
		return nil
	}
	d.t.at("open", name)
	return &diskFile{File: f, name: name, t: d.t}
}

type diskFile struct {
	vfs.File
	name string
	t    *trap
}

// Sync makes data and metadata durable.
func (f *diskFile) Sync() error { f.reached(); return f.File.Sync() }

// SyncData makes data durable.
func (f *diskFile) SyncData() error { f.reached(); return f.File.SyncData() }

// SyncTo makes data up to a length durable.
func (f *diskFile) SyncTo(length int64) (bool, error) { f.reached(); return f.File.SyncTo(length) }

func (f *diskFile) reached() {
	f.t.at("open", f.name)
	switch {
	case strings.HasSuffix(f.name, ".log"):
		if key, ok := f.t.beingWritten(); ok {
			f.t.at("d", key)
		}
	case strings.HasSuffix(f.name, ".sst"):
		f.t.at("h", f.name)
	}
}

// beingWritten gives the key of a customer's message in a commit on its way.
func (t *trap) beingWritten() (string, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for key := range t.writing {
		return key, true
	}
	return "", false
}
