package app_test

import "testing"

// TestFirstChat is the main job on every channel: a customer writes, an operator
// answers, the answer reaches the customer, the customer goes on (S2, S4, S31, S38).
func TestFirstChat(t *testing.T) {
	t.Parallel()
	firstChatStory(t, newStage(t))
}

func firstChatStory(t *testing.T, s *stage) {
	t.Helper()
	anna, clara := s.operator("anna"), s.operator("clara")
	for channel, operator := range map[string]*client{"demo-fb": anna, "demo-wa": anna, "demo-tg": clara} {
		customer := s.customer(channel, 1)
		sent(t)(customer.Text(deadline(t), "Привет, "+channel))
		row := operator.push("chat.offered", previewed("Привет, "+channel))
		id := text(isRow(t, row["chat"]), "id")
		got := operator.ask("chat.accept", object{"chat": id})
		isFull(t, got["chat"])
		if n := len(list(got, "messages")); n != 1 {
			t.Fatalf("%d messages", n)
		}
		answer := operator.ask("chat.send", object{"chat": id, "client_id": "1", "text": "Good day"})
		if state := text(isMessage(t, answer["message"]), "state"); state != "queued" {
			t.Fatalf("sent %s", spelled(answer))
		}
		answers, err := customer.WaitAnswers(deadline(t), 1)
		if err != nil || answers[0].Text != "Good day" {
			t.Fatalf("on %s: %+v, %v", channel, answers, err)
		}
		sent(t)(customer.Text(deadline(t), "Thanks"))
		isMessage(t, operator.push("chat.message", of(id), saying("Thanks"))["message"])
		operator.ask("chat.finish", object{"chat": id})
		operator.push("chat.completed", of(id))
	}
}
