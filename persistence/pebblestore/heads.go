package pebblestore

import (
	"hash/maphash"

	"parley/actors/commit"
)

const (
	maxHeads  = 1024    // heads kept per partition, about 150 bytes each
	maxHashes = 1 << 16 // hashes of idempotency keys kept per partition, 4 bytes each
	maxOwn    = 2048    // of one entity; one that has more is looked up on the disk

	maxGenerations = 4 // behind the first that are read for hashes: a clock that leapt far ahead once has none of them looked at
)

// head is what a commit needs of an entity.
type head struct {
	version uint64
	due     int64
	keys    seenKeys
}

// seenKeys are hashes of all idempotency keys an entity has from a generation
// on. A key that is not among them is new for certain, which nearly every key
// is; one that is gets looked up.
type seenKeys struct {
	known  bool   // hashes are complete from the generation on
	many   bool   // there are more than are kept
	from   uint32 // generation
	hashes []uint32
}

// holds says that a key may have been seen.
func (k *seenKeys) holds(hash uint32) bool {
	for _, h := range k.hashes {
		if h == hash {
			return true
		}
	}
	return false
}

// heads remembers the entities written last, so that a commit to an entity in
// use reads nothing. It is right because nobody else writes: its writer's
// builder makes all commits of a partition, one after another, and the database
// is locked to this process.
type heads struct {
	seed   maphash.Seed
	by     map[commit.Entity]*head
	hashes int // of all
}

func newHeads() heads { return heads{seed: maphash.MakeSeed(), by: make(map[commit.Entity]*head)} }

// keep remembers the head of an entity that is not kept yet.
func (h *heads) keep(e commit.Entity, to head) *head {
	for len(h.by) >= maxHeads {
		h.forgetAny(nil)
	}
	kept := &to
	h.by[e] = kept
	return kept
}

// learn notes all hashes of a kept head.
func (h *heads) learn(of *head, keys seenKeys) {
	h.hashes -= len(of.keys.hashes)
	of.keys = seenKeys{}
	for h.hashes+len(keys.hashes) > maxHashes {
		h.forgetAny(of)
	}
	of.keys = keys
	h.hashes += len(keys.hashes)
}

// forgetAny makes room by forgetting one head, but not the one that is needed.
func (h *heads) forgetAny(but *head) {
	for e, other := range h.by {
		if other != but {
			h.hashes -= len(other.keys.hashes)
			delete(h.by, e)
			return
		}
	}
}

// wrote notes a durable change.
func (h *heads) wrote(c *commit.Change) {
	kept := h.by[c.Entity]
	if kept == nil {
		kept = h.keep(c.Entity, head{})
	}
	kept.version, kept.due = c.Expect+1, c.Due.New
	if !kept.keys.known || len(c.Keys) == 0 {
		return
	}
	keys := kept.keys
	for i := range c.Keys {
		keys.hashes = append(keys.hashes, h.hash(c.Keys[i].ID))
	}
	if len(keys.hashes) > maxOwn {
		keys = seenKeys{many: true, from: keys.from}
	}
	h.learn(kept, keys)
}

func (h *heads) hash(id string) uint32 { return uint32(maphash.String(h.seed, id)) }
