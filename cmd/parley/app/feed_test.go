package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// TestHello: the first frame, with the snapshot's exact shape (contract part 4).
func TestHello(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	shape(t, anna.hello, "type", "epoch", "seq", "resumed", "snapshot")
	if truth(anna.hello, "resumed") || text(anna.hello, "epoch") == "" {
		t.Errorf("hello %s", spelled(anna.hello))
	}
	snapshot := shape(t, anna.hello["snapshot"], "operator", "offers", "waiting", "chats")
	shape(t, snapshot["operator"], "id", "name", "preferred", "effective", "load", "limit")
	if text(snapshot, "operator", "preferred") != "inactive" || number(snapshot, "operator", "limit") != 5 {
		t.Errorf("operator %s", spelled(snapshot["operator"]))
	}
	if spelled(snapshot["offers"]) != "[]" || spelled(snapshot["chats"]) != "[]" {
		t.Errorf("empty lists are no lists: %s", spelled(snapshot))
	}
	sent(t)(s.customer("demo-fb", 1).Text(deadline(t), "mine"))
	mine := anna.take("mine")
	sent(t)(s.customer("demo-wa", 1).Text(deadline(t), "waiting"))
	waiting := text(anna.push("chat.offered", previewed("waiting")), "chat", "id")
	tab := s.connect(anna.token)
	snapshot = part(tab.hello, "snapshot")
	if number(snapshot, "operator", "load") != 1 || text(snapshot, "operator", "effective") != "active" {
		t.Errorf("operator %s", spelled(snapshot["operator"]))
	}
	if len(list(snapshot, "offers")) != 1 || text(isRow(t, dig(snapshot, "offers", 0)), "id") != waiting {
		t.Errorf("offers %s", spelled(snapshot["offers"]))
	}
	if offer := part(snapshot, "offers", 0); offer["draft"] != nil || offer["owner"] != nil || offer["deadline"] != nil || offer["parent"] != nil {
		t.Errorf("an offered row tells more than a row: %s", spelled(offer))
	}
	if len(list(snapshot, "chats")) != 1 || text(isFull(t, dig(snapshot, "chats", 0, "chat")), "id") != mine {
		t.Errorf("chats %s", spelled(snapshot["chats"]))
	}
	for _, m := range list(snapshot, "chats", 0, "messages") {
		isMessage(t, m)
	}
	if n := number(snapshot, "waiting", "support"); n != 1 { // counts are coalesced: a newer one follows
		tab.push("queue.waiting", func(d object) bool { return number(d, "waiting", "support") == 1 })
	}
	if number(tab.hello, "seq") < anna.seq {
		t.Errorf("hello at %d, the other tab is at %d", number(tab.hello, "seq"), anna.seq)
	}
}

