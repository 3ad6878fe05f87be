package app_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/config"
)

// TestPoisonAmongAThousand: abuse case 9. Of one body with 999 good events and one that
// cannot be understood, all 999 are there, in each customer's order, and the one is kept aside.
func TestPoisonAmongAThousand(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(c *config.Config) { c.Settings.SimultaneousChats = 0 })
	root, anna := s.signIn("root"), s.operator("anna")
	const customers = 27
	var items []string
	for i := range 999 {
		items = append(items, fbItem(time.Now(), fmt.Sprint(97_000+i%customers), fmt.Sprint("m_k", i), fmt.Sprintf("%d line %03d", i%customers, i/customers)))
		if i == 500 {
			items = append(items, `{"sender":{"id":"97000"},"recipient":{"id":"`+fbPage+`"},"timestamp":1,"message":"poison"}`)
		}
	}
	body := `{"object":"page","entry":[{"id":"` + fbPage + `","time":1,"messaging":[` + strings.Join(items, ",") + `]}]}`
	until(t, "the thousand taken", func() bool { return s.hook("demo-fb", body).status == 200 }) // 503: the provider comes again
	chats := list(s.get(root, "/api/v1/chats?limit=200").is(200), "items")
	until(t, "every chat in the list", func() bool {
		chats = list(s.get(root, "/api/v1/chats?limit=200").is(200), "items")
		return len(chats) == customers
	})
	for _, c := range chats {
		got := anna.ask("chat.accept", object{"chat": text(c, "id")})
		messages := list(got, "messages")
		if len(messages) != 999/customers {
			t.Errorf("%s has %d messages", text(c, "id"), len(messages))
		}
		for i, words := range texts(messages, "text") {
			if !strings.HasSuffix(words, fmt.Sprintf(" line %03d", i)) {
				t.Errorf("message %d is %q", i, words)
			}
		}
	}
	if kept := list(s.get(root, "/api/v1/quarantine").is(200), "items"); len(kept) != 1 || !strings.Contains(text(kept, 0, "raw"), "poison") {
		t.Errorf("kept %s", spelled(kept))
	}
}

// TestForeignAccount: abuse case 15. A signed body that speaks of a page, a number or
// an object of somebody else's is answered 200 and kept aside under its reason; no chat comes of it.
func TestForeignAccount(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	root := s.signIn("root")
	s.hook("demo-fb", strings.ReplaceAll(fbText("9701", "m_f1", "lost"), fbPage, "555")).is(200)
	s.hook("demo-wa", `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",`+
		`"metadata":{"display_phone_number":"1","phone_number_id":"999"},"messages":[{"from":"15550001","id":"w1","timestamp":"1","type":"text","text":{"body":"lost"}}]}}]}]}`).is(200)
	kept := list(s.get(root, "/api/v1/quarantine").is(200), "items")
	for _, it := range kept {
		if text(it, "reason") != "unknown_channel" {
			t.Errorf("kept as %s", spelled(it))
		}
	}
	if n := len(list(s.get(root, "/api/v1/chats").is(200), "items")); n != 0 || len(kept) != 2 {
		t.Errorf("%d chats, %d kept", n, len(kept))
	}
}

// TestSessionFixation: abuse case 25. A cookie that was there before the sign-in is not
// taken over: one of nobody's opens nothing, and a former session of this browser ends.
func TestSessionFixation(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	in := func(cookie string) (token, set string) {
		t.Helper()
		header := []string{"Content-Type", "application/json"}
		if cookie != "" {
			header = append(header, "Cookie", cookie)
		}
		r := s.do("POST", "/api/v1/session", strings.NewReader(`{"login":"anna","password":"parley-demo-anna"}`), header...)
		set, _, _ = strings.Cut(r.header.Get("Set-Cookie"), ";")
		return text(r.is(200), "token"), set
	}
	first, planted := in("parley=" + strings.Repeat("A", 43))
	if strings.Contains(planted, "AAAA") {
		t.Errorf("the planted cookie was taken over: %s", planted)
	}
	s.do("GET", "/api/v1/session", nil, "Cookie", "parley="+strings.Repeat("A", 43)).problem(401, "unauthorized")
	socket := s.connect(first)
	second, cookie := in(planted)
	if first == second || cookie == planted {
		t.Error("the session's id is the old one")
	}
	s.get(first, "/api/v1/session").problem(401, "unauthorized")
	if code := socket.closed(); code != 4401 {
		t.Errorf("the former session's socket: %d", code)
	}
	s.do("GET", "/api/v1/session", nil, "Cookie", cookie).is(200)
	third := s.signIn("anna") // another device: nothing ends
	s.get(second, "/api/v1/session").is(200)
	s.get(third, "/api/v1/session").is(200)
}

