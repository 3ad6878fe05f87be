package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/view"
	"parley/gateway/channel"
	"parley/gateway/wire"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"), // ends at its next round
	)
}

// done is one command the fake engine was given.
type done struct {
	entity  commit.Entity
	command any
}

// fakeEngine remembers commands and answers by its do function.
type fakeEngine struct {
	do func(ctx context.Context, e commit.Entity, command any) (any, error)

	mu      sync.Mutex
	log     []done
	chats   map[string]view.Chat
	known   []string          // conversations that exist
	forward map[string]string // and those known under another id
	sinks   map[view.Sink]string
	joined  chan view.Sink // every attached connection
	left    chan string    // every detached operator
	resumes []string
}

func newFakeEngine() *fakeEngine {
	return &fakeEngine{chats: map[string]view.Chat{}, sinks: map[view.Sink]string{}, joined: make(chan view.Sink, 64), left: make(chan string, 64)}
}

func (f *fakeEngine) Do(ctx context.Context, e commit.Entity, command any) (any, error) {
	f.mu.Lock()
	f.log = append(f.log, done{e, command})
	do := f.do
	f.mu.Unlock()
	if do != nil {
		return do(ctx, e, command)
	}
	switch command.(type) {
	case operator.SignIn:
		return operator.StatusReply{Preferred: operator.Active, Effective: operator.Active}, nil
	case operator.SetStatus:
		return operator.StatusReply{Effective: command.(operator.SetStatus).Status}, nil
	}
	return nil, nil
}

func (f *fakeEngine) commands() []done {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.log)
}

func (f *fakeEngine) Chat(_ context.Context, id string) (view.Chat, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, ok := f.chats[id]
	if !ok {
		return view.Chat{}, actors.ErrNotFound
	}
	return c, nil
}

func (f *fakeEngine) History(_ context.Context, id, before string, limit int) (view.Page, error) {
	return view.Page{Messages: []chat.Message{{ID: id + ".1", Chat: id, Position: 1, Text: "page before " + before}}, More: limit == 1}, nil
}

func (f *fakeEngine) Message(context.Context, string) (chat.Message, error) {
	return chat.Message{}, actors.ErrNotFound
}

func (f *fakeEngine) Resolve(_ context.Context, candidates []string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range candidates {
		if to, ok := f.forward[c]; ok {
			return to, nil
		}
		if slices.Contains(f.known, c) {
			return c, nil
		}
	}
	return candidates[0], nil
}

func (f *fakeEngine) Operators() []view.Operator {
	return []view.Operator{
		{ID: "anna", Name: "Anna", Effective: "active", Limit: 5},
		{ID: "boris", Name: "Boris", Effective: "active", Limit: 5, Load: 5, Full: true},
		{ID: "clara", Name: "Clara", Effective: "inactive"},
	}
}

func (f *fakeEngine) Queues() []view.Queue {
	return []view.Queue{{ID: "support", Name: "Support", Waiting: 2, Free: 1}}
}

func (f *fakeEngine) Attach(_ context.Context, operatorID, epoch string, seq uint64, sink view.Sink) (func(), error) {
	hello := view.Hello{Epoch: "e1", Seq: seq, Resumed: epoch == "e1"}
	if !hello.Resumed {
		hello.Snapshot = &view.Snapshot{}
	}
	sink.Send(wire.Encoder{}.Hello(hello))
	f.mu.Lock()
	f.sinks[sink] = operatorID
	f.mu.Unlock()
	f.joined <- sink
	return func() {
		f.mu.Lock()
		delete(f.sinks, sink)
		f.mu.Unlock()
		f.left <- operatorID
	}, nil
}

// fakeAdapter reads a body that is a JSON list of events and believes the header X-Sig: good.
type fakeAdapter struct{}

func (fakeAdapter) Parse(acc channel.Account, body []byte, at time.Time) channel.Parsed {
	var p channel.Parsed
	if bytes.Contains(body, []byte("poison parser")) {
		panic("customer's secret words")
	}
	if err := json.Unmarshal(body, &p.Events); err != nil {
		return channel.Parsed{Bad: []channel.Bad{{Reason: channel.BadJSON, Raw: body}}}
	}
	return p
}

