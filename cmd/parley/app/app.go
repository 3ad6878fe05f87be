// Package app builds all parts of the server in order and stops them in
// reverse. It is the one place that knows every part.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"parley/actors"
	"parley/actors/queue"
	"parley/actors/view"
	"parley/config"
	"parley/gateway"
	"parley/gateway/media"
	"parley/gateway/outside"
	"parley/gateway/wire"
	"parley/gateway/workspace"
	"parley/persistence/directory"
	"parley/persistence/files"
)

// Options are what a server is started with.
type Options struct {
	Config  config.Config // validated
	Log     *slog.Logger
	Version string
	// Fatal is told when the process cannot go on and should end; nil = only logged.
	Fatal func(error)
	// Simulator is the address of the built-in simulator that the channels are
	// joined to, for /readyz; empty = none.
	Simulator string
	// Seams are for tests.
	Seams Seams
}

// App is a running server.
type App struct {
	log     *slog.Logger
	engine  *actors.Engine
	gateway *gateway.Server
	closers []closer // in the order of starting
	keeper  *keeper
}

type closer struct {
	name  string
	close func(context.Context) error
}

// Start builds and starts everything. When a later part fails, the earlier ones
// are stopped again.
func Start(ctx context.Context, o Options) (*App, error) {
	a := &App{log: o.Log}
	if err := a.start(ctx, o); err != nil {
		return nil, errors.Join(err, a.Close(context.WithoutCancel(ctx)))
	}
	return a, nil
}

func (a *App) start(ctx context.Context, o Options) error {
	cfg := o.Config
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	store, err := openLive(ctx, o)
	if err != nil {
		return err
	}
	a.closing("store", func(context.Context) error { return store.Close() })
	dir, err := directory.Open(ctx, directory.Config{Path: filepath.Join(cfg.Data, "directory.db")})
	if err != nil {
		return fmt.Errorf("open the directory: %w", err)
	}
	a.closing("directory", func(context.Context) error { return dir.Close() })
	folder, err := files.New(filepath.Join(cfg.Data, "files"))
	if err != nil {
		return fmt.Errorf("open the files: %w", err)
	}
	a.closing("files", func(context.Context) error { return folder.Close() })
	if _, err := dir.Seed(ctx, seedOf(cfg)); err != nil {
		return fmt.Errorf("fill the directory from the configuration: %w", err)
	}
	rules := queue.Builtin()
	people, err := newCatalogue(ctx, dir, rules, cfg)
	if err != nil {
		return err
	}
	metrics := gateway.NewMetrics()
	state := newReadiness(store, dir, o.Simulator)
	out, err := a.outside(cfg, dir, store, folder, people, state, o.Log)
	if err != nil {
		return err
	}
	a.engine, err = actors.Start(ctx, actors.Config{InFlight: cfg.Limits.InFlight}, actors.Deps{
		Store: through[actors.Store](o.Seams.Store, store), Outside: through[actors.Outside](o.Seams.Outside, patient{out, writable(store)}),
		Encoder: through[view.Encoder](o.Seams.Encoder, wire.Encoder{}), Rules: rules, Observer: observe(metrics), Log: o.Log,
	}, people.actors())
	if err != nil {
		return fmt.Errorf("start the engine: %w", err)
	}
	a.closing("engine", a.engine.Stop)
	state.runs(a.engine)
	a.measure(metrics, store)
	if err := a.keep(ctx, dir, store, o.Log); err != nil {
		return err
	}
	return a.listen(ctx, o, gateway.Deps{
		Engine: through[gateway.Engine](o.Seams.Engine, gate{a.engine, writable(store)}), Channels: through[gateway.Channels](o.Seams.Channels, people), Sessions: &sessions{dir: dir, people: people}, Quarantine: quarantine{dir},
		Files: served{folder, writable(store)}, Index: index{dir: dir, people: people}, Readiness: state, Metrics: metrics, Log: o.Log,
		Templates: people, Contacts: contacts{dir}, Answer: out.Answer, Workspace: workspace.Files(),
	})
}

