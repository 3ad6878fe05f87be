package pebblestore

import (
	"bytes"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/commit"
)

// keyReader looks idempotency keys up for one batch. Nearly all keys are new,
// so what matters is to learn cheaply that there is none: an iterator that asks
// the bloom filters of all levels, the last one included, which Get leaves out.
type keyReader struct {
	p          *partition
	generation uint32
	iter       *pebble.Iterator // opened by the first key
}

// find gives the outcome Seen when any key of a change has been seen in the
// generation or the one before, else nil. A key whose note is damaged has been
// seen all the same.
func (r *keyReader) find(c *commit.Change) (*commit.Outcome, error) {
	for i := range c.Keys {
		for _, g := range [2]uint32{r.generation, r.generation - 1} {
			r.p.key = appendIdempotencyKey(r.p.key[:0], r.p.n, g, c.Entity, c.Keys[i].ID)
			found, err := r.seek(r.p.key)
			if err != nil {
				return nil, err
			}
			if found {
				return r.outcome(c, c.Keys[i].ID)
			}
		}
	}
	return nil, nil
}

func (r *keyReader) seek(key []byte) (found bool, err error) {
	if r.iter == nil {
		if r.iter, err = r.p.s.db.NewIter(&pebble.IterOptions{UseL6Filters: true}); err != nil {
			return false, damage(err)
		}
	}
	// The whole key is its own prefix, so only the very key can be found.
	if r.iter.SeekPrefixGE(key) {
		return true, nil
	}
	if err := r.iter.Error(); err != nil {
		return false, damage(err)
	}
	return false, nil
}

func (r *keyReader) outcome(c *commit.Change, id string) (*commit.Outcome, error) {
	value, err := r.iter.ValueAndErr()
	if err != nil {
		return nil, damage(err)
	}
	note, err := open(r.iter.Key(), value)
	if err != nil {
		r.p.s.corrupt("idempotency key", c.Entity, err)
	}
	return &commit.Outcome{Status: commit.Seen, Key: id, Value: bytes.Clone(note)}, nil
}

func (r *keyReader) close() {
	if r.iter != nil {
		_ = r.iter.Close() // its error has been given by seek
	}
}
