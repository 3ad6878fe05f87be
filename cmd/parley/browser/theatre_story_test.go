package browser

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// played is an open stage as Node sees it: over HTTP alone.
type played struct {
	client           // of the stage's calls
	server    client // of the stage's company
	passwords object // by login
	dir       string
}

// setTheStage opens a theatre and a stage in it.
func setTheStage(t *testing.T, wish object) *played {
	t.Helper()
	h := openTheatre(t, "127.0.0.1:0")
	opened := client{t: t, base: h.url}.must("POST", "/stages", wish)
	p := &played{
		client: client{t: t, base: h.url + "/stages/" + text(opened, "id")}, server: client{t: t, base: text(opened, "url")},
		passwords: object{}, dir: h.dir,
	}
	for _, in := range list(opened, "sign_ins") {
		p.passwords[text(in.(object), "login")] = in.(object)["password"]
	}
	return p
}

// signIn gives the company's calls with somebody's token.
func (p *played) signIn(login string) client {
	p.t.Helper()
	in := p.server.must("POST", "/api/v1/session", object{"login": login, "password": p.passwords[login]})
	return client{t: p.t, base: p.server.base, token: text(in, "token")}
}

// chat waits until a chat is listed, the only one, and gives it.
func (c client) chat() object {
	c.t.Helper()
	var items []any
	until(c.t, "the chat", func() bool {
		items = list(c.must("GET", "/api/v1/chats?limit=100", nil), "items")
		return len(items) == 1
	})
	return items[0].(object)
}

// TestTheatre: a customer writes, an operator answers, the server is killed and
// comes back at the same address with everything it had acknowledged.
func TestTheatre(t *testing.T) {
	t.Parallel()
	p := setTheStage(t, object{
		"settings":  object{"simultaneous_chats": 2, "disconnect_grace": "5s"},
		"queues":    object{"support": object{"rule": "least_busy", "accept_timeout": "1m", "members": []string{"dora"}}},
		"operators": []object{{"login": "dora", "name": "Dora", "language": "ru"}},
		"names":     object{"demo-fb": object{"1": object{"first": "<b>Bobby", "last": "Tables"}}},
	})
	root, dora := p.signIn("root"), p.signIn("dora")
	wrote := p.must("POST", "/customers/demo-fb/1", object{"act": "text", "text": "hello"})
	if text(wrote, "id") == "" || number(wrote, "seq") != 1 {
		t.Fatalf("the customer did %v", wrote)
	}
	until(t, "the profile", func() bool {
		contact, _ := root.chat()["contact"].(object)
		return text(contact, "name") == "<b>Bobby Tables"
	})
	chat := text(root.chat(), "id")
	dora.ask(object{"id": 1, "type": "status.set", "status": "active"})
	until(t, "the offer", func() bool {
		return dora.ask(object{"id": 1, "type": "chat.accept", "chat": chat})["ok"] == true
	})

	p.must("POST", "/server", object{"do": "kill"})
	if _, _, err := root.call("GET", "/healthz", nil); err == nil {
		t.Error("a killed server answers")
	}
	p.must("POST", "/customers/demo-fb/1", object{"act": "text", "text": "is anybody there?", "wait": false})
	p.must("POST", "/server", object{"do": "start"})
	p.must("POST", "/customers/demo-fb/1", object{"act": "image"})
	sent := dora.ask(object{"id": 1, "type": "chat.send", "chat": chat, "client_id": "1", "text": "yes, we are"})
	if sent["ok"] != true {
		t.Fatalf("send: %v", sent)
	}
	customer := p.must("GET", "/customers/demo-fb/1?answers=1", nil)
	answers := list(customer, "answers")
	if len(answers) != 1 || text(answers[0].(object), "text") != "yes, we are" || text(customer, "name") != "<b>Bobby Tables" {
		t.Errorf("the customer has %v", customer)
	}
	if said := list(dora.must("GET", "/api/v1/chats/"+chat+"/messages", nil), "messages"); len(said) != 4 {
		t.Errorf("the chat holds %v", said)
	}

	p.must("POST", "/server", object{"do": "stop"})
	p.must("POST", "/server", object{"do": "start"})
	root.chat()
	p.must("DELETE", "", nil)
	if left, err := filepath.Glob(filepath.Join(p.dir, "*")); err != nil || len(left) != 0 {
		t.Errorf("a closed stage leaves %v %v", left, err)
	}
}

