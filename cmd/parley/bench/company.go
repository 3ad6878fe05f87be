package bench

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	"parley/config"
)

const password = "a long bench password"

func operatorID(i int) string { return fmt.Sprintf("bench-%02d", i+1) }

// company is the installation that is measured: one queue that everybody serves without a limit, one channel of each
// provider, all joined to a provider of ours on loopback.
func company(data, apiURL string, operators int) config.Config {
	c := config.Default()
	c.Listen, c.Data, c.LogLevel = "127.0.0.1:0", data, "warn"
	c.Settings.SimultaneousChats = 0
	c.Settings.DisconnectGrace = time.Minute
	queue := config.Queue{ID: queueID, Name: "Bench", Rule: "everyone"}
	for i := range operators {
		c.Operators = append(c.Operators, config.Operator{ID: operatorID(i), Name: "Operator " + operatorID(i), Password: password})
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
	s, err := r.Boot(ctx, company(filepath.Join(r.dir, "server"), p.url, operators))
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
