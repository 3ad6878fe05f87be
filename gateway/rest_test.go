package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/queue"
	"parley/actors/view"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func chats() map[string]view.Chat {
	row := func(id string, phase chat.Phase, owner string) view.Chat {
		return view.Chat{Conversation: "conv", Contact: chat.Contact{ID: "p", Name: "Zoë"}, Chat: chat.Chat{
			ID: id, Phase: phase, Queue: "support", Owner: chat.Person{ID: owner}, Preview: "what the customer wrote", Draft: "dear",
		}}
	}
	return map[string]view.Chat{
		"conv.1": row("conv.1", chat.Completed, "boris"), "conv.2": row("conv.2", chat.InProgress, "anna"),
		"wait.1": row("wait.1", chat.Waiting, ""), "bot.1": row("bot.1", chat.Bot, ""),
	}
}

// Who may read what: role x chat (I8, S33).
func TestReadingChats(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.engine.chats = chats()
	cases := []struct {
		who, chat string
		messages  int  // status
		preview   bool // of GET chat
		draft     bool
	}{
		{"anna", "conv.1", 200, true, false}, {"anna", "conv.2", 200, true, true}, {"anna", "wait.1", 403, false, false}, {"anna", "bot.1", 403, false, false},
		{"boris", "conv.1", 200, true, false}, {"boris", "conv.2", 200, true, false}, {"boris", "wait.1", 200, true, false}, {"boris", "bot.1", 200, true, false},
		{"root", "conv.1", 200, true, false}, {"root", "conv.2", 403, false, false}, {"root", "wait.1", 403, false, false}, {"root", "bot.1", 403, false, false},
	}
	for _, c := range cases {
		auth := b.bearer(c.who)
		res, body := b.call("GET", "/api/v1/chats/"+c.chat+"/messages?limit=10", nil, auth...)
		if res.StatusCode != c.messages {
			t.Errorf("%s reads %s: %d %s", c.who, c.chat, res.StatusCode, body)
		}
		_, body = b.call("GET", "/api/v1/chats/"+c.chat, nil, auth...)
		if strings.Contains(body, "what the customer wrote") != c.preview || strings.Contains(body, "dear") != c.draft {
			t.Errorf("%s sees %s as %s", c.who, c.chat, body)
		}
	}
	auth := b.bearer("anna")
	for _, path := range []string{"/api/v1/chats/ghost.1/messages", "/api/v1/chats/ghost.1", "/api/v1/chats/%2e%2e/messages", "/api/v1/chats/nonsense/messages"} {
		res, body := b.call("GET", path, nil, auth...)
		expect(t, res, body, 403, "forbidden")
	}
	res, body := b.call("GET", "/api/v1/chats/conv.2/messages?before=conv.1.4&limit=1", nil, auth...)
	if expect(t, res, body, 200, ""); !strings.Contains(body, "page before conv.1.4") || !strings.Contains(body, `"more":true`) {
		t.Errorf("page %s", body)
	}
	for _, q := range []string{"limit=x", "before=other.1.1", "before=zzz", "before=conv.3.1"} {
		res, body := b.call("GET", "/api/v1/chats/conv.2/messages?"+q, nil, auth...)
		expect(t, res, body, 400, "bad_request")
	}
}

type fakeIndex struct {
	asked ChatQuery
	chats []view.Chat
}

func (f *fakeIndex) Chats(_ context.Context, q ChatQuery) ([]view.Chat, string, error) {
	f.asked = q
	if q.Cursor == "foreign" {
		return nil, "", ErrBadCursor
	}
	return f.chats, "more", nil
}

