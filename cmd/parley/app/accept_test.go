package app_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"parley/config"
)

// small makes the demo company quick to fill: at most two chats each.
func small(c *config.Config) { c.Settings.SimultaneousChats = 2 }

// TestAcceptRace: of many who accept at once exactly one succeeds, the others are told who has it (S31, I2).
func TestAcceptRace(t *testing.T) {
	t.Parallel()
	acceptRaceStory(t, newStage(t))
}

func acceptRaceStory(t *testing.T, s *stage) {
	t.Helper()
	anna, boris := s.operator("anna"), s.operator("boris")
	clients := []*client{anna, boris, s.connect(anna.token), s.connect(boris.token), s.operator("sim-01"), s.operator("sim-02")}
	for round := range 5 {
		sent(t)(s.customer("demo-fb", round).Text(deadline(t), fmt.Sprint("race ", round)))
		id := text(anna.push("chat.offered", previewed(fmt.Sprint("race ", round))), "chat", "id")
		replies := make([]object, len(clients))
		var all sync.WaitGroup
		for i, c := range clients {
			all.Go(func() { replies[i] = c.reply(c.write("chat.accept", object{"chat": id})) })
		}
		all.Wait()
		owners := map[string]bool{}
		for _, r := range replies {
			if truth(r, "ok") {
				owners[text(r, "data", "chat", "owner", "id")] = true
			}
		}
		if len(owners) != 1 {
			t.Fatalf("owners %v", owners)
		}
		for _, r := range replies {
			if !truth(r, "ok") && (text(r, "error", "code") != "taken" || !owners[text(r, "error", "by", "id")] || text(r, "error", "by", "name") == "") {
				t.Errorf("refused with %s", spelled(r))
			}
		}
		owner := text(s.get(anna.token, "/api/v1/chats/"+id).is(200), "owner", "id")
		if !owners[owner] {
			t.Errorf("owner %s, told %v", owner, owners)
		}
		for i, c := range clients {
			if truth(replies[i], "ok") {
				c.ask("chat.finish", object{"chat": id})
				break
			}
		}
	}
}

// TestAcceptRefusals: limit, not_offered, gone, taken, and chats that never were.
func TestAcceptRefusals(t *testing.T) {
	t.Parallel()
	s := newStage(t, small)
	anna := s.operator("anna")
	var ids []string
	for i := range 3 {
		sent(t)(s.customer("demo-fb", i).Text(deadline(t), fmt.Sprint("chat ", i)))
		ids = append(ids, text(anna.push("chat.offered"), "chat", "id"))
	}
	anna.ask("chat.accept", object{"chat": ids[0]})
	anna.ask("chat.accept", object{"chat": ids[1]})
	gone := anna.push("chat.withdrawn", of(ids[2]))
	if text(gone, "reason") != "limit" || gone["by"] != nil {
		t.Errorf("at the limit: %s", spelled(gone))
	}
	anna.refused("limit", "chat.accept", object{"chat": ids[2]})
	again := anna.ask("chat.accept", object{"chat": ids[0]}) // one's own once more
	if text(again, "chat", "owner", "id") != "anna" {
		t.Errorf("again %s", spelled(again))
	}
	anna.ask("chat.finish", object{"chat": ids[0]})
	anna.push("chat.offered", of(ids[2])) // a freed slot shows it again (S27)
	anna.refused("gone", "chat.accept", object{"chat": ids[0]})
	boris := s.operator("boris")
	boris.push("chat.offered", of(ids[2]))
	if e := boris.refused("taken", "chat.accept", object{"chat": ids[1]}); text(e, "by", "id") != "anna" {
		t.Errorf("taken %s", spelled(e))
	}
	clara := s.operator("clara") // no member of support
	clara.refused("not_offered", "chat.accept", object{"chat": ids[2]})
	clara.refused("forbidden", "chat.accept", object{"chat": "nothing"})
	boris.ask("chat.decline", object{"chat": ids[2]})
	boris.push("chat.withdrawn", of(ids[2]))
	anna.ask("chat.accept", object{"chat": ids[2]})
}

// TestInactiveSeesNothing: nobody Inactive is offered anything; turning Active
// shows what waits, turning Inactive takes it away, owned chats stay (S10, S27).
func TestInactiveSeesNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	sent(t)(s.customer("demo-fb", 1).Text(deadline(t), "mine"))
	mine := anna.take("mine")
	anna.ask("status.set", object{"status": "inactive"})
	sent(t)(s.customer("demo-fb", 2).Text(deadline(t), "waits"))
	sent(t)(s.customer("demo-fb", 1).Text(deadline(t), "more of mine"))
	anna.push("chat.message", saying("more of mine"))
	if n := anna.kept("chat.offered"); n != 0 {
		t.Errorf("%d offers to an inactive operator", n)
	}
	anna.ask("status.set", object{"status": "active"})
	id := text(anna.push("chat.offered", previewed("waits")), "chat", "id")
	anna.ask("status.set", object{"status": "inactive"})
	if d := anna.push("chat.withdrawn", of(id)); text(d, "reason") != "inactive" {
		t.Errorf("withdrawn %s", spelled(d))
	}
	anna.ask("chat.send", object{"chat": mine, "client_id": "1", "text": "I answer all the same"})
	anna.ask("chat.finish", object{"chat": mine})
}

