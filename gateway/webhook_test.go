package gateway

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/commit"
	"parley/gateway/channel"
)

const hook = "/hooks/messenger/acme-fb"

func message(customer, id string) channel.Event {
	return channel.Event{
		Kind: channel.MessageIn, ChannelID: "acme-fb", AccountID: "page", Key: "k:" + id, At: time.Unix(1_760_000_000, 0).UTC(),
		Customer: customer, Contact: channel.ContactRef{IDs: []channel.ContactID{{Type: channel.PSID, Value: customer}}, Name: "Zoë"},
		MessageID: id, Sub: channel.SubText, Text: "text of " + id,
	}
}

func bodyOf(t testing.TB, events ...channel.Event) []byte {
	t.Helper()
	text, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestWebhookStatuses(t *testing.T) {
	t.Parallel()
	b := setup(t)
	good := bodyOf(t, message("c1", "m1"))
	big := bytes.Repeat([]byte("x"), 3<<20+1)
	cases := []struct {
		name, method, path string
		body               io.Reader
		headers            []string
		status             int
		code               string
	}{
		{"durable", "POST", hook, bytes.NewReader(good), []string{"X-Sig", "good"}, 200, ""},
		{"unsigned", "POST", hook, bytes.NewReader(good), nil, 401, ""},
		{"wrong signature", "POST", hook, bytes.NewReader(good), []string{"X-Sig", "bad"}, 401, ""},
		{"unknown channel", "POST", "/hooks/messenger/other", bytes.NewReader(good), []string{"X-Sig", "good"}, 404, "not_found"},
		{"channel of another provider", "POST", "/hooks/telegram/acme-fb", bytes.NewReader(good), []string{"X-Sig", "good"}, 404, "not_found"},
		{"too large, told", "POST", hook, bytes.NewReader(big), []string{"X-Sig", "good"}, 413, "too_large"},
		{"too large, chunked", "POST", hook, io.MultiReader(bytes.NewReader(big)), []string{"X-Sig", "good"}, 413, "too_large"},
		{"too large to an unknown channel", "POST", "/hooks/messenger/other", bytes.NewReader(big), nil, 404, "not_found"},
		{"far too large", "POST", hook, bytes.NewReader(bytes.Repeat([]byte("x"), 12<<20)), nil, 413, "too_large"},
		{"just small enough", "POST", hook, bytes.NewReader(big[:3<<20]), []string{"X-Sig", "good"}, 200, ""},
		{"just small enough, chunked", "POST", hook, io.MultiReader(bytes.NewReader(big[:3<<20])), []string{"X-Sig", "good"}, 200, ""},
		{"gzip", "POST", hook, bytes.NewReader(good), []string{"X-Sig", "good", "Content-Encoding", "gzip"}, 415, "unsupported_encoding"},
		{"identity", "POST", hook, bytes.NewReader(good), []string{"X-Sig", "good", "Content-Encoding", "identity"}, 415, "unsupported_encoding"},
		{"signed nonsense", "POST", hook, strings.NewReader("{"), []string{"X-Sig", "good"}, 200, ""},
		{"empty and signed", "POST", hook, nil, []string{"X-Sig", "good"}, 200, ""},
		{"handshake", "GET", hook + "?hub.verify_token=secret&hub.challenge=1158201444", nil, nil, 200, ""},
		{"handshake, wrong token", "GET", hook + "?hub.verify_token=x&hub.challenge=1", nil, nil, 403, "forbidden"},
		{"handshake with a page", "GET", hook + "?hub.verify_token=secret&hub.challenge=<b>", nil, nil, 400, "bad_request"},
		{"handshake of a provider without one", "GET", "/hooks/telegram/acme-tg", nil, nil, 405, "method_not_allowed"},
		{"handshake of an unknown channel", "GET", "/hooks/telegram/x", nil, nil, 404, "not_found"},
		{"another method", "PUT", hook, nil, nil, 405, "method_not_allowed"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			res, body := b.call(c.method, c.path, c.body, c.headers...)
			expect(t, res, body, c.status, c.code)
			if c.status == 401 && body != "" {
				t.Errorf("401 says %q", body)
			}
			if c.name == "handshake" && (body != "1158201444" || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain")) {
				t.Errorf("handshake answers %q", body)
			}
		})
	}
	if got := b.engine.commands(); len(got) != 1 {
		t.Errorf("%d commands, want the one good message", len(got))
	}
	if held := b.cfg.BufferedBytes - b.bodies.left.Load(); held != 0 {
		t.Errorf("%d bytes of bodies were never given back", held)
	}
}

