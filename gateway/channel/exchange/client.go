package exchange

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// NewClient returns a client for provider calls: no redirects (they would carry a message or a token elsewhere), bounded
// connections, idle ones given up before providers do, and timeout over the whole exchange.
func NewClient(timeout time.Duration) *http.Client {
	return Guard(&http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:   5 * time.Second,
			ForceAttemptHTTP2:     true,
			MaxIdleConns:          256,
			MaxIdleConnsPerHost:   64,
			MaxConnsPerHost:       256,
			IdleConnTimeout:       40 * time.Second,
			ExpectContinueTimeout: time.Second,
			ReadBufferSize:        8 << 10,
		},
	})
}

// Guard returns a copy of the client that follows no redirect.
func Guard(c *http.Client) *http.Client {
	guarded := *c
	guarded.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &guarded
}