func TestListOfChats(t *testing.T) {
	t.Parallel()
	index := &fakeIndex{chats: []view.Chat{chats()["conv.1"], chats()["wait.1"]}}
	b := setup(t, func(_ *Config, d *Deps) { d.Index = index })
	auth := b.bearer("anna")
	res, body := b.call("GET", "/api/v1/chats?state=waiting,completed&queue=support&q=zo&sort=-created_at&from=2026-11-22T10:00:00Z&limit=999&cursor=c", nil, auth...)
	expect(t, res, body, 200, "")
	var list List[map[string]any]
	if err := json.Unmarshal([]byte(body), &list); err != nil || len(list.Items) != 2 || *list.Next != "more" {
		t.Fatalf("%v %s", err, body)
	}
	if list.Items[0]["preview"] == "" || list.Items[1]["preview"] != "" {
		t.Errorf("an open chat shows its text: %s", body)
	}
	q := index.asked
	if len(q.State) != 2 || q.Queue[0] != "support" || q.Operator != nil && len(q.Operator) != 0 || q.Limit != pageList || q.From.Hour() != 10 || q.Cursor != "c" {
		t.Errorf("asked %+v", q)
	}
	for _, bad := range []string{"sort=;drop", "state=x", "from=yesterday", "limit=x", "cursor=foreign", "q=" + strings.Repeat("x", 201), "q=%ff"} {
		res, body := b.call("GET", "/api/v1/chats?"+bad, nil, auth...)
		expect(t, res, body, 400, "bad_request")
	}
	empty := setup(t)
	_, body = empty.call("GET", "/api/v1/chats", nil, empty.bearer("anna")...)
	if body != `{"items":[],"next":null}` {
		t.Errorf("empty list %s", body)
	}
}

func TestAdministratorsCallsAreRefusedToOthers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.quarantine.items = []Kept{{ID: "1", Reason: "bad_json", Raw: []byte("{")}, {ID: "2", Reason: "x", Raw: []byte{0xff}}}
	for _, who := range []string{"anna", "boris"} {
		for _, call := range [][2]string{{"GET", "/api/v1/quarantine"}, {"POST", "/api/v1/chats/conv.1/close"}} {
			res, body := b.call(call[0], call[1], nil, b.bearer(who)...)
			expect(t, res, body, 403, "forbidden")
		}
	}
	res, body := b.call("GET", "/api/v1/quarantine", nil, b.bearer("root")...)
	if expect(t, res, body, 200, ""); !strings.Contains(body, `"raw":"/w==","base64":true`) {
		t.Errorf("quarantine %s", body)
	}
	res, body = b.call("POST", "/api/v1/chats/conv.1/close", nil, b.bearer("root")...)
	expect(t, res, body, 204, "")
	got := b.engine.commands()
	if len(got) != 1 || got[0].command != (chat.Close{By: chat.Person{ID: "root", Name: "Root"}, Chat: "conv.1"}) {
		t.Errorf("commands %v", got)
	}
	b.engine.do = func(context.Context, commit.Entity, any) (any, error) { return nil, chat.ErrCompleted }
	res, body = b.call("POST", "/api/v1/chats/conv.1/close", nil, b.bearer("root")...)
	expect(t, res, body, 409, "completed")
}

func TestRoutingIsExplained(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.engine.chats = chats()
	b.engine.do = func(_ context.Context, e commit.Entity, c any) (any, error) {
		if e != (commit.Entity{Kind: commit.Queue, ID: "support"}) {
			return nil, actors.ErrNotFound
		}
		return queue.Explanation{Chat: c.(queue.Explain).Chat, Rule: "least_busy", Position: 1, Members: []queue.Considered{{Operator: queue.Person{ID: "anna"}, Why: "limit"}}}, nil
	}
	res, body := b.call("GET", "/api/v1/chats/wait.1/routing", nil, b.bearer("anna")...)
	if expect(t, res, body, 200, ""); !strings.Contains(body, `"why":"limit"`) || !strings.Contains(body, `"passed":[]`) {
		t.Errorf("explained as %s", body)
	}
}

