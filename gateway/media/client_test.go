package media_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/gateway/media"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// host is a media host on loopback that the client is told to be ours.
type host struct {
	*httptest.Server
	client *media.Client
	hits   atomic.Int64
}

func setup(t *testing.T, cfg media.Config, h http.HandlerFunc) *host {
	t.Helper()
	s := &host{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.hits.Add(1)
		h(w, r)
	}))
	cfg.InsideHosts = append(cfg.InsideHosts, s.Listener.Addr().String())
	s.client = media.New(cfg)
	t.Cleanup(func() { s.client.Close(); s.Close() })
	return s
}

// fetch reads a whole body and gives the first error of Get or Read.
func fetch(ctx context.Context, c *media.Client, url string, opts media.Options) (string, error) {
	body, err := c.Get(ctx, url, opts)
	if err != nil {
		return "", err
	}
	defer body.Close()
	b, err := io.ReadAll(body)
	return string(b), err
}

func TestFetch(t *testing.T) {
	t.Parallel()
	h := setup(t, media.Config{}, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/jpeg")
		_, _ = fmt.Fprintf(w, "%s|%s", r.Header.Get("Authorization"), r.Header.Get("Accept-Encoding"))
	})
	body, err := h.client.Get(t.Context(), h.URL+"/photo", media.Options{Bearer: "token-1"})
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	got, err := io.ReadAll(body)
	if err != nil || string(got) != "Bearer token-1|identity" || body.ContentType != "image/jpeg" || body.Length != int64(len(got)) {
		t.Fatalf("%q %v %+v", got, err, body)
	}
}

func TestAddressesInsideAreBlocked(t *testing.T) {
	t.Parallel()
	victim := setup(t, media.Config{}, func(http.ResponseWriter, *http.Request) {})
	_, port, _ := strings.Cut(victim.Listener.Addr().String(), ":")
	c := media.New(media.Config{})
	t.Cleanup(c.Close)
	for _, raw := range []string{
		victim.URL,
		"https://127.1:" + port, "https://127.0.0.1:" + port, "https://0.0.0.0:" + port, "https://[::ffff:127.0.0.1]:" + port, "https://[::1]:" + port,
		"https://[::]:" + port, "https://2130706433:" + port, "https://0x7f000001:" + port, "https://0177.0.0.1:" + port, "https://localhost:" + port,
		"https://169.254.169.254/latest/meta-data/", "https://10.0.0.1/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://100.64.0.1/",
		"http://example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_FLUSHALL", "https://user:pass@example.com/", "//example.com/", "",
		"https://", "https://exa mple.com/", "https://example.com/" + strings.Repeat("a", 9<<10),
	} {
		if _, err := c.Get(t.Context(), raw, media.Options{}); !errors.Is(err, media.Blocked) {
			t.Errorf("%.60s: %v", raw, err)
		}
	}
	if n := victim.hits.Load(); n != 0 {
		t.Errorf("the inside was reached %d times", n)
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	victim := setup(t, media.Config{}, func(http.ResponseWriter, *http.Request) {})
	h := setup(t, media.Config{}, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/inside":
			http.Redirect(w, r, victim.URL, http.StatusFound)
		case "/inside-https":
			http.Redirect(w, r, strings.Replace(victim.URL, "http:", "https:", 1), http.StatusFound)
		case "/metadata":
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusTemporaryRedirect)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/3", "/2", "/1":
			http.Redirect(w, r, fmt.Sprintf("/%c?from=secret", r.URL.Path[1]-1), http.StatusFound)
		case "/0":
			_, _ = fmt.Fprintf(w, "auth=%q referer=%q", r.Header.Get("Authorization"), r.Header.Get("Referer"))
		case "/broken":
			w.Header().Set("Location", "http://%zz/secret")
			w.WriteHeader(http.StatusFound)
		}
	})
	for path, want := range map[string]media.Kind{
		"/inside": media.Blocked, "/inside-https": media.Blocked, "/metadata": media.Blocked, "/loop": media.Permanent, "/broken": media.Temporary,
	} {
		_, err := fetch(t.Context(), h.client, h.URL+path, media.Options{Bearer: "token"})
		if !errors.Is(err, want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", path, err)
		}
	}
	if n := victim.hits.Load(); n != 0 {
		t.Errorf("the inside was reached %d times", n)
	}
	got, err := fetch(t.Context(), h.client, h.URL+"/3", media.Options{Bearer: "token"})
	if err != nil || got != `auth="" referer=""` {
		t.Errorf("three redirects: %q, %v", got, err)
	}
}

