package pebblestore

import (
	"bytes"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"parley/actors/commit"
)

func vault(t *testing.T, fs vfs.FS, change bool) *Vault {
	t.Helper()
	v, err := OpenVault("db", small(fs), change)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}

// filled writes values into a fresh store's folder.
func filled(t *testing.T, values map[string][]byte) *vfs.MemFS {
	t.Helper()
	fs := vfs.NewMem()
	if err := mustOpen(t, "db", small(fs)).Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, fs, func(db *pebble.DB) error {
		for k, v := range values {
			if err := db.Set([]byte(k), v, pebble.NoSync); err != nil {
				return err
			}
		}
		return nil
	})
	return fs
}

func TestTheVaultFindsAndMends(t *testing.T) {
	t.Parallel()
	values := settled(t)
	bad := maps.Clone(values)
	spoil := func(key []byte, how func([]byte) []byte) {
		t.Helper()
		if bad[string(key)] == nil {
			t.Fatalf("no value under %x", key)
		}
		bad[string(key)] = how(bytes.Clone(bad[string(key)]))
	}
	n := victim.Partition(small(nil).Partitions)
	item := func(id string) []byte {
		return appendItemKey(nil, n, victim, commit.ItemKey{Collection: 1, Key: id})
	}
	flipped := func(v []byte) []byte { v[len(v)-1] ^= 4; return v }
	half := func(v []byte) []byte { return v[:len(v)/2] }
	spoil(appendRecordKey(nil, n, victim), flipped)
	spoil(item("00000007"), flipped)
	spoil(item("00000008"), half)
	spoil(appendLedgerKey(nil, n), half)
	spoil(appendDueKey(nil, n, commit.DueEntity{At: events, Entity: victim}), half)
	fs := filled(t, bad)

	look := vault(t, fs, false)
	var found []Finding
	s, err := look.Check(t.Context(), func(f Finding) { found = append(found, f) })
	if err != nil || s.Findings != 5 || len(found) != 5 || s.Values["item"] != len(bystanders)*5+events-2 {
		t.Fatalf("%+v, %v, %v", s, found, err)
	}
	if err := look.Close(); err != nil {
		t.Fatal(err)
	}

	v, err := OpenVault("db", small(fs), true)
	if err != nil {
		t.Fatal(err)
	}
	done, left, err := v.Mend(t.Context(), func(Finding) {})
	if err != nil || done != 4 || left != 1 {
		t.Fatalf("%d mended, %d left, %v", done, left, err)
	}
	count := 0
	if err := v.Entity(t.Context(), victim, func(r Raw) error {
		count++
		if collection, id := r.Item(); r.Err != nil && (collection != 1 || id != "00000008") {
			t.Errorf("%s: %v", r.Place, r.Err)
		}
		return nil
	}); err != nil || count != 1+events+events+1+3 {
		t.Fatalf("%d values of the entity, %v", count, err)
	}
	good := Raw{Key: item("00000008"), Value: values[string(item("00000008"))]}
	if err := v.Replace(victim, nil, []Raw{{Key: good.Key, Value: good.Value[:6]}}); !errors.Is(err, commit.ErrCorrupt) {
		t.Fatalf("a value that is not whole was put back: %v", err)
	}
	if err := v.Replace(victim, nil, []Raw{good}); err != nil {
		t.Fatal(err)
	}
	if s, err := v.Check(t.Context(), func(f Finding) { t.Errorf("%s: %v", f.Place, f.Err) }); err != nil || s.Findings != 0 {
		t.Fatalf("%+v, %v", s, err)
	}
	if r, err := v.Record(victim); err != nil || r.Version != events {
		t.Fatalf("%+v, %v", r, err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	back := opened(t, small(fs))
	if _, err := back.Claim(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if r, err := back.Load(t.Context(), n, victim); err != nil || r.Version != events {
		t.Fatalf("%+v, %v", r, err)
	}
}

func TestTheVaultStaysShutWhileTheServerRuns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := mustOpen(t, dir, small(nil))
	for _, change := range []bool{false, true} {
		if _, err := OpenVault(dir, small(nil), change); !errors.Is(err, ErrRunning) {
			t.Fatalf("change %v: %v", change, err)
		}
	}
	if _, err := CutLog(dir, small(nil)); !errors.Is(err, ErrRunning) {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if said, err := CutLog(dir, small(nil)); err != nil || said != "" {
		t.Fatalf("a whole log: %q, %v", said, err)
	}
	if _, err := OpenVault(t.TempDir(), small(nil), false); err == nil || errors.Is(err, ErrRunning) {
		t.Fatalf("an empty folder: %v", err)
	}
}

// A log damaged in the middle keeps the store shut until it is cut; then all
// before the cut is there, and what was cut is kept.
func TestALogIsCutWhereItIsDamaged(t *testing.T) {
	t.Parallel()
	const batches = 500
	files := crashedFiles(t, batches, false)
	fs, damaged, size := vfs.NewMem(), "", 0
	for name, data := range files {
		if isLog(name) && len(data) > 1000 {
			data = bytes.Clone(data)
			data[len(data)/3] ^= 0x10
			damaged, size = name, len(data)
		}
		write(t, fs, name, data)
	}
	if _, err := Open("db", small(fs)); !errors.Is(err, commit.ErrCorrupt) || !strings.Contains(err.Error(), "cut-log") {
		t.Fatal(err)
	}
	said, err := CutLog("db", small(fs))
	if err != nil || !strings.Contains(said, damaged) || !strings.Contains(said, "whole records") {
		t.Fatalf("%q, %v", said, err)
	}
	kept := 0
	for name, data := range readAll(t, fs, "db") {
		if strings.HasPrefix(name, damaged+".damaged-") {
			kept = len(data)
		}
	}
	if kept != size {
		t.Fatalf("%d of %d bytes were kept", kept, size)
	}
	s := opened(t, small(fs))
	r, err := s.Load(t.Context(), 1, entityA)
	if err != nil || r.Version == 0 || r.Version >= batches {
		t.Fatalf("%s: version %d, %v", said, r.Version, err)
	}
	items, err := s.Range(t.Context(), 1, entityA, commit.Range{Collection: 1})
	if keys := countKeys(t, s, 1); err != nil || uint64(len(items)) != r.Version || keys != r.Version {
		t.Fatalf("of %d batches: %d items, %d keys, %v", r.Version, len(items), keys, err)
	}
	t.Logf("%s; %d of %d batches are there", said, r.Version, batches)
}

// Where a block of a table file is damaged, everything else is carried over to
// whole files, and the damaged ones are kept.
func TestSalvageKeepsAllButTheDamagedBlock(t *testing.T) {
	t.Parallel()
	const batches = 400
	files := crashedFiles(t, batches, true)
	for name, data := range files {
		if !strings.HasSuffix(name, ".sst") || len(data) < 20_000 {
			continue
		}
		fs := vfs.NewMem()
		for n, d := range files {
			if n == name {
				d = bytes.Clone(d)
				d[len(d)/3] ^= 0x10
			}
			write(t, fs, n, d)
		}
		kept, carried, gaps, err := Salvage(t.Context(), "db", small(fs))
		if err != nil || len(gaps) != 1 || len(readAll(t, fs, kept)) == 0 {
			t.Fatalf("kept %q, %d values, %d gaps, %v", kept, carried, len(gaps), err)
		}
		v := vault(t, fs, false)
		s, err := v.Check(t.Context(), func(f Finding) { t.Errorf("%s: %v", f.Place, f.Err) })
		lost := 3*batches + 4 - carried
		t.Logf("%s: %d values carried over, %d lost between %s", name, carried, lost, gaps[0].Place)
		if err != nil || s.Findings != 0 || lost <= 0 || lost > batches {
			t.Fatalf("%+v, %v; %d lost", s, err, lost)
		}
	}
}
