package app_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/config"
)

// Secrets and accounts of the demo company, as its providers know them.
const (
	fbSecret = "demo-messenger-app-secret"
	waSecret = "demo-whatsapp-app-secret"
	tgSecret = "demo-telegram-secret"
	fbPage   = "104050607080901"
	waPhone  = "106540352242922"
)

// signed is the signature header Meta sends with a body.
func signed(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// hook delivers a body to a demo channel the way its provider would.
func (s *stage) hook(channel, body string) response {
	s.t.Helper()
	switch channel {
	case "demo-fb":
		return s.do("POST", "/hooks/messenger/demo-fb", strings.NewReader(body), "X-Hub-Signature-256", signed(fbSecret, body))
	case "demo-wa":
		return s.do("POST", "/hooks/whatsapp/demo-wa", strings.NewReader(body), "X-Hub-Signature-256", signed(waSecret, body))
	}
	return s.do("POST", "/hooks/telegram/"+channel, strings.NewReader(body), "X-Telegram-Bot-Api-Secret-Token", tgSecret)
}

// fbText is one Messenger text of this moment.
func fbText(psid, mid, words string) string { return fbTextAt(time.Now(), psid, mid, words) }

func fbTextAt(at time.Time, psid, mid, words string) string {
	return fmt.Sprintf(`{"object":"page","entry":[{"id":%q,"time":%d,"messaging":[%s]}]}`, fbPage, at.UnixMilli(), fbItem(at, psid, mid, words))
}

func fbItem(at time.Time, psid, mid, words string) string {
	return fmt.Sprintf(`{"sender":{"id":%q},"recipient":{"id":%q},"timestamp":%d,"message":{"mid":%q,"text":%q}}`, psid, fbPage, at.UnixMilli(), mid, words)
}

func tgText(update, user, message int, words string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":%d,"chat":{"id":%d,"type":"private","first_name":"T"},"from":{"id":%d,"is_bot":false,"first_name":"T"},"text":%q}}`,
		update, message, time.Now().Unix(), user, user, words)
}

// TestWebhookRefusals: contract part 3, "Bad input", abuse cases 1-3 and 10-11.
func TestWebhookRefusals(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	root := s.signIn("root")
	body := fbText("9001", "m_refused", "never seen")
	mac := hmac.New(sha1.New, []byte(fbSecret))
	mac.Write([]byte(body))
	good := signed(fbSecret, body)
	fb, tg := "/hooks/messenger/demo-fb", "/hooks/telegram/demo-tg"
	huge := strings.Repeat(" ", 3<<20+1)
	cases := []struct {
		name, path, body string
		status           int
		header           []string
	}{
		{"no signature", fb, body, 401, nil},
		{"sha1 only", fb, body, 401, []string{"X-Hub-Signature", "sha1=" + hex.EncodeToString(mac.Sum(nil))}},
		{"another secret", fb, body, 401, []string{"X-Hub-Signature-256", signed(waSecret, body)}},
		{"a changed byte", fb, body + " ", 401, []string{"X-Hub-Signature-256", good}},
		{"no hex", fb, body, 401, []string{"X-Hub-Signature-256", "sha256=zz"}},
		{"empty signature", fb, body, 401, []string{"X-Hub-Signature-256", ""}},
		{"no secret token", tg, tgText(1, 1, 1, "x"), 401, nil},
		{"wrong secret token", tg, tgText(1, 1, 1, "x"), 401, []string{"X-Telegram-Bot-Api-Secret-Token", "guess"}},
		{"unknown channel", "/hooks/messenger/nobody", body, 404, []string{"X-Hub-Signature-256", good}},
		{"channel of another provider", "/hooks/whatsapp/demo-fb", body, 404, []string{"X-Hub-Signature-256", good}},
		{"unknown provider", "/hooks/pigeon/demo-fb", body, 404, []string{"X-Hub-Signature-256", good}},
		{"3 MiB and a byte", fb, huge, 413, []string{"X-Hub-Signature-256", signed(fbSecret, huge)}},
		{"gzip", fb, body, 415, []string{"X-Hub-Signature-256", good, "Content-Encoding", "gzip"}},
		{"identity", fb, body, 415, []string{"X-Hub-Signature-256", good, "Content-Encoding", "identity"}},
		{"deflate for Telegram", tg, tgText(1, 1, 1, "x"), 415, []string{"X-Telegram-Bot-Api-Secret-Token", tgSecret, "Content-Encoding", "deflate"}},
	}
	for _, c := range cases {
		r := s.do("POST", c.path, strings.NewReader(c.body), c.header...)
		if r.status != c.status {
			t.Errorf("%s: %d, want %d: %s", c.name, r.status, c.status, r.raw)
		}
		if c.status == 401 && len(r.raw) != 0 {
			t.Errorf("%s: a refused webhook is told %s", c.name, r.raw)
		}
	}
	chunked := s.do("POST", fb, struct{ *bytes.Reader }{bytes.NewReader([]byte(huge))}, "X-Hub-Signature-256", signed(fbSecret, huge))
	if chunked.status != 413 {
		t.Errorf("chunked: %d", chunked.status)
	}
	if n := len(list(s.get(root, "/api/v1/chats").is(200), "items")); n != 0 {
		t.Errorf("%d chats came of refused webhooks", n)
	}
	if n := len(list(s.get(root, "/api/v1/quarantine").is(200), "items")); n != 0 {
		t.Errorf("%d refused webhooks were kept", n)
	}
	exact := strings.Repeat(" ", 3<<20-len(body)) + body
	if r := s.do("POST", fb, strings.NewReader(exact), "X-Hub-Signature-256", signed(fbSecret, exact)); r.status != 200 {
		t.Errorf("exactly 3 MiB: %d", r.status)
	}
}

