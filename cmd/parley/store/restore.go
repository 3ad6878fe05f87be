package store

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"parley/actors/commit"
	"parley/persistence/pebblestore"
)

// Restore puts values of an entity back from a copy: the data folder of a backup,
// its live folder, or a file written by Export. Without whole only what is
// damaged now is taken, and never the record: an older record beside newer items
// would give numbers out twice. With whole the entity becomes what it is in the
// copy. What is there now is exported first.
func (t Tool) Restore(ctx context.Context, e commit.Entity, from string, whole bool) error {
	copied, err := t.copyOf(ctx, e, from)
	if err != nil {
		return err
	}
	if len(copied) == 0 {
		return fmt.Errorf("the copy holds nothing of %s", e)
	}
	return t.change(ctx, e, func(v *pebblestore.Vault, now []pebblestore.Raw) error {
		if whole {
			t.say("%s becomes what it is in the copy: %d values in place of %d.", e, len(copied), len(now))
			return v.Replace(e, keys(now), list(copied))
		}
		return t.patch(v, e, now, copied)
	})
}

// patch takes what is damaged now from the copy.
func (t Tool) patch(v *pebblestore.Vault, e commit.Entity, now []pebblestore.Raw, copied map[string]pebblestore.Raw) error {
	var put []pebblestore.Raw
	left := 0
	for _, r := range now {
		if r.Err == nil {
			continue
		}
		good, known := copied[string(r.Key)]
		switch {
		case r.Place.Table == "record":
			t.say("left     %s: an older record needs everything of its time with it (--whole)", r.Place)
			left++
		case !known:
			t.say("left     %s: the copy does not hold it", r.Place)
			left++
		default:
			t.say("restored %s", r.Place)
			put = append(put, good)
		}
	}
	if err := v.Replace(e, nil, put); err != nil {
		return err
	}
	if left > 0 {
		return ErrDamaged
	}
	return nil
}

// Drop removes everything stored of an entity, after it was exported. What others
// know of it stays: its next command finds it new.
func (t Tool) Drop(ctx context.Context, e commit.Entity) error {
	return t.change(ctx, e, func(v *pebblestore.Vault, now []pebblestore.Raw) error {
		t.say("%d values of %s are gone from the store.", len(now), e)
		return v.Replace(e, keys(now), nil)
	})
}

// change exports an entity beside the store, then lets use change it. Outbox
// entries stay as they are: they concern others.
func (t Tool) change(ctx context.Context, e commit.Entity, use func(v *pebblestore.Vault, now []pebblestore.Raw) error) error {
	return t.open(true, func(v *pebblestore.Vault) error {
		file := filepath.Join(t.Data, fmt.Sprintf("%s-%s.jsonl", e.Kind, t.stamp()))
		if _, err := export(ctx, v, e, file); err != nil {
			return fmt.Errorf("keep what is there now: %w", err)
		}
		t.say("What is there now is kept in %s.", file)
		var now []pebblestore.Raw
		err := v.Entity(ctx, e, func(r pebblestore.Raw) error {
			if r.Place.Table != "outbox" {
				now = append(now, r)
			}
			return nil
		})
		if err != nil {
			return err
		}
		return use(v, now)
	})
}

// copyOf reads the whole values of an entity from a copy, by key.
func (t Tool) copyOf(ctx context.Context, e commit.Entity, from string) (map[string]pebblestore.Raw, error) {
	info, err := os.Stat(from)
	if err != nil {
		return nil, err
	}
	values := make(map[string]pebblestore.Raw)
	take := func(r pebblestore.Raw) error {
		if r.Err == nil && r.Place.Table != "outbox" {
			values[string(r.Key)] = r
		}
		return nil
	}
	if !info.IsDir() {
		return values, readExport(from, take)
	}
	if _, err := os.Stat(filepath.Join(from, "live")); err == nil {
		from = filepath.Join(from, "live")
	}
	v, err := pebblestore.OpenVault(from, pebblestore.Options{}, false)
	if err != nil {
		return nil, err
	}
	return values, errors.Join(v.Entity(ctx, e, take), v.Close())
}

func readExport(file string, take func(pebblestore.Raw) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read from
	in := json.NewDecoder(bufio.NewReader(f))
	for {
		var l line
		switch err := in.Decode(&l); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read %s: %w", file, err)
		}
		if err := take(pebblestore.RawOf(l.Key, l.Value)); err != nil {
			return err
		}
	}
}

func keys(values []pebblestore.Raw) [][]byte {
	out := make([][]byte, len(values))
	for i := range values {
		out[i] = values[i].Key
	}
	return out
}

func list(values map[string]pebblestore.Raw) []pebblestore.Raw {
	out := make([]pebblestore.Raw, 0, len(values))
	for _, r := range values {
		out = append(out, r)
	}
	return out
}
