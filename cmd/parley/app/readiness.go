package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"parley/actors"
	"parley/gateway"
	"parley/persistence/directory"
)

// readiness says what the process stands on.
type readiness struct {
	store     live
	dir       *directory.Directory
	simulator string

	mu     sync.Mutex
	faults map[string]string // channel -> reason
	engine troubled          // nil until it runs
}

// troubled is who knows what is not served.
type troubled interface {
	Damaged() (list []actors.Damaged, total int)
	Outages() []actors.Outage
}

// runs tells that the engine has started.
func (r *readiness) runs(e troubled) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.engine = e
}

func newReadiness(store live, dir *directory.Directory, simulator string) *readiness {
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
	store := part("store", r.store.Ready())
	if store.OK {
		store.Detail = notes(r.store)
	}
	parts := []gateway.Part{store, part("directory", r.dir.Ping(ctx))}
	if wounds := woundsOf(r.store); len(wounds) > 0 {
		parts = append(parts, gateway.Part{Name: "damaged values", OK: true, Detail: fmt.Sprintf(
			"degraded: %d met (%s); stop the server and run `parley store check`", len(wounds), strings.Join(wounds[:min(len(wounds), shownDamaged)], "; "))})
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.engine != nil {
		parts = append(parts, unserved(r.engine)...)
	}
	for _, id := range slices.Sorted(maps.Keys(r.faults)) {
		parts = append(parts, gateway.Part{Name: "channel " + id, OK: true, Detail: "stopped: " + r.faults[id]})
	}
	if r.simulator != "" {
		parts = append(parts, gateway.Part{Name: "simulator", OK: true, Detail: r.simulator})
	}
	return parts
}

// shownDamaged is how many damaged entities are named.
const shownDamaged = 10

// unserved names partitions and entities that are not served. A partition that
// a newer owner has makes this process unready, as does one that cannot be
// written; entities that are damaged do not: all others are served.
func unserved(e troubled) (parts []gateway.Part) {
	for _, o := range e.Outages() {
		detail := "not served since " + o.Since.UTC().Format(time.RFC3339) + ": its commits are refused, see the log"
		if o.Fenced {
			detail = "not served since " + o.Since.UTC().Format(time.RFC3339) + ": a newer owner has it"
		}
		parts = append(parts, gateway.Part{Name: fmt.Sprint("partition ", o.Partition), Detail: detail})
	}
	list, total := e.Damaged()
	if total == 0 {
		return parts
	}
	var names []string
	for _, d := range list[:min(len(list), shownDamaged)] {
		names = append(names, d.Entity.String())
	}
	more := ""
	if total > len(names) {
		more = fmt.Sprintf(" and %d more", total-len(names))
	}
	return append(parts, gateway.Part{Name: "quarantined entities", OK: true, Detail: fmt.Sprintf(
		"degraded: %d with damaged state (%s%s); stop the server and run `parley store check`", total, strings.Join(names, ", "), more)})
}

func part(name string, err error) gateway.Part {
	if err != nil {
		return gateway.Part{Name: name, Detail: err.Error()}
	}
	return gateway.Part{Name: name, OK: true}
}
