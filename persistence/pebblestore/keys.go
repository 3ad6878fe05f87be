package pebblestore

import (
	"encoding/binary"

	"parley/actors/commit"
)

// Every key starts with its partition (2 bytes, big endian) and a table. Ids
// that are not at the end of a key are preceded by their length (2 bytes), so
// no two different tuples give the same key ("a1"+"2" is not "a"+"12").
//
//	table   key after partition and table               value
//	m       -                                           ledger: epoch, newest batch, outcomes, newest outbox number
//	e       kind(1) id                                  record: version, due, snapshot
//	i       kind(1) length(2) id collection(1) key      item
//	k       generation(4) kind(1) length(2) id key      note of an idempotency key; dropped by generation
//	o       seq(8) 0                                    outbox entry
//	o       seq(8) 1                                    mark: the entry has been begun
//	d       at(8) kind(1) id                            nothing; the entity is due
//
// The database's own format record stands under the partition 0xffff, which
// no partition has.
const (
	tableLedger = 'm'
	tableRecord = 'e'
	tableItem   = 'i'
	tableKey    = 'k'
	tableOutbox = 'o'
	tableDue    = 'd'
)

// maxPartitions leaves 0xffff to the database's own record.
const maxPartitions = 0xffff

// keyFormat is where the database says what it is. It sorts after all else.
var keyFormat = []byte{0xff, 0xff, 'f'}

// The two keys of an outbox entry.
const (
	outboxEntry = 0
	outboxBegun = 1
)

func appendTable(b []byte, partition int, table byte) []byte {
	return append(binary.BigEndian.AppendUint16(b, uint16(partition)), table)
}

// appendLedgerKey: one per partition, lives for ever.
func appendLedgerKey(b []byte, partition int) []byte {
	return appendTable(b, partition, tableLedger)
}

// appendRecordKey: one per entity, lives for ever.
func appendRecordKey(b []byte, partition int, e commit.Entity) []byte {
	b = appendTable(b, partition, tableRecord)
	return append(append(b, byte(e.Kind)), e.ID...)
}

// appendItemPrefix: before the keys of one collection of an entity.
func appendItemPrefix(b []byte, partition int, e commit.Entity, collection byte) []byte {
	b = appendScope(appendTable(b, partition, tableItem), e)
	return append(b, collection)
}

// appendItemKey: one per item, lives until dropped.
func appendItemKey(b []byte, partition int, e commit.Entity, k commit.ItemKey) []byte {
	return append(appendItemPrefix(b, partition, e, k.Collection), k.Key...)
}

// appendGenerationPrefix: before the idempotency keys of one generation.
func appendGenerationPrefix(b []byte, partition int, generation uint32) []byte {
	return binary.BigEndian.AppendUint32(appendTable(b, partition, tableKey), generation)
}

// appendIdempotencyKey: one per key seen, lives until its generation is swept.
func appendIdempotencyKey(b []byte, partition int, generation uint32, e commit.Entity, id string) []byte {
	return append(appendScope(appendGenerationPrefix(b, partition, generation), e), id...)
}

// appendOutboxKey: an entry or its mark, lives until the entry is done.
func appendOutboxKey(b []byte, partition int, seq uint64, what byte) []byte {
	b = binary.BigEndian.AppendUint64(appendTable(b, partition, tableOutbox), seq)
	return append(b, what)
}

// appendDueKey: one per entity that wants to be woken, lives until it has been.
func appendDueKey(b []byte, partition int, d commit.DueEntity) []byte {
	b = binary.BigEndian.AppendUint64(appendTable(b, partition, tableDue), uint64(d.At))
	return append(append(b, byte(d.Entity.Kind)), d.Entity.ID...)
}

func appendScope(b []byte, e commit.Entity) []byte {
	b = append(b, byte(e.Kind))
	b = binary.BigEndian.AppendUint16(b, uint16(len(e.ID)))
	return append(b, e.ID...)
}

// tableLength is the length of what appendTable appends.
const tableLength = 3

// parseOutboxKey takes an outbox key apart.
func parseOutboxKey(key []byte) (seq uint64, what byte, ok bool) {
	if len(key) != tableLength+9 {
		return 0, 0, false
	}
	return binary.BigEndian.Uint64(key[tableLength:]), key[tableLength+8], true
}

// parseDueKey takes a due key apart.
func parseDueKey(key []byte) (d commit.DueEntity, ok bool) {
	if len(key) < tableLength+9 {
		return commit.DueEntity{}, false
	}
	key = key[tableLength:]
	return commit.DueEntity{
		At:     int64(binary.BigEndian.Uint64(key)),
		Entity: commit.Entity{Kind: commit.Kind(key[8]), ID: string(key[9:])},
	}, true
}

// after gives the first key that does not start with a prefix. A prefix here
// always holds a table's letter, so there is one.
func after(prefix []byte) []byte {
	end := append([]byte{}, prefix...)
	for i := len(end) - 1; ; i-- {
		if end[i]++; end[i] != 0 {
			return end[:i+1]
		}
	}
}
