package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/persistence/redisstore/redistest"
)

// TestCompletedChatsLeaveRedis: what is completed takes no memory of Redis any
// more, and is read, paged and brought up to date by late news as before, also
// after a restart (S38, S45, I6).
func TestCompletedChatsLeaveRedis(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t)
	s := newStage(t, on(r.URL()))
	s.stop()
	s.seams.Completed.Rest, s.seams.Completed.Every = time.Nanosecond, 10*time.Millisecond
	s.start()
	anna := s.operator("anna")
	customer := s.customer("demo-fb", 1)
	const rounds, lines = 3, 30
	var chats []string
	var reacted string
	for round := range rounds {
		for i := range lines {
			ref := sent(t)(customer.Text(deadline(t), line(round, i)))
			if round == 0 && i == 7 {
				reacted = ref.ID
			}
		}
		id := anna.take(fmt.Sprintf("round %d", round))
		anna.ask("chat.send", object{"chat": id, "client_id": fmt.Sprint(round), "text": "answer"})
		anna.ask("chat.finish", object{"chat": id})
		anna.push("chat.completed", of(id))
		chats = append(chats, id)
	}
	if err := s.world.Drained(deadline(t)); err != nil {
		t.Fatal(err)
	}
	until(t, "Redis holds no message", func() bool { return itemsIn(t, r) == 0 })
	s.readCompleted(anna.token, chats, lines)
	before := s.get(anna.token, "/api/v1/chats/"+chats[0]+"/messages").raw

	sent(t)(customer.React(deadline(t), reacted, "❤")) // its message is found by the provider's id of it
	reactions := func() string {
		page := list(s.get(anna.token, "/api/v1/chats/"+chats[0]+"/messages").is(200), "messages")
		return text(page[7], "text") + " " + spelled(page[7].(object)["reactions"])
	}
	until(t, "the late reaction stands", func() bool { return strings.Contains(reactions(), "❤") })
	until(t, "Redis holds no message again", func() bool { return itemsIn(t, r) == 0 })
	if got := reactions(); !strings.HasPrefix(got, line(0, 7)) || !strings.Contains(got, "❤") || strings.Contains(string(before), "❤") {
		t.Errorf("after moving it again: %s", got)
	}
	s.restart()
	if got := reactions(); !strings.Contains(got, "❤") {
		t.Errorf("after a restart: %s", got)
	}
	s.readCompleted(anna.token, chats, lines)
	if s.metric("parley_completed_history_bytes") <= 0 || s.metric("parley_completed_history_stuck") != 0 {
		t.Error("the metrics do not tell of it")
	}
	anna = s.connect(anna.token)
	sent(t)(customer.Text(deadline(t), "a new chat"))
	if id := anna.take("a new chat"); slices.Contains(chats, id) {
		t.Errorf("numbers begin again: %s", id)
	}
}

func line(round, i int) string { return fmt.Sprintf("round %d line %02d", round, i) }

// readCompleted reads completed chats by REST and by pages over the socket.
func (s *stage) readCompleted(token string, chats []string, lines int) {
	s.t.Helper()
	for round, id := range chats {
		got := texts(list(s.get(token, "/api/v1/chats/"+id+"/messages").is(200), "messages"), "text")
		if len(got) != lines+1 || got[0] != line(round, 0) || got[lines-1] != line(round, lines-1) || got[lines] != "answer" {
			s.t.Errorf("chat %d reads %q", round, got)
		}
		if state := text(s.get(token, "/api/v1/chats/"+id).is(200), "state"); state != "completed" {
			s.t.Errorf("chat %d is %q", round, state)
		}
		var paged []string
		for before := ""; ; {
			page := s.get(token, "/api/v1/chats/"+id+"/messages?limit=7&before="+before).is(200)
			messages := list(page, "messages")
			if len(messages) == 0 {
				break
			}
			paged, before = append(texts(messages, "text"), paged...), text(messages[0], "id")
		}
		if strings.Join(paged, "|") != strings.Join(got, "|") {
			s.t.Errorf("chat %d by pages: %q", round, paged)
		}
	}
}

// itemsIn counts what conversations have in Redis beside their state.
func itemsIn(t *testing.T, r *redistest.Server) int {
	t.Helper()
	keys, err := r.Do("KEYS", "{parley:*}e\x01*")
	if err != nil {
		t.Fatal(err)
	}
	if keys == "" {
		t.Fatal("Redis knows no conversation")
	}
	items := 0
	for _, key := range strings.Fields(keys) {
		fields, err := r.Do("HKEYS", key)
		if err != nil {
			t.Fatal(err)
		}
		items += len(strings.Fields(fields)) - 1
	}
	return items
}
