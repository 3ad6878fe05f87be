package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"parley/config"
)

// Entry is one bench that can be run.
type Entry struct {
	Name    string
	Summary string
}

// Names lists the benches.
func Names() []Entry {
	var out []Entry
	for _, b := range all() {
		out = append(out, b.Entry)
	}
	return out
}

// Server is a complete server that has been started.
type Server interface {
	URL() string
	Close(ctx context.Context) error
}

// Options of a run; zero values mean the defaults named beside them.
type Options struct {
	Duration    time.Duration // measured, ceiling included (20 s)
	Store       string        // pebble or redis, a redis-server of its own (pebble)
	Rate        float64       // messages per second of deliver (1,000) and resume (500)
	Connections int           // of the load generator, each with one webhook in flight (128)
	Customers   int           // who write (10,000; deliver: 400) or wait (route: 50,000)
	Operators   int           // (10; route: 1,000)
	Profile     string        // file for a CPU profile of what is measured, its ceiling left out; empty = none
	Dir         string        // where the temporary folder is made; decides which disk is measured (the system's)
	Log         *slog.Logger  // of the complete server; nil = silent
	// Child is a command that serves a configuration file on an address, in a process of its own; recover needs it.
	Child func(file, listen string) *exec.Cmd
	// Boot starts a complete server on a free loopback port; ingest and deliver need it.
	Boot func(ctx context.Context, cfg config.Config) (Server, error)
}

// ErrUnknown says that there is no such bench or store; its text lists what there is.
var ErrUnknown = errors.New("unknown")

// one is a bench.
type one struct {
	Entry
	run func(ctx context.Context, r *run) (Result, error)
}

// run is what a bench works with.
type run struct {
	Options
	dir   string // a temporary folder of its own
	began time.Time
	redis *redisServer // nil until one is needed
}

// stage notes how far the run has come.
func (r *run) stage(name string) {
	r.Log.Info("bench", "stage", name, "after", time.Since(r.began).Round(time.Millisecond))
}

func all() []one {
	return []one{
		{Entry{"http", "Fiber reads, verifies and parses a webhook; ceiling: an empty handler"}, runHTTP},
		{Entry{"store", "group commit of a message into the store; ceiling: raw synced batches of the same database"}, runStore},
		{Entry{"pipeline", "webhook to durable commit without actors; ceiling: the lower of http and store"}, runPipeline},
		{Entry{"ingest", "webhook to durable commit in a complete server; ceiling: pipeline"}, runIngest},
		{Entry{"answer", "webhook to 200 at half the pace of ingest; ceiling: the store's own commits at that pace"}, runAnswer},
		{Entry{"deliver", "webhook to operator's frame at a given rate; ceiling: the webhooks' own answers"}, runDeliver},
		{Entry{"route", "a backlog finds its operators, durably; ceiling: raw synced Pebble commits of the same bytes"}, runRoute},
		{Entry{"accept", "all operators accept one chat at once, over and over; ceiling: all ask for what changes nothing"}, runAccept},
		{Entry{"resume", "cut websockets come back to every missed event; ceiling: the upgrade alone"}, runResume},
		{Entry{"memory", "bytes kept for a conversation's actor, one that has left, and an idle connection; control: state, bare connection"}, runMemory},
		{Entry{"recover", "killed with many open chats and started again, until it serves; ceiling: a first start"}, runRecover},
		{Entry{"soak", "memory, goroutines and descriptors at 30 % load, for as long as --duration says: flat or not"}, runSoak},
	}
}

// Run measures one thing and cleans up behind itself. It ends by itself after o.Duration, warm-up and checks, or
// early with an error when ctx ends.
func Run(ctx context.Context, name string, o Options) (result Result, err error) {
	bench, err := find(name)
	if err != nil {
		return Result{}, err
	}
	if o, err = o.complete(name); err != nil {
		return Result{}, err
	}
	dir, err := os.MkdirTemp(o.Dir, "parley-bench-")
	if err != nil {
		return Result{}, fmt.Errorf("bench %s: %w", name, err)
	}
	defer func() { // after a panic too
		if err = errors.Join(err, os.RemoveAll(dir)); err != nil {
			result, err = Result{}, fmt.Errorf("bench %s: %w", name, err)
		}
	}()
	result, err = bench.run(ctx, &run{Options: o, dir: dir, began: time.Now()})
	result.Name = name
	return result, err
}

func find(name string) (one, error) {
	var names []string
	for _, b := range all() {
		if b.Name == name {
			return b, nil
		}
		names = append(names, b.Name)
	}
	return one{}, fmt.Errorf("%w bench %q: there are %s", ErrUnknown, name, strings.Join(names, ", "))
}

func (o Options) complete(name string) (Options, error) {
	customers, operators, pace := 10_000, 10, 1000.0
	switch name {
	case "deliver":
		customers = 400
	case "route":
		customers, operators = 50_000, 1000
	case "memory":
		customers, operators = 20_000, 1000
	case "soak":
		customers, operators = 2000, 50
	case "recover":
		customers, operators = 100_000, 1000
	case "accept":
		operators = 500
	case "resume":
		customers, operators, pace = 500, 50, 500
	}
	o.Duration = cmp.Or(o.Duration, 20*time.Second)
	o.Store = cmp.Or(o.Store, "pebble")
	o.Rate = cmp.Or(o.Rate, pace)
	o.Connections = cmp.Or(o.Connections, 128)
	o.Customers = cmp.Or(o.Customers, customers)
	o.Operators = cmp.Or(o.Operators, operators)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	switch {
	case o.Store != "pebble" && o.Store != "redis":
		return o, fmt.Errorf("%w store %q: there are pebble and redis", ErrUnknown, o.Store)
	case o.Store == "redis" && !slices.Contains([]string{"http", "store", "pipeline", "ingest", "answer", "deliver"}, name):
		return o, fmt.Errorf("%w store of %s: there is pebble", ErrUnknown, name)
	case o.Duration < 0 || o.Rate < 0 || o.Connections < 0 || o.Customers < 0 || o.Operators < 0:
		return o, errors.New("duration, rate, connections, customers and operators must be positive")
	case o.Child == nil && name == "recover":
		return o, fmt.Errorf("%s needs a process that serves, and nobody handed in how to start one", name)
	case o.Boot == nil && needsServer(name):
		return o, fmt.Errorf("%s needs a complete server, and nobody handed in how to start one", name)
	}
	o.Connections = min(o.Connections, o.Customers)
	return o, nil
}

// needsServer says whether a bench measures a complete server.
func needsServer(name string) bool {
	return slices.Contains([]string{"ingest", "answer", "deliver", "accept", "resume", "memory", "soak"}, name)
}
