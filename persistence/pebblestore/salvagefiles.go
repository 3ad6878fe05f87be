package pebblestore

import (
	"context"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

// carryBytes is how much is carried over in one write.
const carryBytes = 1 << 20

// Salvage makes whole files of a stopped store whose files are damaged: what can
// be read goes into new ones, which take the place of the old. The old folder is
// kept beside it. It tells how many values were carried over and what is lost;
// values that are damaged in themselves are carried as they are.
func Salvage(ctx context.Context, dir string, opts Options) (kept string, carried int, lost []Finding, err error) {
	opts = opts.withDefaults()
	old, err := OpenVault(dir, opts, false)
	if err != nil {
		return "", 0, nil, err
	}
	fresh := dir + ".salvaged"
	if err := opts.FS.RemoveAll(fresh); err != nil {
		return "", 0, nil, errors.Join(fmt.Errorf("salvage: %w", err), old.Close())
	}
	carried, lost, err = old.carry(ctx, fresh)
	if err := errors.Join(err, old.Close()); err != nil {
		return "", 0, nil, fmt.Errorf("salvage: %w", err)
	}
	kept = fmt.Sprintf("%s.damaged-%d", dir, opts.now().Unix())
	if err := errors.Join(opts.FS.Rename(dir, kept), opts.FS.Rename(fresh, dir)); err != nil {
		return "", 0, nil, fmt.Errorf("salvage: put the new files in place (the old ones are in %s or %s): %w", dir, kept, err)
	}
	return kept, carried, lost, nil
}

// carry copies what can be read into a new database.
func (v *Vault) carry(ctx context.Context, to string) (carried int, lost []Finding, err error) {
	j := newJournal(v.opts)
	db, err := pebble.Open(to, v.opts.pebble(j))
	if err != nil {
		return 0, nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	w := db.NewBatch()
	gaps, err := salvage(v.db, []byte{0}, []byte{0xff, 0xff, 0xff}, func(k, value []byte) (bool, error) {
		carried++
		if err := w.Set(k, value, nil); err != nil {
			return false, err
		}
		if w.Len() < carryBytes {
			return true, ctx.Err()
		}
		err := w.Commit(pebble.NoSync)
		w.Reset()
		return true, errors.Join(err, ctx.Err())
	})
	for _, g := range gaps {
		place, _ := placeOf(g.after)
		lost = append(lost, Finding{Place: place, Key: g.after, Until: g.before, Err: g.err})
	}
	if err != nil {
		return carried, lost, err
	}
	if _, closer, err := v.db.Get(keyFormat); err != nil { // it stood in a gap
		_ = w.Set(keyFormat, seal(keyFormat, format(v.partitions)), nil)
	} else {
		_ = closer.Close()
	}
	if err := w.Commit(pebble.Sync); err != nil {
		return carried, lost, err
	}
	return carried, lost, db.Flush()
}
