package pebblestore

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"parley/actors/commit"
)

// Every value is an envelope: format version (1 byte), CRC-32C of key and
// payload (4 bytes), payload. The key is under the checksum too, so a value
// that turns up under another key is found out.
const (
	envelopeVersion = 1
	envelopeHead    = 5
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// begin starts an envelope in a buffer; the payload is appended by the caller
// and closed by seal.
func begin(buf []byte) []byte { return append(buf[:0], envelopeVersion, 0, 0, 0, 0) }

// seal closes an envelope.
func seal(key, envelope []byte) []byte {
	binary.BigEndian.PutUint32(envelope[1:], sum(key, envelope[envelopeHead:]))
	return envelope
}

// open gives the payload of an envelope, or commit.ErrCorrupt.
func open(key, envelope []byte) ([]byte, error) {
	if len(envelope) < envelopeHead {
		return nil, fmt.Errorf("%w: value of %d bytes", commit.ErrCorrupt, len(envelope))
	}
	if envelope[0] != envelopeVersion {
		return nil, fmt.Errorf("%w: value has format %d, this program knows %d", commit.ErrCorrupt, envelope[0], envelopeVersion)
	}
	payload := envelope[envelopeHead:]
	if binary.BigEndian.Uint32(envelope[1:]) != sum(key, payload) {
		return nil, fmt.Errorf("%w: checksum differs", commit.ErrCorrupt)
	}
	return payload, nil
}

func sum(key, payload []byte) uint32 {
	return crc32.Update(crc32.Update(0, castagnoli, key), castagnoli, payload)
}
