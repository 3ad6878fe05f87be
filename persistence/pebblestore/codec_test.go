package pebblestore

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"parley/actors/commit"
	"parley/persistence/internal/verdict"
)

func TestPayloadsComeBack(t *testing.T) {
	t.Parallel()
	value := rapid.SliceOfN(rapid.Byte(), 0, 20)
	rapid.Check(t, func(t *rapid.T) {
		r := commit.Record{Version: rapid.Uint64().Draw(t, "version"), Due: rapid.Int64Range(0, 1<<62).Draw(t, "due"), Snapshot: value.Draw(t, "snapshot")}
		if got, err := parseRecord(appendRecord(nil, r)); err != nil || !reflect.DeepEqual(got, r) {
			t.Fatalf("%+v, want %+v: %v", got, r, err)
		}
		e := commit.Entry{Kind: rapid.Byte().Draw(t, "kind"), Source: genEntity.Draw(t, "source"), Target: genEntity.Draw(t, "target"), Body: value.Draw(t, "body")}
		if got, err := parseEntry(appendEntry(nil, e)); err != nil || !reflect.DeepEqual(got, e) {
			t.Fatalf("%+v, want %+v: %v", got, e, err)
		}
		l := verdict.Ledger{Epoch: rapid.Uint64().Draw(t, "epoch"), Number: rapid.Uint64().Draw(t, "number"), Seq: rapid.Uint64().Draw(t, "seq"), Generation: rapid.Uint32().Draw(t, "generation")}
		l.Outcomes = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) commit.Outcome {
			o := commit.Outcome{Status: commit.Status(rapid.IntRange(0, 2).Draw(t, "status"))}
			if o.Status == commit.Seen {
				o.Key, o.Value = genText.Draw(t, "key"), value.Draw(t, "note")
			}
			return o
		}), 0, 5).Draw(t, "outcomes")
		if got, err := parseLedger(appendLedger(nil, l)); err != nil || !reflect.DeepEqual(got, l) {
			t.Fatalf("%+v, want %+v: %v", got, l, err)
		}
	})
}

// The parsers read what passed a checksum, yet must stand any bytes.
func FuzzParse(f *testing.F) {
	f.Add(appendRecord(nil, commit.Record{Version: 1, Due: 2, Snapshot: []byte("s")}))
	f.Add(appendEntry(nil, commit.Entry{Kind: 1, Source: entityA, Body: []byte("b")}))
	f.Add(appendLedger(nil, verdict.Ledger{Epoch: 1, Number: 2, Outcomes: []commit.Outcome{{}, {Status: commit.Seen, Key: "k", Value: []byte("v")}}}))
	f.Add(bytes.Repeat([]byte{0xff}, 40))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err1 := parseRecord(data)
		_, err2 := parseEntry(data)
		_, err3 := parseLedger(data)
		_, err4 := open([]byte("k"), data)
		for _, err := range []error{err1, err2, err3, err4} {
			if err != nil && !errors.Is(err, commit.ErrCorrupt) {
				t.Fatal(err)
			}
		}
	})
}
