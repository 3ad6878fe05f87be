package actors_test

import (
	"errors"
	"testing"

	"parley/actors/chat"
	"parley/actors/operator"
	"parley/actors/view"
)

func TestCustomerWritesAndOneOperatorAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	defer w.stop()
	for _, id := range []string{"anna", "boris"} {
		w.do(id, operator.SignIn{})
	}
	anna, boris := w.open("anna", "", 0), w.open("boris", "", 0)
	next[view.Hello](anna)
	next[view.Hello](boris)
	w.do("anna", operator.SetStatus{Status: operator.Active})
	w.do("boris", operator.SetStatus{Status: operator.Active})
	w.write("c1", "support", "k1", "Hello")
	w.write("c1", "support", "k1", "Hello")
	row := next[view.Offered](anna).Chat
	if row.Chat.Preview != "Hello" || next[view.Offered](boris).Chat.Chat.ID != row.Chat.ID {
		t.Fatalf("offered %+v", row)
	}
	got := w.do("anna", operator.Accept{ID: "r1", Chat: row.Chat.ID}).(view.Assigned)
	if len(got.Messages) != 1 || got.Chat.Chat.Owner.ID != "anna" {
		t.Fatalf("assigned %+v", got)
	}
	if gone := next[view.Withdrawn](boris); gone.Reason != "taken" || gone.By.ID != "anna" {
		t.Fatalf("withdrawn %+v", gone)
	}
	if _, err := w.try("boris", operator.Accept{ID: "r2", Chat: row.Chat.ID}); !errors.Is(err, operator.ErrTaken) {
		t.Fatalf("second accept: %v", err)
	}
	next[view.Took](anna)
	send := chat.Send{By: chat.Person{ID: "anna", Name: "Anna"}, Chat: row.Chat.ID, ClientID: "x", Text: "Good day"}
	first := w.do("c1", send).(chat.Message)
	if again := w.do("c1", send).(chat.Message); again.ID != first.ID {
		t.Fatalf("the same client id made %s and %s", first.ID, again.ID)
	}
	if said := next[view.Said](anna); said.Message.Text != "Good day" || said.Message.State != chat.Queued {
		t.Fatalf("said %+v", said)
	}
	if sent := next[view.Amended](anna); sent.Message.State != chat.Sent {
		t.Fatalf("amended %+v", sent)
	}
	w.write("c1", "support", "k2", "Thanks")
	if said := next[view.Said](anna); said.Message.Text != "Thanks" || said.Message.Position != 3 {
		t.Fatalf("said %+v", said)
	}
	w.do("c1", chat.Finish{By: chat.Person{ID: "anna"}, Chat: row.Chat.ID})
	if ended := next[view.Ended](anna); ended.Reason != "operator" {
		t.Fatalf("ended %+v", ended)
	}
	w.write("c1", "support", "k3", "One more thing")
	if row := next[view.Offered](boris).Chat; row.Chat.ID != "c1.2" {
		t.Fatalf("the next message opened %s", row.Chat.ID)
	}
}

func TestTransferToOperatorKeepsHistoryAndSurvivesRestart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("boris", operator.SignIn{})
	w.do("boris", operator.SetStatus{Status: operator.Active})
	boris := w.open("boris", "", 0)
	w.write("c2", "sales", "k1", "A price, please")
	row := next[view.Offered](boris).Chat
	if row.Deadline.IsZero() {
		t.Fatal("a single offer has no deadline")
	}
	w.do("boris", operator.Accept{ID: "r", Chat: row.Chat.ID})
	handed := w.do("c2", chat.Hand{ID: "t1", By: chat.Person{ID: "boris", Name: "Boris"}, Chat: row.Chat.ID, ToOperator: chat.Person{ID: "clara"}, Note: "likes red"}).(chat.Handed)
	w.restart()
	defer w.stop()
	w.do("clara", operator.SignIn{})
	clara := w.open("clara", "", 0)
	hello := next[view.Hello](clara)
	if hello.Resumed || len(hello.Snapshot.Chats) != 1 || hello.Snapshot.Chats[0].Chat.Chat.ID != handed.Child {
		t.Fatalf("hello %+v", hello.Snapshot)
	}
	if n := len(hello.Snapshot.Chats[0].Messages); n != 2 {
		t.Fatalf("%d messages, the parent's and the note expected", n)
	}
	w.write("c2", "sales", "k2", "Still there?")
	if said := next[view.Said](clara); said.Chat != handed.Child {
		t.Fatalf("said in %s", said.Chat)
	}
}
