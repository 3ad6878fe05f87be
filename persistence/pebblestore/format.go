package pebblestore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"syscall"

	"github.com/cockroachdb/pebble/v2"
)

// formatVersion is the version of the keys and payloads of this package. It
// rises when an older program could no longer read what a newer one writes.
const formatVersion = 1

// openDatabase opens a folder and makes sure that this program can serve it.
func openDatabase(dir string, opts Options, j *journal) (*pebble.DB, error) {
	if err := checkNewestLog(opts.FS, dir); err != nil {
		return nil, err
	}
	var db *pebble.DB
	err := j.guard(func() (err error) {
		if db, err = pebble.Open(dir, opts.pebble(j)); err != nil {
			if errors.Is(err, syscall.EAGAIN) { // what taking the lock answers
				return fmt.Errorf("the data is in use by another process; stop that one first: %w", err)
			}
			return fmt.Errorf("%w (if another process has it open, stop that one first)", err)
		}
		return checkFormat(db, opts)
	})
	if err != nil && db != nil {
		return nil, errors.Join(err, patiently(opts.patience, func() error { return j.guard(db.Close) }))
	}
	return db, err
}

// checkFormat writes the format record into an empty database, and refuses a
// database that this program cannot serve.
func checkFormat(db *pebble.DB, opts Options) error {
	value, closer, err := db.Get(keyFormat)
	if errors.Is(err, pebble.ErrNotFound) {
		return writeFormat(db, opts)
	}
	if err != nil {
		return fmt.Errorf("read format (`parley store salvage` makes whole files): %w", err)
	}
	defer closer.Close() //nolint:errcheck // nothing to lose on a read
	payload, err := open(keyFormat, value)
	if err != nil {
		return fmt.Errorf("read format (`parley store mend` writes it anew): %w", err)
	}
	d := decoder{rest: payload}
	version := d.uvarint()
	if version > formatVersion {
		return fmt.Errorf("the database has format %d, this program knows %d: start the newer program that wrote it, or restore a backup made before the upgrade", version, formatVersion)
	}
	partitions := int(d.uvarint())
	if err := d.err("format"); err != nil {
		return err
	}
	if partitions != opts.Partitions {
		return fmt.Errorf("the database was made with %d partitions, the configuration says %d: set it back to %d (the number is fixed for the life of a database)", partitions, opts.Partitions, partitions)
	}
	return nil
}

func writeFormat(db *pebble.DB, opts Options) error {
	iter, err := db.NewIter(nil)
	if err != nil {
		return fmt.Errorf("look for data: %w", err)
	}
	used := iter.First()
	if err := iter.Close(); err != nil {
		return fmt.Errorf("look for data: %w", err)
	}
	if used {
		return errors.New("the folder holds a Pebble database of another program: choose another folder")
	}
	if err := db.Set(keyFormat, seal(keyFormat, format(opts.Partitions)), pebble.Sync); err != nil {
		return fmt.Errorf("write format: %w", err)
	}
	// The first log of a database is in the oldest form, without the synced
	// offsets that checkNewestLog needs. A flush starts a new one, at once; its
	// end need not be awaited, and would not come on a disk that fails.
	if _, err := db.AsyncFlush(); err != nil {
		return fmt.Errorf("start a new log: %w", err)
	}
	return nil
}

// format gives the envelope of the format record, not yet sealed.
func format(partitions int) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(begin(nil), formatVersion), uint64(partitions))
}