// TestWebhookHandshake: abuse cases 6 and 7.
func TestWebhookHandshake(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for path, token := range map[string]string{"/hooks/messenger/demo-fb": "demo-messenger-verify", "/hooks/whatsapp/demo-wa": "demo-whatsapp-verify"} {
		ask := func(mode, token, challenge string) response {
			q := url.Values{"hub.mode": {mode}, "hub.verify_token": {token}, "hub.challenge": {challenge}}
			return s.do("GET", path+"?"+q.Encode(), nil)
		}
		if r := ask("subscribe", token, "1158201444"); r.status != 200 || string(r.raw) != "1158201444" ||
			!strings.HasPrefix(r.header.Get("Content-Type"), "text/plain") || r.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %q %v", path, r.status, r.raw, r.header)
		}
		ask("subscribe", "guess", "1").is(403)
		ask("subscribe", "", "1").is(403)
		ask("unsubscribe", token, "1").is(403)
		if r := ask("subscribe", token, "<script>"); r.status/100 != 4 || strings.Contains(string(r.raw), "<") {
			t.Errorf("a challenge that is a page: %d %s", r.status, r.raw)
		}
		s.do("GET", path, nil).is(403)
	}
	s.do("GET", "/hooks/messenger/nobody?hub.mode=subscribe", nil).is(404)
	s.do("GET", "/hooks/telegram/demo-tg", nil).is(405)
	if err := s.world.Handshake(deadline(t), "demo-fb"); err != nil {
		t.Error(err)
	}
}

// TestWebhookWithoutAStore: what cannot be made durable is 503 with Retry-After
// and not acknowledged; the provider's redelivery stores it (abuse case 13, I5).
func TestWebhookWithoutAStore(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	token := s.signIn("anna")
	s.app.Lose("store")
	body := fbText("9002", "m_down", "store me")
	for range 2 {
		r := s.hook("demo-fb", body)
		r.is(503)
		if r.header.Get("Retry-After") == "" {
			t.Errorf("no Retry-After: %v", r.header)
		}
	}
	s.do("GET", "/healthz", nil).is(200)
	s.get(token, "/api/v1/chats").is(200)
	s.app.Lose("directory")
	bad := s.hook("demo-fb", "{")
	bad.is(503) // it cannot be kept aside, so it must come again
	if bad.header.Get("Retry-After") == "" {
		t.Errorf("no Retry-After: %v", bad.header)
	}
	ready := s.do("GET", "/readyz", nil).is(503)
	if truth(ready, "ready") || !strings.Contains(spelled(ready), "directory") {
		t.Errorf("readyz: %s", spelled(ready))
	}
	s.restart()
	s.hook("demo-fb", body).is(200)
	s.operator("anna").take("store me")
}