func (fakeAdapter) Send(context.Context, channel.Account, channel.Outbound) (channel.Sent, error) {
	return channel.Sent{}, nil
}

func (fakeAdapter) Verify(_ channel.Account, header func(string) string, _ []byte) bool {
	return header("X-Sig") == "good"
}

func (fakeAdapter) Handshake(_ channel.Account, query func(string) string) (string, bool) {
	return query("hub.challenge"), query("hub.verify_token") == "secret"
}

// plainAdapter has no handshake.
type plainAdapter struct{ channel.Adapter }

func (plainAdapter) Verify(_ channel.Account, header func(string) string, _ []byte) bool {
	return fakeAdapter{}.Verify(channel.Account{}, header, nil)
}

type fakeChannels struct{}

func (fakeChannels) Channel(provider, id string) (Channel, bool) {
	switch provider + "/" + id {
	case "messenger/acme-fb":
		return Channel{Account: channel.Account{ID: id, Provider: provider, AppID: "app", PageID: "page"}, Adapter: fakeAdapter{}, Queue: "support"}, true
	case "telegram/acme-tg":
		return Channel{Account: channel.Account{ID: id, Provider: provider}, Adapter: plainAdapter{fakeAdapter{}}, Queue: "sales"}, true
	}
	return Channel{}, false
}

func (f fakeChannels) All() []Channel {
	fb, _ := f.Channel("messenger", "acme-fb")
	tg, _ := f.Channel("telegram", "acme-tg")
	fb.Name, tg.Name, tg.Inactive = "Acme's page", "Acme's bot", true
	return []Channel{tg, fb}
}

type fakeQuarantine struct {
	mu    sync.Mutex
	items []Kept
	err   error
}

func (q *fakeQuarantine) Keep(_ context.Context, k Kept) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil {
		q.items = append(q.items, k)
	}
	return q.err
}

func (q *fakeQuarantine) Kept(context.Context, string, int) ([]Kept, string, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.items), "", nil
}

func (q *fakeQuarantine) reasons() []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	var out []string
	for _, k := range q.items {
		out = append(out, k.Reason)
	}
	return out
}

// fakeSessions knows three people whose password is their id and "-password".
type fakeSessions struct {
	mu     sync.Mutex
	open   map[string]Session
	serial int
}

func people() map[string]Operator {
	return map[string]Operator{
		"anna":  {ID: "anna", Name: "Anna", Roles: []string{"operator"}},
		"boris": {ID: "boris", Name: "Boris", Roles: []string{"supervisor"}, Permissions: []string{readLive}, Language: "ru-RU"},
		"root":  {ID: "root", Name: "Root", Roles: []string{"administrator"}},
	}
}

func (f *fakeSessions) Verify(_ context.Context, login, password string) (Operator, error) {
	if o, ok := people()[login]; ok && password == login+"-password" {
		return o, nil
	}
	return Operator{}, ErrCredentials
}

func (f *fakeSessions) Open(_ context.Context, id string) (string, Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.serial++
	token := id + "-token-" + strings.Repeat("x", f.serial)
	s := Session{ID: "session of " + token, Operator: people()[id], Expires: time.Now().Add(time.Hour)}
	f.open[token] = s
	return token, s, nil
}

func (f *fakeSessions) Find(_ context.Context, token string) (Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s, ok := f.open[token]; ok {
		return s, nil
	}
	return Session{}, ErrNoSession
}

func (f *fakeSessions) End(_ context.Context, token string) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, ok := f.open[token]
	if !ok {
		return false, ErrNoSession
	}
	delete(f.open, token)
	return f.living(s.Operator.ID) == 0, nil
}

func (f *fakeSessions) Living(_ context.Context, operatorID string) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.living(operatorID), nil
}

