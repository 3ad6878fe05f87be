package actors

import "parley/actors/commit"

// recentKeys is how many idempotency keys an actor remembers: a storm of
// redeliveries is answered from here instead of by the store.
const recentKeys = 32

// recent is a ring of the newest keys and their notes.
type recent struct {
	ring [recentKeys]commit.Key
	next int
}

func (r *recent) add(k commit.Key) {
	r.ring[r.next%recentKeys] = k
	r.next++
}

func (r *recent) seen(id string) (note string, ok bool) {
	if id == "" {
		return "", false
	}
	for i := range r.ring {
		if r.ring[i].ID == id {
			return string(r.ring[i].Value), true
		}
	}
	return "", false
}
