package pebblestore

import (
	"encoding/binary"
	"fmt"

	"parley/actors/commit"
)

// Place says what a stored key is of.
type Place struct {
	Partition  int
	Table      string // ledger, record, item, key, outbox, begun, due, format
	Entity     commit.Entity
	Collection byte   // of an item
	Seq        uint64 // of an outbox entry
	At         int64  // of a due time, Unix milliseconds
}

// String names the place without the parts of keys that providers have made.
func (p Place) String() string {
	switch p.Table {
	case "outbox", "begun":
		return fmt.Sprintf("partition %d, %s entry %d", p.Partition, p.Table, p.Seq)
	case "item":
		return fmt.Sprintf("partition %d, item in %q of %s", p.Partition, p.Collection, p.Entity)
	case "ledger", "format":
		return fmt.Sprintf("partition %d, %s", p.Partition, p.Table)
	}
	return fmt.Sprintf("partition %d, %s of %s", p.Partition, p.Table, p.Entity)
}

// placeOf takes a key apart; false for one that this program does not write.
func placeOf(k []byte) (p Place, ok bool) {
	if string(k) == string(keyFormat) {
		return Place{Partition: maxPartitions, Table: "format"}, true
	}
	if len(k) < tableLength {
		return Place{}, false
	}
	p.Partition = int(binary.BigEndian.Uint16(k))
	rest := k[tableLength:]
	switch k[2] {
	case tableLedger:
		p.Table = "ledger"
		return p, len(rest) == 0
	case tableRecord:
		p.Table = "record"
		if len(rest) < 1 {
			return p, false
		}
		p.Entity = commit.Entity{Kind: commit.Kind(rest[0]), ID: string(rest[1:])}
		return p, true
	case tableItem:
		p.Table = "item"
		if p.Entity, rest, ok = scope(rest); !ok || len(rest) < 1 {
			return p, false
		}
		p.Collection = rest[0]
		return p, true
	case tableKey:
		p.Table = "key"
		if len(rest) < 4 {
			return p, false
		}
		p.Entity, _, ok = scope(rest[4:])
		return p, ok
	case tableOutbox:
		seq, what, ok := parseOutboxKey(k)
		p.Table, p.Seq = "outbox", seq
		if what == outboxBegun {
			p.Table = "begun"
		}
		return p, ok
	case tableDue:
		d, ok := parseDueKey(k)
		p.Table, p.Entity, p.At = "due", d.Entity, d.At
		return p, ok
	}
	return p, false
}

// scope reads what appendScope writes.
func scope(b []byte) (e commit.Entity, rest []byte, ok bool) {
	if len(b) < 3 {
		return e, nil, false
	}
	n := int(binary.BigEndian.Uint16(b[1:]))
	if len(b) < 3+n {
		return e, nil, false
	}
	return commit.Entity{Kind: commit.Kind(b[0]), ID: string(b[3 : 3+n])}, b[3+n:], true
}
