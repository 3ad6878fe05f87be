package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/redis/go-redis/v9"

	"parley/config"
	"parley/persistence/redisstore/redistest"
)

// redisServer is the run's own redis-server, with as many databases as are asked for.
type redisServer struct {
	server    *redistest.Server
	databases int
}

// redisAddress gives an empty database of the run's redis-server, which is
// started by the first call, with the settings that the store demands.
func (r *run) redisAddress(c *closers) (config.Address, error) {
	if r.redis == nil {
		dir := filepath.Join(r.dir, "redis")
		if err := os.Mkdir(dir, 0o700); err != nil {
			return "", fmt.Errorf("start redis: %w", err)
		}
		s, err := redistest.Run(dir)
		if err != nil {
			return "", fmt.Errorf("start redis: %w", err)
		}
		c.add(s.Stop)
		r.redis = &redisServer{server: s}
	}
	r.redis.databases++
	return config.Address(fmt.Sprintf("%s/%d", r.redis.server.URL(), r.redis.databases-1)), nil
}

// bareRedis is a bare Redis: what the server allows for the same bytes when
// nothing is checked. Commands that wait at the same moment share a sync, by
// Redis itself.
type bareRedis struct{ client *redis.Client }

func (r *run) openBareRedis(c *closers) (*bareRedis, error) {
	address, err := r.redisAddress(c)
	if err != nil {
		return nil, err
	}
	o, err := redis.ParseURL(address.Reveal())
	if err != nil {
		return nil, fmt.Errorf("open a client: %w", err)
	}
	o.Protocol, o.MaxRetries, o.PoolSize, o.DisableIdentity, o.PipelinePoolSize = 2, -1, partitions, true, -1
	return &bareRedis{redis.NewClient(o)}, nil
}

func (b *bareRedis) close() error { return b.client.Close() }

// write appends one message of a conversation as one transaction: a hash of the
// conversation and one of all keys.
func (b *bareRedis) write(s *sample, w *writer, mid string) error {
	c := s.change(w.entity, w.number+1, mid)
	fields := []any{"r", c.Snapshot}
	for _, it := range c.Put {
		fields = append(fields, string(it.Collection)+it.Key, it.Value)
	}
	keys := make([]any, 0, 2)
	for _, k := range c.Keys {
		keys = append(keys, k.ID[max(0, len(k.ID)-16):], k.Value)
	}
	_, err := b.client.TxPipelined(context.Background(), func(p redis.Pipeliner) error {
		p.HSet(context.Background(), c.Entity.ID, fields...)
		p.HSet(context.Background(), "keys", keys...)
		return nil
	})
	if err != nil {
		return fmt.Errorf("write to redis: %w", err)
	}
	w.number++
	return nil
}
