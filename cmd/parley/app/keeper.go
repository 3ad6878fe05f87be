package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"parley/actors"
	"parley/actors/operator"
	"parley/actors/route"
	"parley/persistence/directory"
)

// How often the keeper looks.
const (
	sessionsEvery = 30 * time.Second
	keysEvery     = 6 * time.Hour
)

// keeper tidies: sessions that have expired end (S13), idempotency keys that
// have outlived their time go.
type keeper struct {
	dir    *directory.Directory
	store  live
	engine *actors.Engine
	log    *slog.Logger
	cancel context.CancelFunc
	done   sync.WaitGroup
}

func newKeeper(dir *directory.Directory, store live, engine *actors.Engine, log *slog.Logger) *keeper {
	return &keeper{dir: dir, store: store, engine: engine, log: log}
}

func (k *keeper) start(ctx context.Context) {
	ctx, k.cancel = context.WithCancel(ctx)
	k.done.Go(func() { every(ctx, sessionsEvery, k.sessions) })
	k.done.Go(func() { k.keys(ctx); every(ctx, keysEvery, k.keys) })
}

func (k *keeper) stop() {
	k.cancel()
	k.done.Wait()
}

func every(ctx context.Context, interval time.Duration, do func(context.Context)) {
	t := time.NewTicker(interval)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			do(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// sessions ends what has expired and tells the operators whose last it was.
func (k *keeper) sessions(ctx context.Context) {
	gone, err := k.dir.SweepSessions(ctx, time.Now())
	if err != nil {
		k.log.Warn("expired sessions cannot be swept", "err", err)
		return
	}
	for _, id := range gone {
		n, err := k.dir.CountSessions(ctx, id, time.Now())
		if err != nil {
			k.log.Warn("sessions cannot be counted", "operator", id, "err", err)
			continue
		}
		if _, err := k.engine.Do(ctx, route.Operator(id), operator.SignOut{Last: n == 0}); err != nil {
			k.log.Warn("an operator cannot be signed out", "operator", id, "err", err)
		}
	}
}

func (k *keeper) keys(ctx context.Context) {
	if err := k.store.Sweep(ctx, time.Now().UnixMilli()); err != nil {
		k.log.Warn("old idempotency keys cannot be swept", "err", err)
	}
}
