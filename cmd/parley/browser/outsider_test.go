package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// object is a JSON object as an outsider reads it.
type object = map[string]any

func text(o object, key string) string { s, _ := o[key].(string); return s }
func number(o object, key string) int  { n, _ := o[key].(float64); return int(n) }
func list(o object, key string) []any  { l, _ := o[key].([]any); return l }

// client speaks HTTP with a theatre or a server and knows nothing of the code.
type client struct {
	t     *testing.T
	base  string
	token string
}

// call makes one call of its own connection; err is the network's.
func (c client) call(method, path string, body any) (int, object, error) {
	c.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	if body == nil {
		raw = nil
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, bytes.NewReader(raw))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Close = true
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	raw, err = io.ReadAll(res.Body)
	if err != nil {
		return 0, nil, err
	}
	var out object
	_ = json.Unmarshal(raw, &out) // what is no object is not looked at
	return res.StatusCode, out, nil
}

// must makes a call that succeeds.
func (c client) must(method, path string, body any) object {
	c.t.Helper()
	status, out, err := c.call(method, path, body)
	if err != nil || status != http.StatusOK {
		c.t.Fatalf("%s %s: %d %v %v", method, path, status, out, err)
	}
	return out
}

// ask asks one thing over a websocket of its own and gives the reply.
func (c client) ask(frame object) object {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(c.base, "http")+"/api/v1/ws",
		&websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer " + c.token}}})
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.CloseNow() //nolint:errcheck // the reply is all that is wanted
	raw, err := json.Marshal(frame)
	if err == nil {
		err = conn.Write(ctx, websocket.MessageText, raw)
	}
	for err == nil {
		var got object
		if _, raw, err = conn.Read(ctx); err == nil {
			err = json.Unmarshal(raw, &got)
		}
		if _, reply := got["id"]; reply {
			return got
		}
	}
	c.t.Fatalf("%v: %v", frame, err)
	return nil
}

// until asks again and again until the condition holds. It is for what the
// contract gives no signal for.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	end := time.Now().Add(patience)
	for !holds() {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
