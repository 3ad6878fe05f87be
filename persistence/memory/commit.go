package memory

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"parley/actors/commit"
	"parley/persistence/internal/verdict"
)

// commit decides every change first and writes afterwards, so that a refused
// batch has written nothing.
func (p *partition) commit(b commit.Batch) ([]commit.Outcome, error) {
	repeated, err := p.ledger.Admit(b)
	if err != nil {
		return nil, err
	}
	if repeated {
		return copyOutcomes(p.ledger.Outcomes), nil
	}
	generation := p.ledger.GenerationOf(b.At)
	outcomes := make([]commit.Outcome, len(b.Changes))
	for i, c := range b.Changes {
		if outcomes[i], err = p.decide(c, generation); err != nil {
			return nil, err
		}
	}
	for i, c := range b.Changes {
		if outcomes[i].Status == commit.Written {
			p.write(c, generation)
		}
	}
	p.finish(b)
	p.ledger = p.ledger.Wrote(b, outcomes)
	return copyOutcomes(outcomes), nil
}

func (p *partition) decide(c commit.Change, generation uint32) (commit.Outcome, error) {
	for _, k := range c.Keys {
		for _, g := range [2]uint32{generation, generation - 1} {
			if value, seen := p.keys[g][key{c.Entity, k.ID}]; seen {
				return commit.Outcome{Status: commit.Seen, Key: k.ID, Value: value}, nil
			}
		}
	}
	var stored commit.Record
	if e := p.entities[c.Entity]; e != nil {
		stored = e.record
	}
	if stored.Version != c.Expect {
		return commit.Outcome{Status: commit.Conflict}, nil
	}
	if stored.Due != c.Due.Old {
		return commit.Outcome{}, fmt.Errorf("%w: %s is due at %d, the change says %d", verdict.ErrMalformed, c.Entity, stored.Due, c.Due.Old)
	}
	return commit.Outcome{Status: commit.Written}, nil
}

// write makes a decided change. Items are dropped before others are put.
func (p *partition) write(c commit.Change, generation uint32) {
	e := p.entities[c.Entity]
	if e == nil {
		e = &entity{items: map[byte][]commit.Item{}}
		p.entities[c.Entity] = e
	}
	p.wake(c.Entity, c.Due)
	e.record = commit.Record{Version: c.Expect + 1, Snapshot: bytes.Clone(c.Snapshot), Due: c.Due.New}
	for _, k := range c.Drop {
		e.drop(k)
	}
	for _, it := range c.Put {
		e.put(it)
	}
	for _, k := range c.Keys {
		p.remember(generation, key{c.Entity, k.ID}, k.Value)
	}
	for _, entry := range c.Outbox {
		entry.Body, entry.Begun = bytes.Clone(entry.Body), false
		p.outbox = append(p.outbox, entry) // numbers rise: Admit has seen to it
	}
}

func (p *partition) remember(generation uint32, k key, value []byte) {
	if p.keys[generation] == nil {
		p.keys[generation] = map[key][]byte{}
	}
	p.keys[generation][k] = bytes.Clone(value)
}

func (p *partition) wake(e commit.Entity, d commit.Due) {
	if d.Old == d.New {
		return
	}
	if i, ok := slices.BinarySearchFunc(p.dues, commit.DueEntity{At: d.Old, Entity: e}, compareDue); ok {
		p.dues = slices.Delete(p.dues, i, i+1)
	}
	if d.New != 0 {
		due := commit.DueEntity{At: d.New, Entity: e}
		i, _ := slices.BinarySearchFunc(p.dues, due, compareDue)
		p.dues = slices.Insert(p.dues, i, due)
	}
}

// finish marks and deletes outbox entries; what is unknown is passed over.
func (p *partition) finish(b commit.Batch) {
	p.mark(b.Rested, false)
	p.mark(b.Begun, true)
	for _, seq := range b.Done {
		if i, ok := p.entry(seq); ok {
			p.outbox = slices.Delete(p.outbox, i, i+1)
		}
	}
}

func (p *partition) mark(seqs []uint64, begun bool) {
	for _, seq := range seqs {
		if i, ok := p.entry(seq); ok {
			p.outbox[i].Begun = begun
		}
	}
}

func (p *partition) entry(seq uint64) (int, bool) {
	return slices.BinarySearchFunc(p.outbox, seq, func(e commit.Entry, seq uint64) int { return cmp.Compare(e.Seq, seq) })
}

func (e *entity) put(it commit.Item) {
	it.Value = append([]byte{}, it.Value...) // never nil: nil means absent
	items := e.items[it.Collection]
	i, ok := findItem(items, it.Key)
	if ok {
		items[i] = it
		return
	}
	e.items[it.Collection] = slices.Insert(items, i, it)
}

func (e *entity) drop(k commit.ItemKey) {
	items := e.items[k.Collection]
	if i, ok := findItem(items, k.Key); ok {
		e.items[k.Collection] = slices.Delete(items, i, i+1)
	}
}

func findItem(items []commit.Item, key string) (int, bool) {
	return slices.BinarySearchFunc(items, key, func(it commit.Item, key string) int { return strings.Compare(it.Key, key) })
}

func compareDue(a, b commit.DueEntity) int {
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Entity.Kind, b.Entity.Kind), strings.Compare(a.Entity.ID, b.Entity.ID))
}

func copyOutcomes(from []commit.Outcome) []commit.Outcome {
	to := slices.Clone(from)
	for i := range to {
		to[i].Value = bytes.Clone(to[i].Value)
	}
	return to
}
