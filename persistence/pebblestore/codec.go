package pebblestore

import (
	"encoding/binary"
	"fmt"

	"parley/actors/commit"
	"parley/persistence/internal/verdict"
)

// The payloads are short sequences of uvarints and length-prefixed bytes. What
// a payload holds is said by its key.

func appendRecord(b []byte, r commit.Record) []byte {
	b = binary.AppendUvarint(b, r.Version)
	b = binary.AppendUvarint(b, uint64(r.Due))
	return append(b, r.Snapshot...)
}

func parseRecord(payload []byte) (commit.Record, error) {
	d := decoder{rest: payload}
	r := commit.Record{Version: d.uvarint(), Due: int64(d.uvarint())}
	r.Snapshot = append([]byte{}, d.rest...)
	return r, d.err("record")
}

func appendEntry(b []byte, e commit.Entry) []byte {
	b = append(b, e.Kind)
	b = appendEntity(b, e.Source)
	b = appendEntity(b, e.Target)
	return append(b, e.Body...)
}

func parseEntry(payload []byte) (commit.Entry, error) {
	d := decoder{rest: payload}
	e := commit.Entry{Kind: d.byte(), Source: d.entity(), Target: d.entity()}
	e.Body = append([]byte{}, d.rest...)
	return e, d.err("outbox entry")
}

func appendLedger(b []byte, l verdict.Ledger) []byte {
	b = binary.AppendUvarint(b, l.Epoch)
	b = binary.AppendUvarint(b, l.Number)
	b = binary.AppendUvarint(b, l.Seq)
	b = binary.AppendUvarint(b, uint64(l.Generation))
	b = binary.AppendUvarint(b, uint64(len(l.Outcomes)))
	for i := range l.Outcomes {
		o := &l.Outcomes[i]
		b = append(b, byte(o.Status))
		if o.Status == commit.Seen {
			b = appendBytes(b, o.Key)
			b = appendBytes(b, o.Value)
		}
	}
	return b
}

func parseLedger(payload []byte) (verdict.Ledger, error) {
	d := decoder{rest: payload}
	l := verdict.Ledger{Epoch: d.uvarint(), Number: d.uvarint(), Seq: d.uvarint(), Generation: uint32(d.uvarint())}
	n := d.uvarint()
	if n > uint64(len(d.rest)) {
		d.bad = true
		n = 0
	}
	l.Outcomes = make([]commit.Outcome, n)
	for i := range l.Outcomes {
		o := &l.Outcomes[i]
		switch o.Status = commit.Status(d.byte()); o.Status {
		case commit.Written, commit.Conflict:
		case commit.Seen:
			o.Key, o.Value = string(d.bytes()), append([]byte{}, d.bytes()...)
		default:
			d.bad = true
		}
	}
	return l, d.err("ledger")
}

func appendEntity(b []byte, e commit.Entity) []byte {
	return appendBytes(append(b, byte(e.Kind)), e.ID)
}

func appendBytes[T string | []byte](b []byte, s T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// decoder reads a payload and remembers whether anything was missing.
type decoder struct {
	rest []byte
	bad  bool
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 {
		d.bad, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

func (d *decoder) byte() byte {
	if len(d.rest) == 0 {
		d.bad = true
		return 0
	}
	v := d.rest[0]
	d.rest = d.rest[1:]
	return v
}

func (d *decoder) bytes() []byte {
	n := d.uvarint()
	if n > uint64(len(d.rest)) {
		d.bad, d.rest = true, nil
		return nil
	}
	v := d.rest[:n]
	d.rest = d.rest[n:]
	return v
}

func (d *decoder) entity() commit.Entity {
	return commit.Entity{Kind: commit.Kind(d.byte()), ID: string(d.bytes())}
}

func (d *decoder) err(what string) error {
	if d.bad {
		return fmt.Errorf("%w: %s is cut short or of an unknown form", commit.ErrCorrupt, what)
	}
	return nil
}
