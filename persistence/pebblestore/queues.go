package pebblestore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"parley/actors/commit"
)

// Outbox gives entries after a number, ascending, at most limit (0 = all). A
// damaged entry is left out, counted and logged as an error: it must not stop
// what other entities intend.
func (s *Store) Outbox(ctx context.Context, partition int, afterSeq uint64, limit int) ([]commit.Entry, error) {
	if err := s.reading(ctx, partition); err != nil {
		return nil, fmt.Errorf("outbox of partition %d: %w", partition, err)
	}
	defer s.leave()
	if afterSeq+1 == 0 {
		return nil, nil
	}
	reader := outboxReader{s: s, partition: partition, limit: limit}
	lower := appendOutboxKey(nil, partition, afterSeq+1, outboxEntry)
	upper := after(appendTable(nil, partition, tableOutbox))
	gaps, err := salvage(s.db, lower, upper, reader.take)
	if err != nil {
		s.counters.FailedRead(err)
		return nil, fmt.Errorf("outbox of partition %d: %w", partition, err)
	}
	for _, g := range gaps {
		first, _, _ := parseOutboxKey(g.after[:min(len(g.after), tableLength+9)])
		s.met(fmt.Sprintf("outbox of partition %d, entries about %d", partition, first), g.err)
	}
	return reader.entries, nil
}

// outboxReader joins entries with their marks, which follow them.
type outboxReader struct {
	s         *Store
	partition int
	limit     int
	entries   []commit.Entry
}

func (r *outboxReader) take(key, value []byte) (more bool, err error) {
	seq, what, ok := parseOutboxKey(key)
	if !ok {
		return false, fmt.Errorf("%w: outbox key of %d bytes", commit.ErrCorrupt, len(key))
	}
	last := len(r.entries) - 1
	if what == outboxBegun {
		if last >= 0 && r.entries[last].Seq == seq {
			r.entries[last].Begun = true
		}
		return true, nil
	}
	if r.limit > 0 && len(r.entries) == r.limit {
		return false, nil // only now: the mark of the last entry came before
	}
	payload, err := open(key, value)
	if err == nil {
		var e commit.Entry
		if e, err = parseEntry(payload); err == nil {
			e.Seq = seq
			r.entries = append(r.entries, e)
			return true, nil
		}
	}
	r.s.met(Place{Partition: r.partition, Table: "outbox", Seq: seq}.String(), err)
	return true, nil
}

// woken reads due times from the records of a partition, which hold the truth:
// it is slow, and for when the due keys cannot be read.
func (s *Store) woken(partition int, afterDue commit.DueEntity, limit int) ([]commit.DueEntity, error) {
	var dues []commit.DueEntity
	prefix := appendTable(nil, partition, tableRecord)
	_, err := salvage(s.db, prefix, after(prefix), func(k, value []byte) (bool, error) {
		payload, err := open(k, value)
		if err != nil {
			return true, nil // it is met by whoever loads the entity
		}
		place, ok := placeOf(k)
		r, err := parseRecord(payload)
		if ok && err == nil && r.Due != 0 {
			dues = append(dues, commit.DueEntity{At: r.Due, Entity: place.Entity})
		}
		return true, nil
	})
	order := func(a, b commit.DueEntity) int {
		return bytes.Compare(appendDueKey(nil, partition, a), appendDueKey(nil, partition, b))
	}
	slices.SortFunc(dues, order)
	first, found := slices.BinarySearchFunc(dues, afterDue, order)
	if found {
		first++
	}
	dues = dues[first:]
	if limit > 0 {
		dues = dues[:min(len(dues), limit)]
	}
	return dues, err
}

// Dues gives entities after a moment and entity, ascending, at most limit
// (0 = all). A due key has no payload: the record holds the truth, so a key
// that should not be there wakes an entity that has nothing to do.
func (s *Store) Dues(ctx context.Context, partition int, afterDue commit.DueEntity, limit int) ([]commit.DueEntity, error) {
	if err := s.reading(ctx, partition); err != nil {
		return nil, fmt.Errorf("dues of partition %d: %w", partition, err)
	}
	defer s.leave()
	lower := append(appendDueKey(nil, partition, afterDue), 0) // the next possible key
	if afterDue == (commit.DueEntity{}) {
		lower = appendTable(nil, partition, tableDue)
	}
	var dues []commit.DueEntity
	err := s.scan(lower, after(appendTable(nil, partition, tableDue)), false, func(key, _ []byte) (bool, error) {
		d, ok := parseDueKey(key)
		if !ok {
			return false, fmt.Errorf("%w: due key of %d bytes", commit.ErrCorrupt, len(key))
		}
		dues = append(dues, d)
		return len(dues) != limit, nil
	})
	if errors.Is(err, commit.ErrCorrupt) {
		s.met(fmt.Sprintf("due times of partition %d", partition), err)
		dues, err = s.woken(partition, afterDue, limit)
	}
	if err != nil {
		return nil, fmt.Errorf("dues of partition %d: %w", partition, err)
	}
	return dues, nil
}