func TestFaultsBecomeCodesAndStatuses(t *testing.T) {
	t.Parallel()
	cases := map[error]string{
		chat.ErrNotOwner: "409 not_owner", chat.ErrCompleted: "409 completed", chat.ErrWindowClosed: "409 window_closed", chat.ErrNoThread: "409 thread_not_owned",
		chat.ErrTooLong: "422 too_long", chat.ErrUnknownTgt: "422 unknown_target", chat.ErrLimit: "409 limit", chat.ErrSelf: "409 self",
		chat.ErrForbidden: "403 forbidden", chat.ErrBadRequest: "400 bad_request", chat.ErrForwarded: "500 internal",
		operator.ErrTaken: "409 taken", operator.ErrGone: "409 gone", operator.ErrNotOffered: "409 not_offered", operator.ErrLimit: "409 limit",
		actors.ErrBusy: "503 busy", actors.ErrUnavailable: "503 busy", actors.ErrStopping: "503 busy", actors.ErrNotFound: "403 forbidden",
		actors.ErrInternal: "500 internal", actors.ErrQuarantined: "503 quarantined", io.EOF: "500 internal", context.DeadlineExceeded: "503 busy",
		ErrNoFile: "404 not_found", ErrNoSession: "401 unauthorized", commit.ErrUnavailable: "503 busy",
	}
	for err, want := range cases {
		if f := faultOf(fmt.Errorf("doing something: %w", err)); fmt.Sprint(f.Status, " ", f.Code) != want {
			t.Errorf("%v: %d %s, want %s", err, f.Status, f.Code, want)
		}
	}
}

func upload(t *testing.T, name, kind string, data []byte) (io.Reader, string) {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("note", "x")
	part, err := w.CreatePart(map[string][]string{"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename=%q`, name)}, "Content-Type": {kind}})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(data)
	_ = w.Close()
	return &form, w.FormDataContentType()
}

func TestFilesGoUpAndDown(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config, _ *Deps) { c.UploadBytes = 1 << 20 })
	auth := b.bearer("anna")
	png := append(pngOf(4, 4), bytes.Repeat([]byte("x"), 204808-len(pngOf(4, 4)))...)
	form, kind := upload(t, "a.png", "image/png", png)
	res, body := b.call("POST", "/api/v1/files", form, append(auth, "Content-Type", kind)...)
	if expect(t, res, body, 200, ""); body != fmt.Sprintf(`{"id":"file-a.png","name":"a.png","mime":"image/png","size":%d,"kind":"image"}`, len(png)) {
		t.Errorf("upload answers %s", body)
	}
	res, body = b.call("GET", "/api/v1/files/file-a.png", nil, auth...)
	if expect(t, res, body, 200, ""); body != string(png) || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "inline") || res.Header.Get("Content-Type") != "image/png" {
		t.Errorf("download: %v", res.Header)
	}
	ranges := map[string]string{"bytes=0-3": "\x89PNG", "bytes=-2": "xx", "bytes=204800-": strings.Repeat("x", 8), "bytes=1-2": "PN"}
	for r, want := range ranges {
		res, body = b.call("GET", "/api/v1/files/file-a.png", nil, append(auth, "Range", r)...)
		if res.StatusCode != 206 || body != want {
			t.Errorf("%s: %d, %d bytes %s", r, res.StatusCode, len(body), res.Header.Get("Content-Range"))
		}
	}
	res, body = b.call("GET", "/api/v1/files/file-a.png", nil, append(auth, "Range", "bytes=999999-")...)
	expect(t, res, body, 416, "bad_range")
	res, body = b.call("GET", "/api/v1/files/file-a.png", nil, append(auth, "Range", "bytes=0-1,3-4")...)
	expect(t, res, body, 200, "")
	res, body = b.call("GET", "/api/v1/files/nothing", nil, auth...)
	expect(t, res, body, 404, "not_found")
	res, body = b.call("GET", "/api/v1/files/file-a.png", nil)
	expect(t, res, body, 401, "unauthorized")
	form, kind = upload(t, "b", "x/y", make([]byte, 1<<20+1))
	res, body = b.call("POST", "/api/v1/files", form, append(auth, "Content-Type", kind)...)
	expect(t, res, body, 413, "too_large")
	form, kind = upload(t, "b", "x/y", make([]byte, 3<<20))
	res, body = b.call("POST", "/api/v1/files", form, append(auth, "Content-Type", kind)...)
	expect(t, res, body, 413, "too_large")
	res, body = b.call("POST", "/api/v1/files", strings.NewReader("x"), append(auth, "Content-Type", "text/plain")...)
	expect(t, res, body, 415, "unsupported_media_type")
	res, body = b.call("POST", "/api/v1/files", strings.NewReader("--b\r\n"), append(auth, "Content-Type", "multipart/form-data; boundary=b")...)
	expect(t, res, body, 400, "bad_request")
}

