package graph_test

import (
	"crypto/hmac"
	"strings"
	"testing"

	"parley/gateway/channel"
	"parley/gateway/channel/graph"
)

// FuzzSignature: no header and no body is believed but those that one of the two
// secrets signed, and nothing that cannot carry a signature passes the screen.
func FuzzSignature(f *testing.F) {
	const next, former = "the next secret", "the former secret"
	body := []byte(`{"object":"page","entry":[]}`)
	for _, header := range []string{
		graph.Sign(next, body), graph.Sign(former, body), graph.Sign("another", body), strings.ToUpper(graph.Sign(next, body)), "sha1=" + strings.Repeat("0", 40),
		"sha256=" + strings.Repeat("zz", 32), "sha256=" + strings.Repeat("0", 63), "sha256=", "", "sha256=" + strings.Repeat("\x00", 64),
	} {
		f.Add(header, body)
	}
	f.Fuzz(func(t *testing.T, header string, body []byte) {
		acc := channel.Account{AppSecrets: []string{next, former, ""}}
		get := func(string) string { return header }
		hex := strings.ToLower(strings.TrimPrefix(header, "sha256="))
		honest := strings.HasPrefix(header, "sha256=") &&
			(hmac.Equal([]byte("sha256="+hex), []byte(graph.Sign(next, body))) || hmac.Equal([]byte("sha256="+hex), []byte(graph.Sign(former, body))))
		if got := graph.Verify(acc, get, body); got != honest {
			t.Errorf("%q: believed %v, signed %v", header, got, honest)
		}
		if _, ok := graph.Signature(get); honest && !ok {
			t.Errorf("%q does not pass the screen", header)
		}
		if graph.Verify(channel.Account{AppSecrets: []string{""}}, get, body) {
			t.Error("an account without a secret believes")
		}
	})
}

// FuzzHandshake: only the right token is answered, and only with word characters.
func FuzzHandshake(f *testing.F) {
	f.Add("subscribe", "token", "1158201444")
	f.Add("subscribe", "token", "<script>")
	f.Add("subscribe", "", "1")
	f.Fuzz(func(t *testing.T, mode, token, challenge string) {
		ask := func(name string) string {
			return map[string]string{"hub.mode": mode, "hub.verify_token": token, "hub.challenge": challenge}[name]
		}
		answer, ok := graph.Handshake(channel.Account{VerifyToken: "token"}, ask)
		if ok && (token != "token" || mode != "subscribe" || answer != challenge || strings.ContainsAny(answer, "<>\"'& \r\n")) {
			t.Errorf("%q %q %q is answered %q", mode, token, challenge, answer)
		}
		if _, ok := graph.Handshake(channel.Account{}, ask); ok {
			t.Error("an account without a token answers")
		}
	})
}
