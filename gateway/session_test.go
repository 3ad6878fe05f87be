package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/actors"
	"parley/actors/commit"
	"parley/actors/operator"
)

const asJSON = "application/json"

func (b *bundle) signIn(login, password string, headers ...string) (*http.Response, string) {
	b.t.Helper()
	body := fmt.Sprintf(`{"login":%q,"password":%q}`, login, password)
	return b.call("POST", "/api/v1/session", strings.NewReader(body), append([]string{"Content-Type", asJSON}, headers...)...)
}

func TestSignInGivesTokenCookieAndStatus(t *testing.T) {
	t.Parallel()
	b := setup(t)
	res, body := b.signIn("anna", "anna-password")
	expect(t, res, body, 200, "")
	var in SignedIn
	if err := json.Unmarshal([]byte(body), &in); err != nil || in.Token == "" || in.Operator.ID != "anna" || in.Operator.Status != "active" || len(in.Operator.Roles) != 1 {
		t.Fatalf("answer %s", body)
	}
	cookie := res.Header.Get("Set-Cookie")
	for _, part := range []string{"parley=" + in.Token, "HttpOnly", "SameSite=Lax", "path=/", "expires="} {
		if !strings.Contains(cookie, part) {
			t.Errorf("cookie %q lacks %s", cookie, part)
		}
	}
	if strings.Contains(cookie, "secure") || strings.Contains(strings.ToLower(cookie), "domain") {
		t.Errorf("cookie %q", cookie)
	}
	for _, auth := range [][]string{{"Authorization", "Bearer " + in.Token}, {"Cookie", "parley=" + in.Token}} {
		res, body = b.call("GET", "/api/v1/session", nil, auth...)
		expect(t, res, body, 200, "")
	}
	res, body = b.call("DELETE", "/api/v1/session", nil, "Authorization", "Bearer "+in.Token)
	expect(t, res, body, 204, "")
	res, body = b.call("GET", "/api/v1/session", nil, "Authorization", "Bearer "+in.Token)
	expect(t, res, body, 401, "unauthorized")
	var told []any
	for _, d := range b.engine.commands() {
		told = append(told, d.command)
	}
	if len(told) != 2 || told[0] != (operator.SignIn{}) || told[1] != (operator.SignOut{Last: true}) {
		t.Errorf("the operator's actor was told %v", told)
	}
	if strings.Contains(b.logs.String(), in.Token) {
		t.Error("a token is in the log")
	}
}

func TestSecureCookieIsHostBound(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config, _ *Deps) { c.PublicURL = "https://chat.example" })
	res, body := b.signIn("anna", "anna-password")
	expect(t, res, body, 200, "")
	if c := res.Header.Get("Set-Cookie"); !strings.HasPrefix(c, "__Host-parley=") || !strings.Contains(c, "secure") || !strings.Contains(c, "path=/") {
		t.Errorf("cookie %q", c)
	}
	if res.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS over https")
	}
}

func TestSignInRefusals(t *testing.T) {
	t.Parallel()
	b := setup(t)
	wrong, wrongBody := b.signIn("anna", "x")
	expect(t, wrong, wrongBody, 401, "unauthorized")
	unknown, unknownBody := b.signIn("nobody", "x")
	expect(t, unknown, unknownBody, 401, "unauthorized")
	if wrongBody != unknownBody {
		t.Error("an unknown login is told apart from a wrong password")
	}
	post := func(kind, body string) (*http.Response, string) {
		return b.call("POST", "/api/v1/session", strings.NewReader(body), "Content-Type", kind)
	}
	cases := []struct {
		kind, body string
		status     int
		code       string
	}{
		{asJSON, `{"login":"anna","password":"anna-password","role":"administrator"}`, 400, "unknown_field"},
		{asJSON, `{"login":"anna"`, 400, "bad_request"},
		{asJSON, `{"login":5}`, 400, "bad_request"},
		{asJSON, `{} {}`, 400, "bad_request"},
		{asJSON, "{\"login\":\"\xff\"}", 400, "bad_request"},
		{"text/plain", `{"login":"anna","password":"anna-password"}`, 415, "unsupported_media_type"},
		{"application/x-www-form-urlencoded", `login=anna`, 415, "unsupported_media_type"},
		{asJSON, `{"login":"` + strings.Repeat("x", 70<<10) + `"}`, 413, "too_large"},
		{asJSON, `{"login":"` + strings.Repeat("x", 300) + `","password":"` + strings.Repeat("x", 600) + `"}`, 401, "unauthorized"},
	}
	for _, c := range cases {
		res, body := post(c.kind, c.body)
		expect(t, res, body, c.status, c.code)
	}
	for _, page := range [][]string{{"Origin", "https://evil.example"}, {"Origin", "null"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}} {
		res, body := b.signIn("anna", "anna-password", page...)
		expect(t, res, body, 403, "forbidden")
	}
}

func TestSignInIsUndoneWhenTheOperatorCannotBeTold(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.engine.do = func(context.Context, commit.Entity, any) (any, error) { return nil, actors.ErrUnavailable }
	res, body := b.signIn("anna", "anna-password")
	expect(t, res, body, 503, "busy")
	if b.sessions.open["anna-token-x"].ID != "" {
		t.Error("the session stayed open")
	}
}

