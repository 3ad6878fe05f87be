package app_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"parley/config"
)

// TestHealth: /healthz, /readyz with each part, /metrics with what issue 2 names.
func TestHealth(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	s.hook("demo-fb", fbText("9101", "m_metrics", "count me")).is(200)
	id := anna.take("count me")
	s.hook("demo-fb", fbText("9101", "m_metrics_2", "and time me")).is(200)
	anna.push("chat.message", of(id))
	s.do("GET", "/healthz", nil).is(200)
	ready := s.do("GET", "/readyz", nil).is(200)
	if !truth(ready, "ready") {
		t.Errorf("not ready: %s", spelled(ready))
	}
	names := texts(list(ready, "parts"), "name")
	for _, want := range []string{"gateway", "store", "directory"} {
		if !strings.Contains(strings.Join(names, " "), want) {
			t.Errorf("readyz does not speak of the %s: %v", want, names)
		}
	}
	var metrics string
	until(t, "an empty queue and a timed message in /metrics", func() bool {
		metrics = string(s.do("GET", "/metrics", nil).raw)
		return strings.Contains(metrics, "parley_event_to_socket_seconds_count 1") && strings.Contains(metrics, `parley_queue_waiting{queue="support"} 0`)
	})
	for _, name := range []string{
		`parley_webhook_seconds_count{provider="messenger",status="200"} 2`, "parley_commit_seconds_bucket", "parley_event_to_socket_seconds_bucket",
		"parley_commands_in_flight", "parley_dead_letters_total", "parley_sockets 1",
	} {
		if !strings.Contains(metrics, name) {
			t.Errorf("/metrics lacks %s", name)
		}
	}
	for _, secret := range []string{"count me", fbSecret, anna.token, "9101"} {
		if strings.Contains(metrics, secret) {
			t.Errorf("/metrics shows %q", secret)
		}
	}
}

// TestMetricsOnTheirOwn: with a listener of their own, metrics are not on the public one.
func TestMetricsOnTheirOwn(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(c *config.Config) { c.MetricsListen = "127.0.0.1:0" })
	s.do("GET", "/metrics", nil).problem(404, "not_found")
}

// TestStoppedChannelIsShown: "a stopped channel is shown in readyz".
func TestStoppedChannelIsShown(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(c *config.Config) { c.Channels[0].AccessToken = "revoked" })
	anna := s.operator("anna")
	sent(t)(s.customer("demo-fb", 1).Text(deadline(t), "hello"))
	id := anna.take("hello")
	anna.ask("chat.send", object{"chat": id, "client_id": "1", "text": "never arrives"})
	failed := anna.push("chat.message_updated", instate("failed"))
	if text(failed, "message", "error", "code") == "" || text(failed, "message", "error", "text") == "" {
		t.Errorf("no reason: %s", spelled(failed))
	}
	ready := s.do("GET", "/readyz", nil)
	if !strings.Contains(string(ready.raw), "demo-fb") {
		t.Errorf("readyz does not name the stopped channel: %s", ready.raw)
	}
}

// TestHardenedAnswers: no answer can be turned into a page, and nothing is guessed.
func TestHardenedAnswers(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, path := range []string{"/", "/healthz", "/api/v1/chats", "/api/v1/nothing", "/hooks/x/y", "/%2e%2e/%2e%2e/etc/passwd"} {
		r := s.do("GET", path, nil)
		if r.header.Get("X-Content-Type-Options") != "nosniff" || r.header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %d %v", path, r.status, r.header)
		}
	}
	s.do("GET", "/api/v1/nothing", nil).problem(404, "not_found")
	s.do("PUT", "/api/v1/chats", nil).problem(405, "method_not_allowed")
	s.do("GET", "/api/v1/chats", nil).problem(401, "unauthorized")
	s.do("GET", "/api/v1/chats", nil, "Authorization", "Bearer nonsense").problem(401, "unauthorized")
	s.do("GET", "/api/v1/chats", nil, "Authorization", "Basic YTpi").problem(401, "unauthorized")
	res, err := http.Head(s.app.URL() + "/api/v1/openapi.json")
	if err != nil || res.StatusCode != 200 {
		t.Errorf("HEAD: %v %v", res, err)
	} else {
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
	}
}
