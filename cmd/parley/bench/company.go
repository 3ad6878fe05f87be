package bench

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/crypto/argon2"

	"parley/config"
	"parley/persistence/pebblestore"
)

const password = "a long bench password"

// passwordHash is as cheap as the directory takes it: a thousand operators sign in, and hashing is not what is measured.
func passwordHash() config.Secret {
	const memory, passes = 8, 1 // KiB, times
	salt := []byte("parley-bench-salt")
	key := argon2.IDKey([]byte(password), salt, passes, memory, 1, 32)
	return config.Secret(fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, memory, passes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key)))
}

func operatorID(i int) string { return fmt.Sprintf("bench-%02d", i+1) }

// company is the installation that is measured: one queue that everybody serves without a limit, one channel of each
// provider, all joined to a provider of ours on loopback.
func company(data, apiURL string, operators int) config.Config {
	c := config.Default()
	c.Listen, c.Data, c.LogLevel = "127.0.0.1:0", data, "warn"
	c.Settings.SimultaneousChats = 0
	c.Settings.DisconnectGrace = time.Minute
	queue := config.Queue{ID: queueID, Name: "Bench", Rule: "everyone"}
	hash := passwordHash()
	for i := range operators {
		c.Operators = append(c.Operators, config.Operator{ID: operatorID(i), Name: "Operator " + operatorID(i), Password: hash})
		queue.Members = append(queue.Members, operatorID(i))
	}
	c.Queues = []config.Queue{queue}
	c.Channels = []config.Channel{
		{
			ID: "bench-fb", Provider: "messenger", Queue: "bench", Active: true, APIURL: apiURL,
			PageID: pageID, AppID: appID, AppSecret: appSecret, VerifyToken: "verify", AccessToken: "access",
		},
		{
			ID: "bench-wa", Provider: "whatsapp", Queue: "bench", Active: true, APIURL: apiURL,
			PhoneNumberID: "106540352242922", AppSecret: appSecret, VerifyToken: "verify", AccessToken: "access",
		},
		{ID: "bench-tg", Provider: "telegram", Queue: "bench", Active: true, APIURL: apiURL, Token: "123456:bench", SecretToken: "bench"},
	}
	c.Complete()
	return c
}

// server is a complete server with everything it needs around it.
type server struct {
	url      string
	host     string
	provider *provider
}

// boot starts a complete server in the run's folder.
func (r *run) boot(ctx context.Context, c *closers, operators int) (*server, error) {
	p, err := startProvider()
	if err != nil {
		return nil, err
	}
	c.add(p.close)
	cfg := company(filepath.Join(r.dir, "server"), p.url, operators)
	if r.Store == "redis" {
		if cfg.Store, err = r.redisAddress(c); err != nil {
			return nil, err
		}
	}
	s, err := r.Boot(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	c.add(func() error {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
		defer cancel()
		if err := s.Close(stopping); err != nil {
			return fmt.Errorf("stop the server: %w", err)
		}
		return nil
	})
	u, err := url.Parse(s.URL())
	if err != nil {
		return nil, fmt.Errorf("the server's address: %w", err)
	}
	return &server{url: s.URL(), host: u.Host, provider: p}, nil
}

// bootStocked starts a complete server whose store has been filled before.
func (r *run) bootStocked(ctx context.Context, c *closers, s *stock) (*server, error) {
	if err := r.lay(ctx, s); err != nil {
		return nil, err
	}
	r.stage("the stock is laid")
	return r.boot(ctx, c, len(s.operators))
}

// lay fills the store that the run's server will find.
func (r *run) lay(ctx context.Context, s *stock) (err error) {
	folder := filepath.Join(r.dir, "server")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("lay the stock: %w", err)
	}
	store, err := pebblestore.Open(filepath.Join(folder, "live"), pebblestore.Options{Partitions: partitions})
	if err != nil {
		return fmt.Errorf("lay the stock: %w", err)
	}
	return errors.Join(s.fill(ctx, store), store.Close())
}