// TestStopAtOnce: an order to end that comes right after the start is obeyed.
func TestStopAtOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	url := s.app.URL()
	s.restart()
	if s.app.URL() != url {
		if _, err := http.Get(url + "/healthz"); err == nil {
			t.Error("the first server still answers")
		}
	}
}

// TestWebhookRedelivered: a body may come any number of times, at once or later,
// and is one message (I4, abuse case 4).
func TestWebhookRedelivered(t *testing.T) {
	t.Parallel()
	webhookRedeliveredStory(t, newStage(t))
}

func webhookRedeliveredStory(t *testing.T, s *stage) {
	t.Helper()
	anna := s.operator("anna")
	body := fbText("9003", "m_again", "once")
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if r := s.hook("demo-fb", body); r.status != 200 {
				t.Errorf("status %d", r.status)
			}
		})
	}
	all.Wait()
	chat := anna.take("once")
	s.hook("demo-fb", body).is(200)
	s.hook("demo-fb", fbText("9003", "m_next", "twice")).is(200)
	anna.push("chat.message", saying("twice"))
	if page := anna.ask("chat.history", object{"chat": chat}); len(list(page, "messages")) != 2 {
		t.Errorf("history %s", spelled(page))
	}
}

// TestFirstBurst: fifty first messages of one customer at once, on one channel,
// are one chat and one contact with every message once (S2-S5, I1).
func TestFirstBurst(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	root, anna := s.signIn("root"), s.operator("anna")
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() { s.hook("demo-fb", fbText("9004", fmt.Sprintf("m_b%d", i), fmt.Sprintf("burst %d", i))).is(200) })
	}
	all.Wait()
	var items []any
	until(t, "the burst's chat in the list", func() bool {
		items = list(s.get(root, "/api/v1/chats").is(200), "items")
		return len(items) > 0
	})
	if len(items) != 1 {
		t.Fatalf("%d chats: %s", len(items), spelled(items))
	}
	id := text(items[0], "id")
	got := anna.ask("chat.accept", object{"chat": id})
	messages := list(got, "messages")
	seen := map[string]bool{}
	for _, w := range texts(messages, "text") {
		seen[w] = true
	}
	if len(messages) != 50 || len(seen) != 50 {
		t.Errorf("%d messages, %d different", len(messages), len(seen))
	}
	inOrder(t, messages)
}

// TestProviderBatchOrder: one batch with neighbours that cannot be understood
// keeps the provider's order, loses nobody, and is kept once however often it comes
// (abuse case 9; "a signed body that cannot be understood is 200 and kept aside").
func TestProviderBatchOrder(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna, root := s.operator("anna"), s.signIn("root")
	bad := `{"sender":{"id":"9005"},"recipient":{"id":"` + fbPage + `"},"timestamp":"soon","message":"what"}`
	items := []string{}
	for i := range 20 {
		items = append(items, fbItem(time.Now(), "9005", fmt.Sprintf("m_o%d", i), fmt.Sprintf("line %02d", i)))
		if i == 9 {
			items = append(items, bad)
		}
	}
	body := `{"object":"page","entry":[{"id":"` + fbPage + `","time":1,"messaging":[` + strings.Join(items, ",") + `]}]}`
	for range 3 {
		s.hook("demo-fb", body).is(200)
	}
	chat := anna.take("line ")
	got := list(anna.ask("chat.history", object{"chat": chat, "limit": 50}), "messages")
	if len(got) != 20 {
		t.Fatalf("%d messages", len(got))
	}
	for i, w := range texts(got, "text") {
		if w != fmt.Sprintf("line %02d", i) {
			t.Errorf("message %d is %q", i, w)
		}
	}
	if kept := list(s.get(root, "/api/v1/quarantine").is(200), "items"); len(kept) != 1 {
		t.Errorf("kept %d times: %s", len(kept), spelled(kept))
	}
}