func TestNothingACustomerSentIsRenderedAsAPage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	auth := b.bearer("anna")
	for _, kind := range []string{"text/html", "image/svg+xml", "text/xml", "application/pdf", "application/javascript", "", "IMAGE/SVG+XML; charset=utf-8"} {
		b.files.put(File{ID: "f", Name: "a\"\r\n;x=../é.html", Mime: "image/png", Sniffed: kind, Size: 1}, []byte("x"))
		res, _ := b.call("GET", "/api/v1/files/f", nil, auth...)
		h := res.Header
		if !strings.HasPrefix(h.Get("Content-Disposition"), "attachment; ") || h.Get("Content-Type") != "application/octet-stream" ||
			h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s: %v", kind, h)
		}
		if d := h.Get("Content-Disposition"); d != "attachment; filename*=UTF-8''a%22%0D%0A%3Bx%3D..%2F%C3%A9.html" {
			t.Errorf("disposition %s", d)
		}
	}
}

func TestAFileWithoutANameIsSavedByItsTypeAndId(t *testing.T) {
	t.Parallel()
	b := setup(t)
	auth := b.bearer("anna")
	for _, c := range []struct{ mime, sniffed, want string }{
		{"video/mp4", "video/mp4", "inline; filename*=UTF-8''video-4DKEZKRA.mp4"},
		{"image/jpeg", "image/jpeg", "attachment; filename*=UTF-8''image-4DKEZKRA.jpg"}, // not to be drawn, yet a picture
		{"audio/ogg; codecs=opus", "audio/ogg", "inline; filename*=UTF-8''audio-4DKEZKRA.oga"},
		{"application/pdf", "application/pdf", "attachment; filename*=UTF-8''file-4DKEZKRA.pdf"},
		{"image/heic", "application/octet-stream", "attachment; filename*=UTF-8''file-4DKEZKRA.heic"},
		{"x/y", "", "attachment; filename*=UTF-8''file-4DKEZKRA"},
		{"", "", "attachment; filename*=UTF-8''file-4DKEZKRA"},
	} {
		id := "01J9ZQ4T7N8W2V5X4DKEZKRA"
		b.files.put(File{ID: id, Mime: c.mime, Sniffed: c.sniffed, Size: 1}, []byte("x"))
		res, _ := b.call("GET", "/api/v1/files/"+id, nil, auth...)
		if d := res.Header.Get("Content-Disposition"); d != c.want {
			t.Errorf("%s, %s: %s, want %s", c.mime, c.sniffed, d, c.want)
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	cases := []struct {
		method, path string
		status       int
		code         string
	}{
		{"GET", "/nothing", 404, "not_found"}, {"GET", "/api/v1/nothing", 404, "not_found"}, {"GET", "/api/v1/session/", 404, "not_found"}, {"GET", "/API/v1/session", 404, "not_found"},
		{"OPTIONS", "/api/v1/session", 405, "method_not_allowed"}, {"TRACE", "/healthz", 405, "method_not_allowed"}, {"PATCH", "/api/v1/chats", 405, "method_not_allowed"},
		{"GET", "/api/v1/chats", 401, "unauthorized"}, {"POST", "/api/v1/files", 401, "unauthorized"},
	}
	for _, c := range cases {
		res, body := b.call(c.method, c.path, nil)
		t.Run(c.method+" "+c.path, func(t *testing.T) { expect(t, res, body, c.status, c.code) })
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Server": "", "Access-Control-Allow-Origin": ""} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s %s: %s is %q", c.method, c.path, name, got)
			}
		}
	}
}

type parts []Part

func (p parts) Parts() []Part { return p }