func TestTooMuchTooSlowTooLate(t *testing.T) {
	t.Parallel()
	block := []byte(strings.Repeat("x", 32<<10))
	h := setup(t, media.Config{MaxBytes: 1 << 20, SlowWindow: 80 * time.Millisecond, SlowBytes: 100, FirstByte: 400 * time.Millisecond, Total: 600 * time.Millisecond},
		func(w http.ResponseWriter, r *http.Request) {
			var every time.Duration
			chunk := block
			switch r.URL.Path {
			case "/declared":
				w.Header().Set("Content-Length", "10000000000")
			case "/endless":
			case "/drip": // 1 byte now and then
				every, chunk = 10*time.Millisecond, block[:1]
			case "/steady": // never too slow, yet never ending
				every, chunk = 10*time.Millisecond, block[:200]
			case "/stall":
				every = time.Hour
			case "/silent":
				<-r.Context().Done()
				return
			}
			w.WriteHeader(http.StatusOK)
			for r.Context().Err() == nil {
				if _, err := w.Write(chunk); err != nil {
					return
				}
				_ = http.NewResponseController(w).Flush()
				select {
				case <-r.Context().Done():
				case <-time.After(every):
				}
			}
		})
	for path, want := range map[string]media.Kind{
		"/declared": media.TooBig, "/endless": media.TooBig, "/drip": media.Timeout, "/steady": media.Timeout, "/stall": media.Timeout, "/silent": media.Timeout,
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			body, err := fetch(t.Context(), h.client, h.URL+path, media.Options{})
			if !errors.Is(err, want) || media.KindOf(fmt.Errorf("store: %w", err)) != want {
				t.Fatalf("got %v", err)
			}
			if len(body) > 1<<20 {
				t.Fatalf("%d bytes passed the cap", len(body))
			}
		})
	}
}

func TestExactlyTheLimitIsEnough(t *testing.T) {
	t.Parallel()
	h := setup(t, media.Config{}, func(w http.ResponseWriter, _ *http.Request) {
		_ = http.NewResponseController(w).Flush() // no declared length
		_, _ = io.WriteString(w, "0123456789")
	})
	if got, err := fetch(t.Context(), h.client, h.URL, media.Options{MaxBytes: 10}); err != nil || got != "0123456789" {
		t.Fatal(got, err)
	}
	if got, err := fetch(t.Context(), h.client, h.URL, media.Options{MaxBytes: 9}); !errors.Is(err, media.TooBig) || got != "012345678" {
		t.Fatal(got, err)
	}
}

func TestAnswersAreClassed(t *testing.T) {
	t.Parallel()
	h := setup(t, media.Config{}, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gzip":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, "\x1f\x8b")
		case "/short":
			w.Header().Set("Content-Length", "10")
			_, _ = io.WriteString(w, "abc")
		case "/garbage":
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, "token in garbage\r\n\r\n")
				_ = conn.Close()
			}
		default:
			w.Header().Set("Retry-After", "7")
			var code int
			_, _ = fmt.Sscanf(r.URL.Path, "/%d", &code)
			w.WriteHeader(code)
		}
	})
	for path, want := range map[string]media.Kind{
		"/403": media.Expired, "/404": media.Expired, "/410": media.Expired, "/429": media.Temporary, "/500": media.Temporary, "/503": media.Temporary,
		"/400": media.Permanent, "/401": media.Permanent, "/206": media.Permanent, "/304": media.Permanent, "/gzip": media.Permanent,
		"/short": media.Temporary, "/garbage": media.Temporary,
	} {
		_, err := fetch(t.Context(), h.client, h.URL+path, media.Options{})
		var e *media.Error
		if !errors.As(err, &e) || e.Kind != want || strings.Contains(err.Error(), h.URL) || strings.Contains(err.Error(), "token") {
			t.Errorf("%s: %v", path, err)
		}
		if path == "/429" && (e.Status != 429 || e.RetryAfter != 7*time.Second) {
			t.Errorf("%+v", e)
		}
	}
}

func TestCallerGivesUp(t *testing.T) {
	t.Parallel()
	h := setup(t, media.Config{}, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.client.Get(ctx, h.URL, media.Options{}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	h.Close()
	if _, err := h.client.Get(t.Context(), h.URL+"/secret-token", media.Options{}); !errors.Is(err, media.Temporary) || strings.Contains(err.Error(), "secret") {
		t.Fatal(err)
	}
}
