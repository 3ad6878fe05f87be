package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"parley/actors"
	"parley/gateway"
	"parley/persistence/completed"
	"parley/persistence/pebblestore"
	"parley/persistence/redisstore"
)

// live is a store of live state with what the server needs beside the engine's port.
type live interface {
	actors.Store
	// Sweep drops idempotency keys that have outlived their time.
	Sweep(ctx context.Context, now int64) error
	// Ready says why commits cannot succeed now, or nil.
	Ready() error
	Close() error
}

// openLive opens the store that the configuration names.
func openLive(ctx context.Context, o Options) (live, error) {
	cfg := o.Config
	if cfg.Store.Kind() == "pebble" {
		s, err := pebblestore.Open(filepath.Join(cfg.Data, "live"), pebblestore.Options{Log: o.Log, Fatal: o.Fatal, FS: o.Seams.Disk, MinFree: uint64(cfg.Limits.FreeBytes)})
		if err != nil {
			return nil, fmt.Errorf("open the store: %w", err)
		}
		return s, nil
	}
	return openRedis(ctx, o)
}

// redis is a store in Redis and the completed history beside it.
type redis struct {
	*redisstore.Store
	history *completed.Store
}

func openRedis(ctx context.Context, o Options) (live, error) {
	cfg := o.Config
	history, err := completed.Open(filepath.Join(cfg.Data, "completed"), completed.Options{
		Limit: uint64(cfg.Limits.CompletedHistoryBytes), MinFree: uint64(cfg.Limits.FreeBytes), Log: o.Log, Fatal: o.Fatal,
	})
	if err != nil {
		return nil, err
	}
	s, err := redisstore.Open(ctx, cfg.Store.Reveal(), redisstore.Options{
		Log: o.Log, Relaxed: cfg.Durability == "relaxed", Completed: history, Rest: o.Seams.Completed.Rest, MoveEvery: o.Seams.Completed.Every,
	})
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", errors.Join(err, history.Close()))
	}
	return redis{s, history}, nil
}

// Close stops the store, which moves into the history, and then the history.
func (r redis) Close() error { return errors.Join(r.Store.Close(), r.history.Close()) }

// notes says in words what people should know of a store that is ready: that an
// acknowledgement is worth less than a synced write, that memory runs out.
func notes(s live) string {
	if r, ok := s.(redis); ok {
		return r.Notes()
	}
	return ""
}

// measureStore shows what the store can tell about itself.
func measureStore(m *gateway.Metrics, store live) {
	switch s := store.(type) {
	case *pebblestore.Store:
		m.Gauge("parley_disk_free_bytes", "Free bytes on the store's disk.", func() float64 { return float64(s.Stats().FreeBytes) })
	case redis:
		m.Gauge("parley_redis_memory_percent", "How full the memory of the fullest Redis server is, in percent.", func() float64 { return float64(s.Stats().MemoryPercent) })
		m.Gauge("parley_redis_connections", "Open connections to Redis.", func() float64 { return float64(s.Stats().Connections) })
		m.Gauge("parley_store_repeated_batches", "Batches whose answer had been lost and that had been written all the same.", func() float64 { return float64(s.Stats().Repeated) })
		m.Gauge("parley_completed_history_bytes", "What completed chats that were moved out of Redis take on the disk.", func() float64 { return float64(s.history.Bytes()) })
		m.Gauge("parley_completed_history_stuck", "1 while completed chats stay in Redis because their history takes no more.", func() float64 {
			if s.Stuck() != nil {
				return 1
			}
			return 0
		})
	}
}

// writable gives what is asked before work is taken in: why nothing can be made
// durable now. A store that cannot tell from memory is not asked; its commits say so.
func writable(s live) func() error {
	if w, ok := s.(interface{ Writable() error }); ok {
		return w.Writable
	}
	return func() error { return nil }
}

// woundsOf lists damaged places that belong to no entity, or not to one alone.
func woundsOf(s live) []string {
	if w, ok := s.(interface{ Damage() []string }); ok {
		return w.Damage()
	}
	return nil
}