// TestQuarantine: what is signed and not understood is answered 200, kept once,
// and shown to administrators only (abuse cases 8, 12, 15 and 29).
func TestQuarantine(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	root, anna := s.signIn("root"), s.signIn("anna")
	deep := strings.Repeat(`[`, 100_000)
	foreign := strings.ReplaceAll(fbText("9006", "m_foreign", "lost"), fbPage, "555")
	bodies := []string{`{"object":"page","entry":`, "\xff\xfe", "", "null", "[]", deep, foreign}
	for _, b := range bodies {
		for range 2 {
			s.hook("demo-fb", b).is(200)
		}
	}
	s.hook("demo-tg", `{"update_id":"no"`).is(200)
	s.hook("demo-wa", `{"object":"whatsapp_business_account","entry":{}}`).is(200)
	page := s.get(root, "/api/v1/quarantine?limit=200").is(200)
	items := list(page, "items")
	if len(items) != len(bodies)+2 {
		t.Errorf("%d of %d kept: %v", len(items), len(bodies)+2, texts(items, "reason"))
	}
	for _, it := range items {
		shape(t, it, "id", "at", "provider", "channel", "reason", "size", "raw")
		timed(t, it, "at")
	}
	if text(items[0], "channel") != "demo-wa" {
		t.Errorf("not the newest first: %s", spelled(items[0]))
	}
	first := s.get(root, "/api/v1/quarantine?limit=2").is(200)
	second := s.get(root, "/api/v1/quarantine?limit=200&cursor="+text(first, "next")).is(200)
	if len(list(first, "items")) != 2 || len(list(second, "items")) != len(items)-2 || second["next"] != nil {
		t.Errorf("pages of %d and %d, next %v", len(list(first, "items")), len(list(second, "items")), second["next"])
	}
	s.get(anna, "/api/v1/quarantine").problem(403, "forbidden")
	s.do("GET", "/api/v1/quarantine", nil).problem(401, "unauthorized")
	s.get(root, "/api/v1/quarantine?cursor=x").problem(400, "bad_request")
	if n := len(list(s.get(root, "/api/v1/chats").is(200), "items")); n != 0 {
		t.Errorf("%d chats came of nonsense", n)
	}
	s.restart()
	s.hook("demo-fb", bodies[0]).is(200)
	if n := len(list(s.get(s.signIn("root"), "/api/v1/quarantine?limit=200").is(200), "items")); n != len(bodies)+2 {
		t.Errorf("after a restart %d are kept", n)
	}
}

// TestInactiveChannel: a channel that is switched off opens no chats. What a
// customer writes there is answered 200 and kept aside; what belongs to a chat that
// is open still arrives, so its owner can carry it to the end (S1).
func TestInactiveChannel(t *testing.T) {
	t.Parallel()
	off := false
	s := newStage(t, func(c *config.Config) { c.Channels[0].Active = !off })
	anna := s.operator("anna")
	s.hook("demo-fb", fbText("9007", "m_on", "before")).is(200)
	id := anna.take("before")
	off = true
	s.restart()
	anna, root := s.operator("anna"), s.signIn("root")
	s.hook("demo-fb", fbText("9007", "m_still", "still with you")).is(200)
	anna.push("chat.message", saying("still with you"))
	anna.ask("chat.send", object{"chat": id, "client_id": "1", "text": "good bye"})
	anna.ask("chat.finish", object{"chat": id})
	another := fbText("9007", "m_off", "another word")
	for range 2 {
		s.hook("demo-fb", another).is(200)
	}
	s.hook("demo-fb", fbText("9008", "m_new", "hello")).is(200)
	kept := list(s.get(root, "/api/v1/quarantine").is(200), "items")
	if got := texts(kept, "reason"); len(got) != 2 || got[0] != "inactive_channel" || got[1] != "inactive_channel" {
		t.Errorf("kept %s", spelled(kept))
	}
	if !strings.Contains(text(kept, 0, "raw"), "hello") {
		t.Errorf("what was written is not kept: %s", spelled(kept))
	}
	if items := list(s.get(root, "/api/v1/chats?state=waiting,in_progress").is(200), "items"); len(items) != 0 {
		t.Errorf("open chats: %s", spelled(items))
	}
	off = false
	s.restart()
	anna = s.operator("anna")
	s.hook("demo-fb", another).is(200) // redelivered: nothing of it was used up
	anna.take("another word")
}