// TestPushes: every push of one chat's life with exactly the contract's fields.
func TestPushes(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna, boris := s.operator("anna"), s.operator("boris")
	customer := s.customer("demo-wa", 1)
	sent(t)(customer.Text(deadline(t), "Hello  \n there "+strings.Repeat("é", 100)))
	d := shape(t, anna.push("chat.offered"), "chat")
	row := isRow(t, d["chat"])
	if n := len([]rune(text(row, "preview"))); n != 80 || !strings.HasPrefix(text(row, "preview"), "Hello there é") {
		t.Errorf("preview of %d characters: %q", n, text(row, "preview"))
	}
	if text(row, "state") != "waiting" || text(row, "channel", "id") != "demo-wa" || text(row, "channel", "provider") != "whatsapp" ||
		text(row, "queue", "id") != "support" || text(row, "queue", "name") != "Support" || text(row, "contact", "name") == "" || number(row, "unread") != 1 {
		t.Errorf("row %s", spelled(row))
	}
	if row["owner"] != nil || row["messages"] != nil || row["deadline"] != nil || row["parent"] != nil {
		t.Errorf("row %s", spelled(row))
	}
	id := text(row, "id")
	boris.push("chat.offered", of(id))
	waiting := anna.push("queue.waiting", func(d object) bool { return number(d, "waiting", "support") == 1 })
	shape(t, waiting, "waiting")
	reply := shape(t, anna.ask("chat.accept", object{"chat": id}), "chat", "messages")
	full := isFull(t, reply["chat"])
	timed(t, full, "accepted_at", "last_at", "window_closes_at")
	if text(full, "owner", "id") != "anna" || text(full, "owner", "name") != "Anna Orlova" || text(full, "state") != "in_progress" ||
		full["completed_at"] != nil || full["reason"] != nil || full["thread_control"] == nil {
		t.Errorf("accepted %s", spelled(full))
	}
	taken := shape(t, boris.push("chat.withdrawn", of(id)), "chat", "reason", "by")
	if text(taken, "reason") != "taken" || text(taken, "by", "id") != "anna" || text(taken, "by", "name") != "Anna Orlova" {
		t.Errorf("withdrawn %s", spelled(taken))
	}
	assigned := shape(t, anna.push("chat.assigned", of(id)), "chat", "messages", "why")
	isFull(t, assigned["chat"])
	if text(assigned, "why") != "accepted" || len(list(assigned, "messages")) != 1 {
		t.Errorf("assigned %s", spelled(assigned))
	}
	incoming := isMessage(t, dig(assigned, "messages", 0))
	if number(incoming, "position") != 1 || text(incoming, "author", "kind") != "customer" || text(incoming, "chat") != id || text(incoming, "direction") != "in" ||
		incoming["reply_to"] != nil {
		t.Errorf("message %s", spelled(incoming))
	}
	status := anna.push("operator.status", func(d object) bool { return number(d, "load") == 1 })
	if text(status, "effective") != "active" || number(status, "limit") != 5 {
		t.Errorf("status %s", spelled(status))
	}
	pushesOfAnAnswer(t, anna, id)
	anna.ask("chat.finish", object{"chat": id})
	done := shape(t, anna.push("chat.completed", of(id)), "chat", "reason", "child")
	if text(done, "reason") != "operator" || done["child"] != nil || text(done, "chat") != id {
		t.Errorf("completed %s", spelled(done))
	}
	anna.push("queue.waiting", func(d object) bool { return number(d, "waiting", "support") == 0 })
	if boris.kept("chat.message", of(id))+boris.kept("chat.assigned", of(id)) != 0 {
		t.Error("boris received the bodies of anna's chat (I8)")
	}
}

// pushesOfAnAnswer: the owner sees the own send on every connection, queued first, then forward only.
func pushesOfAnAnswer(t *testing.T, anna *client, id string) {
	t.Helper()
	reply := anna.ask("chat.send", object{"chat": id, "client_id": "first", "text": "Good day"})
	out := isMessage(t, reply["message"])
	if text(out, "state") != "queued" || text(out, "client_id") != "first" || text(out, "direction") != "out" || number(out, "position") != 2 ||
		text(out, "author", "kind") != "operator" || text(out, "author", "id") != "anna" || out["error"] != nil {
		t.Errorf("sent %s", spelled(out))
	}
	d := shape(t, anna.push("chat.message", of(id)), "chat", "message")
	if text(isMessage(t, d["message"]), "id") != text(out, "id") || text(d, "message", "state") != "queued" {
		t.Errorf("own send %s", spelled(d))
	}
	for _, state := range []string{"sent", "delivered", "read"} {
		got := anna.push("chat.message_updated", about(text(out, "id")))
		shape(t, got, "chat", "message")
		if text(isMessage(t, got["message"]), "state") != state {
			t.Errorf("state %s, want %s", text(got, "message", "state"), state)
		}
	}
}

