package pebblestore

import "parley/actors/commit"

// maxHeads bounds the heads kept per partition (about 100 bytes each).
const maxHeads = 1024

// head is what a commit needs of a record.
type head struct {
	version uint64
	due     int64
}

// heads remembers the records written last, so that a commit to an entity in
// use reads nothing. It is right because nobody else writes: a partition's
// commits go one after another and the database is locked to this process.
type heads map[commit.Entity]head

// set remembers a durable head; when full, any other one makes room.
func (h heads) set(e commit.Entity, to head) {
	if _, known := h[e]; !known && len(h) >= maxHeads {
		for other := range h {
			delete(h, other)
			break
		}
	}
	h[e] = to
}
