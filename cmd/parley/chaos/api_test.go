package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// contextOf ends with the test, or earlier.
func contextOf(t testing.TB) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return ctx, cancel
}

// until asks again and again until the condition holds; why says what is missing.
func until(t testing.TB, what string, holds func() (why string)) {
	t.Helper()
	end := time.Now().Add(patience)
	for {
		why := holds()
		if why == "" {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s: %s", what, why)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// call makes one JSON call and gives status and body.
func (v *server) call(method, path, token string, in any) (int, object, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return 0, nil, err
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, v.url+path, body)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	var out object
	raw, err := io.ReadAll(res.Body)
	if err == nil && len(raw) > 0 {
		err = json.Unmarshal(raw, &out)
	}
	return res.StatusCode, out, err
}

// get reads what must be readable.
func (v *server) get(token, path string) object {
	v.t.Helper()
	status, out, err := v.call("GET", path, token, nil)
	if err != nil || status != http.StatusOK {
		v.t.Fatalf("GET %s: %d %v %s", path, status, err, spelled(out))
	}
	return out
}

// signIn gives a token of one of the demo company's operators.
func (v *server) signIn(login string) string {
	v.t.Helper()
	password := "parley-demo-" + login
	if strings.HasPrefix(login, "sim-") {
		password = "parley-demo-simulated"
	}
	status, out, err := v.call("POST", "/api/v1/session", "", object{"login": login, "password": password})
	if err != nil || status != http.StatusOK {
		v.t.Fatalf("sign in as %s: %d %v", login, status, err)
	}
	return text(out, "token")
}

// chats lists all chats in the given states, oldest first.
func (v *server) chats(token, states string) []any {
	v.t.Helper()
	var out []any
	cursor := ""
	for {
		page := v.get(token, "/api/v1/chats?sort=created_at&limit=100&state="+states+"&cursor="+url.QueryEscape(cursor))
		out = append(out, list(page, "items")...)
		if cursor = text(page, "next"); cursor == "" {
			return out
		}
	}
}

// messages gives all messages of one chat, its parents' left out.
func (v *server) messages(token, chat string) []any {
	v.t.Helper()
	var out []any
	before := ""
	for {
		page := v.get(token, "/api/v1/chats/"+chat+"/messages?limit=50&before="+url.QueryEscape(before))
		items := list(page, "messages")
		var own []any
		for _, m := range items {
			if text(m, "chat") == chat {
				own = append(own, m)
			}
		}
		out = append(own, out...)
		if more, _ := page["more"].(bool); !more || len(items) == 0 {
			return out
		}
		before = text(items[0], "id")
	}
}

// dial opens an operator's websocket; with an epoch it asks to resume.
func (v *server) dial(ctx context.Context, token, epoch string, seq int) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	address := "ws" + strings.TrimPrefix(v.url, "http") + "/api/v1/ws"
	if epoch != "" {
		address += fmt.Sprintf("?epoch=%s&seq=%d", epoch, seq)
	}
	conn, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer " + token}}})
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(64 << 20)
	return conn, nil
}

// snapshot is what a page shows that was loaded anew.
func (v *server) snapshot(token string) object {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	conn, err := v.dial(ctx, token, "", 0)
	if err != nil {
		v.t.Fatalf("connect: %v", err)
	}
	defer conn.CloseNow() //nolint:errcheck // it is only read from
	_, raw, err := conn.Read(ctx)
	if err != nil {
		v.t.Fatalf("hello: %v", err)
	}
	var hello object
	if err := json.Unmarshal(raw, &hello); err != nil || part(hello, "snapshot") == nil {
		v.t.Fatalf("hello without a snapshot: %v %s", err, raw)
	}
	return part(hello, "snapshot")
}

// nothingLeft checks that with every chat finished nothing is left of them: no row
// is open, no queue waits, and nobody's slots are taken (I2, I3).
func nothingLeft(t *testing.T, v *server) {
	t.Helper()
	root := v.signIn("root")
	until(t, "no open chat", func() string {
		if open := v.chats(root, "waiting,in_progress,bot"); len(open) > 0 {
			return fmt.Sprintf("%d are open, the first is %s", len(open), spelled(open[0]))
		}
		return ""
	})
	for _, login := range []string{"anna", "boris", "sim-01", "sim-02", "sim-03", "sim-04"} {
		token := v.signIn(login)
		until(t, "free slots", func() string {
			s := v.snapshot(token)
			if number(s, "operator", "load") != 0 || len(list(s, "offers"))+len(list(s, "chats")) != 0 {
				return login + " has " + spelled(s)
			}
			for queue, n := range part(s, "waiting") {
				if n != 0.0 {
					return fmt.Sprintf("%v wait in %s", n, queue)
				}
			}
			return ""
		})
	}
}

// everyFileCame checks that no attachment of a finished chat is still on its way or lost (S8).
func everyFileCame(t *testing.T, v *server) {
	t.Helper()
	root := v.signIn("root")
	until(t, "every file", func() string {
		for _, c := range v.chats(root, "completed") {
			for _, m := range v.messages(root, text(c, "id")) {
				for _, a := range list(m, "attachments") {
					if text(a, "state") != "stored" {
						return spelled(m)
					}
				}
			}
		}
		return ""
	})
}
