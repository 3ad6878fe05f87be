package gateway

import (
	"context"
	"encoding/json"

	"parley/gateway/channel"
)

// Retell tells an event that was set aside as KeptDamaged to its conversation
// again. It is done when nothing more can come of it: the event is durable where
// it belongs, or set aside for another reason: one that cannot be read any more, or
// breaks something, must not keep the server from starting. It is not done while the
// conversation is still damaged or its channel is not configured. To keep the
// customer's order it must be called before Start, in the order of keeping;
// doing it twice is harmless.
func (s *Server) Retell(ctx context.Context, k Kept) (done bool, err error) {
	ch, ok := s.deps.Channels.Channel(k.Provider, k.Channel)
	if !ok {
		return false, nil
	}
	var e channel.Event
	if err := json.Unmarshal(k.Raw, &e); err != nil {
		return true, s.setAside(ctx, ch, keptRefused, "", k.Raw)
	}
	defer func() {
		if r := recover(); r != nil {
			_ = s.caught(r, "retell")
			done, err = true, s.setAside(ctx, ch, keptPanic, e.AccountID, k.Raw)
		}
	}()
	ids := candidates(ch.Account.ID, &e)
	if len(ids) == 0 {
		return true, s.aboutAccount(ctx, ch, &e)
	}
	switch err := s.find(ctx, ch, &e, ids, k.At); {
	case err == nil:
		return true, nil
	case damaged(err):
		return false, nil
	case transient(err):
		return false, err
	default:
		return true, s.refused(ctx, ch, &e, err)
	}
}
