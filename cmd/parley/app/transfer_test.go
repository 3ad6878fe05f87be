package app_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// TestTransferToOperator: the chat completes, its child is in progress with the
// target at once, with the whole conversation (S40, S43-S45).
func TestTransferToOperator(t *testing.T) {
	t.Parallel()
	transferToOperatorStory(t, newStage(t))
}

func transferToOperatorStory(t *testing.T, s *stage) {
	t.Helper()
	anna := s.operator("anna")
	clara := s.connect(s.signIn("clara")) // Inactive can be a target
	customer := s.customer("demo-fb", 1)
	for i := range 60 {
		sent(t)(customer.Text(deadline(t), fmt.Sprintf("line %02d", i)))
	}
	id := anna.take("line")
	anna.ask("chat.draft", object{"chat": id, "text": "not for clara"})
	reply := anna.ask("chat.transfer", object{"chat": id, "to": object{"operator": "clara"}, "note": "VIP, be kind"})
	child := text(reply, "chat")
	done := shape(t, anna.push("chat.completed", of(id)), "chat", "reason", "child")
	if text(done, "reason") != "transfer" || text(done, "child") != child || child == id {
		t.Errorf("completed %s, child %s", spelled(done), child)
	}
	got := shape(t, clara.push("chat.assigned", of(child)), "chat", "messages", "why")
	full := isFull(t, got["chat"])
	if text(got, "why") != "transferred" || text(full, "parent") != id || text(full, "state") != "in_progress" || text(full, "owner", "id") != "clara" || text(full, "draft") != "" {
		t.Errorf("assigned %s", spelled(full))
	}
	latest := list(got, "messages")
	if len(latest) != 50 {
		t.Errorf("%d latest messages, parents' included", len(latest))
	}
	noted := false
	for _, m := range latest {
		noted = noted || (strings.Contains(text(m, "text"), "VIP, be kind") && text(m, "author", "kind") != "customer")
	}
	if !noted {
		t.Errorf("the note is not there: %s", spelled(latest[len(latest)-2:]))
	}
	if n := number(clara.push("operator.status", func(d object) bool { return number(d, "load") == 1 }), "limit"); n != 5 {
		t.Errorf("limit %d", n)
	}
	sent(t)(customer.Text(deadline(t), "who is this?"))
	m := clara.push("chat.message", saying("who is this?"))
	if text(m, "chat") != child || text(m, "message", "chat") != child {
		t.Errorf("the next message is in %s, the child is %s (S46)", spelled(m), child)
	}
	clara.ask("chat.send", object{"chat": child, "client_id": "1", "text": "Clara here"})
	anna.refused("not_owner", "chat.send", object{"chat": id, "client_id": "1", "text": "me too"})
	anna.refused("forbidden", "chat.history", object{"chat": child})
	if anna.kept("chat.message", saying("who is this?"))+anna.kept("chat.message", saying("Clara here")) != 0 {
		t.Error("the former owner goes on receiving (S33)")
	}
	history(t, clara, child, id, 60)
	if answers, err := customer.WaitAnswers(deadline(t), 1); err != nil || len(answers) != 1 || answers[0].Text != "Clara here" {
		t.Errorf("the customer got %+v, %v", answers, err)
	}
	parent := s.get(anna.token, "/api/v1/chats/"+id).is(200)
	if text(parent, "state") != "completed" || text(parent, "reason") != "transfer" || text(parent, "child") != child {
		t.Errorf("parent %s", spelled(parent))
	}
}

