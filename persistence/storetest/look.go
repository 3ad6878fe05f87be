package storetest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"parley/actors/commit"
)

// The want functions read one thing from the store and compare it.

func (o *owner) wantRecord(e commit.Entity, version uint64, snapshot string, due int64) {
	o.t.Helper()
	r, err := o.b.Load(o.t.Context(), o.partition, e)
	if err != nil {
		o.t.Fatalf("load: %v", err)
	}
	if r.Version != version || string(r.Snapshot) != snapshot || r.Due != due {
		o.t.Fatalf("record of %s: version %d, %q, due %d; want %d, %q, %d", e, r.Version, r.Snapshot, r.Due, version, snapshot, due)
	}
}

// wantItems compares a range with keys and values written "key=value key=value".
func (o *owner) wantItems(e commit.Entity, r commit.Range, want string) {
	o.t.Helper()
	items, err := o.b.Range(o.t.Context(), o.partition, e, r)
	if err != nil {
		o.t.Fatalf("range: %v", err)
	}
	var got []string
	for _, it := range items {
		if it.Collection != r.Collection {
			o.t.Fatalf("item of collection %d in a range of %d", it.Collection, r.Collection)
		}
		got = append(got, fmt.Sprintf("%s=%s", it.Key, it.Value))
	}
	if s := strings.Join(got, " "); s != want {
		o.t.Fatalf("range %+v of %s: %q, want %q", r, e, s, want)
	}
}

// wantOutbox compares entries written "seq:body seq:body!", ! for begun.
func (o *owner) wantOutbox(after uint64, limit int, want string) {
	o.t.Helper()
	entries, err := o.b.Outbox(o.t.Context(), o.partition, after, limit)
	if err != nil {
		o.t.Fatalf("outbox: %v", err)
	}
	var got []string
	for _, e := range entries {
		s := fmt.Sprintf("%d:%s", e.Seq, e.Body)
		if e.Begun {
			s += "!"
		}
		got = append(got, s)
	}
	if s := strings.Join(got, " "); s != want {
		o.t.Fatalf("outbox after %d: %q, want %q", after, s, want)
	}
}

// wantDues compares due entities written "at:entity at:entity".
func (o *owner) wantDues(after commit.DueEntity, limit int, want string) {
	o.t.Helper()
	dues, err := o.b.Dues(o.t.Context(), o.partition, after, limit)
	if err != nil {
		o.t.Fatalf("dues: %v", err)
	}
	var got []string
	for _, d := range dues {
		got = append(got, fmt.Sprintf("%d:%s", d.At, d.Entity))
	}
	if s := strings.Join(got, " "); s != want {
		o.t.Fatalf("dues after %v: %q, want %q", after, s, want)
	}
}

func wantOutcome(t *testing.T, got, want commit.Outcome) {
	t.Helper()
	if got.Status != want.Status || got.Key != want.Key || !bytes.Equal(got.Value, want.Value) {
		t.Fatalf("outcome %+v, want %+v", got, want)
	}
}
