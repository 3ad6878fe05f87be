package pebblestore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/commit"
	"parley/persistence/internal/tally"
	"parley/persistence/internal/verdict"
)

var (
	errClosed  = fmt.Errorf("store is closed: %w", commit.ErrUnavailable)
	errEnded   = errors.New("the database can write no more")
	errTimeout = errors.New("no answer from the disk in time, the outcome is unknown")
)

// Store is live state in a Pebble database. All methods may be called
// concurrently.
type Store struct {
	opts     Options
	db       *pebble.DB
	journal  *journal
	space    *space
	counters tally.Tally
	parts    []*partition
	writers  []*writer

	mu     sync.Mutex // guards closed, against work.Add
	closed bool
	work   sync.WaitGroup // calls that use the database

	wounds wounds

	quit    chan struct{} // closed when no call uses the database any more
	running sync.WaitGroup
}

// Open opens or creates the database in a folder. It refuses a database of a
// newer format or of another partition count, and one that is open elsewhere.
func Open(dir string, opts Options) (*Store, error) {
	opts = opts.withDefaults()
	if opts.Partitions < 1 || opts.Partitions >= maxPartitions {
		return nil, fmt.Errorf("open store: %d partitions; 1 to %d are possible", opts.Partitions, maxPartitions-1)
	}
	j := newJournal(opts)
	db, err := openDatabase(dir, opts, j)
	if err != nil {
		return nil, fmt.Errorf("open store in %s: %w", dir, err)
	}
	s := &Store{opts: opts, db: db, journal: j, parts: make([]*partition, opts.Partitions), quit: make(chan struct{})}
	for range opts.Writers {
		s.writers = append(s.writers, newWriter(s))
	}
	for i := range s.parts {
		s.parts[i] = newPartition(s, i, s.writers[i%opts.Writers])
	}
	s.space = watchSpace(dir, opts)
	j.open.Store(true)
	return s, nil
}

// Ready says why commits cannot succeed now, or nil.
func (s *Store) Ready() error {
	if err := s.writable(); err != nil {
		return err
	}
	for _, w := range s.writers {
		if late := w.busy(time.Now()); late > s.opts.CommitTimeout {
			return fmt.Errorf("the disk has not finished a commit for %s", late.Round(time.Second))
		}
	}
	return nil
}

// Writable says why nothing can be written now, or nil: the disk is nearly full,
// or the database has ended. It looks at memory only, so it may be asked before
// every command; unlike Ready it does not speak of commits that take long.
func (s *Store) Writable() error { return s.writable() }

// writable is what Ready knows without looking at the writers.
func (s *Store) writable() error {
	if err := s.journal.ended(); err != nil {
		return fmt.Errorf("%w, restart the process: %w", errEnded, err)
	}
	return s.space.low()
}

// Close waits for what is running and closes the database. A disk that hangs
// does not hold it up for ever: it gives up with an error, and the next Open
// finds every acknowledged batch in the log.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	s.space.stop()

	if err := s.journal.ended(); err != nil {
		return fmt.Errorf("close store: left as it is: %w", err) // its locks are held for ever
	}
	err := patiently(s.opts.patience, func() error {
		s.work.Wait()
		close(s.quit)
		s.running.Wait()
		s.journal.open.Store(false)
		return s.journal.guard(s.db.Close)
	})
	if err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// patiently waits for f, but not for ever.
func patiently(patience time.Duration, f func() error) error {
	done := make(chan error, 1) // room for one, so that f can end late
	go func() { done <- f() }()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return errors.New("the disk does not answer")
	}
}

// enter keeps the database open until leave.
func (s *Store) enter() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	s.work.Add(1)
	return nil
}

func (s *Store) leave() { s.work.Done() }

// reading is enter for a read of a partition.
func (s *Store) reading(ctx context.Context, partition int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := verdict.Partition(partition, len(s.parts)); err != nil {
		return err
	}
	return s.enter()
}
