package app_test

import (
	"fmt"
	"testing"

	"parley/gateway/channel/simulator"
)

// TestRestart: chats, offers, drafts, statuses and sessions are as before (I6, S14).
func TestRestart(t *testing.T) {
	t.Parallel()
	restartStory(t, newStage(t))
}

func restartStory(t *testing.T, s *stage) {
	t.Helper()
	anna, clara := s.operator("anna"), s.operator("clara")
	sent(t)(s.customer("demo-fb", 1).Text(deadline(t), "mine"))
	mine := anna.take("mine")
	anna.ask("chat.send", object{"chat": mine, "client_id": "1", "text": "answer"})
	anna.ask("chat.draft", object{"chat": mine, "text": "dra"})
	sent(t)(s.customer("demo-wa", 1).Text(deadline(t), "everyone"))
	everyone := text(anna.push("chat.offered", previewed("everyone")), "chat", "id")
	sent(t)(s.customer("demo-tg", 1).Text(deadline(t), "single"))
	offer := part(clara.push("chat.offered", previewed("single")), "chat")
	s.restart()
	boris := s.connect(s.signIn("boris"))
	if text(boris.hello, "snapshot", "operator", "effective") != "inactive" {
		t.Error("boris never turned active")
	}
	again := s.connect(anna.token) // the session lives
	state := part(again.hello, "snapshot")
	if truth(again.hello, "resumed") || text(again.hello, "epoch") == text(anna.hello, "epoch") || text(state, "operator", "effective") != "active" {
		t.Errorf("hello %s", spelled(again.hello))
	}
	if len(list(state, "offers")) != 1 || text(state, "offers", 0, "id") != everyone {
		again.push("chat.offered", of(everyone))
	}
	chat := part(state, "chats", 0)
	if text(chat, "chat", "id") != mine || text(chat, "chat", "draft") != "dra" || len(list(chat, "messages")) != 2 {
		t.Errorf("chats %s", spelled(state["chats"]))
	}
	single := s.connect(clara.token)
	rows := list(single.hello, "snapshot", "offers")
	if len(rows) == 0 {
		rows = []any{single.push("chat.offered")["chat"]}
	}
	if text(rows[0], "id") != text(offer, "id") || text(rows[0], "deadline") != text(offer, "deadline") {
		t.Errorf("the offer was %s, now %s", spelled(offer), spelled(rows[0]))
	}
	single.ask("chat.accept", object{"chat": text(offer, "id")})
	again.ask("chat.accept", object{"chat": everyone})
	for _, c := range []string{mine, everyone} {
		again.ask("chat.send", object{"chat": c, "client_id": "after", "text": "after the restart"})
	}
	answers, err := s.customer("demo-fb", 1).WaitAnswers(deadline(t), 2)
	if err != nil || len(answers) != 2 || answers[1].Text != "after the restart" {
		t.Errorf("answers %+v, %v", answers, err)
	}
}

// TestWebhooksDuringARestart: what a customer writes while the server goes and
// comes is redelivered by the provider and stands in the chat once, in order (I4, I5).
func TestWebhooksDuringARestart(t *testing.T) {
	t.Parallel()
	webhooksDuringARestartStory(t, newStage(t))
}

func webhooksDuringARestartStory(t *testing.T, s *stage) {
	t.Helper()
	anna := s.operator("anna")
	customer := s.customer("demo-fb", 1)
	sent(t)(customer.Text(deadline(t), "before"))
	id := anna.take("before")
	refs := make(chan simulator.EventRef, 200)
	go func() {
		defer close(refs)
		for i := range 100 {
			ref, err := customer.Text(deadline(t), fmt.Sprintf("line %02d", i))
			if err != nil {
				t.Error(err)
				return
			}
			refs <- ref
		}
	}()
	anna.push("chat.message", saying("line 05")) // in the middle
	s.restart()
	for ref := range refs {
		sent(t)(ref, nil)
	}
	anna = s.connect(anna.token)
	got := texts(list(s.get(anna.token, "/api/v1/chats/"+id+"/messages").is(200), "messages"), "text")
	for i, w := range got {
		if w != fmt.Sprintf("line %02d", i+50) {
			t.Errorf("message %d is %q", i, w)
		}
	}
	if len(got) != 50 {
		t.Errorf("%d messages", len(got))
	}
}
