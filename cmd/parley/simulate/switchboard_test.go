package simulate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const patience = 10 * time.Second

// switched is a switchboard on a real socket, with a world that says who answered.
type switched struct {
	*Switchboard
	url                string
	attached, detached atomic.Int32
	client             *http.Client
	left               chan struct{}
}

func says(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/broken") {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Retry-After", "7")
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %s?%s %s", name, r.Method, r.URL.Path, r.URL.RawQuery, body)
	})
}

func newSwitched(t *testing.T, life time.Duration) *switched {
	t.Helper()
	s := &switched{Switchboard: NewSwitchboard(says("demo")), left: make(chan struct{}, 10)}
	s.life = life
	s.OnAttach = func() { s.attached.Add(1) }
	s.OnDetach = func() { s.detached.Add(1); s.left <- struct{}{} }
	srv := httptest.NewServer(s.Switchboard)
	s.url = srv.URL
	transport := &http.Transport{}
	s.client = &http.Client{Transport: transport, Timeout: patience}
	t.Cleanup(func() {
		s.Close()
		transport.CloseIdleConnections()
		srv.Close()
	})
	return s
}

func (s *switched) call(t *testing.T, method, path, body string, header ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := s.client.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error()
	}
	return res.StatusCode, string(out)
}

func other(t *testing.T) string {
	t.Helper()
	srv := httptest.NewServer(says("run"))
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestCallsGoToWhoIsAttached(t *testing.T) {
	t.Parallel()
	s := newSwitched(t, time.Minute)
	if _, got := s.call(t, "POST", "/v24.0/1/messages?a=b;c", "hi"); got != "demo POST /v24.0/1/messages?a=b;c hi" {
		t.Errorf("before: %s", got)
	}
	a, err := attach(t.Context(), s.url, other(t), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if _, got := s.call(t, "POST", "/bot1:a/sendMessage?x=1", "hi"); got != "run POST /bot1:a/sendMessage?x=1 hi" {
		t.Errorf("attached: %s", got)
	}
	if _, err := attach(t.Context(), s.url, other(t), slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "another simulation") {
		t.Errorf("a second one: %v", err)
	}
	if err := a.detach(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, got := s.call(t, "GET", "/v24.0/me", ""); !strings.HasPrefix(got, "demo ") {
		t.Errorf("after: %s", got)
	}
	if s.attached.Load() != 1 || s.detached.Load() != 1 {
		t.Errorf("%d attached, %d detached", s.attached.Load(), s.detached.Load())
	}
}

// A provider that accepts and never answers must not become one that says 502: the company would send again.
func TestABrokenCallBreaksHereToo(t *testing.T) {
	t.Parallel()
	s := newSwitched(t, time.Minute)
	a, err := attach(t.Context(), s.url, other(t), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if status, body := s.call(t, "POST", "/broken", "hi"); status != 0 {
		t.Errorf("%d %s", status, body)
	}
	if err := a.detach(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestAnAttachmentThatIsNotRenewedEnds(t *testing.T) {
	t.Parallel()
	s := newSwitched(t, 30*time.Millisecond)
	gone := httptest.NewServer(says("run"))
	url := gone.URL
	gone.Close()
	if status, body := s.call(t, "POST", AttachPath, `{"url":"`+url+`"}`, "Content-Type", "application/json"); status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	if status, _ := s.call(t, "GET", "/v24.0/me", ""); status != http.StatusBadGateway && status != http.StatusOK {
		t.Errorf("nobody there: %d", status)
	}
	select {
	case <-s.left:
	case <-time.After(patience):
		t.Fatal("it never ended")
	}
	if _, got := s.call(t, "GET", "/v24.0/me", ""); !strings.HasPrefix(got, "demo ") {
		t.Errorf("after: %s", got)
	}
}

func TestRenewingKeepsAnAttachment(t *testing.T) {
	t.Parallel()
	s := newSwitched(t, 400*time.Millisecond)
	a, err := attach(t.Context(), s.url, other(t), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.left:
		t.Error("it ended though it was renewed")
	case <-time.After(time.Second): // longer than a life, and nothing to wait for
	}
	if err := a.detach(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestWhoMayAttach(t *testing.T) {
	t.Parallel()
	s := newSwitched(t, time.Minute)
	for name, tc := range map[string]struct {
		method, body, kind string
		want               int
	}{
		"a form of some web page": {"POST", `{"url":"http://127.0.0.1:1"}`, "text/plain", 415},
		"another host":            {"POST", `{"url":"http://10.0.0.1:80"}`, "application/json", 400},
		"a name":                  {"POST", `{"url":"http://localhost:80"}`, "application/json", 400},
		"credentials":             {"POST", `{"url":"http://a:b@127.0.0.1:80"}`, "application/json", 400},
		"a path":                  {"POST", `{"url":"http://127.0.0.1:80/x"}`, "application/json", 400},
		"no port":                 {"POST", `{"url":"http://127.0.0.1"}`, "application/json", 400},
		"not JSON":                {"POST", `url=`, "application/json", 400},
		"an attachment of old":    {"POST", `{"url":"http://127.0.0.1:80","id":"x"}`, "application/json", 409},
		"the end of another":      {"DELETE", "", "", 204},
		"something else":          {"PUT", "", "", 405},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, body := s.call(t, tc.method, AttachPath, tc.body, "Content-Type", tc.kind); got != tc.want {
				t.Errorf("%d %s", got, body)
			}
		})
	}
	far := httptest.NewRequest("POST", AttachPath, strings.NewReader(`{"url":"http://127.0.0.1:80"}`))
	far.RemoteAddr = "203.0.113.9:1234"
	w := httptest.NewRecorder()
	s.ServeHTTP(w, far)
	if w.Code != http.StatusForbidden {
		t.Errorf("from elsewhere: %d", w.Code)
	}
}

func TestWhereAWorldMayListen(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		urls map[string]string
		want string // empty: refused
	}{
		"one address":     {map[string]string{"a": "http://127.0.0.1:9000/v24.0", "b": "http://127.0.0.1:9000"}, "127.0.0.1:9000"},
		"localhost":       {map[string]string{"a": "http://localhost:9000"}, "127.0.0.1:9000"},
		"two addresses":   {map[string]string{"a": "http://127.0.0.1:9000", "b": "http://127.0.0.1:9001"}, ""},
		"the real thing":  {map[string]string{"a": "https://api.telegram.org"}, ""},
		"another machine": {map[string]string{"a": "http://10.1.2.3:9000"}, ""},
		"no channel":      {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := listenAddress(tc.urls)
			if got != tc.want || (err == nil) != (tc.want != "") {
				t.Errorf("%q, %v", got, err)
			}
			if tc.want == "" && len(tc.urls) == 1 && !errors.Is(err, errNotLoopback) {
				t.Errorf("%v does not say what is needed", err)
			}
		})
	}
}

func TestARunThatCannotBeginSaysWhy(t *testing.T) {
	t.Parallel()
	_, err := Run(context.Background(), Options{URL: "nowhere", Faults: "gremlins", Operators: 3, Listen: "0.0.0.0:80"})
	for _, part := range []string{"--url", "gremlins", "--operators 3", "no channel", "loopback"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q is missing in: %v", part, err)
		}
	}
}
