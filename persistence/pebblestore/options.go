package pebblestore

import (
	"log/slog"
	"runtime"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/sstable"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// Options say how to open a store. The zero value is good for production.
type Options struct {
	Partitions    int           // fixed for the life of the database; 0 = 64
	Writers       int           // pairs of goroutines that build and sync writes, each for its share of the partitions; 0 = half the processors
	Log           *slog.Logger  // nil = silent
	CommitTimeout time.Duration // how long a commit may take whatever its context says; 0 = 2 s
	MinFree       uint64        // bytes of disk below which nothing is written; 0 = the greater of 5 % and 512 MB
	WatchEvery    time.Duration // how often the free space is looked at; 0 = 1 s
	CacheBytes    int64         // memory for blocks read from disk; 0 = 64 MB
	MemTableBytes uint64        // memory for what is written before it is flushed, there may be three; 0 = 64 MB

	// Fatal is told once when the database can write no more (its log could not
	// be written or synced). Commits answer commit.ErrUnavailable from then on
	// and Ready says why; only a new process can go on. It must not wait for
	// anything of the store.
	Fatal func(error)

	// FS is the file system, for tests; nil = the real one.
	FS vfs.FS

	clock    func() time.Time // for tests; nil = time.Now
	noSync   bool             // for the control of the crash tests, which must lose data
	patience time.Duration    // how long Close waits for a disk that hangs; 0 = 5 s
}

// memTables is how many memtables there may be: one filling, one being flushed,
// one to spare while the disk is busy.
const memTables = 3

func (o Options) withDefaults() Options {
	if o.Partitions == 0 {
		o.Partitions = 64
	}
	if o.Writers == 0 {
		o.Writers = min(max(runtime.GOMAXPROCS(0)/2, 1), o.Partitions)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.CommitTimeout == 0 {
		o.CommitTimeout = 2 * time.Second
	}
	if o.WatchEvery == 0 {
		o.WatchEvery = time.Second
	}
	if o.CacheBytes == 0 {
		o.CacheBytes = 64 << 20
	}
	if o.MemTableBytes == 0 {
		o.MemTableBytes = 64 << 20
	}
	if o.patience == 0 {
		o.patience = 5 * time.Second
	}
	if o.Fatal == nil {
		o.Fatal = func(error) {}
	}
	if o.FS == nil {
		o.FS = vfs.Default
	}
	return o
}

func (o Options) now() time.Time {
	if o.clock != nil {
		return o.clock()
	}
	return time.Now()
}

// pebble gives the engine's options for two cores and little memory.
func (o Options) pebble(j *journal) *pebble.Options {
	p := &pebble.Options{
		FS:                          &logFS{FS: o.FS, journal: j},
		Logger:                      j,
		EventListener:               j.listener(),
		CacheSize:                   o.CacheBytes + memTables*int64(o.MemTableBytes), // the database takes memtables out of its cache
		MemTableSize:                o.MemTableBytes,
		MemTableStopWritesThreshold: memTables,
		L0CompactionThreshold:       4,
		L0StopWritesThreshold:       24, // compaction may fall behind in a burst; stopping writers is worse
		MaxOpenFiles:                500,
		// Never all processors: with two compactions on two of them commits stood still.
		CompactionConcurrencyRange: func() (lower, upper int) { return 1, max(runtime.GOMAXPROCS(0)/2, 1) },
		// The newest format but for separated values, which we do not use. It has
		// log chunks that tell a torn end from damage in the middle.
		FormatMajorVersion: pebble.FormatTableFormatV6,
	}
	// Fewer and larger tables, uncompressed: what is live is small, and compressing
	// it was a fifth of a commit's processor time. A large memtable keeps what is
	// overwritten or done at once from ever being flushed.
	p.TargetFileSizes[0], p.FlushSplitBytes = 16<<20, 32<<20
	for i := range p.Levels {
		p.Levels[i].Compression = func() *sstable.CompressionProfile { return sstable.NoCompression }
		p.Levels[i].FilterPolicy = bloom.FilterPolicy(10) // most idempotency keys looked up are new
	}
	return p
}
