package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/gateway/channel/simulator"
)

// TestSendOnce: the same client_id is the same message, at once and after a
// restart (abuse case 34); the customer gets it once.
func TestSendOnce(t *testing.T) {
	t.Parallel()
	sendOnceStory(t, newStage(t))
}

func sendOnceStory(t *testing.T, s *stage) {
	t.Helper()
	anna := s.operator("anna")
	customer := s.customer("demo-wa", 1)
	sent(t)(customer.Text(deadline(t), "hello"))
	id := anna.take("hello")
	send := object{"chat": id, "client_id": "same", "text": "only once"}
	first := text(anna.ask("chat.send", send), "message", "id")
	tab := s.connect(anna.token)
	for _, c := range []*client{anna, tab, anna} {
		if again := text(c.ask("chat.send", send), "message", "id"); again != first {
			t.Errorf("again it is %s, first it was %s", again, first)
		}
	}
	if _, err := customer.WaitAnswers(deadline(t), 1); err != nil {
		t.Fatal(err)
	}
	s.restart()
	anna = s.connect(anna.token)
	if again := text(anna.ask("chat.send", send), "message", "id"); again != first {
		t.Errorf("after a restart it is %s", again)
	}
	anna.ask("chat.send", object{"chat": id, "client_id": "other", "text": "and another"})
	answers, err := customer.WaitAnswers(deadline(t), 2)
	if err != nil || len(answers) != 2 {
		t.Errorf("%d answers, %v", len(answers), err)
	}
}

// TestSendRefusals: every code of chat.send, chat.finish, chat.read, chat.retry and chat.draft.
func TestSendRefusals(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna, boris := s.operator("anna"), s.operator("boris")
	customer := s.customer("demo-fb", 1)
	sent(t)(customer.Text(deadline(t), "hello"))
	waiting := text(anna.push("chat.offered", previewed("hello")), "chat", "id")
	anna.refused("not_owner", "chat.send", object{"chat": waiting, "client_id": "1", "text": "too soon"})
	anna.refused("not_owner", "chat.finish", object{"chat": waiting})
	anna.refused("not_owner", "chat.transfer", object{"chat": waiting, "to": object{"queue": "sales"}})
	anna.refused("forbidden", "chat.history", object{"chat": waiting})
	anna.ask("chat.accept", object{"chat": waiting})
	id := waiting
	anna.refused("too_long", "chat.send", object{"chat": id, "client_id": "2", "text": strings.Repeat("x", 40_000)})
	for _, empty := range []object{{"text": ""}, {"text": " \n "}, {}, {"text": "x", "attachments": []string{"nothing"}}, {"text": "x", "reply_to": "nothing"},
		{"text": "x", "client_id": strings.Repeat("k", 1000)}} {
		anna.refused("bad_request", "chat.send", with(empty, "chat", id))
	}
	anna.refused("bad_request", "chat.read", object{"chat": id, "position": -1})
	anna.ask("chat.read", object{"chat": id, "position": 10_000})
	got := text(anna.ask("chat.send", object{"chat": id, "client_id": "3", "text": "hi"}), "message", "id")
	anna.push("chat.message_updated", about(got), instate("read"))
	anna.refused("bad_request", "chat.retry", object{"chat": id, "message": got}) // it has arrived
	anna.refused("bad_request", "chat.retry", object{"chat": id, "message": "nothing"})
	anna.ask("chat.finish", object{"chat": id})
	for _, r := range []string{"chat.send", "chat.finish"} {
		anna.refused("completed", r, object{"chat": id, "client_id": "4", "text": "too late"})
		boris.refused("forbidden", r, object{"chat": id, "client_id": "4", "text": "never"})
	}
	anna.refused("completed", "chat.draft", object{"chat": id, "text": "too late"})
	anna.refused("completed", "chat.transfer", object{"chat": id, "to": object{"queue": "sales"}})
	anna.ask("chat.history", object{"chat": id}) // a completed chat can be read (S80)
	boris.ask("chat.history", object{"chat": id})
}

// TestWindow: an answer beyond the provider's window is refused before it is sent.
func TestWindow(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	s.hook("demo-fb", fbTextAt(time.Now().Add(-25*time.Hour), "8001", "m_old", "long ago")).is(200)
	id := anna.take("long ago")
	anna.refused("window_closed", "chat.send", object{"chat": id, "client_id": "1", "text": "too late"})
	full := s.get(anna.token, "/api/v1/chats/"+id).is(200)
	timed(t, full, "window_closes_at")
	s.hook("demo-fb", fbText("8001", "m_now", "now")).is(200)
	anna.push("chat.message", saying("now"))
	anna.ask("chat.send", object{"chat": id, "client_id": "2", "text": "in time"})
	clara := s.operator("clara")
	sent(t)(s.customer("demo-tg", 1).Text(deadline(t), "no window"))
	if full := s.get(clara.token, "/api/v1/chats/"+clara.take("no window")).is(200); full["window_closes_at"] != nil {
		t.Errorf("Telegram has no window, but %v", full["window_closes_at"])
	}
}

