package app

import (
	"context"
	"fmt"
	"strconv"

	"parley/gateway"
	"parley/persistence/directory"
)

// quarantine is the directory's, as the gateway fills and lists it.
type quarantine struct{ dir *directory.Directory }

// Keep stores an item durably.
func (q quarantine) Keep(ctx context.Context, k gateway.Kept) error {
	_, err := q.dir.Quarantine(ctx, directory.Item{Channel: k.Channel, Provider: k.Provider, Reason: k.Reason, At: k.At, Size: int64(k.Size), Body: k.Raw})
	return err
}

// unservedPage is how many kept events are read at a time.
const unservedPage = 100

// retell brings the events that waited for damaged conversations to those that
// have been mended, oldest first; the others go on waiting. It runs before the
// gateway listens, so that nothing newer overtakes them.
func (q quarantine) retell(ctx context.Context, tell func(context.Context, gateway.Kept) (bool, error)) (told, waiting int, err error) {
	after := int64(0)
	for {
		items, err := q.dir.UnservedItems(ctx, after, unservedPage)
		if err != nil {
			return told, waiting, err
		}
		for _, it := range items {
			after = it.ID
			done, err := tell(ctx, gateway.Kept{Provider: it.Provider, Channel: it.Channel, Reason: it.Reason, At: it.At, Raw: it.Body})
			if err != nil {
				return told, waiting, fmt.Errorf("tell a kept event again: %w", err)
			}
			if !done {
				waiting++
				continue
			}
			if err := q.dir.Served(ctx, it.ID); err != nil {
				return told, waiting, err
			}
			told++
		}
		if len(items) < unservedPage {
			return told, waiting, nil
		}
	}
}

// Kept lists newest first.
func (q quarantine) Kept(ctx context.Context, cursor string, limit int) ([]gateway.Kept, string, error) {
	before := int64(0)
	if cursor != "" {
		n, err := strconv.ParseInt(cursor, 10, 64)
		if err != nil {
			return nil, "", gateway.ErrBadCursor
		}
		before = n
	}
	items, err := q.dir.ListQuarantine(ctx, before, limit)
	if err != nil {
		return nil, "", err
	}
	out := make([]gateway.Kept, len(items))
	for i, it := range items {
		out[i] = gateway.Kept{
			ID: strconv.FormatInt(it.ID, 10), At: it.At, Provider: it.Provider, Channel: it.Channel, Reason: it.Reason, Size: int(it.Size), Raw: it.Body,
		}
	}
	next := ""
	if len(items) == limit && limit > 0 {
		next = out[len(out)-1].ID
	}
	return out, next, nil
}
