package bench

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/commit"
)

// raw is a bare Pebble database: what the disk and the library allow for the same bytes.
type raw struct{ db *pebble.DB }

func openRaw(dir string) (*raw, error) {
	db, err := pebble.Open(dir, &pebble.Options{
		Logger:       silent{},
		MemTableSize: 16 << 20, MemTableStopWritesThreshold: 3, L0StopWritesThreshold: 24, // as the product's store has them
		FormatMajorVersion: pebble.FormatTableFormatV6,
	})
	if err != nil {
		return nil, fmt.Errorf("open a database: %w", err)
	}
	return &raw{db}, nil
}

func (r *raw) close() error { return r.db.Close() }

// append writes one message as one synced batch. Batches that wait at the same moment share a sync, by Pebble itself.
func (r *raw) append(c commit.Change) (err error) {
	w := r.db.NewBatch()
	defer func() { err = errors.Join(err, w.Close()) }()
	var key [256]byte
	part := uint16(c.Entity.Partition(partitions))
	head := func(table byte) []byte {
		return append(append(binary.BigEndian.AppendUint16(key[:0], part), table, byte(c.Entity.Kind)), c.Entity.ID...)
	}
	err = w.Set(head('e'), c.Snapshot, nil)
	for _, k := range c.Keys {
		err = errors.Join(err, w.Set(append(head('k'), k.ID...), k.Value, nil))
	}
	for _, it := range c.Put {
		err = errors.Join(err, w.Set(append(append(head('i'), it.Collection), it.Key...), it.Value, nil))
	}
	if err != nil {
		return err
	}
	return w.Commit(pebble.Sync)
}

// write appends one message of a conversation.
func (r *raw) write(s *sample, w *writer, mid string) error {
	if err := r.append(s.change(w.entity, w.number+1, mid)); err != nil {
		return err
	}
	w.number++
	return nil
}

// crew is committers that write side by side, each for customers of its own: every size-th.
type crew struct {
	writers []*writer
	next    []int // of each committer: the customer who is next
	sample  *sample
}

func newCrew(size, customers int, s *sample) *crew {
	c := &crew{writers: newWriters(customers), next: make([]int, size), sample: s}
	for i := range c.next {
		c.next[i] = i
	}
	return c
}

// slice lets every committer append messages with f for d.
func (c *crew) slice(ctx context.Context, d time.Duration, f func(w *writer, mid string) error) *meter {
	until := time.Now().Add(d)
	return sideBySide(len(c.next), func(i int, m *meter) {
		for ctx.Err() == nil {
			began := time.Now()
			if !began.Before(until) {
				return
			}
			if err := c.one(i, f); err != nil {
				m.refused++
				m.failure = err
				return
			}
			m.done++
			m.latency.record(time.Since(began))
		}
	})
}

// greet appends the first message of every customer.
func (c *crew) greet(f func(w *writer, mid string) error) error {
	m := sideBySide(len(c.next), func(i int, m *meter) {
		for n := i; n < len(c.writers) && m.failure == nil; n += len(c.next) {
			m.failure = c.one(i, f)
		}
	})
	return m.failure
}

// one appends the next message of a committer.
func (c *crew) one(i int, f func(w *writer, mid string) error) error {
	customer := c.next[i]
	if c.next[i] += len(c.next); c.next[i] >= len(c.writers) {
		c.next[i] = i
	}
	w := c.writers[customer]
	return f(w, c.sample.mid(customer, w.number+1))
}

// silent keeps the database's remarks to itself.
type silent struct{}

// Infof is pebble.Logger.
func (silent) Infof(string, ...any) {}

// Errorf is pebble.Logger.
func (silent) Errorf(string, ...any) {}

// Fatalf is pebble.Logger; the library does not expect it to return.
func (silent) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
