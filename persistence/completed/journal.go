package completed

import (
	"fmt"
	"log/slog"
	"runtime"
	"sync"

	"github.com/cockroachdb/pebble/v2"
)

// journal is what the database tells about itself, and the error that ended it.
type journal struct {
	log   *slog.Logger
	fatal func(error)
	once  sync.Once
	ended chan struct{} // closed when the database can write no more
	err   error         // why; read after ended
}

func newJournal(o Options) *journal {
	return &journal{log: o.Log.With("store", "completed"), fatal: o.Fatal, ended: make(chan struct{})}
}

// end says why the database can write no more, or nil.
func (j *journal) end() error {
	select {
	case <-j.ended:
		return fmt.Errorf("the completed history can write no more, restart the process: %w", j.err)
	default:
		return nil
	}
}

// Infof is the database's own log.
func (j *journal) Infof(format string, args ...any) { j.log.Debug(fmt.Sprintf(format, args...)) }

// Errorf is the database's own log.
func (j *journal) Errorf(format string, args ...any) { j.log.Warn(fmt.Sprintf(format, args...)) }

// Fatalf is called where the database cannot go on. It does not return, as the
// database expects; the rest of the process may still stop in order.
func (j *journal) Fatalf(format string, args ...any) {
	j.once.Do(func() {
		j.err = fmt.Errorf(format, args...)
		close(j.ended)
		j.log.Error("database ended", "err", j.err)
		j.fatal(j.err)
	})
	runtime.Goexit()
}

func (j *journal) listener() *pebble.EventListener {
	return &pebble.EventListener{
		BackgroundError: func(err error) { j.log.Warn("database background work failed", "err", err) },
		// Damage is met on a read, which answers commit.ErrCorrupt for its entity alone.
		DataCorruption: func(info pebble.DataCorruptionInfo) {
			j.log.Error("database file is damaged", "err", info.String())
		},
	}
}
