package gateway

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// client is a websocket client of the operator protocol.
type client struct {
	t    *testing.T
	conn *websocket.Conn
}

func (b *bundle) dial(path string, headers ...string) (*client, *http.Response, error) {
	b.t.Helper()
	h := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, res, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(b.url, "http")+path, &websocket.DialOptions{HTTPHeader: h, HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}})
	if err != nil {
		return nil, res, err
	}
	conn.SetReadLimit(64 << 20)
	b.t.Cleanup(func() { _ = conn.CloseNow() })
	return &client{b.t, conn}, res, nil
}

// connect signs a person in and opens a connection; the hello has been read.
func (b *bundle) connect(id string) *client {
	b.t.Helper()
	c, _, err := b.dial("/api/v1/ws", b.bearer(id)...)
	if err != nil {
		b.t.Fatal(err)
	}
	if hello := c.read(); hello["type"] != "hello" {
		b.t.Fatalf("first frame %v", hello)
	}
	return c
}

func (c *client) write(frame string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := c.conn.Write(ctx, websocket.MessageText, []byte(frame)); err != nil {
		c.t.Fatalf("write: %v", err)
	}
}

func (c *client) read() map[string]any {
	c.t.Helper()
	frame, err := c.next()
	if err != nil {
		c.t.Fatalf("read: %v", err)
	}
	var out map[string]any
	if err := json.Unmarshal(frame, &out); err != nil {
		c.t.Fatalf("%s: %v", frame, err)
	}
	return out
}

func (c *client) next() ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, frame, err := c.conn.Read(ctx)
	return frame, err
}

// closed reads until the connection ends and checks the code.
func (c *client) closed(code int) {
	c.t.Helper()
	for {
		_, err := c.next()
		if err == nil {
			continue
		}
		if got := websocket.CloseStatus(err); int(got) != code {
			c.t.Fatalf("closed with %d (%v), want %d", got, err, code)
		}
		return
	}
}

// ask sends a request and gives its reply.
func (c *client) ask(frame string) map[string]any {
	c.t.Helper()
	c.write(frame)
	for {
		if f := c.read(); f["ok"] != nil {
			return f
		}
	}
}

func code(reply map[string]any) string {
	e, _ := reply["error"].(map[string]any)
	s, _ := e["code"].(string)
	return s
}
