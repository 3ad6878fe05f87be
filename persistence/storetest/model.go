package storetest

import (
	"cmp"
	"slices"
	"strings"

	"parley/actors/commit"
)

// model says, as plainly as possible, what a store must hold: one flat map per
// sort of thing, sorted only when somebody looks.
type model struct {
	parts map[int]*modelPart
}

type modelPart struct {
	epoch, number, seq uint64
	generation         uint32
	last               []commit.Outcome
	records            map[commit.Entity]commit.Record
	items              map[modelItem][]byte
	settled            map[commit.Entity]bool // something of it is, so nothing is dropped any more
	keys               map[modelKey]string
	outbox             map[uint64]commit.Entry
}

type modelItem struct {
	entity commit.Entity
	key    commit.ItemKey
}

type modelKey struct {
	entity     commit.Entity
	id         string
	generation uint32
}

func newModel() *model { return &model{parts: map[int]*modelPart{}} }

func (m *model) part(n int) *modelPart {
	if m.parts[n] == nil {
		m.parts[n] = &modelPart{
			records: map[commit.Entity]commit.Record{}, items: map[modelItem][]byte{}, settled: map[commit.Entity]bool{},
			keys: map[modelKey]string{}, outbox: map[uint64]commit.Entry{},
		}
	}
	return m.parts[n]
}

func (p *modelPart) claim() commit.Claim {
	p.epoch, p.number, p.last = p.epoch+1, 0, nil
	return commit.Claim{Epoch: p.epoch, Seq: p.seq}
}

func (p *modelPart) commit(b commit.Batch) []commit.Outcome {
	if b.Number == p.number {
		return p.last
	}
	generation := commit.Generation(b.At)
	if p.generation == generation+1 {
		generation++
	}
	p.generation = max(p.generation, generation)
	p.number, p.seq, p.last = b.Number, max(p.seq, b.Seq), nil
	for _, c := range b.Changes {
		out := p.decide(c, generation)
		p.last = append(p.last, out)
		if out.Status == commit.Written {
			p.write(c, generation)
		}
	}
	p.mark(b.Rested, false)
	p.mark(b.Begun, true)
	for _, seq := range b.Done {
		delete(p.outbox, seq)
	}
	return p.last
}

func (p *modelPart) mark(seqs []uint64, begun bool) {
	for _, seq := range seqs {
		if e, ok := p.outbox[seq]; ok {
			e.Begun = begun
			p.outbox[seq] = e
		}
	}
}

func (p *modelPart) decide(c commit.Change, generation uint32) commit.Outcome {
	for _, k := range c.Keys {
		for _, g := range []uint32{generation, generation - 1} {
			if note, ok := p.keys[modelKey{c.Entity, k.ID, g}]; ok {
				return commit.Outcome{Status: commit.Seen, Key: k.ID, Value: []byte(note)}
			}
		}
	}
	if p.records[c.Entity].Version != c.Expect {
		return commit.Outcome{Status: commit.Conflict}
	}
	return commit.Outcome{}
}

func (p *modelPart) write(c commit.Change, generation uint32) {
	p.records[c.Entity] = commit.Record{Version: c.Expect + 1, Snapshot: c.Snapshot, Due: c.Due.New}
	p.settled[c.Entity] = p.settled[c.Entity] || len(c.Settled) > 0
	for _, k := range c.Drop {
		delete(p.items, modelItem{c.Entity, k})
	}
	for _, it := range c.Put {
		p.items[modelItem{c.Entity, it.ItemKey}] = it.Value
	}
	for _, k := range c.Keys {
		p.keys[modelKey{c.Entity, k.ID, generation}] = string(k.Value)
	}
	for _, e := range c.Outbox {
		p.outbox[e.Seq] = e
	}
}

func (p *modelPart) ranged(e commit.Entity, r commit.Range) []commit.Item {
	var list []commit.Item
	for k, v := range p.items {
		if k.entity == e && k.key.Collection == r.Collection && k.key.Key >= r.From && (r.To == "" || k.key.Key < r.To) {
			list = append(list, commit.Item{ItemKey: k.key, Value: v})
		}
	}
	slices.SortFunc(list, func(a, b commit.Item) int { return strings.Compare(a.Key, b.Key) })
	if r.Reverse {
		slices.Reverse(list)
	}
	return cut(list, r.Limit)
}

func (p *modelPart) entries(after uint64, limit int) []commit.Entry {
	var list []commit.Entry
	for seq, e := range p.outbox {
		if seq > after {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b commit.Entry) int { return cmp.Compare(a.Seq, b.Seq) })
	return cut(list, limit)
}

func (p *modelPart) dues(after commit.DueEntity, limit int) []commit.DueEntity {
	var list []commit.DueEntity
	for e, r := range p.records {
		if d := (commit.DueEntity{At: r.Due, Entity: e}); r.Due != 0 && orderDue(d, after) > 0 {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, orderDue)
	return cut(list, limit)
}

func orderDue(a, b commit.DueEntity) int {
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Entity.Kind, b.Entity.Kind), strings.Compare(a.Entity.ID, b.Entity.ID))
}

func cut[T any](list []T, limit int) []T {
	if limit > 0 && len(list) > limit {
		return list[:limit]
	}
	return list
}
