package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/commit"
	"parley/cmd/parley/store"
	"parley/persistence/pebblestore"
)

var entity = commit.Entity{Kind: commit.Conversation, ID: "abc"}

// bench is a stopped server's data folder and what the tool said last.
type bench struct {
	t    *testing.T
	data string
	out  bytes.Buffer
}

// setup writes a conversation of ten versions with an item each, and keeps a copy
// of the folder as it was after the fifth.
func setup(t *testing.T) (b *bench, backup string) {
	t.Helper()
	b = &bench{t: t, data: t.TempDir()}
	backup = t.TempDir()
	number := uint64(0)
	for part := range 2 {
		s, err := pebblestore.Open(filepath.Join(b.data, "live"), pebblestore.Options{MinFree: 1})
		if err != nil {
			t.Fatal(err)
		}
		n := entity.Partition(64)
		c, err := s.Claim(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		for i := range uint64(5) {
			number++
			out, err := s.Commit(t.Context(), commit.Batch{Partition: n, Epoch: c.Epoch, Number: i + 1, Seq: c.Seq, At: 1_790_000_000_000,
				Changes: []commit.Change{{Entity: entity, Expect: number - 1, Snapshot: []byte{0, 1}, Due: commit.Due{New: 5},
					Put: []commit.Item{{ItemKey: commit.ItemKey{Collection: 'm', Key: fmt.Sprint("m", number)}, Value: fmt.Appendf(nil, "message %d", number)}}}}})
			if err != nil || out[0].Status != commit.Written {
				t.Fatal(out, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if part == 0 {
			if err := os.CopyFS(backup, os.DirFS(b.data)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b, backup
}

// spoil changes a stored value behind the store's back.
func (b *bench) spoil(table byte, match string, how func([]byte) []byte) {
	b.t.Helper()
	db, err := pebble.Open(filepath.Join(b.data, "live"), &pebble.Options{FormatMajorVersion: pebble.FormatTableFormatV6, Logger: silent{}})
	if err != nil {
		b.t.Fatal(err)
	}
	prefix := []byte{0, byte(entity.Partition(64)), table}
	iter, err := db.NewIter(&pebble.IterOptions{LowerBound: prefix, UpperBound: append(bytes.Clone(prefix), 0xff)})
	if err != nil {
		b.t.Fatal(err)
	}
	for ok := iter.First(); ok; ok = iter.Next() {
		if strings.HasSuffix(string(iter.Key()), match) {
			if err := db.Set(iter.Key(), how(bytes.Clone(iter.Value())), pebble.Sync); err != nil {
				b.t.Fatal(err)
			}
			break
		}
	}
	if err := errors.Join(iter.Close(), db.Close()); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) tool() store.Tool {
	b.out.Reset()
	return store.Tool{Data: b.data, Out: &b.out}
}

// says checks an error and the words that were said.
func (b *bench) says(err, want error, words ...string) {
	b.t.Helper()
	if !errors.Is(err, want) {
		b.t.Fatalf("%v, want %v; it said:\n%s", err, want, b.out.String())
	}
	for _, w := range words {
		if !strings.Contains(b.out.String(), w) {
			b.t.Fatalf("%q is not said:\n%s", w, b.out.String())
		}
	}
}

// silent is a database that does not talk.
type silent struct{}

func (silent) Infof(string, ...any)      {}
func (silent) Errorf(string, ...any)     {}
func (silent) Fatalf(f string, a ...any) { panic(fmt.Sprintf(f, a...)) }

func flip(v []byte) []byte { v[len(v)-1] ^= 2; return v }
func half(v []byte) []byte { return v[:len(v)/2] }

func TestWhatIsDamagedIsFoundMendedAndRestored(t *testing.T) {
	t.Parallel()
	b, backup := setup(t)
	ctx := t.Context()
	b.says(b.tool().Check(ctx), nil, "Everything is whole")
	b.says(b.tool().Show(ctx, entity), nil, "version 10", "item m:10")

	b.spoil('e', entity.ID, flip)
	b.spoil('i', "m2", half)
	b.spoil('i', "m8", half)
	b.says(b.tool().Check(ctx), store.ErrDamaged, "record of conversation/abc", "one flipped bit", "3 damaged")
	b.says(b.tool().Mend(ctx), store.ErrDamaged, "1 mended, 2 left")
	b.says(b.tool().Show(ctx, entity), nil, "version 10", "damaged")
	b.says(b.tool().Restore(ctx, entity, backup, false), store.ErrDamaged, "restored", "the copy does not hold it")
	b.says(b.tool().Check(ctx), store.ErrDamaged, "1 damaged")

	file := filepath.Join(t.TempDir(), "kept.jsonl")
	b.says(b.tool().Export(ctx, entity, file), nil, "are in")
	b.says(b.tool().Restore(ctx, entity, backup, true), nil, "becomes what it is in the copy")
	b.says(b.tool().Check(ctx), nil, "Everything is whole")
	b.says(b.tool().Show(ctx, entity), nil, "version 5", "item m:5")
	b.says(b.tool().Restore(ctx, entity, file, true), nil)
	b.says(b.tool().Show(ctx, entity), nil, "version 10", "item m:9")
	b.says(b.tool().Drop(ctx, entity), nil, "gone from the store", "is kept in")
	if err := b.tool().Show(ctx, entity); err == nil || !strings.Contains(err.Error(), "nothing is stored") {
		t.Fatal(err)
	}
	b.says(b.tool().Salvage(ctx), nil, "carried over, 0 stretches lost")
	b.says(b.tool().Check(ctx), nil, "Everything is whole")
	b.says(b.tool().CutLog(ctx), nil, "nothing was cut")
}

func TestARunningServerIsLeftAlone(t *testing.T) {
	t.Parallel()
	b, _ := setup(t)
	s, err := pebblestore.Open(filepath.Join(b.data, "live"), pebblestore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // nothing was written
	for name, err := range map[string]error{
		"check": b.tool().Check(t.Context()), "mend": b.tool().Mend(t.Context()), "salvage": b.tool().Salvage(t.Context()),
		"cut-log": b.tool().CutLog(t.Context()), "drop": b.tool().Drop(t.Context(), entity),
	} {
		if !errors.Is(err, pebblestore.ErrRunning) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEntityNames(t *testing.T) {
	t.Parallel()
	if e, err := store.ParseEntity("queue/support"); err != nil || e != (commit.Entity{Kind: commit.Queue, ID: "support"}) {
		t.Fatal(e, err)
	}
	for _, bad := range []string{"", "queue", "queue/", "chat/1"} {
		if _, err := store.ParseEntity(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
