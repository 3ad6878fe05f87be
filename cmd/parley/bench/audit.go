package bench

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// settled waits until the server has done what a first message sets going beside the path: contacts found or made,
// profiles asked for, rows in the list of chats. It gives up quietly after patience: then the work goes on during the
// measuring, as it would in life.
func settled(ctx context.Context, s *server, who *client, customers int, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for {
		if s.provider.profiles.Load() >= int64(customers) {
			if ids, err := who.chats(ctx); err == nil && len(ids) >= customers {
				return nil
			}
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			return fmt.Errorf("after %s %d of %d profiles were asked for: %w", patience, s.provider.profiles.Load(), customers, ctx.Err())
		}
	}
}

// auditors is how many ask side by side.
const auditors = 16

// audit asks the server how many messages every chat holds (nobody has read any, so all are unread) and compares that
// with what was answered 200. What got no answer may or may not be there.
func audit(ctx context.Context, who *client, l *load) (lost, doubled int64, err error) {
	held, err := holdings(ctx, who)
	if err != nil {
		return 0, 0, err
	}
	for _, c := range l.callers {
		for i, customer := range c.customers {
			n := int64(held[customer])
			acked, unsure := int64(c.acked[i]), int64(c.unsure[i])
			lost += max(acked-n, 0)
			doubled += max(n-acked-unsure, 0)
		}
	}
	return lost, doubled, nil
}

// holdings gives the number of messages by customer.
func holdings(ctx context.Context, who *client) (map[int]int, error) {
	ids, err := who.chats(ctx)
	if err != nil {
		return nil, err
	}
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		failed error
		held   = make(map[int]int, len(ids))
	)
	for i := range auditors {
		wg.Go(func() {
			for n := i; n < len(ids); n += auditors {
				var c seen
				err := who.call(ctx, http.MethodGet, "/api/v1/chats/"+ids[n], nil, &c)
				customer, ok := customerOf(c.Contact.Name)
				if err == nil && !ok {
					err = fmt.Errorf("chat %s belongs to nobody of ours", ids[n])
				}
				mu.Lock()
				if err != nil {
					failed = err
				}
				held[customer] += c.Unread
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	return held, failed
}
