package redisstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/actors/commit"
)

// rangeChunk is how many values are asked for at once.
const rangeChunk = 1000

// corrupt counts and logs a damaged value that a caller does not see as error.
func (s *Store) corrupt(what string, e commit.Entity, err error) {
	s.counters.Corrupt.Add(1)
	s.opts.Log.Error("stored value is damaged", "what", what, "entity", e.String(), "err", err)
}

// Load gives the record of an entity; Version 0 means there is none. A damaged
// one is commit.ErrCorrupt.
func (s *Store) Load(ctx context.Context, partition int, e commit.Entity) (commit.Record, error) {
	r, err := s.load(ctx, partition, e)
	if err != nil {
		s.counters.FailedRead(err)
		return commit.Record{}, fmt.Errorf("load %s: %w", e, err)
	}
	return r, nil
}

func (s *Store) load(ctx context.Context, partition int, e commit.Entity) (commit.Record, error) {
	ctx, leave, err := s.reading(ctx, partition)
	if err != nil {
		return commit.Record{}, err
	}
	defer leave()
	key := s.parts[partition].tag.entity(e)
	values, err := s.fields(ctx, key, []string{fieldRecord})
	if err != nil || values[0] == nil {
		return commit.Record{}, err
	}
	payload, err := open(values[0], key, fieldRecord)
	if err != nil {
		return commit.Record{}, err
	}
	return parseRecord(payload)
}

// fields reads fields of a hash as they are stored, nil for absent ones.
func (s *Store) fields(ctx context.Context, key string, fields []string) ([][]byte, error) {
	got, err := s.read.HMGet(ctx, key, fields...).Result()
	if err != nil {
		return nil, failed(err)
	}
	out := make([][]byte, len(fields))
	for i := range got {
		if v, ok := got[i].(string); ok {
			out[i] = []byte(v)
		}
	}
	return out, nil
}

// Items gives one value per key, nil for absent.
func (s *Store) Items(ctx context.Context, partition int, e commit.Entity, keys []commit.ItemKey) ([][]byte, error) {
	values, err := s.items(ctx, partition, e, keys)
	if err != nil {
		s.counters.FailedRead(err)
		return nil, fmt.Errorf("items of %s: %w", e, err)
	}
	return values, nil
}

func (s *Store) items(ctx context.Context, partition int, e commit.Entity, keys []commit.ItemKey) ([][]byte, error) {
	ctx, leave, err := s.reading(ctx, partition)
	if err != nil || len(keys) == 0 {
		if err == nil {
			leave()
		}
		return make([][]byte, 0), err
	}
	defer leave()
	fields := make([]string, len(keys))
	for i, k := range keys {
		fields[i] = itemField(k)
	}
	values, err := s.values(ctx, s.parts[partition].tag.entity(e), fields)
	if err != nil {
		return nil, err
	}
	return s.moved(ctx, partition, e, keys, values)
}

// values reads and opens fields, nil for absent ones.
func (s *Store) values(ctx context.Context, key string, fields []string) ([][]byte, error) {
	out := make([][]byte, 0, len(fields))
	for chunk := range slices.Chunk(fields, rangeChunk) {
		stored, err := s.fields(ctx, key, chunk)
		if err != nil {
			return nil, err
		}
		for i, v := range stored {
			if v == nil {
				out = append(out, nil)
				continue
			}
			payload, err := open(v, key, chunk[i])
			if err != nil {
				return nil, fmt.Errorf("item %d/%q: %w", chunk[i][1], chunk[i][2:], err)
			}
			out = append(out, payload)
		}
	}
	return out, nil
}

// Range gives items of a collection in the order of their keys, newest first
// with Reverse. It reads the names of all items of the entity, and the values of
// those asked for; an item dropped in between is left out, one that was moved in
// between is read where it is now.
func (s *Store) Range(ctx context.Context, partition int, e commit.Entity, r commit.Range) ([]commit.Item, error) {
	items, err := s.ranged(ctx, partition, e, r)
	if err != nil {
		s.counters.FailedRead(err)
		return nil, fmt.Errorf("range of %s: %w", e, err)
	}
	return items, nil
}

func (s *Store) ranged(ctx context.Context, partition int, e commit.Entity, r commit.Range) ([]commit.Item, error) {
	ctx, leave, err := s.reading(ctx, partition)
	if err != nil {
		return nil, err
	}
	defer leave()
	key := s.parts[partition].tag.entity(e)
	names, err := s.read.HKeys(ctx, key).Result()
	if err != nil {
		return nil, failed(err)
	}
	fields := within(names, r)
	values, err := s.values(ctx, key, fields)
	if err != nil {
		return nil, err
	}
	items := make([]commit.Item, 0, len(fields))
	for i, f := range fields {
		if values[i] != nil {
			items = append(items, commit.Item{ItemKey: commit.ItemKey{Collection: r.Collection, Key: f[2:]}, Value: values[i]})
		}
	}
	return s.merged(ctx, partition, e, r, items)
}

// within gives the fields of a range, in its order and up to its limit.
func within(names []string, r commit.Range) []string {
	prefix := itemField(commit.ItemKey{Collection: r.Collection})
	fields := slices.DeleteFunc(names, func(f string) bool {
		key, ok := strings.CutPrefix(f, prefix)
		return !ok || key < r.From || r.To != "" && key >= r.To
	})
	slices.Sort(fields)
	if r.Reverse {
		slices.Reverse(fields)
	}
	if r.Limit > 0 && len(fields) > r.Limit {
		fields = fields[:r.Limit]
	}
	return fields
}
