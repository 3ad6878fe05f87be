package pebblestore

import (
	"context"
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/commit"
)

// Sweep drops the generations of idempotency keys that are never looked up
// again at a time in Unix milliseconds: one range delete per partition that
// has any. It may be repeated.
func (s *Store) Sweep(ctx context.Context, now int64) error {
	generation := commit.Generation(now)
	if generation == 0 {
		return nil
	}
	for n := range s.parts {
		if err := s.sweep(ctx, n, generation-1); err != nil {
			return fmt.Errorf("sweep partition %d: %w", n, err)
		}
	}
	return nil
}

// sweep drops the generations below one that must stay.
func (s *Store) sweep(ctx context.Context, partition int, keep uint32) error {
	if err := s.reading(ctx, partition); err != nil {
		return err
	}
	defer s.leave()
	from := appendGenerationPrefix(nil, partition, 0)
	to := appendGenerationPrefix(nil, partition, keep)
	found := false
	err := s.scan(from, to, false, func(_, _ []byte) (bool, error) {
		found = true
		return false, nil
	})
	if err != nil || !found {
		return err
	}
	a := s.parts[partition].write(ctx, func(w *pebble.Batch) answer {
		return answer{err: w.DeleteRange(from, to, nil)}
	})
	return a.err
}