// history pages back through a child and its parents: every line once, oldest first (S45).
func history(t *testing.T, c *client, child, parent string, lines int) {
	t.Helper()
	var all []any
	before, pages := "", 0
	for more := true; more; pages++ {
		page := shape(t, c.ask("chat.history", object{"chat": child, "before": before, "limit": 17}), "messages", "more")
		messages := list(page, "messages")
		if len(messages) == 0 || len(messages) > 17 {
			t.Fatalf("page %d has %d messages", pages, len(messages))
		}
		for _, m := range messages {
			isMessage(t, m)
		}
		all, more, before = append(messages, all...), truth(page, "more"), text(messages[0], "id")
	}
	inOrder(t, all)
	seen := 0
	for _, m := range all {
		if text(m, "chat") == parent && text(m, "author", "kind") == "customer" {
			if text(m, "text") != fmt.Sprintf("line %02d", seen) {
				t.Errorf("line %d is %q", seen, text(m, "text"))
			}
			seen++
		}
		if c := text(m, "chat"); c != parent && c != child {
			t.Errorf("a message of %s", c)
		}
	}
	if seen != lines {
		t.Errorf("%d of %d lines on %d pages", seen, lines, pages)
	}
	c.refused("bad_request", "chat.history", object{"chat": child, "before": "nothing"})
	if page := c.ask("chat.history", object{"chat": child, "limit": 1000}); len(list(page, "messages")) != 50 {
		t.Errorf("a page of %d messages", len(list(page, "messages")))
	}
}

// TestTransferToQueue: the child waits and is routed by that queue's rule (S44).
func TestTransferToQueue(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna, clara := s.operator("anna"), s.operator("clara")
	customer := s.customer("demo-wa", 1)
	sent(t)(customer.Text(deadline(t), "I want to buy"))
	id := anna.take("I want to buy")
	child := text(anna.ask("chat.transfer", object{"chat": id, "to": object{"queue": "sales"}}), "chat")
	if done := anna.push("chat.completed", of(id)); text(done, "child") != child {
		t.Errorf("completed %s", spelled(done))
	}
	row := isRow(t, clara.push("chat.offered", of(child))["chat"])
	if text(row, "parent") != id || text(row, "queue", "id") != "sales" || text(row, "state") != "waiting" || text(row, "preview") != "I want to buy" {
		t.Errorf("offered %s", spelled(row))
	}
	timed(t, row, "deadline")
	sent(t)(customer.Text(deadline(t), "hello?"))
	got := clara.ask("chat.accept", object{"chat": child})
	if words := texts(list(got, "messages"), "text"); len(words) < 2 || words[0] != "I want to buy" || words[len(words)-1] != "hello?" {
		t.Errorf("clara continues %v", words)
	}
	// back to one's own queue: not first to the sender, but to everyone below the limit
	back := text(clara.ask("chat.transfer", object{"chat": child, "to": object{"queue": "support"}, "note": "support please"}), "chat")
	anna.push("chat.offered", of(back))
	full := part(anna.ask("chat.accept", object{"chat": back}), "chat")
	if text(full, "parent") != child {
		t.Errorf("accepted %s", spelled(full))
	}
	anna.ask("chat.finish", object{"chat": back})
	sent(t)(customer.Text(deadline(t), "one more thing"))
	fresh := text(anna.push("chat.offered", previewed("one more thing")), "chat", "id")
	if fresh == back || fresh == id {
		t.Error("after the end a new chat is opened (S34)")
	}
}