func TestSignInIsThrottledPerAccountAndAddress(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config, _ *Deps) { c.TrustedProxies = []string{"127.0.0.0/8"} })
	from := func(ip string) []string { return []string{"X-Forwarded-For", "6.6.6.6, " + ip} }
	for range 10 {
		res, body := b.signIn("anna", "guess", from("10.0.0.1")...)
		expect(t, res, body, 401, "unauthorized")
	}
	res, body := b.signIn("ANNA", "anna-password", from("10.0.0.2")...)
	expect(t, res, body, 429, "too_many_requests")
	if res.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	for i := range 40 {
		res, body = b.signIn(fmt.Sprint("login", i), "guess", from("10.0.0.1")...)
		expect(t, res, body, 401, "unauthorized")
	}
	res, body = b.signIn("boris", "boris-password", from("10.0.0.1")...)
	expect(t, res, body, 429, "too_many_requests")
	res, body = b.signIn("boris", "boris-password", from("10.0.0.3")...)
	expect(t, res, body, 200, "")
	for range 60 { // successes do not count
		res, body = b.signIn("boris", "boris-password", from("10.0.0.3")...)
		expect(t, res, body, 200, "")
	}
}

func TestForwardedAddressIsBelievedOnlyFromTrustedProxies(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 50 {
		res, body := b.signIn(fmt.Sprint("login", i), "guess", "X-Forwarded-For", fmt.Sprintf("10.0.0.%d", i))
		expect(t, res, body, 401, "unauthorized")
	}
	res, body := b.signIn("boris", "boris-password", "X-Forwarded-For", "10.1.1.1")
	expect(t, res, body, 429, "too_many_requests")
}

func TestThrottleSlides(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		th := newThrottle(3, 15*time.Minute, time.Now)
		for range 3 {
			if _, wait := th.begin("k"); wait > 0 {
				t.Fatal("refused early")
			}
			time.Sleep(time.Minute)
		}
		if _, wait := th.begin("k"); wait != 12*time.Minute {
			t.Fatalf("wait %s", wait)
		}
		time.Sleep(12 * time.Minute)
		at, wait := th.begin("k")
		if wait != 0 {
			t.Fatalf("still refused for %s", wait)
		}
		if _, wait := th.begin("k"); wait != time.Minute {
			t.Fatalf("wait %s", wait)
		}
		th.forgive("k", at)
		if _, wait := th.begin("k"); wait != 0 {
			t.Fatal("a forgiven attempt still counts")
		}
		time.Sleep(time.Hour)
		th.forget(time.Now())
		if len(th.keys) != 0 {
			t.Error("old keys are kept")
		}
	})
}

func TestUnsafeCallsWithTheCookieMustComeFromOurPage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	host := b.Addr().String()
	cases := []struct {
		headers []string
		ok      bool
	}{
		{nil, false},
		{[]string{"Origin", "http://chat.example"}, true},
		{[]string{"Origin", "http://chat.example:80"}, true},
		{[]string{"Origin", "HTTP://CHAT.EXAMPLE"}, true},
		{[]string{"Origin", "http://" + host}, true},
		{[]string{"Origin", "http://chat.example.evil.com"}, false},
		{[]string{"Origin", "http://evilchat.example"}, false},
		{[]string{"Origin", "http://chat.example@evil.com"}, false},
		{[]string{"Origin", "https://chat.example"}, false},
		{[]string{"Origin", "null"}, false},
		{[]string{"Sec-Fetch-Site", "same-origin"}, true},
		{[]string{"Sec-Fetch-Site", "none"}, true},
		{[]string{"Sec-Fetch-Site", "same-site"}, false},
		{[]string{"Sec-Fetch-Site", "cross-site"}, false},
		{[]string{"Sec-Fetch-Site", "same-origin", "Origin", "http://evil.com"}, false},
		{[]string{"Sec-Fetch-Site", "cross-site", "Origin", "http://chat.example"}, false},
		{[]string{"Sec-Fetch-Site", "same-origin", "Origin", "http://chat.example"}, true},
	}
	for _, c := range cases {
		token, _, _ := b.sessions.Open(context.Background(), "root")
		res, body := b.call("POST", "/api/v1/chats/conv.1/close", nil, append([]string{"Cookie", "parley=" + token}, c.headers...)...)
		if ok := res.StatusCode == 204; ok != c.ok || (!ok && res.StatusCode != 403) {
			t.Errorf("%v: %d %s", c.headers, res.StatusCode, body)
		}
		res, _ = b.call("POST", "/api/v1/chats/conv.1/close", nil, append([]string{"Authorization", "Bearer " + token}, c.headers...)...)
		if res.StatusCode != 204 {
			t.Errorf("%v with a bearer token: %d", c.headers, res.StatusCode)
		}
		res, _ = b.call("GET", "/api/v1/session", nil, append([]string{"Cookie", "parley=" + token}, c.headers...)...)
		if res.StatusCode != 200 {
			t.Errorf("%v reading: %d", c.headers, res.StatusCode)
		}
	}
}
