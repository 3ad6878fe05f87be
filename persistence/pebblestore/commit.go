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
	a := p.write(ctx, func(w *pebble.Batch) answer { return p.commit(w, b) })
	s.counters.Commit(a.outcomes, a.err)
	if a.err != nil {
		return nil, fmt.Errorf("commit batch %d of partition %d: %w", b.Number, b.Partition, a.err)
	}
	return a.outcomes, nil
}

// commit decides a batch and puts it into a write, or nothing of it.
func (p *partition) commit(w *pebble.Batch, b commit.Batch) answer {
	l, err := p.load()
	if err != nil {
		return answer{err: err}
	}
	repeated, err := l.Admit(b)
	if err != nil {
		return answer{err: err}
	}
	if repeated {
		p.s.counters.Repeated.Add(1)
		return answer{outcomes: copyOutcomes(l.Outcomes)}
	}
	generation := l.GenerationOf(b.At)
	outcomes, err := p.decide(b.Changes, generation, max(generation, l.Generation))
	if err != nil {
		return answer{err: err}
	}
	l = l.Wrote(b, outcomes)
	pen := pen{w: w, p: p}
	for i := range b.Changes {
		if outcomes[i].Status == commit.Written {
			pen.change(&b.Changes[i], p.dues[i], generation)
		}
	}
	pen.finish(b)
	pen.ledger(l)
	return answer{outcomes: copyOutcomes(outcomes), err: pen.err, applied: func() { p.wrote(l, b.Changes) }}
}

// wrote remembers what is in the database now, applied and perhaps not durable
// yet: whatever is decided on it is written behind it.
func (p *partition) wrote(l verdict.Ledger, changes []commit.Change) {
	p.ledger = &l
	for i := range changes {
		if l.Outcomes[i].Status == commit.Written {
			p.heads.wrote(&changes[i])
		}
	}
	if cap(p.value) > maxScratch {
		p.value = nil
	}
}

// decide says what becomes of every change, and which due time it replaces. It
// reads only.
func (p *partition) decide(changes []commit.Change, generation, newest uint32) ([]commit.Outcome, error) {
	keys := keyReader{p: p, generation: generation, newest: newest}
	defer keys.close()
	outcomes := make([]commit.Outcome, len(changes))
	p.dues = append(p.dues[:0], make([]int64, len(changes))...)
	for i := range changes {
		c := &changes[i]
		stored, broken := p.head(c.Entity)
		if broken != nil && !errors.Is(broken, commit.ErrCorrupt) {
			return nil, broken
		}
		seen, err := keys.find(c, stored)
		if err != nil && !errors.Is(err, commit.ErrCorrupt) {
			return nil, err
		}
		broken = errors.Join(broken, err) // nobody knows whether a key was seen: this entity alone waits
		switch {
		case seen != nil:
			outcomes[i] = *seen
		case broken != nil:
			p.s.corrupt("record or idempotency keys", c.Entity, broken)
			outcomes[i].Status = commit.Conflict
		case stored.version != c.Expect:
			outcomes[i].Status = commit.Conflict
		default:
			p.dues[i] = stored.due
		}
	}
	return outcomes, nil
}

// head gives what is known of an entity, nil with an error.
func (p *partition) head(e commit.Entity) (*head, error) {
	if h := p.heads.by[e]; h != nil {
		return h, nil
	}
	h, err := p.s.head(p.n, e)
	if err != nil {
		return nil, err
	}
	return p.heads.keep(e, h), nil
}

// pen writes into a batch with the partition's scratch buffers, and keeps the
// first error.
type pen struct {
	w   *pebble.Batch
	p   *partition
	err error
}

// change writes a change. Items are dropped before others are put. The due time
// that is replaced is the stored one, whatever the change believes it to be.
func (n *pen) change(c *commit.Change, due int64, generation uint32) {
	p := n.p
	n.set(appendRecordKey(p.key[:0], p.n, c.Entity),
		appendRecord(begin(p.value), commit.Record{Version: c.Expect + 1, Due: c.Due.New, Snapshot: c.Snapshot}))
	for i := range c.Keys {
		k := &c.Keys[i]
		n.set(appendIdempotencyKey(p.key[:0], p.n, generation, c.Entity, k.ID), append(begin(p.value), k.Value...))
	}
	for _, k := range c.Drop {
		n.delete(appendItemKey(p.key[:0], p.n, c.Entity, k))
	}
	for i := range c.Put {
		it := &c.Put[i]
		n.set(appendItemKey(p.key[:0], p.n, c.Entity, it.ItemKey), append(begin(p.value), it.Value...))
	}
	for i := range c.Outbox {
		e := &c.Outbox[i]
		n.set(appendOutboxKey(p.key[:0], p.n, e.Seq, outboxEntry), appendEntry(begin(p.value), *e))
	}
	if due == c.Due.New {
		return
	}
	if due != 0 {
		n.delete(appendDueKey(p.key[:0], p.n, commit.DueEntity{At: due, Entity: c.Entity}))
	}
	if c.Due.New != 0 {
		n.set(appendDueKey(p.key[:0], p.n, commit.DueEntity{At: c.Due.New, Entity: c.Entity}), begin(p.value))
	}
}

// finish marks and deletes outbox entries. A mark without an entry is passed
// over by readers.
func (n *pen) finish(b commit.Batch) {
	p := n.p
	for _, seq := range b.Rested {
		n.delete(appendOutboxKey(p.key[:0], p.n, seq, outboxBegun))
	}
	for _, seq := range b.Begun {
		n.set(appendOutboxKey(p.key[:0], p.n, seq, outboxBegun), begin(p.value))
	}
	for _, seq := range b.Done {
		n.delete(appendOutboxKey(p.key[:0], p.n, seq, outboxEntry))
		n.delete(appendOutboxKey(p.key[:0], p.n, seq, outboxBegun))
	}
}

// ledger writes what the partition remembers; it counts once that is applied.
func (n *pen) ledger(l verdict.Ledger) {
	n.set(appendLedgerKey(n.p.key[:0], n.p.n), appendLedger(begin(n.p.value), l))
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
