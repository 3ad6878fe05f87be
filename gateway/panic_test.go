package gateway

import (
	"context"
	"io"
	"strings"
	"testing"

	"parley/actors/commit"
	"parley/actors/view"
)

// brokenFiles panics with what a customer wrote, wherever it is asked.
type brokenFiles struct{}

func (brokenFiles) Put(context.Context, string, io.Reader, string, string, int64) (File, error) {
	panic("CANARY of a customer")
}
func (brokenFiles) Open(context.Context, string) (io.ReadSeekCloser, File, error) {
	panic("CANARY of a customer")
}
func (brokenFiles) Attach(context.Context, string, string) error { panic("CANARY of a customer") }
func (brokenFiles) Stat(context.Context, string) (File, error)   { panic("CANARY of a customer") }

// brokenFeed panics when a connection joins.
type brokenFeed struct{ *fakeEngine }

func (brokenFeed) Attach(context.Context, string, string, uint64, view.Sink) (func(), error) {
	panic("CANARY of a customer")
}

// TestForcedPanicsAreContained: R19, fault 34. A panic in a handler, in a request
// on a websocket or while one is joined ends that alone: the answer is generic, the
// panic is counted, its value is written nowhere, and the next request is served.
func TestForcedPanicsAreContained(t *testing.T) {
	t.Parallel()
	b := setup(t, func(_ *Config, d *Deps) { d.Files = brokenFiles{} })
	b.engine.do = func(_ context.Context, _ commit.Entity, c any) (any, error) { panic("CANARY of a customer") }
	auth := b.bearer("anna")
	res, body := b.call("GET", "/api/v1/files/f", nil, auth...)
	expect(t, res, body, 500, "internal")
	for _, leak := range []string{"CANARY", "goroutine", ".go:", "panic"} {
		if strings.Contains(body, leak) {
			t.Errorf("the answer holds %q: %s", leak, body)
		}
	}
	c := b.connect("anna")
	for _, frame := range []string{`{"id":1,"type":"status.set","status":"active"}`, `{"id":2,"type":"chat.send","chat":"c.1","text":"x","attachments":["f"]}`} {
		reply := c.ask(frame)
		if code(reply) != "internal" || strings.Contains(reply["error"].(map[string]any)["message"].(string), "CANARY") {
			t.Errorf("%s: %v", frame, reply)
		}
	}
	res, body = b.call("GET", "/healthz", nil)
	expect(t, res, body, 200, "")
	logs := b.logs.String()
	if strings.Contains(logs, "CANARY") || strings.Count(logs, "panic") < 3 || !strings.Contains(logs, "stack") {
		t.Errorf("the log: %s", logs)
	}
	res, body = b.call("GET", "/metrics", nil)
	if !strings.Contains(body, "parley_panics_total 3") {
		t.Errorf("not counted: %d", res.StatusCode)
	}
}

// TestAPanicWhileJoiningEndsThatConnection and no other.
func TestAPanicWhileJoiningEndsThatConnection(t *testing.T) {
	t.Parallel()
	engine := newFakeEngine()
	b := setup(t, func(_ *Config, d *Deps) { d.Engine = brokenFeed{engine} })
	header := b.bearer("anna")
	c, _, err := b.dial("/api/v1/ws", header...)
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := c.next(); err != nil {
			break
		}
	}
	res, body := b.call("GET", "/api/v1/session", nil, header...)
	expect(t, res, body, 200, "")
	waitFor(t, func() bool { return b.sockets.count() == 0 })
	if strings.Contains(b.logs.String(), "CANARY") {
		t.Errorf("the log: %s", b.logs.String())
	}
}