// TestTheNetworkOfAStage: cut off, a browser reaches nothing while customers go on writing.
func TestTheNetworkOfAStage(t *testing.T) {
	t.Parallel()
	p := setTheStage(t, nil)
	root := p.signIn("root")
	p.must("POST", "/network", object{"up": false})
	if status, _, err := root.call("GET", "/healthz", nil); err == nil {
		t.Errorf("an answer came through: %d", status)
	}
	p.must("POST", "/customers/demo-tg/7", object{"act": "text", "text": "hello"})
	p.must("POST", "/network", object{"up": true})
	root.chat()
}

// TestEveryActOfACustomer: what the provider has an event for is acknowledged, the rest is refused in words.
func TestEveryActOfACustomer(t *testing.T) {
	t.Parallel()
	p := setTheStage(t, nil)
	lacking := map[string][]string{ // what the provider tells nobody of
		"demo-fb": {"contact"}, "demo-wa": {}, "demo-tg": {"delete"},
	}
	for channel, none := range lacking {
		at := "/customers/" + channel + "/3"
		target := text(p.must("POST", at, object{"act": "text", "text": "first"}), "id")
		for name := range events() {
			status, out, err := p.call("POST", at, object{"act": name, "text": "words", "target": target, "emoji": "👍", "payload": "P",
				"lat": 55.75, "lon": 37.61, "card": object{"first": "Ann", "phone": "+15550001111"}, "name": "../../a b.svg", "mime": "image/svg+xml"})
			if err != nil || (status == http.StatusOK) == slices.Contains(none, name) {
				t.Errorf("%s on %s: %d %v %v", name, channel, status, out, err)
			}
		}
		for _, name := range []string{"block", "unblock", "fail_next", "busy_next"} {
			p.must("POST", at, object{"act": name})
		}
	}
}

// TestALoad: texts are written in the background, and counted.
func TestALoad(t *testing.T) {
	t.Parallel()
	p := setTheStage(t, nil)
	p.must("POST", "/load", object{"rate": 50, "seconds": 0.5, "channel": "demo-wa", "customers": 3, "first": 10, "text": "line"})
	until(t, "the load", func() bool { return p.must("GET", "/load", nil)["finished"] == true })
	if l := p.must("GET", "/load", nil); number(l, "sent") != 25 || number(l, "acked") != 25 {
		t.Errorf("the load: %v", l)
	}
}

// TestTheTheatreSaysWhy: whatever cannot be done is answered in words.
func TestTheTheatreSaysWhy(t *testing.T) {
	t.Parallel()
	p := setTheStage(t, nil)
	house := client{t: t, base: p.base[:strings.LastIndex(p.base, "/stages/")]}
	for _, tc := range []struct {
		at           client
		method, path string
		body         object
		status       int
		why          string
	}{
		{house, "POST", "/stages", object{"settings": object{"accept_timeout": "soon"}}, 400, "invalid duration"},
		{house, "POST", "/stages", object{"queues": object{"support": object{"rule": "loudest"}}}, 400, "loudest"},
		{house, "POST", "/stages", object{"stettings": object{}}, 400, "stettings"},
		{house, "POST", "/stages", object{"names": object{"demo-fb": object{"one": object{}}}}, 400, "one"},
		{house, "DELETE", "/stages/99", nil, 404, "no stage"},
		{house, "GET", "/doors", nil, 404, "/doors"},
		{p.client, "POST", "/server", object{"do": "dance"}, 400, "dance"},
		{p.client, "POST", "/server", object{"do": "start"}, 409, "runs already"},
		{p.client, "POST", "/network", object{}, 400, "up"},
		{p.client, "POST", "/customers/demo-xx/1", object{"act": "text"}, 404, "demo-tg"},
		{p.client, "POST", "/customers/demo-fb/first", object{"act": "text"}, 404, "first"},
		{p.client, "POST", "/customers/demo-fb/1", object{"act": "sing"}, 400, "text"},
		{p.client, "POST", "/customers/demo-tg/1", object{"act": "fail_next", "code": 7}, 400, "telegram"},
		{p.client, "GET", "/customers/demo-fb/1?answers=many", nil, 400, "many"},
		{p.client, "GET", "/load", nil, 404, "no load"},
		{p.client, "POST", "/load", object{"rate": 1e6}, 400, "rate"},
	} {
		status, out, err := tc.at.call(tc.method, tc.path, tc.body)
		if err != nil || status != tc.status || !strings.Contains(text(out, "error"), tc.why) {
			t.Errorf("%s %s %v: %d %v %v, want %d and %q", tc.method, tc.path, tc.body, status, out, err, tc.status, tc.why)
		}
	}
	p.must("POST", "/server", object{"do": "kill"})
	if status, out, _ := p.call("POST", "/server", object{"do": "kill"}); status != 409 || text(out, "error") == "" {
		t.Errorf("killed twice: %d %v", status, out)
	}
}
