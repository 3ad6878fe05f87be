package redisstore

import (
	"context"
	"log/slog"
	"net"
	"time"
)

// Options say how to open a store. The zero value is good for production.
type Options struct {
	Partitions int          // fixed for the life of the data; 0 = 64
	Log        *slog.Logger // nil = silent
	Prefix     string       // begins every key, so that installations can share a server; empty = "parley"

	// Relaxed takes a server that may lose what it has acknowledged. Notes and
	// the log say so.
	Relaxed bool

	CommitTimeout time.Duration // how long a commit may take whatever its context says; 0 = 2 s
	ReadTimeout   time.Duration // the same for a read; 0 = 2 s
	StartTimeout  time.Duration // how long Open waits for a server that is still loading or not there yet; 0 = 10 s
	WatchEvery    time.Duration // how often server and settings are looked at; 0 = 2 s
	Readers       int           // connections for reads, per node; 0 = 16

	// Completed takes the settled items of completed chats; nil = they stay in
	// Redis. Who opens it closes it, after the store. Once items have been moved
	// the store is not opened without it any more.
	Completed Completed
	MoveEvery time.Duration // how often settled items are looked for; 0 = 5 s, negative = only when Move is called
	Rest      time.Duration // how long they stay in Redis, where late receipts of them are cheap; 0 = 1 min

	// Dialer opens connections, for tests; nil = TCP.
	Dialer func(ctx context.Context, network, addr string) (net.Conn, error)
}

func (o Options) withDefaults() Options {
	if o.Partitions == 0 {
		o.Partitions = 64
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Prefix == "" {
		o.Prefix = "parley"
	}
	if o.CommitTimeout == 0 {
		o.CommitTimeout = 2 * time.Second
	}
	if o.ReadTimeout == 0 {
		o.ReadTimeout = 2 * time.Second
	}
	if o.StartTimeout == 0 {
		o.StartTimeout = 10 * time.Second
	}
	if o.WatchEvery == 0 {
		o.WatchEvery = 2 * time.Second
	}
	if o.MoveEvery == 0 {
		o.MoveEvery = 5 * time.Second
	}
	if o.Rest == 0 {
		o.Rest = time.Minute
	}
	if o.Readers == 0 {
		o.Readers = 16
	}
	return o
}
