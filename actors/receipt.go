package actors

import (
	"context"
	"time"

	"parley/actors/view"
)

type receiptKey struct{}

// Received marks a context with the time at which what it belongs to reached the
// process, so that a push on an operator's connection can be timed from there.
func Received(ctx context.Context, at time.Time) context.Context {
	return context.WithValue(ctx, receiptKey{}, at)
}

// receiptOf gives the time a context is marked with, else the given one.
func receiptOf(ctx context.Context, otherwise time.Time) time.Time {
	if at, ok := ctx.Value(receiptKey{}).(time.Time); ok {
		return at
	}
	return otherwise
}

// timer is a sink that measures how long a push took from its cause to the line.
type timer interface {
	SendSince(frame []byte, since time.Time) bool
}

// give hands a frame to a connection; since is when its cause reached the
// process, zero when that is not known.
func give(sink view.Sink, frame []byte, since time.Time) bool {
	if t, ok := sink.(timer); ok && !since.IsZero() {
		return t.SendSince(frame, since)
	}
	return sink.Send(frame)
}
