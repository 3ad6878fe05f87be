package app_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/config"
)

// logbook keeps what a server logs.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// waText is one WhatsApp text of this moment.
func waText(phone, name, id, words string) string {
	return fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100","phone_number_id":%q},"contacts":[{"profile":{"name":%q},"wa_id":%q}],"messages":[{"from":%q,"id":%q,"timestamp":"%d","type":"text","text":{"body":%q}}]}}]}]}`,
		waPhone, name, phone, phone, id, time.Now().Unix(), words)
}

// TestCanaries: R18 and R20. A whole story is told with words that must never be
// written down outside the chats: what people write and are called, phone numbers,
// passwords, tokens, cookies, secrets. It goes wrong in every way it can on the
// way: wrong passwords, a refused channel, input nobody understands, blocked media,
// a store that is gone. Then log, metrics and every public answer are searched.
func TestCanaries(t *testing.T) {
	t.Parallel()
	secrets := map[string]string{
		"what a customer wrote": "canary-inbound", "what an operator wrote": "canary-outbound", "a draft": "canary-draft", "a note": "canary-note",
		"a name": "Canary Nameson", "a phone number": "15557316642", "a file's name": "canary-file", "a file's content": "canary-content",
		"a password": "canary-password", "a login that is a password": "canary-login", "a foreign token": "canary-token", "a cookie": "canary-cookie",
		"a search": "canary-search", "an address": "canary-path", "a media address": "canary-media", "input not understood": "canary-kept", "a frame": "canary-frame",
		"a verify token": "canary-verify", "a forwarded address": "198.51.100.77", "the app secret": "canary-app-secret", "the former secret": "canary-old-secret",
		"the access token": "canary-access-token", "the bot token": "demo-telegram-token", "the secret token": tgSecret, "a command's text": "canary-lost",
	}
	book := &logbook{}
	s := newStageWithLog(t, slog.New(slog.NewJSONHandler(book, &slog.HandlerOptions{Level: slog.LevelDebug})), func(c *config.Config) {
		c.Channels[0].AccessToken = config.Secret(secrets["the access token"]) // which the provider refuses
		c.Channels[0].AppSecret, c.Channels[0].AppSecretPrevious = config.Secret(secrets["the app secret"]), config.Secret(secrets["the former secret"])
	})
	anna := s.operator("anna")
	secrets["a session's token"] = anna.token
	fb := func(body string) response {
		return s.do("POST", "/hooks/messenger/demo-fb", strings.NewReader(body), "X-Hub-Signature-256", signed(secrets["the app secret"], body))
	}
	told := canaryStory(t, s, anna, fb, secrets)
	s.app.Lose("store")
	told = append(told, fb(fbText("9802", "m_c9", secrets["a command's text"])), s.do("GET", "/readyz", nil), s.do("GET", "/metrics", nil))
	s.stop()
	log := book.String()
	if len(log) < 1000 || !strings.Contains(log, "demo-fb") {
		t.Fatalf("the log is too short to prove anything: %s", log)
	}
	for what, canary := range secrets {
		if i := strings.Index(log, canary); i >= 0 {
			t.Errorf("%s is in the log: %s", what, log[max(0, i-300):min(len(log), i+100)])
		}
		for _, r := range told {
			if strings.Contains(string(r.raw), canary) {
				t.Errorf("%s is in an answer to nobody in particular: %.500s", what, r.raw)
			}
		}
	}
}

// canaryStory lets everything happen and gives the answers that anybody could have had.
func canaryStory(t *testing.T, s *stage, anna *client, fb func(string) response, w map[string]string) (told []response) {
	t.Helper()
	fb(fbText("9801", "m_c1", w["what a customer wrote"])).is(200)
	s.hook("demo-wa", waText(w["a phone number"], w["a name"], "wamid.c1", w["what a customer wrote"])).is(200)
	first, second := anna.take(w["what a customer wrote"]), anna.take(w["what a customer wrote"])
	for i, chat := range []string{first, second} {
		anna.ask("chat.draft", object{"chat": chat, "text": w["a draft"]})
		anna.ask("chat.send", object{"chat": chat, "client_id": fmt.Sprint(i), "text": w["what an operator wrote"]})
	}
	anna.push("chat.message_updated", instate("failed")) // by the provider that refuses the token
	fb(fbImage("9801", "m_c2", "https://169.254.169.254/"+w["a media address"])).is(200)
	anna.push("chat.message_updated", func(d object) bool { return text(d, "message", "attachments", 0, "state") == "failed" })
	file := text(s.upload(anna.token, w["a file's name"]+".txt", "text/plain", []byte(w["a file's content"])).is(200), "id")
	anna.ask("chat.send", object{"chat": second, "client_id": "f", "attachments": []string{file}})
	anna.ask("chat.transfer", object{"chat": second, "to": object{"queue": "sales"}, "note": w["a note"]})
	anna.refused("unknown_type", w["a frame"], object{"text": w["a frame"]})
	anna.refused("forbidden", "chat.send", object{"chat": w["a frame"], "text": w["a frame"]})
	broken := s.connect(anna.token)
	if err := broken.conn.Write(deadline(t), websocket.MessageText, []byte("{"+w["a frame"])); err != nil {
		t.Fatal(err)
	}
	broken.closed()
	s.get(anna.token, "/api/v1/chats?q="+w["a search"]).is(200)
	s.get(anna.token, "/api/v1/chats?sort="+w["a search"]).is(400)
	fb("{" + w["input not understood"]).is(200)
	fb(strings.ReplaceAll(fbText("9803", "m_c3", w["input not understood"]), fbPage, "555")).is(200)
	json := []string{"Content-Type", "application/json", "X-Forwarded-For", w["a forwarded address"]}
	for _, login := range []string{"anna", w["a login that is a password"]} {
		told = append(told, s.do("POST", "/api/v1/session", strings.NewReader(fmt.Sprintf(`{"login":%q,"password":%q}`, login, w["a password"])), json...))
	}
	return append(told,
		s.do("POST", "/api/v1/session", strings.NewReader(`{"login":"anna","password":{"x":"`+w["a password"]+`"}}`), json...),
		s.do("GET", "/api/v1/chats", nil, "Authorization", "Bearer "+w["a foreign token"]),
		s.do("GET", "/api/v1/chats", nil, "Cookie", "parley="+w["a cookie"]),
		s.do("DELETE", "/api/v1/session", nil, "Cookie", "parley="+w["a cookie"], "Origin", "https://evil.example"),
		s.do("GET", "/api/v1/"+w["an address"]+"?x="+w["an address"], nil),
		s.do("GET", "/hooks/messenger/"+w["an address"], nil),
		s.do("GET", "/hooks/messenger/demo-fb?hub.mode=subscribe&hub.challenge=1&hub.verify_token="+w["a verify token"], nil),
		s.do("POST", "/hooks/messenger/demo-fb", strings.NewReader(w["input not understood"]), "X-Hub-Signature-256", "sha256="+strings.Repeat("0", 64)),
		s.do("GET", "/metrics", nil), s.do("GET", "/readyz", nil), s.do("GET", "/healthz", nil), s.do("GET", "/api/v1/openapi.json", nil),
	)
}
