package storetest

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"parley/actors/commit"
)

var dataCases = []testCase{
	{"any bytes may stand in ids and keys", func(t *testing.T, b *bundle) {
		parts := []string{"", "a", "a1", "a12", "2", "12", "\x00", "\x00\x00", "a\x00", "\xff", "\xff\xff", "a\xff", "a:b", "b", ":", "{a}", "/", "\x01", "юникод"}
		o := b.claim(t, 1)
		var changes []commit.Change
		for i, id := range parts {
			c := commit.Change{Entity: conversation(id), Snapshot: []byte(id), Due: commit.Due{New: int64(i + 1)}}
			for j, k := range parts {
				c.Put = append(c.Put, commit.Item{ItemKey: commit.ItemKey{Collection: 1, Key: k}, Value: fmt.Appendf(nil, "%d/%d", i, j)})
				if (i+j)%2 == 0 {
					c.Keys = append(c.Keys, commit.Key{ID: k, Value: fmt.Appendf(nil, "%d/%d", i, j)})
				}
			}
			changes = append(changes, c)
		}
		o.written(changes...)
		b.restart()
		for i, id := range parts {
			o.wantRecord(conversation(id), 1, id, int64(i+1))
			items, err := b.Range(t.Context(), 1, conversation(id), commit.Range{Collection: 1})
			if err != nil || len(items) != len(parts) {
				t.Fatalf("%q has %d items, want %d: %v", id, len(items), len(parts), err)
			}
			for j, k := range parts {
				got, err := b.Items(t.Context(), 1, conversation(id), []commit.ItemKey{{Collection: 1, Key: k}})
				if want := fmt.Sprintf("%d/%d", i, j); err != nil || string(got[0]) != want {
					t.Fatalf("item %q of %q: %q, want %q: %v", k, id, got[0], want, err)
				}
				out := o.commit(commit.Change{Entity: conversation(id), Expect: 99, Keys: []commit.Key{{ID: k}}})[0]
				want := commit.Outcome{Status: commit.Conflict}
				if (i+j)%2 == 0 {
					want = commit.Outcome{Status: commit.Seen, Key: k, Value: fmt.Appendf(nil, "%d/%d", i, j)}
				}
				wantOutcome(t, out, want)
			}
		}
		if dues, err := b.Dues(t.Context(), 1, commit.DueEntity{}, 0); err != nil || len(dues) != len(parts) || dues[2].Entity != conversation("a1") {
			t.Fatalf("dues %v, %v", dues, err)
		}
	}},
	{"large values", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		big := bytes.Repeat([]byte("0123456789abcdef"), 1<<18) // 4 MB
		o.written(commit.Change{Entity: conversation("a"), Snapshot: big, Outbox: []commit.Entry{{Seq: 1, Body: big}},
			Put: []commit.Item{{ItemKey: commit.ItemKey{Collection: 1, Key: "k"}, Value: big}}})
		b.restart()
		if r := b.mustLoad(t, 1, conversation("a")); !bytes.Equal(r.Snapshot, big) {
			t.Fatalf("snapshot has %d bytes", len(r.Snapshot))
		}
		items, err := b.Range(t.Context(), 1, conversation("a"), commit.Range{Collection: 1})
		if err != nil || len(items) != 1 || !bytes.Equal(items[0].Value, big) {
			t.Fatalf("items: %d, %v", len(items), err)
		}
		entries, err := b.Outbox(t.Context(), 1, 0, 0)
		if err != nil || len(entries) != 1 || !bytes.Equal(entries[0].Body, big) {
			t.Fatalf("entries: %d, %v", len(entries), err)
		}
	}},
	{"a batch of a thousand changes", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		var changes []commit.Change
		for i := range 1000 {
			changes = append(changes, commit.Change{Entity: conversation(fmt.Sprint("c", i)), Snapshot: fmt.Appendf(nil, "s%d", i), Keys: []commit.Key{{ID: "k"}}})
		}
		o.written(changes...)
		b.restart()
		o.wantRecord(conversation("c0"), 1, "s0", 0)
		o.wantRecord(conversation("c999"), 1, "s999", 0)
	}},
	{"what is given and what is taken are copies", func(t *testing.T, b *bundle) {
		o := b.claim(t, 1)
		a, value := conversation("a"), []byte("good")
		key := commit.ItemKey{Collection: 1, Key: "k"}
		batch := o.batch(commit.Change{Entity: a, Snapshot: value, Keys: []commit.Key{{ID: "id", Value: value}},
			Put: []commit.Item{{ItemKey: key, Value: value}}, Outbox: []commit.Entry{{Seq: 1, Body: value}}})
		o.send(batch)
		spoil(value)
		for range 2 { // the second round sees what spoiling the first answers did
			r := b.mustLoad(t, 1, a)
			items, _ := b.Range(t.Context(), 1, a, commit.Range{Collection: 1})
			values, _ := b.Items(t.Context(), 1, a, []commit.ItemKey{key})
			entries, _ := b.Outbox(t.Context(), 1, 0, 0)
			out := o.commit(commit.Change{Entity: a, Keys: []commit.Key{{ID: "id"}}})
			for i, got := range [][]byte{r.Snapshot, items[0].Value, values[0], entries[0].Body, out[0].Value} {
				if string(got) != "good" {
					t.Fatalf("answer %d is %q", i, got)
				}
				spoil(got)
			}
		}
		last := o.batch(commit.Change{Entity: a, Keys: []commit.Key{{ID: "id"}}})
		spoil(o.send(last)[0].Value)
		if out := o.send(last); string(out[0].Value) != "good" {
			t.Fatalf("repeated batch answers %q", out[0].Value)
		}
	}},
}

func spoil(b []byte) {
	for i := range b {
		b[i] = 'x'
	}
}

var concurrencyCases = []testCase{
	{"partitions are written at the same time", func(t *testing.T, b *bundle) {
		const rounds = 40
		errs := make(chan error, Partitions)
		for p := range Partitions {
			o := b.claim(t, p)
			go func() { errs <- o.work(t.Context(), rounds) }()
		}
		for range Partitions {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		b.restart()
		for p := range Partitions {
			o := &owner{t: t, b: b, partition: p}
			o.wantRecord(conversation("c"), rounds, fmt.Sprint(rounds-1), 0)
			if items, err := b.Range(t.Context(), p, conversation("c"), commit.Range{}); err != nil || len(items) != rounds {
				t.Errorf("partition %d has %d items, want %d: %v", p, len(items), rounds, err)
			}
			if c, err := b.Claim(t.Context(), p); err != nil || c.Seq != rounds {
				t.Errorf("partition %d: %+v, %v", p, c, err)
			}
		}
	}},
}

// work writes and reads one entity many times.
func (o *owner) work(ctx context.Context, rounds int) error {
	e := conversation("c")
	for i := range rounds {
		batch := o.batch(commit.Change{Entity: e, Expect: uint64(i), Snapshot: fmt.Append(nil, i), Keys: []commit.Key{{ID: fmt.Sprint(i)}},
			Put: []commit.Item{{ItemKey: commit.ItemKey{Key: fmt.Sprintf("%06d", i)}}}, Outbox: entries(uint64(i+1), "x")})
		out, err := o.b.Commit(ctx, batch)
		if err != nil || out[0].Status != commit.Written {
			return fmt.Errorf("partition %d, batch %d: %v, %w", o.partition, i, out, err)
		}
		r, err := o.b.Load(ctx, o.partition, e)
		if err != nil || r.Version != uint64(i+1) {
			return fmt.Errorf("partition %d reads version %d after %d: %w", o.partition, r.Version, i+1, err)
		}
	}
	return nil
}
