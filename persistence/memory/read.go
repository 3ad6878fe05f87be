package memory

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"parley/actors/commit"
)

// Load gives the record of an entity; Version 0 means there is none.
func (s *Store) Load(ctx context.Context, partition int, e commit.Entity) (commit.Record, error) {
	p, err := s.enter(ctx, partition)
	if err != nil {
		return commit.Record{}, fmt.Errorf("load %s: %w", e, err)
	}
	defer p.mu.Unlock()
	found := p.entities[e]
	if found == nil {
		return commit.Record{}, nil
	}
	r := found.record
	r.Snapshot = bytes.Clone(r.Snapshot)
	return r, nil
}

// Items gives one value per key, nil for absent.
func (s *Store) Items(ctx context.Context, partition int, e commit.Entity, keys []commit.ItemKey) ([][]byte, error) {
	p, err := s.enter(ctx, partition)
	if err != nil {
		return nil, fmt.Errorf("items of %s: %w", e, err)
	}
	defer p.mu.Unlock()
	values := make([][]byte, len(keys))
	found := p.entities[e]
	if found == nil {
		return values, nil
	}
	for i, k := range keys {
		items := found.items[k.Collection]
		if at, ok := findItem(items, k.Key); ok {
			values[i] = bytes.Clone(items[at].Value)
		}
	}
	return values, nil
}

// Range gives items of a collection in the order of their keys, newest first
// with Reverse.
func (s *Store) Range(ctx context.Context, partition int, e commit.Entity, r commit.Range) ([]commit.Item, error) {
	p, err := s.enter(ctx, partition)
	if err != nil {
		return nil, fmt.Errorf("range of %s: %w", e, err)
	}
	defer p.mu.Unlock()
	found := p.entities[e]
	if found == nil {
		return nil, nil
	}
	items := found.items[r.Collection]
	from, _ := findItem(items, r.From)
	to := len(items)
	if r.To != "" {
		to, _ = findItem(items, r.To)
	}
	items = slices.Clone(items[from:max(from, to)])
	if r.Reverse {
		slices.Reverse(items)
	}
	items = first(items, r.Limit)
	for i := range items {
		items[i].Value = bytes.Clone(items[i].Value)
	}
	return items, nil
}

// Outbox gives entries after a number, ascending, at most limit (0 = all).
func (s *Store) Outbox(ctx context.Context, partition int, after uint64, limit int) ([]commit.Entry, error) {
	p, err := s.enter(ctx, partition)
	if err != nil {
		return nil, fmt.Errorf("outbox of partition %d: %w", partition, err)
	}
	defer p.mu.Unlock()
	from, found := p.entry(after)
	if found {
		from++
	}
	entries := slices.Clone(first(p.outbox[from:], limit))
	for i := range entries {
		entries[i].Body = bytes.Clone(entries[i].Body)
	}
	return entries, nil
}

// Dues gives entities after a moment and entity, ascending, at most limit (0 = all).
func (s *Store) Dues(ctx context.Context, partition int, after commit.DueEntity, limit int) ([]commit.DueEntity, error) {
	p, err := s.enter(ctx, partition)
	if err != nil {
		return nil, fmt.Errorf("dues of partition %d: %w", partition, err)
	}
	defer p.mu.Unlock()
	from, found := slices.BinarySearchFunc(p.dues, after, compareDue)
	if found {
		from++
	}
	return slices.Clone(first(p.dues[from:], limit)), nil
}

// first cuts a list to a limit, 0 = all.
func first[T any](list []T, limit int) []T {
	if limit > 0 && len(list) > limit {
		return list[:limit]
	}
	return list
}
