package actors

import (
	"hash/maphash"

	"parley/actors/commit"
)

// recentKeys is how many idempotency keys an actor remembers: a storm of
// redeliveries is answered from here instead of by the store.
const recentKeys = 32

// recent is a ring of the newest keys and their notes.
type recent struct {
	seed maphash.Seed
	ring []recentKey
	next int
}

// recentKey is a key with its hash: comparing numbers finds out quickly that a
// key is new, which nearly every key is.
type recentKey struct {
	hash uint64
	commit.Key
}

func (r *recent) add(k commit.Key) {
	if len(r.ring) == 0 {
		r.seed = maphash.MakeSeed()
	}
	to := recentKey{maphash.String(r.seed, k.ID), k}
	if len(r.ring) < recentKeys {
		r.ring = append(r.ring, to)
		return
	}
	r.ring[r.next] = to
	r.next = (r.next + 1) % recentKeys
}

func (r *recent) seen(id string) (note string, ok bool) {
	if id == "" || len(r.ring) == 0 {
		return "", false
	}
	hash := maphash.String(r.seed, id)
	for i := range r.ring {
		if k := &r.ring[i]; k.hash == hash && k.ID == id {
			return string(k.Value), true
		}
	}
	return "", false
}
