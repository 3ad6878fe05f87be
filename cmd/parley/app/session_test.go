package app_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/config"
)

// TestSignIn: contract part 3, the session call.
func TestSignIn(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.post("", "/api/v1/session", object{"login": "clara", "password": "parley-demo-clara"})
	body := r.is(200)
	shape(t, body, "token", "operator")
	who := shape(t, body["operator"], "id", "name", "roles", "status")
	if who["id"] != "clara" || who["name"] != "Clara Jensen" || who["status"] != "inactive" || len(list(who, "roles")) != 2 {
		t.Errorf("operator %s: at the very first sign-in the status is Inactive (S11)", spelled(who))
	}
	cookie := r.header.Get("Set-Cookie")
	for _, attribute := range []string{"HttpOnly", "SameSite=Lax", "path=/"} {
		if !strings.Contains(strings.ToLower(cookie), strings.ToLower(attribute)) {
			t.Errorf("cookie %q lacks %s", cookie, attribute)
		}
	}
	if !strings.Contains(cookie, text(body, "token")) {
		t.Errorf("the cookie does not carry the token: %q", cookie)
	}
	first, _, _ := strings.Cut(cookie, ";")
	for _, header := range [][]string{{"Authorization", "Bearer " + text(body, "token")}, {"Cookie", first}} {
		me := s.do("GET", "/api/v1/session", nil, header...).is(200)
		if me["id"] != "clara" {
			t.Errorf("with %s: %s", header[0], spelled(me))
		}
		s.do("GET", "/api/v1/chats", nil, header...).is(200)
	}
	again := text(s.post("", "/api/v1/session", object{"login": "clara", "password": "parley-demo-clara"}).is(200), "token")
	if again == text(body, "token") {
		t.Error("two sign-ins got one token")
	}
}

// TestSignInBehindTLS: with an https address the cookie is host-bound and secure.
func TestSignInBehindTLS(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(c *config.Config) { c.PublicURL = "https://chat.example.com" })
	r := s.post("", "/api/v1/session", object{"login": "anna", "password": "parley-demo-anna"})
	r.is(200)
	cookie := r.header.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "__Host-") || !strings.Contains(strings.ToLower(cookie), "secure") || r.header.Get("Strict-Transport-Security") == "" {
		t.Errorf("cookie %q, headers %v", cookie, r.header)
	}
}

// TestSignInRefusals: 401 with one text for everything wrong, 400 for a wrong
// shape, 429 with Retry-After after ten failures (abuse cases 23 and 30).
func TestSignInRefusals(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	try := func(login, password string) response {
		return s.post("", "/api/v1/session", object{"login": login, "password": password})
	}
	wrong, unknown := try("anna", "wrong"), try("nobody", "wrong")
	wrong.problem(401, "unauthorized")
	unknown.problem(401, "unauthorized")
	if string(wrong.raw) != string(unknown.raw) {
		t.Errorf("the answers differ: %s, %s", wrong.raw, unknown.raw)
	}
	s.post("", "/api/v1/session", object{"login": "anna", "password": "parley-demo-anna", "role": "administrator"}).problem(400, "unknown_field")
	s.post("", "/api/v1/session", object{"login": 1}).problem(400, "bad_request")
	s.do("POST", "/api/v1/session", strings.NewReader("{"), "Content-Type", "application/json").problem(400, "bad_request")
	s.do("POST", "/api/v1/session", strings.NewReader("{}"), "Content-Type", "text/plain").problem(415, "unsupported_media_type")
	s.do("POST", "/api/v1/session", strings.NewReader(strings.Repeat(" ", 70<<10)), "Content-Type", "application/json").problem(413, "too_large")
	s.do("POST", "/api/v1/session", strings.NewReader(`{"login":"anna","password":"parley-demo-anna"}`),
		"Content-Type", "application/json", "Origin", "https://evil.example").problem(403, "forbidden")
	live := s.signIn("boris")
	for range 10 {
		try("boris", "wrong").problem(401, "unauthorized")
	}
	r := try("boris", "parley-demo-boris")
	r.problem(429, "too_many_requests")
	if r.header.Get("Retry-After") == "" {
		t.Errorf("no Retry-After: %v", r.header)
	}
	s.get(live, "/api/v1/session").is(200) // a live session is not locked out
	try("anna", "parley-demo-anna").is(200)
}

