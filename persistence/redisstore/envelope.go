package redisstore

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"parley/actors/commit"
)

// Every value is an envelope: format version (1 byte), CRC-32C of its place and
// the payload (4 bytes), payload. The place (key and field, or outbox number) is
// under the checksum too, so a value that turns up elsewhere is found out.
const (
	envelopeVersion = 1
	envelopeHead    = 5
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// begin starts an envelope with room for a payload; the payload is appended by
// the caller and closed by seal.
func begin(room int) []byte {
	return append(make([]byte, 0, envelopeHead+room), envelopeVersion, 0, 0, 0, 0)
}

// seal closes an envelope for its place, two strings of which either may be empty.
func seal(envelope []byte, key, field string) []byte {
	binary.BigEndian.PutUint32(envelope[1:], sum(key, field, envelope[envelopeHead:]))
	return envelope
}

// open gives the payload of an envelope, or commit.ErrCorrupt.
func open(envelope []byte, key, field string) ([]byte, error) {
	if len(envelope) < envelopeHead {
		return nil, fmt.Errorf("%w: value of %d bytes", commit.ErrCorrupt, len(envelope))
	}
	if envelope[0] != envelopeVersion {
		return nil, fmt.Errorf("%w: value has format %d, this program knows %d", commit.ErrCorrupt, envelope[0], envelopeVersion)
	}
	payload := envelope[envelopeHead:]
	if binary.BigEndian.Uint32(envelope[1:]) != sum(key, field, payload) {
		return nil, fmt.Errorf("%w: checksum differs", commit.ErrCorrupt)
	}
	return payload, nil
}

func sum(key, field string, payload []byte) uint32 {
	var buf [256]byte
	place := append(append(append(buf[:0], key...), 0), field...)
	return crc32.Update(crc32.Update(0, castagnoli, place), castagnoli, payload)
}

// headLength is what a record's payload begins with: version and due time, 8
// bytes each, big endian. The script compares and replaces them unread.
const headLength = 16

func appendRecord(b []byte, r commit.Record) []byte {
	b = binary.BigEndian.AppendUint64(b, r.Version)
	b = binary.BigEndian.AppendUint64(b, uint64(r.Due))
	return append(b, r.Snapshot...)
}

func parseRecord(payload []byte) (commit.Record, error) {
	if len(payload) < headLength {
		return commit.Record{}, fmt.Errorf("%w: record of %d bytes", commit.ErrCorrupt, len(payload))
	}
	return commit.Record{
		Version:  binary.BigEndian.Uint64(payload),
		Due:      int64(binary.BigEndian.Uint64(payload[8:])),
		Snapshot: payload[headLength:],
	}, nil
}

// An outbox member is the number (8 bytes, so that no two members are equal) and
// an envelope of kind, source, target and body.
func outboxMember(e commit.Entry) string {
	b := make([]byte, 0, 64+len(e.Source.ID)+len(e.Target.ID)+len(e.Body))
	b = binary.BigEndian.AppendUint64(b, e.Seq)
	number := string(b)
	b = append(b, envelopeVersion, 0, 0, 0, 0, e.Kind)
	b = appendEntity(b, e.Source)
	b = appendEntity(b, e.Target)
	b = append(b, e.Body...)
	seal(b[8:], "", number)
	return string(b)
}

func parseOutboxMember(member string, seq uint64) (commit.Entry, error) {
	if len(member) < 8 || binary.BigEndian.Uint64([]byte(member[:8])) != seq {
		return commit.Entry{}, fmt.Errorf("%w: outbox entry stands under another number", commit.ErrCorrupt)
	}
	payload, err := open([]byte(member[8:]), "", member[:8])
	if err != nil {
		return commit.Entry{}, err
	}
	e := commit.Entry{Seq: seq}
	rest, ok := payload, len(payload) > 0
	if ok {
		e.Kind, rest = payload[0], payload[1:]
		if e.Source, rest, ok = cutEntity(rest); ok {
			e.Target, rest, ok = cutEntity(rest)
		}
	}
	if !ok {
		return commit.Entry{}, fmt.Errorf("%w: outbox entry is cut short", commit.ErrCorrupt)
	}
	e.Body = rest
	return e, nil
}

func appendEntity(b []byte, e commit.Entity) []byte {
	b = binary.BigEndian.AppendUint16(append(b, byte(e.Kind)), uint16(len(e.ID)))
	return append(b, e.ID...)
}

func cutEntity(b []byte) (e commit.Entity, rest []byte, ok bool) {
	if len(b) < 3 || len(b)-3 < int(binary.BigEndian.Uint16(b[1:])) {
		return commit.Entity{}, nil, false
	}
	n := 3 + int(binary.BigEndian.Uint16(b[1:]))
	return commit.Entity{Kind: commit.Kind(b[0]), ID: string(b[3:n])}, b[n:], true
}
