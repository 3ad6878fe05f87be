package app_test

import (
	"fmt"
	"testing"
	"time"
)

// control is a handover event of Messenger.
func control(psid, kind, owner string) string {
	return fmt.Sprintf(`{"object":"page","entry":[{"id":%q,"time":%d,"messaging":[{"sender":{"id":%q},"recipient":{"id":%q},"timestamp":%d,%q:{"previous_owner_app_id":"1","new_owner_app_id":%q,"metadata":""}}]}]}`,
		fbPage, time.Now().UnixMilli(), psid, fbPage, time.Now().UnixMilli(), kind, owner)
}

// TestThreadControl: when another application takes the conversation, the owner
// is told and sending is refused with the reason, until it comes back (S93).
func TestThreadControl(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	s.hook("demo-fb", fbText("9301", "m_t1", "hello")).is(200)
	id := anna.take("hello")
	lost := func(other bool) func(object) bool {
		return func(d object) bool { return (text(d, "chat", "thread_control") == "other") == other }
	}
	s.hook("demo-fb", control("9301", "take_thread_control", "263902037430900")).is(200)
	anna.push("chat.updated", of(id), lost(true))
	anna.refused("thread_not_owned", "chat.send", object{"chat": id, "client_id": "1", "text": "mine?"})
	s.hook("demo-fb", control("9301", "pass_thread_control", "905060708090102")).is(200)
	anna.push("chat.updated", of(id), lost(false))
	anna.ask("chat.send", object{"chat": id, "client_id": "1", "text": "mine again"})
}

// TestNewNumber: a WhatsApp customer with a new number goes on in the same
// conversation, and answers reach the new number (channels: identity changes).
func TestNewNumber(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	customer := s.customer("demo-wa", 1)
	sent(t)(customer.Text(deadline(t), "old number"))
	id := anna.take("old number")
	sent(t)(customer.ChangeNumber(deadline(t), "+7 999 123-45-67"))
	sent(t)(customer.Text(deadline(t), "new number"))
	m := anna.push("chat.message", saying("new number"))
	if text(m, "chat") != id {
		t.Errorf("a new number is a new chat: %s", spelled(m))
	}
	anna.ask("chat.send", object{"chat": id, "client_id": "1", "text": "to the new one"})
	if a, err := customer.WaitAnswers(deadline(t), 1); err != nil || a[0].Text != "to the new one" {
		t.Errorf("%+v %v", a, err)
	}
}

// TestHostileNames: a name or a text that is a page, a formula or a trick of
// writing is kept as it is and shown as text (abuse cases 16 and 17).
func TestHostileNames(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	clara := s.operator("clara")
	for i, words := range []string{`<img src=x onerror=alert(1)>`, `=HYPERLINK("http://evil")`, "\u202etxt.exe", "javascript:alert(1)", `"]}</script>`} {
		body := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":1,"date":%d,"chat":{"id":%d,"type":"private","first_name":%q},"from":{"id":%d,"is_bot":false,"first_name":%q},"text":%q}}`,
			7000+i, time.Now().Unix(), 7000+i, words, 7000+i, words, words)
		s.hook("demo-tg", body).is(200)
		row := part(clara.push("chat.offered"), "chat")
		got := clara.ask("chat.accept", object{"chat": text(row, "id")})
		if text(got, "messages", 0, "text") != words || text(got, "chat", "contact", "name") == "" {
			t.Errorf("%q became %s", words, spelled(got))
		}
		clara.ask("chat.finish", object{"chat": text(row, "id")})
	}
}
