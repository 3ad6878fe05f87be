package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// post is one webhook call as the company received it.
type post struct {
	header http.Header
	body   []byte
	at     time.Time
}

// company is a webhook endpoint that keeps what it gets and answers with what the test says.
type company struct {
	*httptest.Server
	mu     sync.Mutex
	posts  []post
	answer func(n int, p post) int // n counts from 1
	busy   int
	most   int // most requests at once
}

func newCompany(t *testing.T, answer func(n int, p post) int) *company {
	t.Helper()
	c := &company{answer: answer}
	c.Server = httptest.NewServer(http.HandlerFunc(c.receive))
	t.Cleanup(c.Close)
	return c
}

func (c *company) receive(rw http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		if r.URL.Query().Get("hub.verify_token") != "verify" {
			rw.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = io.WriteString(rw, r.URL.Query().Get("hub.challenge"))
		return
	}
	body, _ := io.ReadAll(r.Body)
	p := post{r.Header, body, time.Now()}
	c.mu.Lock()
	c.busy++
	c.most = max(c.most, c.busy)
	c.posts = append(c.posts, p)
	n := len(c.posts)
	c.mu.Unlock()
	status := http.StatusOK
	if c.answer != nil {
		status = c.answer(n, p)
	}
	c.mu.Lock()
	c.busy--
	c.mu.Unlock()
	rw.WriteHeader(status)
}

func (c *company) received() []post {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.posts)
}

// bundle is one world with an account of each provider, and the company behind them.
type bundle struct {
	*World
	*company
	t   *testing.T
	ctx context.Context
}

func channels(hook string) []Channel {
	return []Channel{
		{ID: "fb", Provider: Messenger, Webhook: hook, PageID: "117172741761305", AppID: "1517776481860111",
			AppSecret: "fb-secret", VerifyToken: "verify", AccessToken: "fb-token"},
		{ID: "wa", Provider: WhatsApp, Webhook: hook, PhoneNumberID: "409552778964973", WABAID: "880480571844883",
			DisplayNumber: "43330585569", AppID: "1517776481860111", AppSecret: "wa-secret", VerifyToken: "verify", AccessToken: "wa-token"},
		{ID: "tg", Provider: Telegram, Webhook: hook, Token: "123:abc", SecretToken: "tg-secret"},
	}
}

func setup(t *testing.T, cfg Config, answer func(n int, p post) int) *bundle {
	t.Helper()
	c := newCompany(t, answer)
	cfg.Seed, cfg.Run = 7, "test"
	if cfg.Channels == nil {
		cfg.Channels = channels(c.URL)
	}
	for i := range cfg.Channels {
		if cfg.Channels[i].Webhook == "" {
			cfg.Channels[i].Webhook = c.URL
		}
	}
	if cfg.Backoff == 0 {
		cfg.Backoff = 5 * time.Millisecond
	}
	if cfg.ReceiptDelay == 0 {
		cfg.ReceiptDelay = 4 * time.Millisecond
	}
	w, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if _, err := w.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
	t.Cleanup(cancel)
	return &bundle{w, c, t, ctx}
}

func (b *bundle) drain() {
	b.t.Helper()
	if err := b.Drained(b.ctx); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bundle) ok(ref EventRef, err error) EventRef {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	return ref
}

// heard waits until the company has acknowledged the event. What the provider says of an answer goes out beside the
// customer's own events, so a test that looks at their order must not answer before.
func (b *bundle) heard(ref EventRef, err error) EventRef {
	b.t.Helper()
	b.ok(ref, err)
	select {
	case <-ref.Acked():
	case <-b.ctx.Done():
		b.t.Fatal("never acknowledged")
	}
	return ref
}

// call makes an API call with a bearer token and gives status, header and decoded body.
func (b *bundle) call(method, path, token string, body any) (int, http.Header, map[string]any) {
	b.t.Helper()
	var in io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			b.t.Fatal(err)
		}
		in = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(b.ctx, method, b.World.URL()+path, in)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	return b.do(req, token)
}

func (b *bundle) do(req *http.Request, token string) (int, http.Header, map[string]any) {
	b.t.Helper()
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	out := map[string]any{}
	if json.Unmarshal(raw, &out) != nil {
		out["raw"] = string(raw)
	}
	b.t.Cleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections)
	return res.StatusCode, res.Header, out
}

// at walks a decoded JSON value by keys and indexes.
func at(v any, path ...any) any {
	for _, step := range path {
		switch s := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[s]
		case int:
			l, _ := v.([]any)
			if s >= len(l) {
				return nil
			}
			v = l[s]
		}
	}
	return v
}
