package pebblestore

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/commit"
)

// get reads a value and hands its checked payload to use, which must not keep
// it. Its errors are pebble.ErrNotFound, commit.ErrCorrupt or the disk's.
func (s *Store) get(key []byte, use func(payload []byte) error) error {
	value, closer, err := s.db.Get(key)
	if err == pebble.ErrNotFound { //nolint:errorlint // it comes bare, and the next check is slow
		return err
	}
	if err != nil {
		return damage(err)
	}
	defer closer.Close() //nolint:errcheck // nothing to lose on a read
	payload, err := open(key, value)
	if err != nil {
		return err
	}
	return use(payload)
}

// damage turns the database's own checksum errors into commit.ErrCorrupt.
func damage(err error) error {
	if pebble.IsCorruptionError(err) {
		return fmt.Errorf("%w: %w", commit.ErrCorrupt, err)
	}
	return err
}

// corrupt counts and logs a damaged value that a caller does not see as error.
func (s *Store) corrupt(what string, e commit.Entity, err error) {
	s.met(what+" of "+e.String(), err)
}

func (s *Store) head(partition int, e commit.Entity) (head, error) {
	var buf [64]byte
	var h head
	err := s.get(appendRecordKey(buf[:0], partition, e), func(payload []byte) error {
		d := decoder{rest: payload}
		h = head{version: d.uvarint(), due: int64(d.uvarint())}
		return d.err("record")
	})
	if errors.Is(err, pebble.ErrNotFound) {
		return head{}, nil
	}
	return h, err
}

// Load gives the record of an entity; Version 0 means there is none. A damaged
// one is commit.ErrCorrupt.
func (s *Store) Load(ctx context.Context, partition int, e commit.Entity) (commit.Record, error) {
	if err := s.reading(ctx, partition); err != nil {
		return commit.Record{}, fmt.Errorf("load %s: %w", e, err)
	}
	defer s.leave()
	var r commit.Record
	err := s.get(appendRecordKey(nil, partition, e), func(payload []byte) (err error) {
		r, err = parseRecord(payload)
		return err
	})
	if errors.Is(err, pebble.ErrNotFound) {
		return commit.Record{}, nil
	}
	if err != nil {
		s.counters.FailedRead(err)
		return commit.Record{}, fmt.Errorf("load %s: %w", e, err)
	}
	return r, nil
}

// Items gives one value per key, nil for absent.
func (s *Store) Items(ctx context.Context, partition int, e commit.Entity, keys []commit.ItemKey) ([][]byte, error) {
	if err := s.reading(ctx, partition); err != nil {
		return nil, fmt.Errorf("items of %s: %w", e, err)
	}
	defer s.leave()
	values := make([][]byte, len(keys))
	var key []byte
	for i, k := range keys {
		key = appendItemKey(key[:0], partition, e, k)
		err := s.get(key, func(payload []byte) error {
			values[i] = append([]byte{}, payload...) // never nil
			return nil
		})
		if err != nil && !errors.Is(err, pebble.ErrNotFound) {
			s.counters.FailedRead(err)
			return nil, fmt.Errorf("item in collection %q of %s: %w", k.Collection, e, err)
		}
	}
	return values, nil
}

// Range gives items of a collection in the order of their keys, newest first
// with Reverse.
func (s *Store) Range(ctx context.Context, partition int, e commit.Entity, r commit.Range) ([]commit.Item, error) {
	if err := s.reading(ctx, partition); err != nil {
		return nil, fmt.Errorf("range of %s: %w", e, err)
	}
	defer s.leave()
	prefix := appendItemPrefix(nil, partition, e, r.Collection)
	lower, upper := append(bytes.Clone(prefix), r.From...), after(prefix)
	if r.To != "" {
		upper = append(bytes.Clone(prefix), r.To...)
	}
	var items []commit.Item
	err := s.scan(lower, upper, r.Reverse, func(key, value []byte) (bool, error) {
		payload, err := open(key, value)
		if err != nil {
			return false, err
		}
		items = append(items, commit.Item{
			ItemKey: commit.ItemKey{Collection: r.Collection, Key: string(key[len(prefix):])},
			Value:   append([]byte{}, payload...),
		})
		return len(items) != r.Limit, nil
	})
	if err != nil {
		s.counters.FailedRead(err)
		return nil, fmt.Errorf("range of %s: %w", e, err)
	}
	return items, nil
}

// scan hands keys and values in [lower, upper) to use until it says stop.
func (s *Store) scan(lower, upper []byte, reverse bool, use func(key, value []byte) (more bool, err error)) error {
	if bytes.Compare(lower, upper) >= 0 {
		return nil
	}
	iter, err := s.db.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: upper})
	if err != nil {
		return damage(err)
	}
	begin, next := iter.First, iter.Next
	if reverse {
		begin, next = iter.Last, iter.Prev
	}
	for ok := begin(); ok; ok = next() {
		value, err := iter.ValueAndErr()
		if err != nil {
			return errors.Join(damage(err), iter.Close())
		}
		more, err := use(iter.Key(), value)
		if err != nil {
			return errors.Join(err, iter.Close())
		}
		if !more {
			break
		}
	}
	if err := iter.Close(); err != nil { // also what stopped the iteration
		return damage(err)
	}
	return nil
}
