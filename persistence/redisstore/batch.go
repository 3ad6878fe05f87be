package redisstore

import (
	"encoding/binary"
	"strconv"

	"parley/actors/commit"
)

// letter is a batch on its way to the script: see lua/commit.lua for the order
// of keys and arguments.
type letter struct {
	keys []string
	args []any
}

// fixedKeys and fixedArgs are how many stand before the changes.
const (
	fixedKeys = 8
	fixedArgs = 11
)

// write spells a batch. known is the newest batch of the epoch whose outcome
// this store has seen. What is settled is left out unless it is moved somewhere.
func (t tag) write(b commit.Batch, known uint64, moves bool) letter {
	entries, lists, args := uint64(0), uint64(0), fixedArgs+len(b.Rested)+len(b.Begun)+len(b.Done)
	for i := range b.Changes {
		c := &b.Changes[i]
		args += 4 + 2*len(c.Keys) + len(c.Drop) + 2*len(c.Put) + 2*len(c.Outbox)
		if entries == 0 && len(c.Outbox) > 0 {
			entries = c.Outbox[0].Seq // numbers rise: Wellformed has seen to it
		}
	}
	for _, list := range [3][]uint64{b.Rested, b.Begun, b.Done} {
		for _, n := range list {
			lists = max(lists, n)
		}
	}
	g := commit.Generation(b.At)
	l := letter{keys: make([]string, 0, fixedKeys+len(b.Changes)), args: make([]any, 0, args)}
	l.keys = append(l.keys, t.ledger(), t.outbox(), t.begun(), t.due(), t.generations(),
		t.generation(g+1), t.generation(g), t.generation(g-1))
	l.add(decimal(b.Epoch), decimal(b.Number), decimal(b.Seq), decimal(uint64(g)), decimal(known), decimal(entries), decimal(lists),
		decimal(uint64(len(b.Changes))), decimal(uint64(len(b.Rested))), decimal(uint64(len(b.Begun))), decimal(uint64(len(b.Done))))
	for _, list := range [3][]uint64{b.Rested, b.Begun, b.Done} {
		for _, n := range list {
			l.add(decimal(n))
		}
	}
	settles := false
	for i := range b.Changes {
		c := &b.Changes[i]
		if !moves || len(c.Settled) == 0 {
			l.change(t, c, nil)
			continue
		}
		l.change(t, c, []any{appendMark(nil, c.Entity, c.Settled), stamp(b)})
		settles = true
	}
	if settles {
		l.keys = append(l.keys, t.settled())
	}
	return l
}

func (l *letter) add(args ...any) { l.args = append(l.args, args...) }

// change spells one change. Items are dropped before others are set; the record
// is the first field set. mark and stamp of what is settled stand at the end.
func (l *letter) change(t tag, c *commit.Change, mark []any) {
	key := t.entity(c.Entity)
	l.keys = append(l.keys, key)
	head := make([]byte, 0, 36)
	head = binary.BigEndian.AppendUint64(head, c.Expect)
	head = binary.BigEndian.AppendUint64(head, uint64(c.Due.New))
	for _, n := range [4]int{len(c.Keys), len(c.Drop), 1 + len(c.Put), len(c.Outbox)} {
		head = binary.BigEndian.AppendUint32(head, uint32(n))
	}
	if mark != nil {
		head = append(head, 0, 0, 0, 1)
	}
	who := append(append(make([]byte, 0, 1+len(c.Entity.ID)), byte(c.Entity.Kind)), c.Entity.ID...)
	l.add(head, who)
	for i := range c.Keys {
		k := &c.Keys[i]
		field := idempotencyField(c.Entity, k.ID)
		l.add(field, seal(append(begin(len(k.Value)), k.Value...), "", field))
	}
	for _, k := range c.Drop {
		l.add(itemField(k))
	}
	record := appendRecord(begin(headLength+len(c.Snapshot)), commit.Record{Version: c.Expect + 1, Due: c.Due.New, Snapshot: c.Snapshot})
	l.add(fieldRecord, seal(record, key, fieldRecord))
	for i := range c.Put {
		it := &c.Put[i]
		field := itemField(it.ItemKey)
		l.add(field, seal(append(begin(len(it.Value)), it.Value...), key, field))
	}
	for i := range c.Outbox {
		l.add(decimal(c.Outbox[i].Seq), outboxMember(c.Outbox[i]))
	}
	l.add(mark...)
}

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }
