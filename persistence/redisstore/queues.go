package redisstore

import (
	"context"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"

	"parley/actors/commit"
)

// Outbox gives entries after a number, ascending, at most limit (0 = all). A
// damaged entry is left out, counted and logged as an error: it must not stop
// what other entities intend.
func (s *Store) Outbox(ctx context.Context, partition int, after uint64, limit int) ([]commit.Entry, error) {
	entries, err := s.entries(ctx, partition, after, limit)
	if err != nil {
		s.counters.FailedRead(err)
		return nil, fmt.Errorf("outbox of partition %d: %w", partition, err)
	}
	return entries, nil
}

func (s *Store) entries(ctx context.Context, partition int, after uint64, limit int) ([]commit.Entry, error) {
	ctx, leave, err := s.reading(ctx, partition)
	if err != nil {
		return nil, err
	}
	defer leave()
	t := s.parts[partition].tag
	var entries []commit.Entry
	for { // more than once only where entries are damaged
		most := -1
		if limit > 0 {
			most = limit - len(entries)
		}
		got, err := s.scripts.outbox.Run(ctx, s.read, []string{t.outbox(), t.begun()}, decimal(min(after, maxNumber)), most).Slice()
		if err != nil {
			return nil, failed(err)
		}
		found, marks := answer(got).list(0), answer(got).list(1)
		for i := range marks {
			seq, err := strconv.ParseFloat(found.text(2*i+1), 64)
			if err != nil {
				return nil, fmt.Errorf("%w: the outbox gave %q as a number", commit.ErrUnavailable, found.text(2*i+1))
			}
			after = uint64(seq)
			e, err := parseOutboxMember(found.text(2*i), after)
			if err != nil {
				s.counters.Corrupt.Add(1)
				s.opts.Log.Error("outbox entry is damaged and left out", "partition", partition, "seq", after, "err", err)
				continue
			}
			e.Begun = marks.number(i) == 1
			entries = append(entries, e)
		}
		if limit <= 0 || len(marks) == 0 || len(entries) >= limit {
			return entries, nil
		}
	}
}

// Dues gives entities after a moment and entity, ascending, at most limit
// (0 = all). The record holds the truth: a due entity that should not be there
// wakes an actor that has nothing to do.
func (s *Store) Dues(ctx context.Context, partition int, after commit.DueEntity, limit int) ([]commit.DueEntity, error) {
	dues, err := s.dues(ctx, partition, after, limit)
	if err != nil {
		s.counters.FailedRead(err)
		return nil, fmt.Errorf("dues of partition %d: %w", partition, err)
	}
	return dues, nil
}

func (s *Store) dues(ctx context.Context, partition int, after commit.DueEntity, limit int) ([]commit.DueEntity, error) {
	ctx, leave, err := s.reading(ctx, partition)
	if err != nil {
		return nil, err
	}
	defer leave()
	by := &redis.ZRangeBy{Min: "-", Max: "+", Count: -1}
	if after != (commit.DueEntity{}) {
		by.Min = "(" + dueMember(after.At, after.Entity)
	}
	if limit > 0 {
		by.Count = int64(limit)
	}
	members, err := s.read.ZRangeByLex(ctx, s.parts[partition].tag.due(), by).Result()
	if err != nil {
		return nil, failed(err)
	}
	dues := make([]commit.DueEntity, len(members))
	for i, m := range members {
		var ok bool
		if dues[i], ok = parseDueMember(m); !ok {
			return nil, fmt.Errorf("%w: due member of %d bytes", commit.ErrCorrupt, len(m))
		}
	}
	return dues, nil
}
