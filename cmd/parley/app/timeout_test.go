package app_test

import (
	"fmt"
	"testing"
	"time"

	"parley/config"
)

// TestCompletionTimeout: a silent chat in progress completes by itself, counted
// from the last message either way; a waiting one never does (S35, S39).
func TestCompletionTimeout(t *testing.T) {
	t.Parallel()
	idle := 1200 * time.Millisecond
	s := newStage(t, func(c *config.Config) { c.Queues[0].CompletionTimeout = &idle })
	anna := s.operator("anna")
	customer := s.customer("demo-fb", 1)
	sent(t)(s.customer("demo-wa", 1).Text(deadline(t), "I can wait"))
	waits := text(anna.push("chat.offered", previewed("I can wait")), "chat", "id")
	sent(t)(customer.Text(deadline(t), "busy"))
	id := anna.take("busy")
	var last time.Time
	for i := range 4 { // together longer than the timeout
		if i%2 == 0 {
			anna.ask("chat.send", object{"chat": id, "client_id": fmt.Sprint(i), "text": "wait"})
		} else {
			sent(t)(customer.Text(deadline(t), "still here"))
			anna.push("chat.message", saying("still here"))
		}
		last = time.Now()
		if i < 3 {
			time.Sleep(500 * time.Millisecond)
		}
	}
	done := anna.push("chat.completed", of(id))
	if text(done, "reason") != "timeout" || done["child"] != nil {
		t.Errorf("completed %s", spelled(done))
	}
	if took := time.Since(last); took < time.Second {
		t.Errorf("completed %s after the last message", took)
	}
	full := s.get(anna.token, "/api/v1/chats/"+id).is(200)
	timed(t, full, "completed_at", "accepted_at", "last_at")
	if text(full, "reason") != "timeout" || text(full, "state") != "completed" {
		t.Errorf("chat %s", spelled(full))
	}
	if state := text(s.get(anna.token, "/api/v1/chats/"+waits).is(200), "state"); state != "waiting" {
		t.Errorf("the waiting chat is %s", state)
	}
	sent(t)(customer.Text(deadline(t), "hello again"))
	if next := anna.take("hello again"); next == id {
		t.Error("a completed chat goes on")
	}
}

// TestTimersKeepTheirTime: a restart neither restarts nor forgets a timer (I6).
func TestTimersKeepTheirTime(t *testing.T) {
	t.Parallel()
	idle := 3 * time.Second
	s := newStage(t, func(c *config.Config) { c.Queues[0].CompletionTimeout = &idle })
	anna := s.operator("anna")
	sent(t)(s.customer("demo-fb", 1).Text(deadline(t), "tick"))
	began := time.Now()
	id := anna.take("tick")
	s.restart()
	anna = s.connect(anna.token)
	if len(list(anna.hello, "snapshot", "chats")) > 0 {
		anna.push("chat.completed", of(id))
	}
	if took := time.Since(began); took < 2900*time.Millisecond || took > 10*time.Second {
		t.Errorf("completed after %s", took)
	}
}

// TestWaitingIsCoalesced: counts come at most twice a second, and the last is right.
func TestWaitingIsCoalesced(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	began := time.Now()
	for i := range 60 {
		s.hook("demo-fb", fbText(fmt.Sprint(810000+i), fmt.Sprintf("m_w%d", i), "count")).is(200)
	}
	anna.push("queue.waiting", func(d object) bool { return number(d, "waiting", "support") == 60 })
	most := 2 + int(2*time.Since(began)/time.Second)
	if n := 1 + anna.kept("queue.waiting"); n > most {
		t.Errorf("%d counts in %s", n, time.Since(began))
	}
}