// TestRefusedByTheProvider: the provider's no is shown with code and text, and a
// retry sends it once more (S38).
func TestRefusedByTheProvider(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna, clara := s.operator("anna"), s.operator("clara")
	refusals := map[string]simulator.Refusal{
		"demo-fb": simulator.PersonUnavailable(),
		"demo-wa": simulator.WhatsAppError(131026),
		"demo-tg": {HTTP: 403, Title: "Forbidden: bot was blocked by the user"},
	}
	for channel, refusal := range refusals {
		operator := anna
		if channel == "demo-tg" {
			operator = clara
		}
		customer := s.customer(channel, 1)
		sent(t)(customer.Text(deadline(t), "hello "+channel))
		id := operator.take("hello " + channel)
		s.profiled(operator.token, id, customer)
		s.world.FailNextCall(channel, refusal)
		out := text(operator.ask("chat.send", object{"chat": id, "client_id": "1", "text": "first try"}), "message", "id")
		failed := isMessage(t, operator.push("chat.message_updated", about(out), instate("failed"))["message"])
		shape(t, failed["error"], "code", "text")
		if text(failed, "error", "code") == "" || text(failed, "error", "text") == "" {
			t.Errorf("%s: no reason in %s", channel, spelled(failed))
		}
		again := operator.ask("chat.retry", object{"chat": id, "message": out})
		if text(again, "message", "id") != out || text(again, "message", "state") != "queued" || again["error"] != nil {
			t.Errorf("%s: retry %s", channel, spelled(again))
		}
		if answers, err := customer.WaitAnswers(deadline(t), 1); err != nil || answers[0].Text != "first try" {
			t.Errorf("%s: %+v %v", channel, answers, err)
		}
		operator.push("chat.message_updated", about(out), instate("sent"))
	}
}

// TestFailedAfterAcceptance: WhatsApp takes the message and says later that it failed.
func TestFailedAfterAcceptance(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	customer := s.customer("demo-wa", 3)
	sent(t)(customer.Text(deadline(t), "hello"))
	id := anna.take("hello")
	customer.FailNext(131047)
	out := text(anna.ask("chat.send", object{"chat": id, "client_id": "1", "text": "lost"}), "message", "id")
	failed := anna.push("chat.message_updated", about(out), instate("failed"))
	if text(failed, "message", "error", "code") != "window_closed" || !strings.Contains(text(failed, "message", "error", "text"), "24 hours") {
		t.Errorf("failed with %s", spelled(dig(failed, "message", "error")))
	}
}

// TestThrottledAndBroken: what time heals is repeated by itself, in order, once.
func TestThrottledAndBroken(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	clara := s.operator("clara")
	customer := s.customer("demo-tg", 1)
	sent(t)(customer.Text(deadline(t), "hello"))
	id := clara.take("hello")
	for i := range 3 {
		s.world.FailNextCall("demo-tg", simulator.TelegramThrottled(1), simulator.Temporary(simulator.Telegram))
		clara.ask("chat.send", object{"chat": id, "client_id": fmt.Sprint(i), "text": fmt.Sprint("answer ", i)})
	}
	answers, err := customer.WaitAnswers(deadline(t), 3)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range answers {
		if a.Text != fmt.Sprint("answer ", i) {
			t.Errorf("answer %d is %q", i, a.Text)
		}
	}
	clara.push("chat.message_updated", saying("answer 2"), instate("sent"))
}

// TestDraft: an unsent reply is kept on the server per chat, is there again on
// any device, and goes when it is sent or the chat completes (S36).
func TestDraft(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna, boris := s.operator("anna"), s.operator("boris")
	sent(t)(s.customer("demo-fb", 1).Text(deadline(t), "hello"))
	id := anna.take("hello")
	tab := s.connect(anna.token)
	anna.ask("chat.draft", object{"chat": id, "text": "half a th"})
	updated := func(draft string) func(object) bool {
		return func(d object) bool { return text(d, "chat", "id") == id && text(d, "chat", "draft") == draft }
	}
	isFull(t, tab.push("chat.updated", updated("half a th"))["chat"])
	if seen := s.get(boris.token, "/api/v1/chats/"+id).is(200); seen["draft"] != "" {
		t.Errorf("boris sees the draft %v", seen["draft"])
	}
	s.restart()
	anna = s.connect(anna.token)
	if got := text(anna.hello, "snapshot", "chats", 0, "chat", "draft"); got != "half a th" {
		t.Errorf("after a restart the draft is %q", got)
	}
	anna.ask("chat.send", object{"chat": id, "client_id": "1", "text": "half a thought"})
	anna.push("chat.updated", updated(""))
	anna.ask("chat.draft", object{"chat": id, "text": "another"})
	anna.push("chat.updated", updated("another"))
	anna.ask("chat.finish", object{"chat": id})
	if done := s.get(anna.token, "/api/v1/chats/"+id).is(200); done["draft"] != "" || done["state"] != "completed" {
		t.Errorf("completed with %s", spelled(done))
	}
}

// TestRead: chat.read counts down what is unread, on every tab, and never up.
func TestRead(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	customer := s.customer("demo-fb", 1)
	for i := range 3 {
		sent(t)(customer.Text(deadline(t), fmt.Sprint("line ", i)))
	}
	id := anna.take("line")
	tab := s.connect(anna.token)
	unread := func(n int) func(object) bool {
		return func(d object) bool { return text(d, "chat", "id") == id && number(d, "chat", "unread") == n }
	}
	if n := number(tab.hello, "snapshot", "chats", 0, "chat", "unread"); n != 3 {
		t.Errorf("%d unread", n)
	}
	anna.ask("chat.read", object{"chat": id, "position": 2})
	tab.push("chat.updated", unread(1))
	anna.ask("chat.read", object{"chat": id, "position": 1})
	anna.ask("chat.read", object{"chat": id, "position": 3})
	tab.push("chat.updated", unread(0))
}
