package pebblestore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/commit"
	"parley/persistence/internal/verdict"
)

// maxScratch is the size of a buffer that is not kept for the next batch.
const maxScratch = 1 << 20

// Commit writes a batch whole and durably, and answers one outcome per change.
// Its errors are commit.ErrFenced, commit.ErrUnavailable (the outcome may be
// unknown; repeat the same batch), commit.ErrCorrupt (the partition's ledger is
// damaged) or a fault in the batch. A batch whose Commit answered
// ErrUnavailable must not be changed: the disk may still be at it.
//
// A change to an entity whose record is damaged is answered Conflict; reading
// the entity again then says commit.ErrCorrupt, and its neighbours go on.
func (s *Store) Commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error) {
	if err := verdict.Partition(b.Partition, len(s.parts)); err != nil {
		return nil, fmt.Errorf("commit: %w", err)
	}
	p := s.parts[b.Partition]
	a := p.write(ctx, func() answer { return p.commit(b) })
	s.counters.count(a)
	if a.err != nil {
		return nil, fmt.Errorf("commit batch %d of partition %d: %w", b.Number, b.Partition, a.err)
	}
	return a.outcomes, nil
}

func (p *partition) commit(b commit.Batch) answer {
	l, err := p.load()
	if err != nil {
		return answer{err: err}
	}
	repeated, err := l.Admit(b)
	if err != nil {
		return answer{err: err}
	}
	if repeated {
		p.s.counters.repeated.Add(1)
		return answer{outcomes: copyOutcomes(l.Outcomes)}
	}
	w := p.s.db.NewBatch()
	defer w.Close() //nolint:errcheck // a batch has nothing to lose
	generation := l.GenerationOf(b.At)
	outcomes, err := p.changes(w, b.Changes, generation)
	if err != nil {
		return answer{err: err}
	}
	l = l.Wrote(b, outcomes)
	if err := errors.Join(p.finish(w, b), p.keep(w, l)); err != nil {
		return answer{err: err}
	}
	if err := w.Commit(p.s.sync()); err != nil {
		return unavailable(err)
	}
	p.wrote(l, b.Changes)
	return answer{outcomes: copyOutcomes(outcomes)}
}

// wrote remembers what is durable now.
func (p *partition) wrote(l verdict.Ledger, changes []commit.Change) {
	p.ledger = &l
	for i := range changes {
		if c := &changes[i]; l.Outcomes[i].Status == commit.Written {
			p.heads.set(c.Entity, head{version: c.Expect + 1, due: c.Due.New})
		}
	}
	if cap(p.value) > maxScratch {
		p.value = nil
	}
}

// changes decides every change and puts it into the write if nothing speaks
// against it.
func (p *partition) changes(w *pebble.Batch, changes []commit.Change, generation uint32) ([]commit.Outcome, error) {
	keys := keyReader{p: p, generation: generation}
	defer keys.close()
	outcomes := make([]commit.Outcome, len(changes))
	for i := range changes {
		c := &changes[i]
		seen, err := keys.find(c)
		if err != nil {
			return nil, err
		}
		if seen != nil {
			outcomes[i] = *seen
			continue
		}
		stored, err := p.head(c.Entity)
		switch {
		case errors.Is(err, commit.ErrCorrupt):
			p.s.corrupt("record", c.Entity, err)
			outcomes[i].Status = commit.Conflict
		case err != nil:
			return nil, err
		case stored.version != c.Expect:
			outcomes[i].Status = commit.Conflict
		default:
			if err := p.put(w, c, stored.due, generation); err != nil {
				return nil, err
			}
		}
	}
	return outcomes, nil
}

func (p *partition) head(e commit.Entity) (head, error) {
	if h, ok := p.heads[e]; ok {
		return h, nil
	}
	return p.s.head(p.n, e)
}

// put writes a change. Items are dropped before others are put. The due time
// that is replaced is the stored one, whatever the change believes it to be.
func (p *partition) put(w *pebble.Batch, c *commit.Change, due int64, generation uint32) error {
	pen := pen{w: w, p: p}
	pen.set(appendRecordKey(p.key[:0], p.n, c.Entity),
		appendRecord(begin(p.value), commit.Record{Version: c.Expect + 1, Due: c.Due.New, Snapshot: c.Snapshot}))
	for i := range c.Keys {
		k := &c.Keys[i]
		pen.set(appendIdempotencyKey(p.key[:0], p.n, generation, c.Entity, k.ID), append(begin(p.value), k.Value...))
	}
	for _, k := range c.Drop {
		pen.delete(appendItemKey(p.key[:0], p.n, c.Entity, k))
	}
	for i := range c.Put {
		it := &c.Put[i]
		pen.set(appendItemKey(p.key[:0], p.n, c.Entity, it.ItemKey), append(begin(p.value), it.Value...))
	}
	for i := range c.Outbox {
		e := &c.Outbox[i]
		pen.set(appendOutboxKey(p.key[:0], p.n, e.Seq, outboxEntry), appendEntry(begin(p.value), *e))
	}
	if due != c.Due.New {
		if due != 0 {
			pen.delete(appendDueKey(p.key[:0], p.n, commit.DueEntity{At: due, Entity: c.Entity}))
		}
		if c.Due.New != 0 {
			pen.set(appendDueKey(p.key[:0], p.n, commit.DueEntity{At: c.Due.New, Entity: c.Entity}), begin(p.value))
		}
	}
	return pen.err
}

// finish marks and deletes outbox entries. A mark without an entry is passed
// over by readers.
func (p *partition) finish(w *pebble.Batch, b commit.Batch) error {
	pen := pen{w: w, p: p}
	for _, seq := range b.Rested {
		pen.delete(appendOutboxKey(p.key[:0], p.n, seq, outboxBegun))
	}
	for _, seq := range b.Begun {
		pen.set(appendOutboxKey(p.key[:0], p.n, seq, outboxBegun), begin(p.value))
	}
	for _, seq := range b.Done {
		pen.delete(appendOutboxKey(p.key[:0], p.n, seq, outboxEntry))
		pen.delete(appendOutboxKey(p.key[:0], p.n, seq, outboxBegun))
	}
	return pen.err
}

// pen writes into a batch with the partition's scratch buffers, and keeps the
// first error.
type pen struct {
	w   *pebble.Batch
	p   *partition
	err error
}

func (n *pen) set(key, envelope []byte) {
	n.p.key, n.p.value = key, envelope // keep what grew
	if n.err == nil {
		n.err = n.w.Set(key, seal(key, envelope), nil)
	}
}

func (n *pen) delete(key []byte) {
	n.p.key = key
	if n.err == nil {
		n.err = n.w.Delete(key, nil)
	}
}

func copyOutcomes(from []commit.Outcome) []commit.Outcome {
	to := slices.Clone(from)
	for i := range to {
		to[i].Value = bytes.Clone(to[i].Value)
	}
	return to
}