// TestTransferRefusals: self, unknown_target, limit, not_owner, and the menu's colours (S41-S43).
func TestTransferRefusals(t *testing.T) {
	t.Parallel()
	s := newStage(t, small)
	anna, boris := s.operator("anna"), s.operator("boris")
	boris.ask("status.set", object{"status": "inactive"})
	var ids []string
	for i := range 2 {
		sent(t)(s.customer("demo-fb", i).Text(deadline(t), fmt.Sprint("chat ", i)))
		ids = append(ids, anna.take(fmt.Sprint("chat ", i)))
	}
	to := func(who string) object { return object{"chat": ids[0], "to": object{"operator": who}} }
	anna.refused("self", "chat.transfer", to("anna"))
	anna.refused("unknown_target", "chat.transfer", to("nobody"))
	anna.refused("unknown_target", "chat.transfer", object{"chat": ids[0], "to": object{"queue": "nowhere"}})
	for _, shape := range []object{{}, {"queue": "sales", "operator": "boris"}} {
		anna.refused("bad_request", "chat.transfer", object{"chat": ids[0], "to": shape})
	}
	anna.refused("bad_request", "chat.transfer", object{"chat": ids[0]})
	menu := shape(t, anna.ask("transfer.targets", object{"chat": ids[0]}), "queues", "operators")
	colours := map[string]string{}
	for _, o := range list(menu, "operators") {
		shape(t, o, "id", "name", "indicator", "load", "limit")
		colours[text(o, "id")] = text(o, "indicator")
	}
	for _, q := range list(menu, "queues") {
		shape(t, q, "id", "name", "waiting", "free")
	}
	if len(list(menu, "queues")) != 2 || colours["boris"] != "red" || colours["sim-01"] != "red" || colours["anna"] != "" {
		t.Errorf("menu %s", spelled(menu))
	}
	boris.ask("status.set", object{"status": "active"})
	until(t, "boris's two free slots in sales", func() bool {
		for _, q := range list(anna.ask("transfer.targets", object{"chat": ids[0]}), "queues") {
			if text(q, "id") == "sales" {
				return number(q, "free") == 2
			}
		}
		return false
	})
	clara := s.operator("clara")
	for i := range 2 {
		sent(t)(s.customer("demo-fb", 10+i).Text(deadline(t), fmt.Sprint("boris ", i)))
		boris.take(fmt.Sprint("boris ", i))
	}
	until(t, "boris grey, clara green", func() bool {
		colours := map[string]string{}
		for _, o := range list(anna.ask("transfer.targets", object{"chat": ids[0]}), "operators") {
			colours[text(o, "id")] = text(o, "indicator")
		}
		return colours["boris"] == "grey" && colours["clara"] == "green"
	})
	anna.refused("limit", "chat.transfer", to("boris"))
	anna.ask("chat.send", object{"chat": ids[0], "client_id": "1", "text": "I still have you"}) // it stays with its owner
	boris.refused("forbidden", "chat.transfer", to("clara"))
	anna.ask("chat.transfer", to("clara"))
	clara.push("chat.assigned", func(d object) bool { return text(d, "chat", "parent") == ids[0] })
	anna.refused("not_owner", "chat.transfer", to("clara"))
}

// TestTransferRace: transfers to one operator with one slot left never overfill it (I3),
// and what customers write meanwhile is lost nowhere (S46).
func TestTransferRace(t *testing.T) {
	t.Parallel()
	s := newStage(t, small)
	clara := s.connect(s.signIn("clara"))
	givers := []*client{s.operator("anna"), s.operator("boris"), s.operator("sim-01"), s.operator("sim-02")}
	ids := make([]string, len(givers))
	for i, g := range givers {
		sent(t)(s.customer("demo-fb", i).Text(deadline(t), fmt.Sprint("race ", i)))
		ids[i] = g.take(fmt.Sprint("race ", i))
	}
	replies := make([]object, len(givers))
	var all sync.WaitGroup
	for i, g := range givers {
		all.Go(func() {
			replies[i] = g.reply(g.write("chat.transfer", object{"chat": ids[i], "to": object{"operator": "clara"}}))
		})
		all.Go(func() { sent(t)(s.customer("demo-fb", i).Text(deadline(t), fmt.Sprint("meanwhile ", i))) })
	}
	all.Wait()
	moved := 0
	for i, r := range replies {
		switch {
		case truth(r, "ok"):
			moved++
			clara.push("chat.assigned", of(text(r, "data", "chat")))
		case text(r, "error", "code") != "limit":
			t.Errorf("refused with %s", spelled(r))
		default:
			givers[i].ask("chat.send", object{"chat": ids[i], "client_id": "1", "text": "yours still"})
		}
	}
	if moved != 2 {
		t.Errorf("%d transfers reached an operator with two slots", moved)
	}
	items := list(s.get(clara.token, "/api/v1/chats?state=in_progress,waiting,bot").is(200), "items")
	if len(items) != 4 {
		t.Errorf("%d open chats of four conversations (I1)", len(items))
	}
	for i := range givers {
		found := false
		for _, c := range append([]*client{clara}, givers...) {
			for _, it := range items {
				page := c.reply(c.write("chat.history", object{"chat": text(it, "id")}))
				for _, w := range texts(list(page, "data", "messages"), "text") {
					found = found || w == fmt.Sprint("meanwhile ", i)
				}
			}
		}
		if !found {
			t.Errorf("%q is lost", fmt.Sprint("meanwhile ", i))
		}
	}
}
