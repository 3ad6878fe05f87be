package bench

import (
	"context"
	"path/filepath"

	"parley/actors/commit"
	"parley/persistence/pebblestore"
	"parley/persistence/redisstore"
)

// liveStore is what a group commit needs of a store.
type liveStore interface {
	Claim(ctx context.Context, partition int) (commit.Claim, error)
	Commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error)
	Close() error
}

// openStore opens an empty store of the kind that is measured.
func (r *run) openStore(ctx context.Context, c *closers, name string) (liveStore, error) {
	if r.Store == "redis" {
		address, err := r.redisAddress(c)
		if err != nil {
			return nil, err
		}
		return redisstore.Open(ctx, address.Reveal(), redisstore.Options{Partitions: partitions})
	}
	return pebblestore.Open(filepath.Join(r.dir, name), pebblestore.Options{Partitions: partitions})
}

// bareDB is a database without the product on top.
type bareDB interface {
	write(s *sample, w *writer, mid string) error
	close() error
}

// openBare opens the bare database below the store that is measured.
func (r *run) openBare(c *closers) (db bareDB, name string, err error) {
	if r.Store == "redis" {
		db, err = r.openBareRedis(c)
		return db, "Redis", err
	}
	db, err = openRaw(filepath.Join(r.dir, "raw"))
	return db, "Pebble", err
}
