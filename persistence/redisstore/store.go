package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"parley/actors/commit"
	"parley/persistence/internal/tally"
	"parley/persistence/internal/verdict"
)

// formatVersion is the version of the keys and values of this package. It rises
// when an older program could no longer read what a newer one writes.
//
//	1  all items lie in the entity's hash
//	2  settled ones may have been moved (settled.go)
const formatVersion = 2

// Store is live state in Redis. All methods may be called concurrently; Commit
// of one partition by one at a time.
type Store struct {
	opts       Options
	address    address
	space      space
	write      redis.UniversalClient // a connection per partition, so that those in flight share an fsync, and some to forget with
	read       redis.UniversalClient // of its own, so that reads never keep a commit waiting
	scripts    scripts
	counters   tally.Tally
	movedItems atomic.Uint64 // items moved to the completed history
	parts      []partition

	filled  atomic.Int64          // memory of the fullest server, percent
	problem atomic.Pointer[error] // what the watcher found last
	refused atomic.Pointer[error] // set while the server would break the promise: nothing is written
	stuck   atomic.Pointer[error] // why nothing settled is moved now
	strange atomic.Int64          // areas that settled items were moved to and that are not here

	mu     sync.Mutex // guards closed, against work.Add
	closed bool
	work   sync.WaitGroup // calls that use the clients

	quit context.CancelFunc
	done sync.WaitGroup
}

// partition is what the store holds in memory of a partition.
type partition struct {
	tag tag

	mu     sync.Mutex
	epoch  uint64 // of the newest claim of this store
	number uint64 // newest batch of that epoch known to be written
	fenced bool   // another owner has claimed it since
}

// Open connects to redis://[user:password@]host[:port][/db], rediss:// for TLS, or
// redis+cluster://[user:password@]host:port,host:port, and makes sure that it can keep the promise, that it is version 7 or newer, and that its data has the
// same partition count. A server that is still loading or not there yet is
// waited for.
func Open(ctx context.Context, store string, opts Options) (*Store, error) {
	opts = opts.withDefaults()
	a, err := parseAddress(store)
	if err != nil {
		return nil, fmt.Errorf("open store: the address %w", err)
	}
	if opts.Partitions < 1 || strings.ContainsAny(opts.Prefix, "{}: \n") {
		return nil, fmt.Errorf("open store: %d partitions under %q: at least 1, and a prefix without { } : and blanks", opts.Partitions, opts.Prefix)
	}
	redis.SetLogger(&logging.VoidLogger{}) // it writes every failed dial to stderr; callers get all errors
	s := &Store{
		opts: opts, address: a, space: space(opts.Prefix), scripts: newScripts(), parts: make([]partition, opts.Partitions),
		write: a.connect(opts, opts.Partitions+movers, opts.CommitTimeout), read: a.connect(opts, opts.Readers, opts.ReadTimeout),
	}
	for i := range s.parts {
		s.parts[i].tag = s.space.partition(i)
	}
	if err := s.prepare(ctx); err != nil {
		return nil, fmt.Errorf("open store at %s: %w", a, errors.Join(err, s.disconnect()))
	}
	if host := a.exposed(); host != "" {
		opts.Log.Warn("the store is spoken to without a password beyond this machine: set one, and an ACL user", "server", host)
	}
	if opts.Relaxed {
		opts.Log.Warn("durability is relaxed: what was acknowledged last may be lost when the Redis server fails", "server", a.String())
	}
	ctx, s.quit = context.WithCancel(context.WithoutCancel(ctx))
	s.done.Go(func() { s.watch(ctx) })
	if opts.Completed != nil && opts.MoveEvery > 0 {
		s.done.Go(func() { s.moveOn(ctx) })
	}
	return s, nil
}

// prepare waits for the servers, checks them, and looks at the format.
func (s *Store) prepare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.opts.StartTimeout)
	defer cancel()
	var last error // that says more than the end of the time
	for {
		err := s.once(ctx)
		var no refusal
		if err == nil || errors.As(err, &no) {
			return err
		}
		if last == nil || ctx.Err() == nil {
			last = err
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return last
		}
	}
}

func (s *Store) once(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.opts.ReadTimeout)
	defer cancel()
	if err := s.check(ctx); err != nil {
		return err
	}
	if err := s.format(ctx); err != nil {
		return err
	}
	return s.bind(ctx)
}

// format writes the format record where there is none, and refuses data that
// this program cannot serve.
func (s *Store) format(ctx context.Context) error {
	mine := strconv.Itoa(formatVersion) + " " + strconv.Itoa(s.opts.Partitions)
	if err := s.write.SetNX(ctx, s.space.format(), mine, 0).Err(); err != nil {
		return fmt.Errorf("write format: %w", err)
	}
	is, err := s.write.Get(ctx, s.space.format()).Result()
	if err != nil {
		return fmt.Errorf("read format: %w", err)
	}
	if is == mine {
		return nil
	}
	var version, partitions int
	if _, err := fmt.Sscanf(is, "%d %d", &version, &partitions); err != nil {
		return refuse("the key %s holds %q, which is not Parley's: choose another database or prefix", s.space.format(), is)
	}
	if partitions == s.opts.Partitions && version < formatVersion {
		if err := s.write.Set(ctx, s.space.format(), mine, 0).Err(); err != nil {
			return fmt.Errorf("raise format: %w", err)
		}
		return nil
	}
	if version > formatVersion {
		return refuse("the data has format %d, this program knows %d: start the newer program that wrote it", version, formatVersion)
	}
	return refuse("the data was made with %d partitions, the configuration says %d: set it back to %d (the number is fixed for the life of the data)", partitions, s.opts.Partitions, partitions)
}

// Close waits for what is running and closes the connections.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	s.quit()
	s.done.Wait()
	s.work.Wait() // every call has a time-out
	if err := s.disconnect(); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

func (s *Store) disconnect() error { return errors.Join(s.write.Close(), s.read.Close()) }

// enter keeps the clients open until leave.
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

// reading enters for a read of a partition; leave must be called unless it fails.
func (s *Store) reading(ctx context.Context, partition int) (context.Context, func(), error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	if err := verdict.Partition(partition, len(s.parts)); err != nil {
		return nil, nil, err
	}
	if err := s.enter(); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.opts.ReadTimeout)
	return ctx, func() { cancel(); s.leave() }, nil
}

// writing enters for a write of a partition; leave must be called unless it fails.
func (s *Store) writing(ctx context.Context, partition int) (context.Context, func(), error) {
	if err := verdict.Partition(partition, len(s.parts)); err != nil {
		return nil, nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", commit.ErrUnavailable, err)
	}
	if err := s.refused.Load(); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", commit.ErrUnavailable, *err)
	}
	if err := s.enter(); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.opts.CommitTimeout)
	return ctx, func() { cancel(); s.leave() }, nil
}
