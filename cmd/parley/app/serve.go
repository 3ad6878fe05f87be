package app

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// drainTime bounds an orderly stop: the contract promises 15 s in all.
const drainTime = 12 * time.Second

// Serve runs a server until ctx ends or the server cannot go on (Options.Fatal
// is set by it), and stops it in order. up is told once it serves; its error ends
// the server again. quiet is called before the stop; it may be nil. The error
// says what went wrong, not that ctx ended.
func Serve(ctx context.Context, o Options, up func(*App) error, quiet func()) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	o.Fatal = func(err error) { fail(fmt.Errorf("fatal: %w", err)) }
	a, err := Start(ctx, o)
	if err != nil {
		return err
	}
	if err := up(a); err != nil {
		return errors.Join(err, a.Close(context.WithoutCancel(ctx)))
	}
	<-ctx.Done()
	o.Log.Info("stopping")
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if quiet != nil {
		quiet()
	}
	err = a.Close(stopping)
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		err = errors.Join(cause, err)
	}
	return err
}
