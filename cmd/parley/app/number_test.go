package app_test

import (
	"testing"
)

// TestACustomerWithAnotherNumberStaysTheSame: after a change of number the next
// message lands in the same open chat of the same contact, and the answer goes to
// the new number; with a user id beside the number or without (S4, S5).
func TestACustomerWithAnotherNumberStaysTheSame(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	for n, number := range []string{"15550001111", "15550002222"} { // the number only; number and user id
		ctx, c := deadline(t), s.customer("demo-wa", n)
		sent(t)(c.Text(ctx, "before "+number))
		chat := anna.take("before " + number)
		s.profiled(anna.token, chat, c)
		before := part(s.get(anna.token, "/api/v1/chats/"+chat).is(200), "contact")
		old := c.Phone()
		sent(t)(c.ChangeNumber(ctx, number))
		if c.Phone() != number || old == number {
			t.Fatalf("from %s to %s", old, c.Phone())
		}
		sent(t)(c.Text(ctx, "after "+number))
		anna.push("chat.message", of(chat), saying("after "+number))
		anna.ask("chat.send", object{"chat": chat, "client_id": number, "text": "I see your new number"})
		answers, err := c.WaitAnswers(ctx, 1) // the old number takes none
		if err != nil || answers[0].Text != "I see your new number" {
			t.Fatalf("%v %v", answers, err)
		}
		contact := part(s.get(anna.token, "/api/v1/chats/"+chat).is(200), "contact")
		if text(contact, "id") == "" || spelled(contact) != spelled(before) {
			t.Errorf("the contact %s became %s", spelled(before), spelled(contact))
		}
		anna.ask("chat.finish", object{"chat": chat})
		anna.push("chat.completed", of(chat))
		sent(t)(c.Text(ctx, "again "+number))
		next := part(s.get(anna.token, "/api/v1/chats/"+anna.take("again "+number)).is(200))
		if text(next, "contact", "id") != text(contact, "id") {
			t.Errorf("the next chat is of another contact: %s", spelled(next))
		}
		if of := list(s.get(anna.token, "/api/v1/chats?contact="+text(contact, "id")).is(200), "items"); len(of) != 2 {
			t.Errorf("%d chats of the contact, want 2", len(of))
		}
	}
}
