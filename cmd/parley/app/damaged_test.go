package app_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/chat"
	"parley/actors/commit"
)

// flipRecord flips one bit of a conversation's stored record, behind the back of
// the stopped server; doing it twice mends it.
func (s *stage) flipRecord(conversation string) {
	s.t.Helper()
	db, err := pebble.Open(filepath.Join(s.data, "live"), &pebble.Options{FormatMajorVersion: pebble.FormatTableFormatV6, Logger: silent{}})
	if err != nil {
		s.t.Fatal(err)
	}
	e := commit.Entity{Kind: commit.Conversation, ID: conversation}
	key := append([]byte{0, byte(e.Partition(64)), 'e', byte(e.Kind)}, e.ID...)
	value, closer, err := db.Get(key)
	if err != nil {
		s.t.Fatal(err)
	}
	spoiled := bytes.Clone(value)
	spoiled[len(spoiled)/2] ^= 0x10
	_ = closer.Close()
	if err := db.Set(key, spoiled, pebble.Sync); err != nil {
		s.t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		s.t.Fatal(err)
	}
}

type silent struct{}

func (silent) Infof(string, ...any)      {}
func (silent) Errorf(string, ...any)     {}
func (silent) Fatalf(f string, _ ...any) { panic(f) }

// TestADamagedChatStopsAlone: the chat's commands get a clear error, what its
// customer writes is kept and told again once the chat is mended, everybody else
// is served, and the administrator sees it (I5, I9).
func TestADamagedChatStopsAlone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	hurt, well := s.customer("demo-fb", 1), s.customer("demo-fb", 2)
	sent(t)(hurt.Text(deadline(t), "first of the hurt"))
	broken := anna.take("first of the hurt")
	sent(t)(well.Text(deadline(t), "first of the well"))
	sound := anna.take("first of the well")
	conversation, _, _ := chat.ParseChat(broken)

	s.stop()
	s.flipRecord(conversation)
	s.start()
	anna = s.connect(anna.token)
	chats := list(anna.hello, "snapshot", "chats")
	if len(chats) != 1 || text(chats[0], "chat", "id") != sound {
		t.Fatalf("anna is shown %s", spelled(chats))
	}
	sent(t)(hurt.Text(deadline(t), "kept one"))
	sent(t)(hurt.Text(deadline(t), "kept two"))
	sent(t)(well.Text(deadline(t), "second of the well"))
	anna.push("chat.message", saying("second of the well"))
	anna.ask("chat.send", object{"chat": sound, "client_id": "1", "text": "answer"})
	anna.refused("quarantined", "chat.send", object{"chat": broken, "client_id": "2", "text": "answer"})
	s.get(anna.token, "/api/v1/chats/"+broken).problem(503, "quarantined")
	s.get(anna.token, "/api/v1/chats/"+broken+"/messages").problem(503, "quarantined")

	ready := s.do("GET", "/readyz", nil)
	if ready.status != 200 || !strings.Contains(string(ready.raw), "quarantined entities") || !strings.Contains(string(ready.raw), conversation) {
		t.Errorf("readyz %d %s", ready.status, ready.raw)
	}
	if metrics := string(s.do("GET", "/metrics", nil).raw); !strings.Contains(metrics, "parley_quarantined_entities 1") {
		t.Error("the metric does not show it")
	}
	s.restart() // while it is damaged, what is kept stays kept
	s.stop()
	s.flipRecord(conversation)
	s.start()
	anna = s.connect(anna.token)
	if got := len(list(anna.hello, "snapshot", "chats")); got != 2 {
		t.Fatalf("%d chats after mending", got)
	}
	sent(t)(hurt.Text(deadline(t), "after"))
	anna.push("chat.message", saying("after"))
	page := s.get(anna.token, "/api/v1/chats/"+broken+"/messages").is(200)
	if got := strings.Join(texts(list(page, "messages"), "text"), "|"); got != "first of the hurt|kept one|kept two|after" {
		t.Errorf("messages %s", got)
	}
	if raw := string(s.do("GET", "/readyz", nil).raw); strings.Contains(raw, "quarantined entities") {
		t.Errorf("readyz after mending: %s", raw)
	}
}
