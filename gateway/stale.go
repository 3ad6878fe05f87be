package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/commit"
	"parley/gateway/channel"
)

// recognised is how long the store certainly knows an event again. A provider
// brings one back for a week at most, so what is older was recorded by somebody.
const recognised = commit.KeyDays * 24 * time.Hour

// errStale refuses an event that may have been taken before, so long ago that
// the store has forgotten it.
var errStale = errors.New("gateway: the event is older than what could be recognised")

// fresh gives errStale for an event that was old when it was taken in, of a
// conversation that is as old itself.
// A younger conversation still knows everything it was ever told, and a receipt
// only ever moves a message forward.
func (s *Server) fresh(ctx context.Context, e *channel.Event, conversation string, taken time.Time) error {
	if e.At.IsZero() || e.Kind == channel.Receipt {
		return nil
	}
	horizon := taken.Add(-recognised)
	if !e.At.Before(horizon) {
		return nil
	}
	first, err := s.deps.Engine.Chat(ctx, chat.ChatID(conversation, 1))
	switch {
	case errors.Is(err, actors.ErrNotFound), errors.Is(err, actors.ErrQuarantined):
		return nil // nothing to be repeated; or the conversation itself says what is wrong
	case err != nil:
		return fmt.Errorf("%w: look at the first chat of %s: %w", actors.ErrUnavailable, conversation, err)
	case first.Chat.CreatedAt.Before(horizon):
		return errStale
	}
	return nil
}
