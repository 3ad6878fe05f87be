package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/cmd/parley/app"
	"parley/cmd/parley/demo"
	"parley/config"
	"parley/gateway/channel/simulator"
)

// stage is a whole server with the providers played beside it.
type stage struct {
	t     *testing.T
	world *simulator.World
	app   *app.App
	data  string
	seed  uint64
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{t: t, data: t.TempDir(), seed: 7}
	world, err := simulator.New(simulator.Config{Seed: s.seed, Channels: demo.Channels()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := world.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	s.world = world
	t.Cleanup(func() { _ = world.Close() })
	s.start()
	return s
}

func (s *stage) start() {
	s.t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Listen, cfg.PublicURL = s.data, "127.0.0.1:0", ""
	cfg = demo.Company(cfg, s.world.APIURL)
	a, err := app.Start(context.Background(), app.Options{Config: cfg, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.t.Fatal(err)
	}
	s.app = a
	s.t.Cleanup(func() { s.stop() })
	for _, c := range demo.Channels() {
		s.world.SetWebhook(c.ID, a.URL()+"/hooks/"+string(c.Provider)+"/"+c.ID)
	}
}

func (s *stage) stop() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 12*time.Second)
	defer cancel()
	if err := s.app.Close(ctx); err != nil {
		s.t.Errorf("close: %v", err)
	}
}

// signIn gives an operator's token.
func (s *stage) signIn(login, password string) string {
	s.t.Helper()
	body, _ := json.Marshal(map[string]string{"login": login, "password": password})
	res, err := http.Post(s.app.URL()+"/api/v1/session", "application/json", bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	var out struct{ Token string }
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil || res.StatusCode != 200 {
		s.t.Fatalf("sign-in of %s: %d %v", login, res.StatusCode, err)
	}
	return out.Token
}

// client is an operator's websocket.
type client struct {
	t    *testing.T
	conn *websocket.Conn
	n    int
	held []map[string]any // pushes read while waiting for a reply
}

func (s *stage) connect(token string) *client {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(s.app.URL(), "http")+"/api/v1/ws", &websocket.DialOptions{
		HTTPHeader: http.Header{"Authorization": {"Bearer " + token}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	conn.SetReadLimit(1 << 20)
	c := &client{t: s.t, conn: conn}
	s.t.Cleanup(func() { _ = conn.CloseNow() })
	return c
}

func (c *client) read() map[string]any {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	_, data, err := c.conn.Read(ctx)
	if err != nil {
		c.t.Fatalf("read: %v", err)
	}
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		c.t.Fatal(err)
	}
	return v
}

// push waits for a push of a type and passes over others.
func (c *client) push(kind string) map[string]any {
	c.t.Helper()
	for i, v := range c.held {
		if v["type"] == kind {
			c.held = append(c.held[:i:i], c.held[i+1:]...)
			return v
		}
	}
	for {
		if v := c.read(); v["type"] == kind {
			return v
		} else if v["id"] == nil {
			c.held = append(c.held, v)
		}
	}
}

// ask sends a request and gives the reply's data.
func (c *client) ask(kind string, fields map[string]any) map[string]any {
	c.t.Helper()
	c.n++
	if fields == nil {
		fields = map[string]any{}
	}
	fields["id"], fields["type"] = c.n, kind
	data, _ := json.Marshal(fields)
	if err := c.conn.Write(context.Background(), websocket.MessageText, data); err != nil {
		c.t.Fatal(err)
	}
	for {
		v := c.read()
		if v["id"] != nil && int(v["id"].(float64)) == c.n {
			if v["ok"] != true {
				c.t.Fatalf("%s: %v", kind, v["error"])
			}
			data, _ := v["data"].(map[string]any)
			return data
		}
		c.held = append(c.held, v)
	}
}

// TestFirstChat is the main job on every channel: a customer writes, an
// operator answers, the answer reaches the customer.
func TestFirstChat(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.connect(s.signIn("anna", "parley-demo-anna"))
	clara := s.connect(s.signIn("clara", "parley-demo-clara"))
	anna.push("hello")
	clara.push("hello")
	anna.ask("status.set", map[string]any{"status": "active"})
	clara.ask("status.set", map[string]any{"status": "active"})
	for channel, operator := range map[string]*client{"demo-fb": anna, "demo-wa": anna, "demo-tg": clara} {
		customer := s.world.Customer(channel, 1)
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		if _, err := customer.Text(ctx, "Привет, "+channel); err != nil {
			t.Fatal(err)
		}
		row := operator.push("chat.offered")["data"].(map[string]any)["chat"].(map[string]any)
		if row["preview"] != "Привет, "+channel {
			t.Fatalf("offered %v", row)
		}
		got := operator.ask("chat.accept", map[string]any{"chat": row["id"]})
		if n := len(got["messages"].([]any)); n != 1 {
			t.Fatalf("%d messages", n)
		}
		sent := operator.ask("chat.send", map[string]any{"chat": row["id"], "client_id": "1", "text": "Good day"})
		if state := sent["message"].(map[string]any)["state"]; state != "queued" {
			t.Fatalf("sent %v", sent)
		}
		if _, err := customer.WaitAnswers(ctx, 1); err != nil {
			t.Fatalf("no answer on %s: %v", channel, err)
		}
		if a := customer.Answers(); a[0].Text != "Good day" {
			t.Fatalf("answers %+v", a)
		}
		if _, err := customer.Text(ctx, "Thanks"); err != nil {
			t.Fatal(err)
		}
		for {
			m := operator.push("chat.message")["data"].(map[string]any)["message"].(map[string]any)
			if m["text"] == "Thanks" {
				break
			}
		}
		cancel()
	}
}
