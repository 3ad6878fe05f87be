package redisstore

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"

	"parley/actors/commit"
)

// Every key of a partition begins with the tag {PREFIX:PARTITION}, which decides
// the slot of a cluster, and a letter that says what it is:
//
//	key            type        what                                            lives
//	m              string      ledger: epoch, batch, outbox number, outcomes   for ever
//	eKIND+ID       hash        one entity: record and items (fields below)     for ever
//	kGENERATION    hash        idempotency key (16 bytes) -> note              until its generation is swept
//	g              set         generations that have a k                       until swept
//	o              zset        outbox entries by number: number(8) envelope    until the entry is done
//	b              set         numbers of entries that have been begun         until done or rested
//	d              zset        due entities, score 0: time(8) KIND ID          until woken
//	s              hash        settled spans (settled.go) -> since when        until moved
//
// Fields of an entity's hash:
//
//	r              record: version, due, snapshot
//	iC+KEY         item KEY of collection C
//
// KIND and C are one byte; ids and keys stand at the end, so no two different
// tuples give the same key. PREFIX:format stands apart and says what the
// database is, and PREFIX:completed where settled items have been moved to.
const (
	fieldRecord = "r"
	fieldItem   = 'i'
)

// space names the keys of one installation.
type space string

// format is a string, "VERSION PARTITIONS"; lives for ever.
func (s space) format() string { return string(s) + ":format" }

// completed is a set of the ids of areas that settled items may have been moved
// to; lives for ever.
func (s space) completed() string { return string(s) + ":completed" }

func (s space) partition(n int) tag { return tag("{" + string(s) + ":" + strconv.Itoa(n) + "}") }

// tag names the keys of one partition.
type tag string

func (t tag) ledger() string      { return string(t) + "m" }
func (t tag) generations() string { return string(t) + "g" }
func (t tag) outbox() string      { return string(t) + "o" }
func (t tag) begun() string       { return string(t) + "b" }
func (t tag) due() string         { return string(t) + "d" }
func (t tag) settled() string     { return string(t) + "s" }

func (t tag) generation(g uint32) string { return string(t) + "k" + strconv.FormatUint(uint64(g), 10) }

func (t tag) entity(e commit.Entity) string {
	b := make([]byte, 0, len(t)+2+len(e.ID))
	b = append(append(append(b, t...), 'e', byte(e.Kind)), e.ID...)
	return string(b)
}

func itemField(k commit.ItemKey) string {
	b := make([]byte, 0, 2+len(k.Key))
	return string(append(append(b, fieldItem, k.Collection), k.Key...))
}

// idempotencyField is the first half of a SHA-256 over entity and key. Ids are
// long, and a key lives for nine days at least: they would take most of the
// memory. Two different keys never meet in 128 bits.
func idempotencyField(e commit.Entity, id string) string {
	var buf [256]byte
	b := append(buf[:0], byte(e.Kind))
	b = binary.BigEndian.AppendUint16(b, uint16(len(e.ID)))
	b = append(append(b, e.ID...), id...)
	sum := sha256.Sum256(b)
	return string(sum[:16])
}

// dueMember orders by time, kind and id.
func dueMember(at int64, e commit.Entity) string {
	b := make([]byte, 0, 9+len(e.ID))
	b = binary.BigEndian.AppendUint64(b, uint64(at))
	return string(append(append(b, byte(e.Kind)), e.ID...))
}

// parseDueMember takes a due member apart.
func parseDueMember(m string) (d commit.DueEntity, ok bool) {
	if len(m) < 9 {
		return commit.DueEntity{}, false
	}
	return commit.DueEntity{
		At:     int64(binary.BigEndian.Uint64([]byte(m[:8]))),
		Entity: commit.Entity{Kind: commit.Kind(m[8]), ID: m[9:]},
	}, true
}