func TestHealthReadinessAndMetrics(t *testing.T) {
	t.Parallel()
	metrics := NewMetrics()
	metrics.Committed(time.Millisecond)
	metrics.DeadLetter()
	metrics.Gauge("parley_commands_in_flight", "x", func() float64 { return 3 })
	metrics.Counts("parley_queue_waiting", "x", "queue", func() map[string]float64 { return map[string]float64{"support": 7} })
	metrics.Counter("parley_x_total", "x")()
	metrics.Histogram("parley_y_seconds", "x")(time.Second)
	p := parts{{Name: "store", OK: true, Detail: "pebble"}}
	b := setup(t, func(_ *Config, d *Deps) { d.Readiness, d.Metrics = p, metrics })
	res, body := b.call("GET", "/healthz", nil)
	expect(t, res, body, 200, "")
	res, body = b.call("GET", "/readyz", nil)
	if expect(t, res, body, 200, ""); !strings.Contains(body, `{"name":"store","ok":true,"detail":"pebble"}`) {
		t.Errorf("ready %s", body)
	}
	p[0].OK = false
	res, body = b.call("GET", "/readyz", nil)
	if expect(t, res, body, 503, ""); !strings.Contains(body, `"ready":false`) {
		t.Errorf("ready %s", body)
	}
	p[0].OK = true
	b.Drain()
	res, body = b.call("GET", "/readyz", nil)
	expect(t, res, body, 503, "")
	b.call("POST", hook, bytes.NewReader(bodyOf(t, message("c", "m"))), "X-Sig", "good")
	res, body = b.call("GET", "/metrics", nil)
	expect(t, res, body, 200, "")
	for _, line := range []string{
		`parley_webhook_seconds_count{provider="messenger",status="200"} 1`, "parley_commit_seconds_count 1", "parley_dead_letters_total 1",
		"parley_commands_in_flight 3", `parley_queue_waiting{queue="support"} 7`, "parley_x_total 1", "parley_event_to_socket_seconds", "parley_webhooks_in_flight 0",
	} {
		if !strings.Contains(body, line) {
			t.Errorf("metrics lack %s", line)
		}
	}
}

func TestMetricsOnTheirOwnListener(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config, _ *Deps) { c.MetricsListen = "127.0.0.1:0" })
	res, body := b.call("GET", "/metrics", nil)
	expect(t, res, body, 404, "not_found")
}

func TestConfigurationErrorsAreNamed(t *testing.T) {
	t.Parallel()
	for _, cfg := range []Config{{PublicURL: "chat.example"}, {PublicURL: "ftp://x"}, {TrustedProxies: []string{"everybody"}}} {
		if _, err := New(cfg, Deps{}); err == nil {
			t.Errorf("%+v is accepted", cfg)
		}
	}
}

// The document is made from the table of routes; this holds what it says.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	b := setup(t)
	res, body := b.call("GET", "/api/v1/openapi.json", nil)
	expect(t, res, body, 200, "")
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, []byte(body), "", "  "); err != nil {
		t.Fatal(err)
	}
	pretty.WriteByte('\n')
	const golden = "testdata/openapi.json"
	if *update {
		_ = os.MkdirAll("testdata", 0o755)
		if err := os.WriteFile(golden, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || !bytes.Equal(want, pretty.Bytes()) {
		t.Fatalf("the document differs from %s (%v); run with -update and look at the difference", golden, err)
	}
	checkReferences(t, []byte(body))
}

// checkReferences sees that every $ref leads somewhere.
func checkReferences(t *testing.T, doc []byte) {
	t.Helper()
	var d struct {
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(doc, &d); err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(string(doc), `"$ref":"#/components/schemas/`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		if d.Components.Schemas[name] == nil {
			t.Errorf("no schema %s", name)
		}
	}
}

func TestEveryRouteOfTheAPIIsInTheTable(t *testing.T) {
	t.Parallel()
	s, err := New(Config{}, Deps{})
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, e := range s.routes {
		known[e.method+" "+fiberPath(e.path)] = true
		if e.method == http.MethodGet {
			known["HEAD "+fiberPath(e.path)] = true
		}
	}
	for _, r := range s.app.GetRoutes(true) {
		if strings.HasPrefix(r.Path, "/api/") && !known[r.Method+" "+r.Path] {
			t.Errorf("%s %s is in no document", r.Method, r.Path)
		}
	}
}
