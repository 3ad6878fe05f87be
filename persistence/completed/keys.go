package completed

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"parley/actors/commit"
)

// Keys of the database:
//
//	f                                              format version (1 byte) and the area's id
//	i PARTITION(4) KIND(1) LENGTH(2) ID COLLECTION(1) KEY   one item
//
// Numbers are big endian. An id is preceded by its length, so that no two
// different tuples give the same key, and KEY stands last, so that items of a
// collection are in its order.
var keyFormat = []byte("f")

const tagItem = 'i'

// collectionKey begins the keys of all items of one collection of an entity.
func collectionKey(partition int, e commit.Entity, collection byte) []byte {
	b := make([]byte, 0, 64+len(e.ID))
	b = binary.BigEndian.AppendUint32(append(b, tagItem), uint32(partition))
	b = binary.BigEndian.AppendUint16(append(b, byte(e.Kind)), uint16(len(e.ID)))
	return append(append(b, e.ID...), collection)
}

func itemKey(partition int, e commit.Entity, k commit.ItemKey) []byte {
	return append(collectionKey(partition, e, k.Collection), k.Key...)
}

// bounds gives the keys that hold a range, the upper one excluded.
func bounds(prefix []byte, r commit.Range) (lower, upper []byte) {
	lower = append(bytes.Clone(prefix), r.From...)
	if r.To != "" {
		return lower, append(bytes.Clone(prefix), r.To...)
	}
	upper = bytes.Clone(prefix)
	for i := len(upper) - 1; ; i-- { // ends at the latest at tagItem
		if upper[i]++; upper[i] != 0 {
			return lower, upper[:i+1]
		}
	}
}

// Every value is format version (1 byte), CRC-32C of key and payload (4 bytes),
// payload.
const (
	valueVersion = 1
	valueHead    = 5
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func seal(key, payload []byte) []byte {
	b := append(make([]byte, 0, valueHead+len(payload)), valueVersion, 0, 0, 0, 0)
	binary.BigEndian.PutUint32(b[1:], sum(key, payload))
	return append(b, payload...)
}

// open gives a copy of the payload of a value, never nil, or commit.ErrCorrupt.
func open(key, value []byte) ([]byte, error) {
	if len(value) < valueHead {
		return nil, fmt.Errorf("%w: value of %d bytes", commit.ErrCorrupt, len(value))
	}
	if value[0] != valueVersion {
		return nil, fmt.Errorf("%w: value has format %d, this program knows %d", commit.ErrCorrupt, value[0], valueVersion)
	}
	payload := value[valueHead:]
	if binary.BigEndian.Uint32(value[1:]) != sum(key, payload) {
		return nil, fmt.Errorf("%w: checksum differs", commit.ErrCorrupt)
	}
	return append(make([]byte, 0, len(payload)), payload...), nil
}

func sum(key, payload []byte) uint32 {
	return crc32.Update(crc32.Update(0, castagnoli, key), castagnoli, payload)
}
