package completed

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/commit"
)

// Put keeps items of an entity; they are durable when it returns nil, all or
// none. An item that stands here already is replaced. It does not ask Room.
func (s *Store) Put(ctx context.Context, partition int, e commit.Entity, items []commit.Item) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.enter(); err != nil {
		return err
	}
	done := make(chan error, 1) // room for one: whoever asked may have gone
	go func() {
		defer s.mu.RUnlock()
		done <- s.guard(func() error { return s.put(partition, e, items) })
	}()
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		err = ctx.Err() // a disk that hangs: it may be written yet, which is harmless
	}
	if err != nil {
		return fmt.Errorf("keep items of %s: %w: %w", e, commit.ErrUnavailable, err)
	}
	return nil
}

func (s *Store) put(partition int, e commit.Entity, items []commit.Item) error {
	batch := s.db.NewBatch()
	for i := range items {
		key := itemKey(partition, e, items[i].ItemKey)
		if err := batch.Set(key, seal(key, items[i].Value), nil); err != nil {
			return errors.Join(err, batch.Close())
		}
	}
	return errors.Join(batch.Commit(pebble.Sync), batch.Close())
}

// Items gives one value per key, nil for absent.
func (s *Store) Items(ctx context.Context, partition int, e commit.Entity, keys []commit.ItemKey) ([][]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	out := make([][]byte, len(keys))
	for i, k := range keys {
		key := itemKey(partition, e, k)
		value, closer, err := s.db.Get(key)
		if errors.Is(err, pebble.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, failed(k, err)
		}
		if out[i], err = open(key, value); err != nil {
			return nil, errors.Join(failed(k, err), closer.Close())
		}
		if err := closer.Close(); err != nil {
			return nil, failed(k, err)
		}
	}
	return out, nil
}

// Range gives items of a collection in the order of their keys, newest first
// with Reverse.
func (s *Store) Range(ctx context.Context, partition int, e commit.Entity, r commit.Range) ([]commit.Item, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.mu.RUnlock()
	if r.To != "" && r.From >= r.To {
		return nil, nil
	}
	prefix := collectionKey(partition, e, r.Collection)
	lower, upper := bounds(prefix, r)
	iter, err := s.db.NewIterWithContext(ctx, &pebble.IterOptions{LowerBound: lower, UpperBound: upper})
	if err != nil {
		return nil, fmt.Errorf("read completed history: %w", err)
	}
	items, err := collect(ctx, iter, len(prefix), r)
	return items, errors.Join(err, iter.Close())
}

func collect(ctx context.Context, iter *pebble.Iterator, prefix int, r commit.Range) ([]commit.Item, error) {
	first, next := iter.First, iter.Next
	if r.Reverse {
		first, next = iter.Last, iter.Prev
	}
	var items []commit.Item
	for ok := first(); ok; ok = next() {
		k := commit.ItemKey{Collection: r.Collection, Key: string(iter.Key()[prefix:])}
		value, err := iter.ValueAndErr()
		if err != nil {
			return nil, failed(k, err)
		}
		payload, err := open(iter.Key(), value)
		if err != nil {
			return nil, failed(k, err)
		}
		items = append(items, commit.Item{ItemKey: k, Value: payload})
		if len(items) == r.Limit {
			break
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	if err := iter.Error(); err != nil {
		return nil, failed(commit.ItemKey{Collection: r.Collection}, err)
	}
	return items, nil
}

// failed gives an error of the database the meaning it has for the engine.
func failed(k commit.ItemKey, err error) error {
	switch {
	case errors.Is(err, commit.ErrCorrupt):
	case pebble.IsCorruptionError(err):
		err = fmt.Errorf("%w: %w", commit.ErrCorrupt, err)
	default:
		err = fmt.Errorf("%w: %w", commit.ErrUnavailable, err)
	}
	return fmt.Errorf("completed item %d/%q: %w", k.Collection, k.Key, err)
}
