package graph_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/gateway/channel"
	"parley/gateway/channel/exchange"
	"parley/gateway/channel/graph"
)

func TestSignature(t *testing.T) {
	t.Parallel()
	body := []byte(`{"object":"page","text":"caf\u00e9"}`)
	good := graph.Sign("secret", body)
	acc := channel.Account{AppSecrets: []string{"secret"}}
	flipped := append([]byte(nil), body...)
	flipped[5] ^= 1
	for _, c := range []struct {
		name   string
		acc    channel.Account
		header string
		body   []byte
		want   bool
	}{
		{"right", acc, good, body, true},
		{"upper-case hex is the same MAC", acc, "sha256=" + strings.ToUpper(good[7:]), body, true},
		{"missing", acc, "", body, false},
		{"no prefix", acc, good[7:], body, false},
		{"upper-case prefix", acc, "SHA256=" + good[7:], body, false},
		{"short", acc, good[:len(good)-2], body, false},
		{"long", acc, good + "00", body, false},
		{"not hex", acc, "sha256=" + strings.Repeat("zz", 32), body, false},
		{"sha1 form", acc, "sha1=" + good[7:47], body, false},
		{"sha1 prefix with a sha256 MAC", acc, "sha1=" + good[7:], body, false},
		{"wrong key", channel.Account{AppSecrets: []string{"other"}}, good, body, false},
		{"body changed by a bit", acc, good, flipped, false},
		{"body cut", acc, good, body[:len(body)-1], false},
		{"old secret of two", channel.Account{AppSecrets: []string{"new", "secret"}}, good, body, true},
		{"new secret of two", channel.Account{AppSecrets: []string{"secret", "old"}}, good, body, true},
		{"no secret configured", channel.Account{}, good, body, false},
		{"empty secret never matches", channel.Account{AppSecrets: []string{""}}, graph.Sign("", body), body, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			header := func(name string) string {
				if name == graph.SignatureHeader {
					return c.header
				}
				return ""
			}
			if got := graph.Verify(c.acc, header, c.body); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestHandshake(t *testing.T) {
	t.Parallel()
	acc := channel.Account{VerifyToken: "tok"}
	for _, c := range []struct {
		name, mode, token, challenge string
		acc                          channel.Account
		ok                           bool
	}{
		{"right", "subscribe", "tok", "1158201444", acc, true},
		{"wrong token", "subscribe", "no", "1", acc, false},
		{"wrong mode", "unsubscribe", "tok", "1", acc, false},
		{"no challenge", "subscribe", "tok", "", acc, false},
		{"markup", "subscribe", "tok", "<script>", acc, false},
		{"too long", "subscribe", "tok", strings.Repeat("1", 257), acc, false},
		{"no token configured", "subscribe", "", "1", channel.Account{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			q := map[string]string{"hub.mode": c.mode, "hub.verify_token": c.token, "hub.challenge": c.challenge}
			got, ok := graph.Handshake(c.acc, func(k string) string { return q[k] })
			if ok != c.ok || (ok && got != c.challenge) {
				t.Errorf("got %q %v", got, ok)
			}
		})
	}
}

func TestAnswersAreReadBodyFirst(t *testing.T) {
	t.Parallel()
	classify := func(f graph.Fault) *channel.SendError {
		if f.Code == 4 {
			return &channel.SendError{Class: channel.ClassRateChannel}
		}
		return f.Otherwise()
	}
	for _, c := range []struct {
		name   string
		status int
		header http.Header
		body   string
		class  channel.Class
		wait   time.Duration
	}{
		{"fine", 200, nil, `{"message_id":"m"}`, "", 0},
		{"error under 200", 200, nil, `{"error":{"code":100,"message":"no"}}`, channel.ClassRequest, 0},
		{"success that is no JSON", 200, nil, `<html>`, channel.ClassUnknown, 0},
		{"gateway page", 502, nil, `<html>`, channel.ClassTransient, 0},
		{"gateway gave up", 504, nil, `<html>`, channel.ClassUnknown, 0},
		{"throttled with a wait", 429, http.Header{"Retry-After": {"9"}}, `{"error":{"code":4}}`, channel.ClassRateChannel, 9 * time.Second},
		{"throttled with usage", 400, http.Header{"X-Business-Use-Case-Usage": {`{"1":[{"estimated_time_to_regain_access":2}]}`}}, `{"error":{"code":4}}`, channel.ClassRateChannel, 2 * time.Minute},
		{"unknown code, server's fault", 500, nil, `{"error":{"code":77}}`, channel.ClassTransient, 0},
		{"array instead of object", 400, nil, `[]`, channel.ClassRequest, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") != "Bearer tok" || r.URL.Query().Get("appsecret_proof") == "" {
					t.Error("bearer or proof missing")
				}
				for k, v := range c.header {
					w.Header()[k] = v
				}
				w.WriteHeader(c.status)
				w.Write([]byte(c.body))
			}))
			t.Cleanup(srv.Close)
			client := exchange.NewClient(5 * time.Second)
			t.Cleanup(client.CloseIdleConnections)
			api := graph.API{HTTP: client, Proof: true, Classify: classify}
			acc := channel.Account{APIURL: srv.URL + "/v24.0/", AccessToken: "tok", AppSecrets: []string{"s"}}
			_, err := api.Post(t.Context(), acc, api.URL(acc, nil, "1", "messages"), []byte(`{}`), false)
			if c.class == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || err.Class != c.class || err.RetryAfter != c.wait {
				t.Errorf("got %+v", err)
			}
		})
	}
}

func TestTheTokenIsNeverInAnError(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(400)
		w.Write([]byte(`{"error":{"code":1,"message":"Malformed access token EAAsecret"}}`))
	}))
	t.Cleanup(srv.Close)
	client := exchange.NewClient(5 * time.Second)
	t.Cleanup(client.CloseIdleConnections)
	api := graph.API{HTTP: client, Classify: graph.Fault.Otherwise}
	acc := channel.Account{APIURL: srv.URL, AccessToken: "EAAsecret"}
	_, err := api.Get(t.Context(), acc, api.URL(acc, nil, "x"))
	if err == nil || strings.Contains(err.Error(), "EAAsecret") {
		t.Errorf("got %v", err)
	}
}
