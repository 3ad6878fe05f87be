package pebblestore

import (
	"errors"
	"strings"
	"syscall"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// logFS stands between the database and its log files and folder. When a log
// cannot be made, written, synced or closed, the database panics with its locks in
// disorder: the process dies, or, seen in a test, hangs half dead. Nothing can
// be acknowledged any more in any case; so the error ends the store in order
// (see journal.halt) and never reaches the database. Reading goes on, Ready
// says why, and the process can be ended by whoever watches it.
type logFS struct {
	vfs.FS
	journal *journal
}

func isLog(name string) bool { return strings.HasSuffix(name, ".log") }

// Create makes a file.
func (fs *logFS) Create(name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := fs.FS.Create(name, c)
	for isLog(name) && full(err) && fs.journal.room(name, err) {
		f, err = fs.FS.Create(name, c)
	}
	return fs.wrap(f, err, name)
}

// ReuseForWrite makes a file out of another.
func (fs *logFS) ReuseForWrite(old, name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	f, err := fs.FS.ReuseForWrite(old, name, c)
	return fs.wrap(f, err, name)
}

// OpenDir opens a folder, to sync it.
func (fs *logFS) OpenDir(name string) (vfs.File, error) {
	f, err := fs.FS.OpenDir(name)
	if err != nil {
		return nil, err
	}
	return &logFile{File: f, name: name, journal: fs.journal}, nil
}

// Unwrap gives the file system below.
func (fs *logFS) Unwrap() vfs.FS { return fs.FS }

func (fs *logFS) wrap(f vfs.File, err error, name string) (vfs.File, error) {
	if !isLog(name) {
		return f, err
	}
	if err != nil {
		return nil, fs.journal.halt("start", name, err)
	}
	return &logFile{File: f, name: name, journal: fs.journal}, nil
}

// logFile is a log that is being written, or the folder. Room is reserved without it: file
// systems that cannot do that are none the worse.
type logFile struct {
	vfs.File
	name    string
	journal *journal
}

// Write appends. On a full disk it waits for room: what a write could not take
// is not lost by that, and whoever waits for the commit is told to come again.
// (An error of a sync is another matter: nobody knows then what is on the disk.)
func (f *logFile) Write(p []byte) (written int, err error) {
	for {
		n, err := f.File.Write(p[written:])
		written += n
		if !full(err) || !f.journal.room(f.name, err) {
			return written, f.journal.halt("write", f.name, err)
		}
	}
}

// full says whether an error is for want of room.
func full(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }

// Sync makes data and metadata durable.
func (f *logFile) Sync() error { return f.journal.halt("sync", f.name, f.File.Sync()) }

// SyncData makes data durable.
func (f *logFile) SyncData() error { return f.journal.halt("sync", f.name, f.File.SyncData()) }

// SyncTo makes data up to a length durable.
func (f *logFile) SyncTo(length int64) (full bool, err error) {
	full, err = f.File.SyncTo(length)
	return full, f.journal.halt("sync", f.name, err)
}

// Close ends writing.
func (f *logFile) Close() error { return f.journal.halt("close", f.name, f.File.Close()) }
