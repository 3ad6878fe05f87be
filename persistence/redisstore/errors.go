package redisstore

import (
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"parley/actors/commit"
)

var (
	errClosed = fmt.Errorf("store is closed: %w", commit.ErrUnavailable)
	// errLost: a failover to a replica that was behind, or an older copy of the data.
	errLost = errors.New("the server has lost batches it had acknowledged")
)

// failed gives a failed command the meaning it has for the engine. A key of
// another type is damage; everything else (no answer in time, LOADING, OOM,
// MISCONF, READONLY, CLUSTERDOWN, NOAUTH and the like) passes when somebody has
// mended the server, so the same may be tried again.
func failed(err error) error {
	switch {
	case err == nil:
		return nil
	case redis.HasErrorPrefix(err, "WRONGTYPE"):
		return fmt.Errorf("%w: a key holds another type: %w", commit.ErrCorrupt, err)
	case errors.Is(err, commit.ErrUnavailable), errors.Is(err, commit.ErrCorrupt):
		return err
	}
	return fmt.Errorf("%w: %w", commit.ErrUnavailable, err)
}
