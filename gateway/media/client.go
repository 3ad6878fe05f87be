package media

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const maxRedirects = 3

// Config of a Client; zero values take the defaults.
type Config struct {
	// InsideHosts are "host:port" of our own making (the simulator, a local Bot API server): plain http, private addresses and
	// bearer tokens are allowed there, and only there.
	InsideHosts []string
	// BearerHosts may be sent a token over https: "graph.facebook.com", or ".fbcdn.net" for every host below a domain.
	BearerHosts []string

	MaxBytes   int64         // per fetch unless Options say less; default 100 MiB
	Total      time.Duration // whole fetch, body included; default 5 minutes
	FirstByte  time.Duration // connection, and again request to response header; default 15 s
	SlowWindow time.Duration // over which progress is measured; default 10 s
	SlowBytes  int64         // fewer bytes than this in a window end the fetch; default 10 KiB
	Resolver   *net.Resolver // nil: the system's
}

func (c Config) withDefaults() Config {
	c.MaxBytes = orDefault(c.MaxBytes, 100<<20)
	c.Total = orDefault(c.Total, 5*time.Minute)
	c.FirstByte = orDefault(c.FirstByte, 15*time.Second)
	c.SlowWindow = orDefault(c.SlowWindow, 10*time.Second)
	c.SlowBytes = orDefault(c.SlowBytes, 10<<10)
	return c
}

func orDefault[T int64 | time.Duration](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}

// Options of one fetch.
type Options struct {
	Bearer   string // sent only to InsideHosts and BearerHosts; to another host the fetch goes out without it
	MaxBytes int64  // 0: the client's
}

// Client fetches media. It is safe for concurrent use; Close it when done.
type Client struct {
	cfg    Config
	inside map[string]bool
	http   *http.Client
}

// New builds a client; it connects to nothing yet.
func New(cfg Config) *Client {
	c := &Client{cfg: cfg.withDefaults(), inside: make(map[string]bool)}
	for _, h := range cfg.InsideHosts {
		c.inside[strings.ToLower(h)] = true
	}
	c.http = &http.Client{Transport: c.transport(), CheckRedirect: c.checkRedirect}
	return c
}

// Close drops idle connections; fetches under way go on.
func (c *Client) Close() { c.http.CloseIdleConnections() }

func (c *Client) transport() *http.Transport {
	free := &net.Dialer{Timeout: c.cfg.FirstByte, Resolver: c.cfg.Resolver}
	guarded := &net.Dialer{Timeout: c.cfg.FirstByte, Resolver: c.cfg.Resolver, Control: refuseInside}
	return &http.Transport{
		Proxy: nil, // a proxy from the environment would resolve names behind our back
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if c.inside[strings.ToLower(address)] {
				return free.DialContext(ctx, network, address)
			}
			return guarded.DialContext(ctx, network, address)
		},
		DisableCompression:     true, // the size cap counts what arrives, so nothing may unfold later
		TLSHandshakeTimeout:    c.cfg.FirstByte,
		ResponseHeaderTimeout:  c.cfg.FirstByte,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        30 * time.Second,
	}
}

// Get starts a fetch. The body must be closed; reading it may fail with an *Error too. Every error is an *Error.
func (c *Client) Get(ctx context.Context, rawURL string, opts Options) (*Body, error) {
	u, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	if err := c.check(u); err != nil {
		return nil, err
	}
	limit := c.cfg.MaxBytes
	if opts.MaxBytes > 0 {
		limit = min(limit, opts.MaxBytes)
	}
	ctx, stop := c.bounded(ctx)
	resp, err := c.http.Do(c.request(ctx, u, opts.Bearer))
	if err != nil {
		failure := classify(ctx, err)
		stop(nil)
		return nil, failure
	}
	if err := accept(resp, limit); err != nil {
		stop(nil)
		_ = resp.Body.Close() // what is left of it is of no interest
		return nil, err
	}
	return c.newBody(ctx, stop, resp, limit), nil
}

// bounded gives the context of a whole fetch, which ends by itself with a Timeout.
func (c *Client) bounded(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(c.cfg.Total, func() {
		cancel(&Error{Kind: Timeout, Cause: fmt.Errorf("not finished within %v", c.cfg.Total)})
	})
	return ctx, func(cause error) { timer.Stop(); cancel(cause) }
}

func (c *Client) request(ctx context.Context, u *url.URL, bearer string) *http.Request {
	header := http.Header{"Accept-Encoding": {"identity"}, "User-Agent": {"parley"}}
	if bearer != "" && c.mayHaveBearer(u) {
		header.Set("Authorization", "Bearer "+bearer)
	}
	r := &http.Request{Method: http.MethodGet, URL: u, Host: u.Host, Header: header, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
	return r.WithContext(ctx)
}

func (c *Client) mayHaveBearer(u *url.URL) bool {
	if c.inside[hostPort(u)] {
		return true
	}
	host := strings.ToLower(u.Hostname())
	for _, allowed := range c.cfg.BearerHosts {
		allowed = strings.ToLower(allowed)
		if host == allowed || strings.HasPrefix(allowed, ".") && strings.HasSuffix(host, allowed) {
			return true
		}
	}
	return false
}

// checkRedirect looks at every hop as at the first one, and takes token and referrer away.
func (c *Client) checkRedirect(r *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return &Error{Kind: Permanent, Cause: errors.New("too many redirects")}
	}
	r.Header.Del("Authorization")
	r.Header.Del("Referer")
	return c.check(r.URL)
}

// check refuses what can be refused before any name is resolved.
func (c *Client) check(u *url.URL) error {
	switch {
	case u.Hostname() == "":
		return blocked("the address has no host")
	case u.User != nil:
		return blocked("the address carries credentials")
	case c.inside[hostPort(u)] && (u.Scheme == "http" || u.Scheme == "https"):
		return nil
	case u.Scheme != "https":
		return blocked("only https is fetched")
	case numeric(u.Hostname()):
		return blocked("the host is a number in disguise")
	}
	return nil
}

func parse(rawURL string) (*url.URL, error) {
	if len(rawURL) > maxURL {
		return nil, blocked("the address is too long")
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, blocked("the address cannot be read")
	}
	return u, nil
}

// accept looks at the header of an answer.
func accept(resp *http.Response, limit int64) error {
	encoding := resp.Header.Get("Content-Encoding")
	switch code := resp.StatusCode; {
	case code == http.StatusForbidden, code == http.StatusNotFound, code == http.StatusGone:
		return &Error{Kind: Expired, Status: code}
	case code == http.StatusTooManyRequests, code == http.StatusRequestTimeout, code >= 500:
		return &Error{Kind: Temporary, Status: code, RetryAfter: retryAfter(resp.Header.Get("Retry-After"))}
	case code != http.StatusOK:
		return &Error{Kind: Permanent, Status: code}
	case encoding != "" && !strings.EqualFold(encoding, "identity"):
		return &Error{Kind: Permanent, Status: code, Cause: errors.New("compressed although identity was asked for")}
	case resp.ContentLength > limit:
		return &Error{Kind: TooBig, Status: code}
	}
	return nil
}

// retryAfter reads the form in seconds, at most a day; the date form is rare and treated as absent.
func retryAfter(value string) time.Duration {
	s, err := strconv.Atoi(value)
	if err != nil || s < 0 {
		return 0
	}
	return time.Duration(min(s, 24*60*60)) * time.Second
}