// TestSignOut: the token dies, all its sockets close with 4401, the operator is
// Inactive, and the next sign-in restores the status (S13, S14, abuse case 24).
func TestSignOut(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	tab := s.connect(anna.token)
	if got := tab.hello["snapshot"]; text(got, "operator", "effective") != "active" {
		t.Errorf("the second tab sees %s", spelled(got))
	}
	s.do("DELETE", "/api/v1/session", nil, "Authorization", "Bearer "+anna.token).is(204)
	for _, c := range []*client{anna, tab} {
		if code := c.closed(); code != 4401 {
			t.Errorf("close code %d", code)
		}
	}
	s.get(anna.token, "/api/v1/session").problem(401, "unauthorized")
	s.do("DELETE", "/api/v1/session", nil, "Authorization", "Bearer "+anna.token).problem(401, "unauthorized")
	if _, res, err := s.dial("", http.Header{"Authorization": {"Bearer " + anna.token}}); err == nil || res == nil || res.StatusCode != 401 {
		t.Errorf("a dead token opens a socket: %v %v", res, err)
	}
	root := s.connect(s.signIn("root"))
	sent(t)(s.customer("demo-tg", 1).Text(deadline(t), "anybody?"))
	until(t, "the waiting chat", func() bool { return len(list(s.get(root.token, "/api/v1/chats?state=waiting").is(200), "items")) == 1 })
	again := s.post("", "/api/v1/session", object{"login": "anna", "password": "parley-demo-anna"}).is(200)
	if text(again, "operator", "status") != "active" {
		t.Errorf("the next sign-in gives %s", spelled(again))
	}
}

// TestOtherSessionStays: an operator signed in twice stays Active when one of the sessions ends.
func TestOtherSessionStays(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	desk := s.operator("anna")
	phone := s.connect(s.signIn("anna"))
	s.do("DELETE", "/api/v1/session", nil, "Authorization", "Bearer "+desk.token).is(204)
	if code := desk.closed(); code != 4401 {
		t.Errorf("close code %d", code)
	}
	sent(t)(s.customer("demo-fb", 1).Text(deadline(t), "still there?"))
	phone.take("still there?")
}

// TestGrace: without a connection the operator stays Active for the grace period
// and no longer; what is owned stays; coming back restores (S10, S13, S14).
func TestGrace(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(c *config.Config) { c.Settings.DisconnectGrace = 700 * time.Millisecond })
	boris, anna := s.operator("boris"), s.operator("anna")
	sent(t)(s.customer("demo-fb", 1).Text(deadline(t), "mine"))
	id := anna.take("mine")
	epoch, seq := text(anna.hello, "epoch"), anna.seq
	anna.drop()
	green := func() string {
		sent(t)(s.customer("demo-fb", 2).Text(deadline(t), "x"))
		for _, o := range list(boris.ask("transfer.targets", object{"chat": borisChat(t, s, boris)}), "operators") {
			if text(o, "id") == "anna" {
				return text(o, "indicator")
			}
		}
		return ""
	}
	until(t, "anna absent", func() bool { return green() == "red" })
	back := s.connectAt(anna.token, epoch, seq)
	if truth(back.hello, "resumed") {
		back.push("operator.status", func(d object) bool { return text(d, "effective") == "active" && text(d, "reason") == "session" })
	} else if text(back.hello, "snapshot", "operator", "effective") != "active" {
		t.Errorf("back, but %s", spelled(back.hello))
	}
	back.ask("chat.send", object{"chat": id, "client_id": "1", "text": "still yours"})
}

