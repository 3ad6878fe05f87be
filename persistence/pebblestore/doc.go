// Package pebblestore keeps the live state of one node in an embedded Pebble
// database.
//
// A batch is one synced write. Pebble's commit pipeline puts the batches of
// all partitions that wait at the same moment under one fsync, so there is no
// linger timer.
//
// Only this process can write (Pebble locks the folder), so what a partition
// remembers beside its entities (its ledger) is held in memory once read.
//
// A disk that stalls cannot be cancelled. So a commit runs in its partition's worker
// until it has ended, and a caller whose time is up leaves
// with commit.ErrUnavailable. One batch per partition is in flight at most,
// which bounds memory; a repeated batch waits for the first one and gets its
// outcomes.
package pebblestore
