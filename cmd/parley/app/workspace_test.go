package app_test

import (
	"regexp"
	"strings"
	"testing"

	"parley/config"
	"parley/gateway/workspace"
)

// fileOfThePage is the address of a script or style that the page asks for.
var fileOfThePage = regexp.MustCompile(`(?:src|href)="(/[^"]+)"`)

// TestTheProgramServesItsWorkspace: the page with everything it asks for if it was
// built in, and otherwise what is to be done about it.
func TestTheProgramServesItsWorkspace(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.do("GET", "/", nil)
	page := string(r.raw)
	if workspace.Files() == nil {
		if r.is(503); !strings.Contains(page, "make workspace") {
			t.Errorf("the page does not help: %s", page)
		}
		return
	}
	r.is(200)
	if strings.Contains(page, "PARLEY-NONCE") || !strings.Contains(r.header.Get("Content-Security-Policy"), "script-src 'self';") {
		t.Errorf("%v %s", r.header, page)
	}
	if regexp.MustCompile(`<script[^>]*>\s*[^<\s]`).MatchString(page) || regexp.MustCompile(`\son\w+=`).MatchString(page) {
		t.Errorf("the policy forbids the script in %s", page)
	}
	files := fileOfThePage.FindAllStringSubmatch(page, -1)
	if len(files) == 0 {
		t.Errorf("a page without a script: %s", page)
	}
	for _, f := range files {
		r := s.do("GET", f[1], nil)
		r.is(200)
		if kind := r.header.Get("Content-Type"); len(r.raw) == 0 || strings.Contains(kind, "octet-stream") || strings.Contains(kind, "html") {
			t.Errorf("%s: %d bytes of %s", f[1], len(r.raw), kind)
		}
	}
}

// TestChannelList: what an operator must know of the channels to answer on them,
// and nothing that is secret (R20).
func TestChannelList(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(c *config.Config) { c.Channels[2].Active = false })
	s.do("GET", "/api/v1/channels", nil).problem(401, "unauthorized")
	r := s.get(s.signIn("anna"), "/api/v1/channels")
	page := shape(t, r.is(200), "items", "next")
	items := list(page, "items")
	if page["next"] != nil || strings.Join(texts(items, "id"), " ") != "demo-fb demo-tg demo-wa" {
		t.Fatalf("channels %s", r.raw)
	}
	for i, want := range []object{
		{"name": "Demo page", "provider": "messenger", "active": true, "text": 2000, "caption": 0, "window": 86_400_000, "delivered": true, "read": true, "image": 25 << 20},
		{"name": "Demo bot", "provider": "telegram", "active": false, "text": 4096, "caption": 1024, "window": 0, "delivered": false, "read": false, "image": 10 << 20},
		{"name": "Demo number", "provider": "whatsapp", "active": true, "text": 4096, "caption": 1024, "window": 86_400_000, "delivered": true, "read": true, "image": 5 << 20},
	} {
		it := shape(t, items[i], "id", "name", "provider", "active", "limits", "receipts")
		limits, receipts := shape(t, it["limits"], "text", "caption", "attachments", "files"), shape(t, it["receipts"], "delivered", "read")
		image := object{}
		for _, f := range list(limits, "files") {
			shape(t, f, "kind", "max_size", "mimes", "caption")
			if number(f, "max_size") > 25<<20 {
				t.Errorf("more than an upload may have: %s", spelled(f))
			}
			if text(f, "kind") == "image" {
				image = f.(object)
			}
		}
		got := object{
			"name": it["name"], "provider": it["provider"], "active": it["active"], "text": number(limits, "text"), "caption": number(limits, "caption"),
			"window": number(limits, "window_ms"), "delivered": receipts["delivered"], "read": receipts["read"], "image": number(image, "max_size"),
		}
		if spelled(got) != spelled(want) || spelled(image["mimes"]) == "null" {
			t.Errorf("%s, want %s", spelled(it), spelled(want))
		}
	}
	for _, secret := range []string{fbSecret, waSecret, tgSecret, fbPage, waPhone, "demo-telegram-token", "access-token", "verify", "127.0.0.1", "http"} {
		if strings.Contains(string(r.raw), secret) {
			t.Errorf("%s is shown: %s", secret, r.raw)
		}
	}
}

// TestWhoIsSignedIn: the workspace learns in which language it speaks and what its
// operator may do (S103, S111).
func TestWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(c *config.Config) {
		c.Operators[0].Language, c.Operators[1].Language = "ru-RU", "de"
		c.Operators[2].Roles = append(c.Operators[2].Roles, "chats.read_live")
	})
	for who, want := range map[string]string{"anna": `"ru" []`, "boris": `"" []`, "clara": `"en" ["chats.read_live"]`, "root": `"en" ["chats.manage_settings"]`} {
		in := s.post("", "/api/v1/session", object{"login": who, "password": "parley-demo-" + who}).is(200)
		for _, o := range []object{part(in, "operator"), s.get(text(in, "token"), "/api/v1/session").is(200)} {
			if got := spelled(o["language"]) + " " + spelled(o["permissions"]); got != want {
				t.Errorf("%s: %s, want %s", who, got, want)
			}
		}
	}
}