// outside builds the work on the world.
func (a *App) outside(cfg config.Config, dir *directory.Directory, store live, folder *files.Store, people *catalogue, state *readiness, log *slog.Logger) (*outside.Outside, error) {
	client := media.New(mediaConfig(cfg))
	a.closing("media", func(context.Context) error { client.Close(); return nil })
	out := outside.New(outside.Config{MediaBytes: int64(cfg.Limits.MediaBytes), Rate: people.rate}, outside.Deps{
		Channels: people, Files: fetched{folder, writable(store)}, Contacts: contacts{dir}, Index: index{dir: dir, people: people},
		Media: client, Log: log, Fault: state.fault,
	})
	a.closing("outside", func(context.Context) error { out.Close(); return nil })
	return out, nil
}

// listen opens the door to the outside, last of all.
func (a *App) listen(ctx context.Context, o Options, deps gateway.Deps) error {
	cfg := o.Config
	server, err := gateway.New(gateway.Config{
		Listen: cfg.Listen, MetricsListen: cfg.MetricsListen, PublicURL: cfg.PublicURL, TrustedProxies: cfg.TrustedProxies,
		Version: o.Version, UploadBytes: int64(cfg.Limits.UploadBytes), AddressConns: unbounded(cfg.Limits.AddressConnections),
	}, deps)
	if err != nil {
		return fmt.Errorf("gateway: %w", err)
	}
	if err := a.retell(ctx, deps, server); err != nil {
		return err
	}
	if err := server.Start(); err != nil {
		return fmt.Errorf("gateway: %w", err)
	}
	a.gateway = server
	a.closing("gateway", server.Shutdown)
	return nil
}

// unbounded spells "no bound" as the gateway does.
func unbounded(n int) int {
	if n <= 0 {
		return -1
	}
	return n
}

// retell brings events that waited for damaged conversations to those that have
// been mended.
func (a *App) retell(ctx context.Context, deps gateway.Deps, server *gateway.Server) error {
	kept, ok := deps.Quarantine.(quarantine)
	if !ok {
		return nil
	}
	told, waiting, err := kept.retell(ctx, server.Retell)
	if err != nil {
		return err
	}
	if told+waiting > 0 {
		a.log.Warn("events kept for damaged conversations", "told", told, "still_waiting", waiting)
	}
	return nil
}

// keep runs what must be tidied from time to time.
func (a *App) keep(ctx context.Context, dir *directory.Directory, store live, log *slog.Logger) error {
	a.keeper = newKeeper(dir, store, a.engine, log)
	a.keeper.start(context.WithoutCancel(ctx))
	a.closing("keeper", func(context.Context) error { a.keeper.stop(); return nil })
	return nil
}

func (a *App) closing(name string, f func(context.Context) error) {
	a.closers = append(a.closers, closer{name, f})
}

// URL is where the server can be reached on this machine.
func (a *App) URL() string { return "http://" + a.gateway.Addr().String() }

// Close stops everything in reverse order; ctx bounds how long what is under
// way may take. It may be called twice.
func (a *App) Close(ctx context.Context) error {
	var err error
	for i := len(a.closers) - 1; i >= 0; i-- {
		if e := a.closers[i].close(ctx); e != nil {
			err = errors.Join(err, fmt.Errorf("stop %s: %w", a.closers[i].name, e))
		}
	}
	a.closers = nil
	return err
}

func observe(m *gateway.Metrics) actors.Observer {
	return actors.Observer{
		Commit:     func(took time.Duration, _ int) { m.Committed(took) },
		DeadLetter: func(string) { m.DeadLetter() },
	}
}

// measure shows numbers that other parts keep.
func (a *App) measure(m *gateway.Metrics, store live) {
	m.Gauge("parley_commands_in_flight", "Commands that are not decided yet.", func() float64 { return float64(a.engine.InFlight()) })
	m.Counts("parley_queue_waiting", "Waiting chats, by queue.", "queue", func() map[string]float64 {
		out := make(map[string]float64)
		for _, q := range a.engine.Queues() {
			out[q.ID] = float64(q.Waiting)
		}
		return out
	})
	m.Gauge("parley_quarantined_entities", "Entities of which something stored is damaged.", func() float64 { _, n := a.engine.Damaged(); return float64(n) })
	m.Gauge("parley_partitions_out", "Partitions that are not served here.", func() float64 { return float64(len(a.engine.Outages())) })
	measureStore(m, store)
}