// borisChat gives a chat that boris owns, taking the first offer once.
var borisOwns sync.Map

func borisChat(t *testing.T, s *stage, boris *client) string {
	t.Helper()
	if id, ok := borisOwns.Load(s); ok {
		return id.(string)
	}
	id := boris.take("x")
	borisOwns.Store(s, id)
	return id
}

// TestOneTruthOnAllTabs: the status chosen on one tab is the status on every other, with the same numbers (S12).
func TestOneTruthOnAllTabs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	token := s.signIn("anna")
	one, two := s.connect(token), s.connect(s.signIn("anna"))
	if one.hello["epoch"] != two.hello["epoch"] {
		t.Errorf("epochs %v and %v", one.hello["epoch"], two.hello["epoch"])
	}
	for i, status := range []string{"active", "inactive", "active"} {
		from := []*client{one, two}[i%2]
		if got := from.ask("status.set", object{"status": status}); got["status"] != status {
			t.Errorf("status.set %s gave %s", status, spelled(got))
		}
		for _, c := range []*client{one, two} {
			d := c.push("operator.status")
			shape(t, d, "preferred", "effective", "reason", "load", "limit")
			if d["preferred"] != status || d["effective"] != status || d["reason"] != "chosen" || number(d, "limit") != 5 {
				t.Errorf("push %s", spelled(d))
			}
		}
		if one.seq != two.seq {
			t.Errorf("numbers %d and %d", one.seq, two.seq)
		}
	}
	if me := s.get(token, "/api/v1/session").is(200); me["status"] != "active" {
		t.Errorf("session %s", spelled(me))
	}
	one.refused("bad_request", "status.set", object{"status": "away"})
	one.refused("bad_request", "status.set", nil)
}

// TestOrigin: a browser's page must be ours, a program with a token needs no
// Origin (abuse cases 26 and 27).
func TestOrigin(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(c *config.Config) { c.PublicURL = "http://chat.example.com" })
	r := s.post("", "/api/v1/session", object{"login": "anna", "password": "parley-demo-anna"})
	cookie, _, _ := strings.Cut(r.header.Get("Set-Cookie"), ";")
	token := text(r.is(200), "token")
	host := strings.TrimPrefix(s.app.URL(), "http://")
	cases := []struct {
		origin string
		cookie bool
		status int
	}{
		{"http://chat.example.com", true, 101}, {"http://" + host, true, 101}, {"https://evil.example", true, 403}, {"null", true, 403},
		{"", true, 403}, {"http://chat.example.com.evil.example", true, 403}, {"http://evil.example/http://chat.example.com", true, 403},
		{"", false, 101}, {"https://evil.example", false, 101},
	}
	for _, c := range cases {
		h := http.Header{}
		if c.cookie {
			h.Set("Cookie", cookie)
		} else {
			h.Set("Authorization", "Bearer "+token)
		}
		if c.origin != "" {
			h.Set("Origin", c.origin)
		}
		conn, res, err := s.dial("", h)
		status := 101
		if err != nil {
			if status = 0; res != nil {
				status = res.StatusCode
			}
		} else {
			_ = conn.CloseNow()
		}
		if status != c.status {
			t.Errorf("origin %q, cookie %v: %d, want %d", c.origin, c.cookie, status, c.status)
		}
	}
	s.do("DELETE", "/api/v1/session", nil, "Cookie", cookie, "Origin", "https://evil.example").problem(403, "forbidden")
	s.do("DELETE", "/api/v1/session", nil, "Cookie", cookie).problem(403, "forbidden")
	s.do("GET", "/api/v1/ws", nil, "Authorization", "Bearer "+token).problem(426, "upgrade_required")
	s.do("GET", "/api/v1/ws", nil).problem(401, "unauthorized")
	s.do("DELETE", "/api/v1/session", nil, "Cookie", cookie, "Origin", "http://chat.example.com").is(204)
}
