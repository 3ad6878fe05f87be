package gateway

import (
	"cmp"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"net/url"
	"time"
)

// Config is what the gateway is told from outside; zero fields take the default named beside them.
type Config struct {
	Listen         string        // host:port; port 0 takes a free one (127.0.0.1:8080)
	MetricsListen  string        // own address of /metrics; empty = on Listen
	PublicURL      string        // origin under which browsers come; empty = none but the request's own host
	TrustedProxies []string      // networks whose X-Forwarded-For is believed; none
	Version        string        // shown in the OpenAPI document (dev)
	WebhookBytes   int64         // largest webhook body (3 MiB)
	UploadBytes    int64         // largest uploaded file (25 MiB)
	BufferedBytes  int64         // bodies held in memory at once, all requests together (256 MiB)
	Webhooks       int           // authentic webhooks in flight (1,024)
	WebhookTimeout time.Duration // until a webhook is answered 503 (4.5 s: a provider gives up at 5 s)
	RequestTimeout time.Duration // of one request of an operator (10 s)
	PasswordChecks int           // password hashes computed at once (2)
	Sockets        int           // websockets at once (10,000)
	AddressConns   int           // connections one address may hold (2,048); negative = no bound
	Heartbeat      time.Duration // between heartbeats; the contract allows 20 s (15 s)
	WriteTimeout   time.Duration // of one frame to a slow client (10 s)
	ReadTimeout    time.Duration // of a request, from its first byte to the last of its body (10 s)
	SessionCheck   time.Duration // between looks whether sockets' sessions still live (3 s)
	FrameRate      float64       // frames per second a client may send for long (50)
	FrameBurst     int           // and at once (200)
}

// Deps are the parts the gateway works with. Engine, Channels, Sessions, Quarantine and Files are required.
type Deps struct {
	Engine     Engine
	Channels   Channels
	Sessions   Sessions
	Quarantine Quarantine
	Files      Files
	Templates  Templates // nil: there are no quick replies
	Contacts   Contacts  // nil: nothing more is known of anybody
	Index      Index     // nil: the list of chats is empty
	Readiness  Readiness // nil: always ready
	Workspace  fs.FS     // the built web application; nil: not built, the page says so
	// Answer ends the waiting of a button that a customer pressed; it must return at once. nil: nobody does.
	Answer  func(channelID, callbackID string)
	Metrics *Metrics // nil: a fresh one
	Log     *slog.Logger
	Now     func() time.Time // nil: time.Now
}

func (c Config) withDefaults() Config {
	c.Listen = cmp.Or(c.Listen, "127.0.0.1:8080")
	c.Version = cmp.Or(c.Version, "dev")
	c.WebhookBytes = cmp.Or(c.WebhookBytes, 3<<20)
	c.UploadBytes = cmp.Or(c.UploadBytes, 25<<20)
	c.BufferedBytes = cmp.Or(c.BufferedBytes, 256<<20)
	c.Webhooks = cmp.Or(c.Webhooks, 1024)
	c.WebhookTimeout = cmp.Or(c.WebhookTimeout, 4500*time.Millisecond)
	c.RequestTimeout = cmp.Or(c.RequestTimeout, 10*time.Second)
	c.PasswordChecks = cmp.Or(c.PasswordChecks, 2)
	c.Sockets = cmp.Or(c.Sockets, 10_000)
	c.AddressConns = cmp.Or(c.AddressConns, 2048)
	c.Heartbeat = cmp.Or(c.Heartbeat, 15*time.Second)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, 10*time.Second)
	c.ReadTimeout = cmp.Or(c.ReadTimeout, 10*time.Second)
	c.SessionCheck = cmp.Or(c.SessionCheck, 3*time.Second)
	c.FrameRate = cmp.Or(c.FrameRate, 50)
	c.FrameBurst = cmp.Or(c.FrameBurst, 200)
	return c
}

// site is what PublicURL says about us.
type site struct {
	origin string // scheme://host[:port], lower case; empty when not told
	secure bool   // https: cookies are Secure and HSTS is sent
}

func siteOf(publicURL string) (site, error) {
	if publicURL == "" {
		return site{}, nil
	}
	u, err := url.Parse(publicURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return site{}, fmt.Errorf("public url %q is not an http or https address", publicURL)
	}
	return site{origin: originOf(u), secure: u.Scheme == "https"}, nil
}

// networks reads the trusted proxies: CIDRs or single addresses.
func networks(in []string) ([]netip.Prefix, error) {
	out := make([]netip.Prefix, 0, len(in))
	for _, s := range in {
		if p, err := netip.ParsePrefix(s); err == nil {
			out = append(out, p.Masked())
			continue
		}
		a, err := netip.ParseAddr(s)
		if err != nil {
			return nil, fmt.Errorf("trusted proxy %q is neither a network nor an address", s)
		}
		out = append(out, netip.PrefixFrom(a, a.BitLen()))
	}
	return out, nil
}