// TestLeastBusy: one operator at a time, the least busy first; an ignored offer
// goes on, and who ignored it becomes Inactive and is told so (S22, S24, S25).
func TestLeastBusy(t *testing.T) {
	t.Parallel()
	brief := 1500 * time.Millisecond
	s := newStage(t, func(c *config.Config) { c.Queues[1].AcceptTimeout = &brief })
	clara, boris := s.operator("clara"), s.operator("boris")
	clients := map[string]*client{"clara": clara, "boris": boris}
	sent(t)(s.customer("demo-tg", 1).Text(deadline(t), "first"))
	root := s.signIn("root")
	var id string
	until(t, "the waiting chat", func() bool {
		id = text(s.get(root, "/api/v1/chats?state=waiting").is(200), "items", 0, "id")
		return id != ""
	})
	routing := s.get(root, "/api/v1/chats/"+id+"/routing").is(200)
	ignorer := text(routing, "offer", "operator")
	ignoring := clients[ignorer]
	if ignoring == nil || text(routing, "rule") != "least_busy" {
		t.Fatalf("routing %s", spelled(routing))
	}
	for _, m := range list(routing, "members") {
		why := text(m, "why")
		if who := text(m, "operator", "id"); who[:3] == "sim" && (why != "inactive" || truth(m, "able")) {
			t.Errorf("considered %s (S29)", spelled(m))
		}
	}
	offer := ignoring.push("chat.offered", of(id))
	timed(t, offer["chat"], "deadline")
	delete(clients, ignorer)
	for _, next := range clients {
		got := next.push("chat.offered", of(id))
		timed(t, got["chat"], "deadline")
		if d := ignoring.push("chat.withdrawn", of(id)); text(d, "reason") != "expired" {
			t.Errorf("withdrawn %s", spelled(d))
		}
		d := ignoring.push("operator.status", func(d object) bool { return text(d, "effective") == "inactive" })
		if text(d, "preferred") != "inactive" || text(d, "reason") != "offer_expired" || number(d, "load") != 0 {
			t.Errorf("told %s", spelled(d))
		}
		next.ask("chat.accept", object{"chat": id})
		sent(t)(s.customer("demo-tg", 2).Text(deadline(t), "second")) // only next is active, and busier
		next.take("second")
		ignoring.ask("status.set", object{"status": "active"})
		sent(t)(s.customer("demo-tg", 3).Text(deadline(t), "third"))
		ignoring.take("third")
	}
}

// TestRoutingKeepsTheLimit: routing never lifts in progress + offered above the limit (S26, I3).
func TestRoutingKeepsTheLimit(t *testing.T) {
	t.Parallel()
	s := newStage(t, small)
	clara, root := s.operator("clara"), s.signIn("root")
	for i := range 5 {
		sent(t)(s.customer("demo-tg", i).Text(deadline(t), fmt.Sprint("chat ", i)))
	}
	first := text(clara.push("chat.offered"), "chat", "id")
	second := text(clara.push("chat.offered"), "chat", "id")
	clara.ask("chat.accept", object{"chat": first})
	clara.ask("chat.accept", object{"chat": second})
	var waiting []any
	until(t, "three waiting chats", func() bool {
		waiting = list(s.get(root, "/api/v1/chats?state=waiting&sort=created_at").is(200), "items")
		return len(waiting) == 3
	})
	if n := clara.kept("chat.offered"); n != 0 {
		t.Errorf("%d offers above the limit", n)
	}
	routing := s.get(root, "/api/v1/chats/"+text(waiting[0], "id")+"/routing").is(200)
	if number(routing, "position") != 1 || routing["since"] == nil || routing["offer"] != nil {
		t.Errorf("routing %s", spelled(routing))
	}
	for _, m := range list(routing, "members") {
		if text(m, "operator", "id") == "clara" && (text(m, "why") != "limit" || number(m, "load") != 2 || number(m, "limit") != 2) {
			t.Errorf("clara is considered as %s (S29)", spelled(m))
		}
	}
	clara.ask("chat.finish", object{"chat": second})
	if got := text(clara.push("chat.offered"), "chat", "id"); got != text(waiting[0], "id") {
		t.Errorf("the freed slot got %s, the oldest is %s (S27)", got, text(waiting[0], "id"))
	}
}

// TestFiftyOffers: of a long queue the 50 oldest are shown; as one leaves, the next is pushed.
func TestFiftyOffers(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	for i := range 55 {
		s.hook("demo-fb", fbText(fmt.Sprint(700000+i), fmt.Sprintf("m_f%d", i), fmt.Sprintf("waiting %02d", i))).is(200)
	}
	anna.push("queue.waiting", func(d object) bool { return number(d, "waiting", "support") == 55 })
	if n := anna.kept("chat.offered"); n != 50 {
		t.Errorf("%d offers were pushed", n)
	}
	tab := s.connect(anna.token)
	offers := list(tab.hello, "snapshot", "offers")
	if len(offers) != 50 || text(offers[0], "preview") != "waiting 00" || text(offers[49], "preview") != "waiting 49" {
		t.Errorf("%d offers in the snapshot, from %q to %q", len(offers), text(offers[0], "preview"), text(offers[len(offers)-1], "preview"))
	}
	tab.ask("chat.accept", object{"chat": text(offers[0], "id")})
	for _, c := range []*client{anna, tab} {
		c.push("chat.offered", previewed("waiting 50"))
	}
}
