package completed

import (
	"log/slog"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// Options say how to open an area. The zero value is good for production.
type Options struct {
	Limit   uint64       // bytes on disk at which nothing more is taken; 0 = 20 GB
	MinFree uint64       // bytes of the disk that are left free; 0 = the greater of 5 % and 512 MB
	Log     *slog.Logger // nil = silent

	// Fatal is told once when the database can write no more: only a new process
	// can go on. It must not wait for anything of the area.
	Fatal func(error)

	// FS is the file system, for tests; nil = the real one.
	FS vfs.FS
}

// DefaultLimit is Options.Limit when it is not set.
const DefaultLimit = 20 << 30

// leastFree is the floor of the free space when Options.MinFree is not set.
const leastFree = 512 << 20

func (o Options) withDefaults() Options {
	if o.Limit == 0 {
		o.Limit = DefaultLimit
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Fatal == nil {
		o.Fatal = func(error) {}
	}
	if o.FS == nil {
		o.FS = vfs.Default
	}
	return o
}

// pebble gives the engine's options: little memory, since it is read seldom and
// written beside the path, and compression, since what lies here lies for long.
func (o Options) pebble(j *journal) *pebble.Options {
	p := &pebble.Options{
		FS:                         o.FS,
		Logger:                     j,
		EventListener:              j.listener(),
		CacheSize:                  16 << 20,
		MemTableSize:               4 << 20,
		MaxOpenFiles:               200,
		CompactionConcurrencyRange: func() (lower, upper int) { return 1, 1 },
		FormatMajorVersion:         pebble.FormatTableFormatV6, // log chunks that tell a torn end from damage
	}
	p.ApplyCompressionSettings(func() pebble.DBCompressionSettings { return pebble.DBCompressionBalanced })
	for i := range p.Levels {
		p.Levels[i].FilterPolicy = bloom.FilterPolicy(10) // most provider ids looked up are not here
	}
	return p
}
