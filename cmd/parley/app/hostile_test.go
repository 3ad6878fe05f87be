package app_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/config"
)

// fbImage is one Messenger picture behind an address.
func fbImage(psid, mid, url string) string {
	item, _ := json.Marshal(object{
		"sender": object{"id": psid}, "recipient": object{"id": fbPage}, "timestamp": time.Now().UnixMilli(),
		"message": object{"mid": mid, "attachments": []object{{"type": "image", "payload": object{"url": url}}}},
	})
	return fmt.Sprintf(`{"object":"page","entry":[{"id":%q,"time":%d,"messaging":[%s]}]}`, fbPage, time.Now().UnixMilli(), item)
}

// TestHostileMedia: an address that leads inside is not asked, what is too large
// is not kept, and the message is there all the same (abuse cases 19 and 20).
func TestHostileMedia(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(c *config.Config) { c.Limits.MediaBytes = 40 })
	anna := s.operator("anna")
	s.hook("demo-fb", fbText("9501", "m_h0", "look")).is(200)
	id := anna.take("look")
	host := strings.TrimPrefix(s.app.URL(), "http://")
	_, port, _ := strings.Cut(host, ":")
	for i, url := range []string{
		"https://169.254.169.254/latest/meta-data", "http://127.0.0.1:" + port + "/metrics", "https://127.1:" + port + "/metrics", "https://[::ffff:127.0.0.1]/x",
		"https://0.0.0.0/", "https://localhost/", "file:///etc/passwd", "gopher://127.0.0.1/", "http://user:pass@127.0.0.1/", "https://", "not an address",
	} {
		s.hook("demo-fb", fbImage("9501", fmt.Sprint("m_h", i+1), url)).is(200)
		m := part(anna.push("chat.message", of(id)), "message")
		state := text(m, "attachments", 0, "state")
		if state == "pending" {
			state = text(anna.push("chat.message_updated", about(text(m, "id"))), "message", "attachments", 0, "state")
		}
		if state != "failed" {
			t.Errorf("%s: %s", url, spelled(m))
		}
		s.get(anna.token, "/api/v1/files/"+text(m, "attachments", 0, "id")).problem(404, "not_found")
	}
	customer := s.customer("demo-wa", 1)
	sent(t)(customer.Image(deadline(t), "too large"))
	other := anna.take("too large")
	until(t, "the picture found too large", func() bool {
		page := anna.ask("chat.history", object{"chat": other})
		return text(page, "messages", 0, "attachments", 0, "state") == "too_big"
	})
}

// TestHugeText: everything a customer wrote is kept and shown to the owner, and
// only 80 characters of it to the others (abuse case 17).
func TestHugeText(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	for i, words := range []string{strings.Repeat("ẑ̷a̸l̴g̵o̶ ", 12_000), "one\x00two", strings.Repeat("👩‍👩‍👧 ", 500), "\u2028\u2029\ufeff"} {
		quoted, _ := json.Marshal(words)
		body := strings.Replace(fbText(fmt.Sprint(9600+i), fmt.Sprint("m_huge", i), "WORDS"), `"WORDS"`, string(quoted), 1)
		s.hook("demo-fb", body).is(200)
		row := part(anna.push("chat.offered"), "chat")
		if n := len([]rune(text(row, "preview"))); n > 80 {
			t.Errorf("a preview of %d characters", n)
		}
		got := anna.ask("chat.accept", object{"chat": text(row, "id")})
		want := strings.ReplaceAll(words, "\x00", "\ufffd") // stores choke on NUL
		if text(got, "messages", 0, "text") != want {
			t.Errorf("%.40q became %.40q", words, text(got, "messages", 0, "text"))
		}
		anna.ask("chat.finish", object{"chat": text(row, "id")})
	}
}
