package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/cmd/parley/app"
	"parley/cmd/parley/demo"
	"parley/config"
	"parley/gateway/channel/simulator"
)

// patience bounds every wait of these tests.
const patience = 25 * time.Second

// object is a JSON object as an outsider reads it.
type object = map[string]any

// stage is a whole server with the providers played beside it. Its clients know
// what the contract says and nothing of the code.
type stage struct {
	t     *testing.T
	world *simulator.World
	app   *app.App
	data  string
	tune  []func(*config.Config)
	seams app.Seams
	log   *slog.Logger
}

// newStage starts the demo company, changed by tune.
func newStage(t *testing.T, tune ...func(*config.Config)) *stage {
	t.Helper()
	return newStageWithLog(t, slog.New(slog.DiscardHandler), tune...)
}

// newStageWithLog is newStage for who wants to read what is logged.
func newStageWithLog(t *testing.T, log *slog.Logger, tune ...func(*config.Config)) *stage {
	t.Helper()
	world, err := simulator.New(simulator.Config{Seed: 7, Channels: demo.Channels()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := world.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close() })
	s := &stage{t: t, world: world, data: t.TempDir(), tune: tune, log: log}
	s.start()
	t.Cleanup(s.stop)
	return s
}

func (s *stage) start() {
	s.t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Listen, cfg.PublicURL = s.data, "127.0.0.1:0", ""
	cfg = fewer(demo.Company(cfg, s.world.APIURL))
	for _, tune := range s.tune {
		tune(&cfg)
	}
	cfg.Complete()
	a, err := app.Start(context.Background(), app.Options{Config: cfg, Log: s.log, Version: "test", Seams: s.seams})
	if err != nil {
		s.t.Fatal(err)
	}
	s.app = a
	for _, c := range demo.Channels() {
		s.world.SetWebhook(c.ID, a.URL()+"/hooks/"+string(c.Provider)+"/"+c.ID)
	}
}

// fewer leaves two of the simulated operators: each costs every start a little.
func fewer(cfg config.Config) config.Config {
	superfluous := func(id string) bool { return strings.HasPrefix(id, "sim-") && id > "sim-02" }
	cfg.Operators = slices.DeleteFunc(cfg.Operators, func(o config.Operator) bool { return superfluous(o.ID) })
	cfg.Groups[0].Members = slices.DeleteFunc(cfg.Groups[0].Members, superfluous)
	return cfg
}

func (s *stage) stop() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 12*time.Second)
	defer cancel()
	if err := s.app.Close(ctx); err != nil {
		s.t.Errorf("close: %v", err)
	}
}

// restart ends the server in order and starts it again on the same data.
func (s *stage) restart() {
	s.t.Helper()
	s.stop()
	s.start()
}

// response is an HTTP answer, read whole.
type response struct {
	t      testing.TB
	status int
	header http.Header
	raw    []byte
}

// is checks the status and gives the body as an object (nil when it is none).
func (r response) is(status int) object {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status %d, want %d: %s", r.status, status, r.raw)
	}
	var body object
	_ = json.Unmarshal(r.raw, &body)
	return body
}

// problem checks an RFC 9457 document with its status and stable code.
func (r response) problem(status int, code string) {
	r.t.Helper()
	body := r.is(status)
	if kind := r.header.Get("Content-Type"); kind != "application/problem+json" {
		r.t.Fatalf("content type %q of %s", kind, r.raw)
	}
	shape(r.t, body, "type", "title", "status", "detail", "code")
	if body["code"] != code || number(body, "status") != status {
		r.t.Fatalf("problem %s, want code %s", r.raw, code)
	}
}

// do sends a request as it is.
func (s *stage) do(method, path string, body io.Reader, header ...string) response {
	s.t.Helper()
	req, err := http.NewRequest(method, s.app.URL()+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response{s.t, res.StatusCode, res.Header, raw}
}

// get calls the API with a bearer token.
func (s *stage) get(token, path string) response {
	s.t.Helper()
	return s.do("GET", path, nil, "Authorization", "Bearer "+token)
}

// post sends JSON with a bearer token; an empty token sends none.
func (s *stage) post(token, path string, body any) response {
	s.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	header := []string{"Content-Type", "application/json"}
	if token != "" {
		header = append(header, "Authorization", "Bearer "+token)
	}
	return s.do("POST", path, bytes.NewReader(text), header...)
}

// signIn gives a token of one of the demo company's operators.
func (s *stage) signIn(login string) string {
	s.t.Helper()
	password := "parley-demo-" + login
	if strings.HasPrefix(login, "sim-") {
		password = "parley-demo-simulated"
	}
	return text(s.post("", "/api/v1/session", object{"login": login, "password": password}).is(200), "token")
}

// customer is the n-th customer of a demo channel.
func (s *stage) customer(channel string, n int) *simulator.Customer {
	return s.world.Customer(channel, n)
}

// profiled waits until what the provider tells of a customer is in the chat: name
// and, where it has one, photo (S6). After that the next call to the provider is ours.
func (s *stage) profiled(token, chat string, c *simulator.Customer) {
	s.t.Helper()
	until(s.t, "the profile of "+c.Channel(), func() bool {
		contact := part(s.get(token, "/api/v1/chats/"+chat).is(200), "contact")
		return text(contact, "name") == c.Name() && (c.Provider() == simulator.WhatsApp || text(contact, "photo") != "")
	})
}

// deadline is a context that ends with the test's patience.
func deadline(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// sent waits until the server has acknowledged what a customer did.
func sent(t testing.TB) func(simulator.EventRef, error) simulator.EventRef {
	return func(ref simulator.EventRef, err error) simulator.EventRef {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		select {
		case <-ref.Acked():
		case <-time.After(patience):
			t.Fatalf("a webhook was not acknowledged: %+v", ref.Report())
		}
		return ref
	}
}

// until asks again and again until the condition holds. It is for what the
// contract gives no signal for.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	untilWithin(t, patience, what, holds)
}

// untilWithin is until for what may take longer.
func untilWithin(t testing.TB, d time.Duration, what string, holds func() bool) {
	t.Helper()
	end := time.Now().Add(d)
	for !holds() {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
