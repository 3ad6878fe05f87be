package pebblestore

import (
	"bytes"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/commit"
)

// keyReader looks idempotency keys up for one batch. Nearly all keys are new,
// so what matters is to learn cheaply that there is none: the entity's hashes
// say so, and are read once while the entity is in use.
type keyReader struct {
	p          *partition
	generation uint32           // where the batch's own keys go
	newest     uint32           // no key is in a later one
	iter       *pebble.Iterator // opened by the first look
}

// find gives the outcome Seen when any key of a change has been seen in the
// generation or the one before, else nil. A key whose note is damaged has been
// seen all the same. The head is nil when it cannot be read.
func (r *keyReader) find(c *commit.Change, h *head) (*commit.Outcome, error) {
	if len(c.Keys) == 0 {
		return nil, nil
	}
	if h != nil {
		r.know(c.Entity, h)
	}
	for i := range c.Keys {
		if h != nil && h.keys.known && !h.keys.holds(r.p.heads.hash(c.Keys[i].ID)) {
			continue
		}
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

// know reads the hashes of an entity's keys unless they are known, or too many:
// those of later generations too, which a batch by a clock that has come forward
// again looks up. An entity without a record has no keys: they are written
// together. Where the disk cannot say, each key is looked up, and its error counts.
func (r *keyReader) know(e commit.Entity, h *head) {
	first := r.generation - 1
	if (h.keys.known || h.keys.many) && h.keys.from <= first {
		return
	}
	keys := seenKeys{known: true, from: first}
	switch {
	case h.version == 0:
	case r.newest-first > maxGenerations:
		keys = seenKeys{many: true, from: first}
	default:
		for g := first; g <= r.newest; g++ {
			prefix := appendIdempotencyKey(nil, r.p.n, g, e, "")
			err := r.p.s.scan(prefix, after(prefix), false, func(key, _ []byte) (bool, error) {
				keys.hashes = append(keys.hashes, r.p.heads.hash(string(key[len(prefix):])))
				return len(keys.hashes) <= maxOwn, nil
			})
			if err != nil {
				keys = seenKeys{}
				break
			}
		}
	}
	if len(keys.hashes) > maxOwn {
		keys = seenKeys{many: true, from: first}
	}
	r.p.heads.learn(h, keys)
}

// seek looks for the very key through the bloom filters of all levels, the last
// one included, which Get leaves out.
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
