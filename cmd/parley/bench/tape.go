package bench

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors"
	"parley/actors/commit"
)

// tape is a store that can write down what is committed to it, so that the very same bytes in the same number of
// commits can be written once more by a bare database: the ceiling of whatever made them.
type tape struct {
	actors.Store
	mu    sync.Mutex
	on    bool
	parts [partitions][]entry
}

// entry is one commit as a bare database sees it; a nil value deletes.
type entry []pair

type pair struct{ key, value []byte }

// Commit is actors.Store.
func (t *tape) Commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error) {
	outcomes, err := t.Store.Commit(ctx, b)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.on && err == nil {
		t.parts[b.Partition] = append(t.parts[b.Partition], spell(b))
	}
	return outcomes, err
}

func (t *tape) record(on bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.on = on
}

// take gives what was written down since the last time.
func (t *tape) take() [partitions][]entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := t.parts
	t.parts = [partitions][]entry{}
	return out
}

// spell copies a batch: its slices may be used again by who made them.
func spell(b commit.Batch) entry {
	part := uint16(b.Partition)
	var out entry
	for _, c := range b.Changes {
		head := func(table byte) []byte {
			return append(append(binary.BigEndian.AppendUint16(nil, part), table, byte(c.Entity.Kind)), c.Entity.ID...)
		}
		out = append(out, pair{head('e'), append([]byte{}, c.Snapshot...)})
		for _, k := range c.Keys {
			out = append(out, pair{append(head('k'), k.ID...), append([]byte{}, k.Value...)})
		}
		for _, it := range c.Put {
			out = append(out, pair{append(append(head('i'), it.Collection), it.Key...), append([]byte{}, it.Value...)})
		}
		for _, k := range c.Drop {
			out = append(out, pair{append(append(head('i'), k.Collection), k.Key...), nil})
		}
		for _, e := range c.Outbox {
			out = append(out, pair{outboxKey(part, e.Seq), append([]byte{}, e.Body...)})
		}
	}
	for _, seq := range b.Done {
		out = append(out, pair{outboxKey(part, seq), nil})
	}
	return out
}

func outboxKey(part uint16, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(append(binary.BigEndian.AppendUint16(nil, part), 'o'), seq)
}

// play writes everything down again, each commit synced, the partitions side by side.
func (r *raw) play(ctx context.Context, parts [partitions][]entry) error {
	var (
		wg   sync.WaitGroup
		errs [partitions]error
	)
	for i, list := range parts {
		wg.Go(func() {
			for _, w := range list {
				if errs[i] = errors.Join(ctx.Err(), r.commit(w)); errs[i] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs[:]...)
}

func (r *raw) commit(w entry) (err error) {
	b := r.db.NewBatch()
	defer func() { err = errors.Join(err, b.Close()) }()
	for _, p := range w {
		if p.value == nil {
			err = errors.Join(err, b.Delete(p.key, nil))
			continue
		}
		err = errors.Join(err, b.Set(p.key, p.value, nil))
	}
	if err != nil {
		return fmt.Errorf("write once more: %w", err)
	}
	return b.Commit(pebble.Sync)
}