// TestNothingElseIsServed: R24. No profiler, no listing, no method that nobody needs,
// and no word of what the server is made of.
func TestNothingElseIsServed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	root := s.signIn("root")
	for _, path := range []string{"/debug/pprof/", "/debug/vars", "/.git/config", "/files/", "/api/v1/", "/api/v1/files", "/hooks", "/admin", "/..%2f..%2fetc/passwd", "/swagger"} {
		r := s.get(root, path)
		if r.status != 404 && r.status != 405 {
			t.Errorf("%s: %d", path, r.status)
		}
	}
	for _, method := range []string{"TRACE", "OPTIONS", "CONNECT", "PATCH", "PROPFIND"} {
		for _, path := range []string{"/", "/api/v1/chats", "/healthz"} {
			r := s.do(method, path, nil, "Authorization", "Bearer "+root, "X-Echo", "reflect me")
			if r.status/100 == 2 || strings.Contains(string(r.raw), "reflect me") || r.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s %s: %d %s %v", method, path, r.status, r.raw, r.header)
			}
		}
	}
	for _, path := range []string{"/healthz", "/nothing", "/metrics"} {
		if h := s.do("GET", path, nil).header; h.Get("Server") != "" || h.Get("X-Powered-By") != "" {
			t.Errorf("%s tells %v", path, h)
		}
	}
}

// TestBoundedPages: R16. A list gives at most 200 rows however many are asked for, and no offset or order of the asker's making.
func TestBoundedPages(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	root := s.signIn("root")
	for _, query := range []string{"limit=1000000000", "limit=-5", "limit=0"} {
		s.get(root, "/api/v1/chats?"+query).is(200)
		s.get(root, "/api/v1/quarantine?"+query).is(200)
	}
	for _, bad := range []string{"limit=1e9", "limit=99999999999999999999", "sort=id%20desc;drop%20table%20chats", "sort=(select%201)", "cursor=%27%20or%201=1--", "from=0001"} {
		s.get(root, "/api/v1/chats?"+bad).problem(400, "bad_request")
	}
	for _, odd := range []string{"q=%27%20or%201=1--", "queue=%22;drop", "q=%25", "contact=..%2f..", "operator=%00"} {
		if n := len(list(s.get(root, "/api/v1/chats?"+odd).is(200), "items")); n != 0 {
			t.Errorf("%s gives %d rows of nothing", odd, n)
		}
	}
}

// TestRawConnections: R3 through the whole server: what is no honest HTTP is answered
// in one word and the connection closed, and everybody else is served on.
func TestRawConnections(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	address := strings.TrimPrefix(s.app.URL(), "http://")
	head := "POST /hooks/messenger/demo-fb HTTP/1.1\r\nHost: x\r\n"
	some := strings.Repeat(" ", 16<<10) // of a body: the answer does not wait for the rest
	cases := map[string]struct {
		send string
		want int
	}{
		"a header of 9 KB":   {"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", 9000) + "\r\n\r\n", 431},
		"two lengths":        {head + "Content-Length: 0\r\nContent-Length: 44\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 400},
		"3 MiB and more":     {head + "Content-Length: 3145729\r\n\r\n" + some, 413},
		"4 GiB":              {head + "Content-Length: 4294967296\r\n\r\n" + some, 413},
		"more than a number": {head + "Content-Length: 99999999999999999999\r\n\r\n", 400},
		"TLS to plain HTTP":  {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400},
	}
	for name, c := range cases {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, c.send); err != nil {
			t.Fatal(err)
		}
		_ = conn.(*net.TCPConn).CloseWrite()
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		r := bufio.NewReader(conn)
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != c.want {
			t.Errorf("%s: %d, want %d: %s", name, res.StatusCode, c.want, body)
		}
		if _, err := http.ReadResponse(r, nil); err == nil {
			t.Errorf("%s: a second answer came", name)
		}
		conn.Close()
	}
	s.do("GET", "/healthz", nil).is(200)
}
