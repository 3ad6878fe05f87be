package redisstore

import (
	"context"
	"fmt"
	"strconv"

	"parley/actors/commit"
)

// Sweep drops the generations of idempotency keys that are never looked up
// again at a time in Unix milliseconds: one UNLINK per partition that has any,
// freed beside the path. It may be repeated.
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
	ctx, leave, err := s.writing(ctx, partition)
	if err != nil {
		return err
	}
	defer leave()
	t := s.parts[partition].tag
	all, err := s.write.SMembers(ctx, t.generations()).Result()
	if err != nil {
		return failed(err)
	}
	for _, g := range all {
		n, err := strconv.ParseUint(g, 10, 32)
		if err == nil && uint32(n) >= keep {
			continue
		}
		if err == nil {
			if err := s.write.Unlink(ctx, t.generation(uint32(n))).Err(); err != nil {
				return failed(err)
			}
		}
		if err := s.write.SRem(ctx, t.generations(), g).Err(); err != nil {
			return failed(err)
		}
	}
	return nil
}