func (f *fakeSessions) living(operatorID string) (n int) {
	for _, s := range f.open {
		if s.Operator.ID == operatorID {
			n++
		}
	}
	return n
}

type fakeFiles struct {
	mu    sync.Mutex
	files map[string]File
	data  map[string][]byte
}

func (f *fakeFiles) Attach(_ context.Context, id, chat string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	file, ok := f.files[id]
	if !ok {
		return ErrNoFile
	}
	file.Of = append(slices.Clone(file.Of), chat)
	f.files[id] = file
	return nil
}

func (f *fakeFiles) Put(_ context.Context, by string, r io.Reader, name, mime string, most int64) (File, error) {
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return File{}, err
	}
	if int64(len(data)) > most {
		return File{}, ErrFileTooBig
	}
	file := File{ID: "file-" + name, Name: name, Mime: mime, Sniffed: http.DetectContentType(data), Size: int64(len(data)), By: by}
	f.put(file, data)
	return file, nil
}

func (f *fakeFiles) put(file File, data []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.files[file.ID], f.data[file.ID] = file, data
}

func (f *fakeFiles) Open(_ context.Context, id string) (io.ReadSeekCloser, File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	file, ok := f.files[id]
	if !ok {
		return nil, File{}, ErrNoFile
	}
	return struct {
		*bytes.Reader
		io.Closer
	}{bytes.NewReader(f.data[id]), io.NopCloser(nil)}, file, nil
}

func (f *fakeFiles) Stat(ctx context.Context, id string) (File, error) {
	_, file, err := f.Open(ctx, id)
	return file, err
}

// bundle is a running gateway with its fakes.
type bundle struct {
	*Server
	t          *testing.T
	engine     *fakeEngine
	quarantine *fakeQuarantine
	sessions   *fakeSessions
	files      *fakeFiles
	client     *http.Client
	url        string
	logs       *syncBuffer
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// setup starts a gateway on a free port and ends it with the test.
func setup(t *testing.T, change ...func(*Config, *Deps)) *bundle {
	t.Helper()
	b := &bundle{
		t: t, engine: newFakeEngine(), quarantine: &fakeQuarantine{}, sessions: &fakeSessions{open: map[string]Session{}},
		files: &fakeFiles{files: map[string]File{}, data: map[string][]byte{}}, logs: &syncBuffer{},
	}
	cfg := Config{Listen: "127.0.0.1:0", PublicURL: "http://chat.example", SessionCheck: 50 * time.Millisecond}
	deps := Deps{
		Engine: b.engine, Channels: fakeChannels{}, Sessions: b.sessions, Quarantine: b.quarantine, Files: b.files,
		Log: slog.New(slog.NewTextHandler(b.logs, nil)),
	}
	for _, c := range change {
		c(&cfg, &deps)
	}
	s, err := New(cfg, deps)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	b.Server, b.url = s, "http://"+s.Addr().String()
	transport := &http.Transport{DisableCompression: true}
	b.client = &http.Client{Transport: transport, Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
	})
	return b
}

// call makes one request; headers come in pairs.
func (b *bundle) call(method, path string, body io.Reader, headers ...string) (*http.Response, string) {
	b.t.Helper()
	req, err := http.NewRequest(method, b.url+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return res, string(text)
}

// signedIn gives a bearer header for a person.
func (b *bundle) bearer(id string) []string {
	b.t.Helper()
	token, _, err := b.sessions.Open(context.Background(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	return []string{"Authorization", "Bearer " + token}
}

// expect checks status and code of a problem document.
func expect(t *testing.T, res *http.Response, body string, status int, code string) {
	t.Helper()
	if res.StatusCode != status {
		t.Fatalf("status %d, want %d: %s", res.StatusCode, status, body)
	}
	if code == "" {
		return
	}
	var p problemDocument
	if err := json.Unmarshal([]byte(body), &p); err != nil || p.Code != code || p.Status != status || res.Header.Get("Content-Type") != "application/problem+json" {
		t.Fatalf("want problem %s, got %s %s", code, res.Header.Get("Content-Type"), body)
	}
}
