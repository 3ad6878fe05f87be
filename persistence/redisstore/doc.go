// Package redisstore keeps the live state of an installation in Redis 7 or
// newer, one server or a cluster.
//
// A batch is one Lua script, so it is written whole or not at all: fence,
// repetition, idempotency keys and versions are decided first, then everything
// is written. All keys of a partition carry one hash tag (keys.go), so a
// partition lives on one node of a cluster.
//
// Redis answers a write of `appendfsync always` when it is on the disk, and puts
// all writes of one turn of its event loop under one fsync. So there is no
// batching code here: every partition in flight has a connection of its own, and
// those that wait at the same moment share an fsync.
//
// An answer that did not come leaves the outcome unknown. Nothing here repeats a
// write by itself; whoever calls repeats the same batch, and the script answers
// the stored outcomes. The client of a cluster may send a batch again after a
// redirection or a lost connection; that is harmless for the same reason.
//
// What the server keeps is only as durable as its settings, so Open refuses a
// server that could lose what it has acknowledged (check.go), and a watcher goes
// on looking at them.
//
// Layout, for memory and few commands per change: a record and its items are
// fields of one hash per entity, idempotency keys are 16 bytes of a hash per
// generation, outbox and due times are sorted sets. Values carry a checksum over
// key and payload.
//
// What is settled, the messages of completed chats, is moved out of Redis to a
// place that Options.Completed names (settled.go, move.go), so memory follows open
// chats and not history.
package redisstore