func TestWebhookNothingIsAcknowledgedThatIsNotDurable(t *testing.T) {
	t.Parallel()
	for _, fault := range []error{actors.ErrBusy, actors.ErrUnavailable, actors.ErrStopping, fmt.Errorf("store: %w", context.DeadlineExceeded)} {
		t.Run(fault.Error(), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.engine.do = func(_ context.Context, _ commit.Entity, c any) (any, error) {
				if c.(chat.Receive).Key == "k:m2" {
					return nil, fault
				}
				return nil, nil
			}
			res, body := b.call("POST", hook, bytes.NewReader(bodyOf(t, message("c1", "m1"), message("c2", "m2"))), "X-Sig", "good")
			expect(t, res, body, 503, "busy")
			if res.Header.Get("Retry-After") != "5" {
				t.Errorf("Retry-After %q", res.Header.Get("Retry-After"))
			}
			if len(b.quarantine.reasons()) != 0 {
				t.Error("what will come again must not be set aside")
			}
		})
	}
}

func TestWebhookOneBadEventNeverLosesItsNeighbours(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.engine.do = func(_ context.Context, _ commit.Entity, c any) (any, error) {
		switch c.(chat.Receive).Key {
		case "k:panics":
			panic("customer's secret words")
		case "k:refused":
			return nil, chat.ErrBadRequest
		case "k:breaks":
			return nil, actors.ErrInternal
		}
		return nil, nil
	}
	nobody := message("", "nobody")
	nobody.Contact.IDs = nil
	body := bodyOf(t, message("c1", "m1"), message("c1", "panics"), message("c1", "m2"), message("c2", "refused"), message("c2", "m3"), message("c3", "breaks"), nobody)
	res, text := b.call("POST", hook, bytes.NewReader(body), "X-Sig", "good")
	expect(t, res, text, 200, "")
	var keys []string
	for _, d := range b.engine.commands() {
		keys = append(keys, d.command.(chat.Receive).Key)
	}
	slices.Sort(keys)
	if want := []string{"k:breaks", "k:m1", "k:m2", "k:m3", "k:panics", "k:refused"}; !slices.Equal(keys, want) {
		t.Errorf("commands %v", keys)
	}
	reasons := b.quarantine.reasons()
	slices.Sort(reasons)
	if want := []string{keptNobody, keptPanic, keptRefused, keptRefused}; !slices.Equal(reasons, want) {
		t.Errorf("kept %v", reasons)
	}
	if strings.Contains(b.logs.String(), "secret words") {
		t.Error("the log quotes a customer")
	}
}

func TestWebhookParserPanicKeepsTheBody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	res, text := b.call("POST", hook, strings.NewReader("poison parser"), "X-Sig", "good")
	expect(t, res, text, 200, "")
	if r := b.quarantine.reasons(); !slices.Equal(r, []string{keptPanic}) {
		t.Errorf("kept %v", r)
	}
	b.quarantine.mu.Lock()
	b.quarantine.err = errors.New("disk full")
	b.quarantine.mu.Unlock()
	res, text = b.call("POST", hook, strings.NewReader("{"), "X-Sig", "good")
	expect(t, res, text, 503, "busy")
}

func TestWebhookOrderWithinAConversationIsTheProviders(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var events []channel.Event
	for i := range 200 {
		events = append(events, message(fmt.Sprintf("c%d", i%10), fmt.Sprintf("m%03d", i)))
	}
	res, text := b.call("POST", hook, bytes.NewReader(bodyOf(t, events...)), "X-Sig", "good")
	expect(t, res, text, 200, "")
	last := map[string]string{}
	for _, d := range b.engine.commands() {
		key := d.command.(chat.Receive).Key
		if key <= last[d.entity.ID] {
			t.Fatalf("%s came after %s", key, last[d.entity.ID])
		}
		last[d.entity.ID] = key
	}
	if len(last) != 10 {
		t.Errorf("%d conversations", len(last))
	}
}

func TestWebhookTooManyInFlightAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config, _ *Deps) { c.Webhooks = 2 })
	inside, release := make(chan struct{}, 2), make(chan struct{})
	b.engine.do = func(context.Context, commit.Entity, any) (any, error) {
		inside <- struct{}{}
		<-release
		return nil, nil
	}
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Go(func() {
			res, text := b.call("POST", hook, bytes.NewReader(bodyOf(t, message("c", fmt.Sprint(i)))), "X-Sig", "good")
			if res.StatusCode != 200 {
				t.Errorf("%d %s", res.StatusCode, text)
			}
		})
	}
	<-inside
	<-inside
	res, text := b.call("POST", hook, bytes.NewReader(bodyOf(t, message("c", "x"))), "X-Sig", "good")
	expect(t, res, text, 503, "busy")
	close(release)
	wg.Wait()
}

func TestWebhookBodiesInMemoryAreBounded(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config, _ *Deps) { c.BufferedBytes = 1 << 20 })
	res, text := b.call("POST", hook, bytes.NewReader(make([]byte, 2<<20)), "X-Sig", "good")
	expect(t, res, text, 503, "busy")
	res, text = b.call("POST", hook, bytes.NewReader(bodyOf(t, message("c", "x"))), "X-Sig", "good")
	expect(t, res, text, 200, "")
}

// A client that asks first is told before it sends.
func TestExpectIsAnsweredBeforeTheBody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c, err := net.Dial("tcp", b.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", hook, 9<<20)
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || res.StatusCode != 413 {
		t.Fatalf("%v %v", res, err)
	}
	res.Body.Close()
}

func TestRawAbuseIsAnsweredOrClosed(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config, _ *Deps) { c.ReadTimeout = 300 * time.Millisecond })
	cases := map[string]struct {
		send string
		want []int // 0: closed without an answer
	}{
		"huge header":       {"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", 9000) + "\r\n\r\n", []int{431}},
		"half a header":     {"POST " + hook + " HTTP/1.1\r\nHost: x\r\n", []int{0, 408}},
		"half a body":       {"POST " + hook + " HTTP/1.1\r\nHost: x\r\nX-Sig: good\r\nContent-Length: 100\r\n\r\n{", []int{400, 408}},
		"half a long body":  {"POST " + hook + " HTTP/1.1\r\nHost: x\r\nX-Sig: good\r\nContent-Length: 100000\r\n\r\n" + strings.Repeat("x", 9000), []int{400, 408}},
		"two lengths":       {"POST " + hook + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", []int{400}},
		"not HTTP":          {"\x16\x03\x01 hello\r\n\r\n", []int{400}},
		"an unknown method": {"BREW /healthz HTTP/1.1\r\nHost: x\r\n\r\n", []int{400, 405}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", b.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, c.send); err != nil {
				t.Fatal(err)
			}
			_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
			status := 0
			if res, err := http.ReadResponse(bufio.NewReader(conn), nil); err == nil {
				status = res.StatusCode
				res.Body.Close()
			} else if ne, ok := errors.AsType[net.Error](err); ok && ne.Timeout() {
				t.Fatal("neither answered nor closed")
			}
			if !slices.Contains(c.want, status) {
				t.Errorf("status %d, want one of %v", status, c.want)
			}
		})
	}
}

// The rate of the whole webhook path with an engine that does nothing; -bench with BodyLimit variants decides limits.go.
func BenchmarkWebhook(b *testing.B) {
	s, err := New(Config{}, Deps{Engine: newFakeEngine(), Channels: fakeChannels{}, Sessions: &fakeSessions{}, Quarantine: &fakeQuarantine{}, Files: &fakeFiles{}})
	if err != nil {
		b.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = s.app.Listener(ln) }()
	defer func() { _ = s.app.Shutdown() }()
	body := bodyOf(b, message("c1", "m1"))
	request := fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: x\r\nX-Sig: good\r\nContent-Length: %d\r\n\r\n%s", hook, len(body), body)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		c, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			b.Error(err)
			return
		}
		defer c.Close()
		r := bufio.NewReader(c)
		for pb.Next() {
			if _, err := c.Write(request); err != nil {
				b.Error(err)
				return
			}
			res, err := http.ReadResponse(r, nil)
			if err != nil || res.StatusCode != 200 {
				b.Error(res, err)
				return
			}
		}
	})
}