// TestResume: what was missed follows exactly once, in order; a feed that is
// unknown or a number from the future gets a snapshot (S102).
func TestResume(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	customer := s.customer("demo-fb", 1)
	sent(t)(customer.Text(deadline(t), "0"))
	id := anna.take("0")
	stay := s.connect(anna.token)
	epoch := text(anna.hello, "epoch")
	for round := range 4 {
		sent(t)(customer.Text(deadline(t), fmt.Sprintf("seen %d", round)))
		anna.push("chat.message", saying(fmt.Sprintf("seen %d", round)))
		seen := anna.seq
		anna.drop()
		for i := range 20 {
			sent(t)(customer.Text(deadline(t), fmt.Sprintf("missed %d.%d", round, i)))
		}
		anna = s.connectAt(stay.token, epoch, seen)
		if !truth(anna.hello, "resumed") || text(anna.hello, "epoch") != epoch || number(anna.hello, "seq") != seen || anna.hello["snapshot"] != nil {
			t.Fatalf("hello %s", spelled(anna.hello))
		}
		for i := range 20 {
			if got := text(anna.push("chat.message", of(id)), "message", "text"); got != fmt.Sprintf("missed %d.%d", round, i) {
				t.Errorf("round %d: message %d is %q", round, i, got)
			}
		}
	}
	stay.push("chat.message", saying("missed 3.19"))
	for _, bad := range []*client{s.connectAt(stay.token, epoch, 1<<40), s.connectAt(stay.token, "nonsense", 3), s.connect(stay.token)} {
		if truth(bad.hello, "resumed") || bad.hello["snapshot"] == nil || text(bad.hello, "epoch") != epoch {
			t.Errorf("hello %s", spelled(bad.hello))
		}
		latest := list(bad.hello, "snapshot", "chats", 0, "messages")
		if len(latest) != 50 || text(latest[49], "text") != "missed 3.19" {
			t.Errorf("%d messages in the snapshot", len(latest))
		}
		inOrder(t, latest)
	}
}

// TestHeartbeat: a ping with the feed's number at least every 20 s.
func TestHeartbeat(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	anna.push("operator.status")
	end := time.After(20 * time.Second)
	for {
		select {
		case v := <-anna.in:
			if v["type"] != "ping" {
				continue
			}
			if number(v, "seq") != anna.seq || v["id"] != nil {
				t.Errorf("ping %s at %d", spelled(v), anna.seq)
			}
			return
		case <-end:
			t.Fatal("no heartbeat within 20 s")
		}
	}
}

// TestRestartCode: at its end the server tells every client to come back (1012).
func TestRestartCode(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	began := time.Now()
	s.restart()
	if code := anna.closed(); code != websocket.StatusServiceRestart {
		t.Errorf("close code %d", code)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the restart took %s", took)
	}
}

// TestSlowClient: who does not read is closed with 4408 and resumes; nothing
// acknowledged is lost, and others are not held up (S102, abuse case 35).
func TestSlowClient(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	customer := s.customer("demo-tg", 1)
	clara := s.operator("clara")
	for i := range 60 {
		sent(t)(customer.Text(deadline(t), fmt.Sprintf("%02d %s", i, strings.Repeat("long ", 700))))
	}
	id := clara.take("")
	slow, _, err := s.dial("", bearer(clara.token))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = slow.CloseNow() }()
	slow.SetReadLimit(16 << 20)
	for i := range 190 { // the server answers with 35 MB that nobody reads
		if err := slow.Write(deadline(t), websocket.MessageText, []byte(fmt.Sprintf(`{"id":%d,"type":"chat.history","chat":%q,"limit":50}`, i, id))); err != nil {
			break
		}
	}
	until(t, "the slow client given up", func() bool {
		return strings.Contains(string(s.do("GET", "/metrics", nil).raw), `parley_sockets_closed_total{code="4408"} 1`)
	})
	clara.ask("chat.read", object{"chat": id, "position": 1})
	anna.ask("status.set", object{"status": "active"})
	code := readToEnd(t, slow)
	if code != 4408 {
		t.Errorf("close code %d", code)
	}
	clara.ask("chat.send", object{"chat": id, "client_id": "1", "text": "still here"})
}

func readToEnd(t *testing.T, conn *websocket.Conn) websocket.StatusCode {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		if _, _, err := conn.Read(ctx); err != nil {
			return websocket.CloseStatus(err)
		}
	}
}
