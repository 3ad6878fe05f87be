// Package pebblestore keeps the live state of one node in an embedded Pebble
// database.
//
// A writer (writer.go) gathers the batches of its partitions that wait at the
// same moment into one synced write, while the one before is on its way to the
// disk; so there is no linger timer, and a slow disk makes the writes larger.
//
// Only this process can write (Pebble locks the folder), so what a partition
// remembers beside its entities (its ledger) is held in memory once read.
//
// A disk that stalls cannot be cancelled. So a batch that a writer has taken stays
// with it until the disk has answered, and a caller whose time is up leaves with
// commit.ErrUnavailable. A writer has two writes at most, one being built and one
// being synced, which bounds memory. Writes are answered in order, so a repeated
// batch waits for the first one and gets its outcomes.
package pebblestore
