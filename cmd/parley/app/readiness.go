package app

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"parley/gateway"
	"parley/persistence/directory"
	"parley/persistence/pebblestore"
)

// readiness says what the process stands on.
type readiness struct {
	store     *pebblestore.Store
	dir       *directory.Directory
	simulator string

	mu     sync.Mutex
	faults map[string]string // channel -> reason
}

func newReadiness(store *pebblestore.Store, dir *directory.Directory, simulator string) *readiness {
	return &readiness{store: store, dir: dir, simulator: simulator, faults: make(map[string]string)}
}

// fault notes that a channel stopped working, or works again (reason empty).
func (r *readiness) fault(channel, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if reason == "" {
		delete(r.faults, channel)
		return
	}
	r.faults[channel] = reason
}

// Parts lists each part with its state. A channel that cannot send is shown
// but does not make the process unready: it still takes messages in.
func (r *readiness) Parts() []gateway.Part {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	parts := []gateway.Part{part("store", r.store.Ready()), part("directory", r.dir.Ping(ctx))}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(r.faults)) {
		parts = append(parts, gateway.Part{Name: "channel " + id, OK: true, Detail: "stopped: " + r.faults[id]})
	}
	if r.simulator != "" {
		parts = append(parts, gateway.Part{Name: "simulator", OK: true, Detail: r.simulator})
	}
	return parts
}

func part(name string, err error) gateway.Part {
	if err != nil {
		return gateway.Part{Name: name, Detail: err.Error()}
	}
	return gateway.Part{Name: name, OK: true}
}
