package redisstore

import (
	"context"
	"crypto/tls"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// connect gives a client of the server or cluster; nothing is dialled yet. size
// is the most connections per node.
//
// A write is never repeated by the client (MaxRetries -1): a lost reply would
// double it. The client of a cluster follows redirections and may then repeat a
// batch after a lost connection, which the batch's number makes harmless.
func (a address) connect(o Options, size int, timeout time.Duration) redis.UniversalClient {
	u := &redis.UniversalOptions{
		Addrs: a.hosts, DB: a.db, Username: a.user, Password: a.password,
		Dialer:                o.Dialer,
		Protocol:              2, // no push messages: a connection carries answers only
		MaxRetries:            -1,
		DialTimeout:           min(timeout, 2*time.Second),
		DialerRetries:         1,
		ReadTimeout:           timeout,
		WriteTimeout:          timeout,
		ContextTimeoutEnabled: true,
		PoolSize:              size,
		MaxActiveConns:        size,
		PoolTimeout:           timeout,
		ConnMaxIdleTime:       5 * time.Minute,
		ReadBufferSize:        8 << 10,
		WriteBufferSize:       16 << 10,
		DisableIdentity:       true, // one command less that may time out between two others
		IsClusterMode:         a.cluster,
		MaintNotificationsConfig: &maintnotifications.Config{
			Mode: maintnotifications.ModeDisabled,
		},
		PipelinePoolSize: -1,
	}
	if a.tls {
		u.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if a.cluster {
		c := u.Cluster()
		c.DisableRoutingPolicies = true // every command here names its keys
		c.MaxRedirects = 3
		return redis.NewClusterClient(c)
	}
	return redis.NewClient(u.Simple())
}

// eachPrimary runs f on every server that holds data.
func eachPrimary(ctx context.Context, c redis.UniversalClient, f func(ctx context.Context, c *redis.Client) error) error {
	switch c := c.(type) {
	case *redis.ClusterClient:
		return c.ForEachMaster(ctx, f)
	case *redis.Client:
		return f(ctx, c)
	}
	return nil
}
