package completed

import (
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"parley/actors/commit"
)

// formatVersion is the version of the keys. It rises when an older program could
// no longer read what a newer one writes.
const formatVersion = 1

var errClosed = fmt.Errorf("the completed history is closed: %w", commit.ErrUnavailable)

// Store is an open area. All methods may be called concurrently.
type Store struct {
	dir     string
	opts    Options
	db      *pebble.DB
	journal *journal
	id      string

	mu     sync.RWMutex // held for reading by every call that uses the database
	closed bool
}

// Open opens or creates the area in a folder. One process has it at a time.
func Open(dir string, opts Options) (*Store, error) {
	opts = opts.withDefaults()
	s := &Store{dir: dir, opts: opts, journal: newJournal(opts)}
	err := s.guard(func() (err error) {
		if s.db, err = pebble.Open(dir, opts.pebble(s.journal)); err != nil {
			return fmt.Errorf("%w (if another process has it open, stop that one first)", err)
		}
		return nil
	})
	if err == nil {
		err = s.format()
	}
	if err != nil {
		if s.db != nil {
			err = errors.Join(err, s.guard(s.db.Close))
		}
		return nil, fmt.Errorf("open the completed history in %s: %w", dir, err)
	}
	return s, nil
}

// format reads the area's id, or gives it one.
func (s *Store) format() error {
	value, closer, err := s.db.Get(keyFormat)
	if errors.Is(err, pebble.ErrNotFound) {
		if empty, err := s.blank(); err != nil || !empty {
			return errors.Join(err, errors.New("the folder holds no completed history of Parley's: choose another data folder"))
		}
		s.id = rand.Text()
		return s.guard(func() error {
			return s.db.Set(keyFormat, seal(keyFormat, append([]byte{formatVersion}, s.id...)), pebble.Sync)
		})
	}
	if err != nil {
		return fmt.Errorf("read format: %w", err)
	}
	defer closer.Close() //nolint:errcheck // nothing to lose on a read
	payload, err := open(keyFormat, value)
	if err != nil || len(payload) == 0 {
		return fmt.Errorf("read format: %w", errors.Join(err, commit.ErrCorrupt))
	}
	if payload[0] > formatVersion {
		return fmt.Errorf("it has format %d, this program knows %d: start the newer program that wrote it", payload[0], formatVersion)
	}
	s.id = string(payload[1:])
	return nil
}

// guard runs f where the database may end, and gives that as an error.
func (s *Store) guard(f func() error) error {
	if err := s.journal.end(); err != nil {
		return err
	}
	done := make(chan error, 1) // room for one: nobody waits for it after the end
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-s.journal.ended:
		return s.journal.end()
	}
}

// ID names this area among all others, for ever.
func (s *Store) ID() string { return s.id }

// Empty says whether there is no item.
func (s *Store) Empty() (bool, error) {
	if err := s.enter(); err != nil {
		return false, err
	}
	defer s.mu.RUnlock()
	return s.blank()
}

func (s *Store) blank() (bool, error) {
	iter, err := s.db.NewIter(&pebble.IterOptions{LowerBound: append([]byte(nil), keyFormat[0]+1)})
	if err != nil {
		return false, fmt.Errorf("look for items: %w", err)
	}
	used := iter.First()
	if err := iter.Close(); err != nil {
		return false, fmt.Errorf("look for items: %w", err)
	}
	return !used, nil
}

// Bytes is what the area takes on the disk.
func (s *Store) Bytes() uint64 {
	if s.enter() != nil {
		return 0
	}
	defer s.mu.RUnlock()
	return s.db.Metrics().DiskSpaceUsage()
}

// Room says why nothing may be put now, or nil: the limit is reached, the disk
// is nearly full, the database has ended.
func (s *Store) Room() error {
	if err := s.journal.end(); err != nil {
		return err
	}
	if used := s.Bytes(); used >= s.opts.Limit {
		return fmt.Errorf("the completed history in %s has %d MB, its limit is %d MB: raise the limit", s.dir, used>>20, s.opts.Limit>>20)
	}
	usage, err := s.opts.FS.GetDiskUsage(s.dir)
	if errors.Is(err, vfs.ErrUnsupported) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("free disk space of %s is unknown: %w", s.dir, err)
	}
	need := s.opts.MinFree
	if need == 0 {
		need = max(usage.TotalBytes/20, leastFree)
	}
	if usage.AvailBytes < need {
		return fmt.Errorf("only %d MB of disk are free in %s, %d MB are needed: make room or lower the limit", usage.AvailBytes>>20, s.dir, need>>20)
	}
	return nil
}

// enter keeps the database open until mu.RUnlock.
func (s *Store) enter() error {
	s.mu.RLock()
	if s.closed {
		s.mu.RUnlock()
		return errClosed
	}
	return nil
}

// patience is how long Close waits for a disk that hangs.
const patience = 5 * time.Second

// Close waits for what is running and closes the database. A disk that hangs
// does not hold it up for ever; what was kept is found again all the same.
func (s *Store) Close() error {
	done := make(chan error, 1) // room for one, so that it can end late
	go func() { done <- s.close() }()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return errors.New("close the completed history: the disk does not answer")
	}
}

func (s *Store) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	if err := s.guard(s.db.Close); err != nil {
		return fmt.Errorf("close the completed history: %w", err)
	}
	return nil
}
