package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

func bearer(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }

// TestFrames: what is no request is told apart from what must end the connection (abuse case 35).
func TestFrames(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	anna.refused("unknown_type", "chat.explode", nil)
	for _, frame := range []string{`{"id":5}`, `{"id":5,"type":""}`, `{"id":5,"type":7}`, `{"id":5,"type":"chat.read","chat":"x","position":"three"}`, `{"id":5,"type":"chat.send","chat":["x"]}`} {
		anna.frame([]byte(frame))
		if v := anna.reply(5); text(v, "error", "code") != "bad_request" || v["ok"] != false {
			t.Errorf("%s: %s", frame, spelled(v))
		}
	}
	for _, frame := range []string{`[]`, `7`, `{"type":"chat.read"}`} {
		anna.frame([]byte(frame))
		if v := anna.next(); v["ok"] != false || v["id"] != nil {
			t.Errorf("%s: %s", frame, spelled(v))
		}
	}
	anna.ask("status.set", object{"status": "active", "colour": "red"}) // unknown fields are ignored
	anna.frame([]byte(`{"id":"text","type":"status.set","status":"active"}`))
	if v := anna.next(); v["id"] != "text" || v["ok"] != true {
		t.Errorf("a textual id: %s", spelled(v))
	}
	codes := map[string]websocket.StatusCode{
		"{":                                 1007,
		`{"id":1,"type":"status.set"} more`: 1007,
		`{"id":9,"type":"status.set","status":"` + strings.Repeat("x", 64<<10) + `"}`: 1009,
	}
	for frame, want := range codes {
		c := s.connect(anna.token)
		c.frame([]byte(frame))
		if code := c.closed(); code != want {
			t.Errorf("%.20s: close code %d, want %d", frame, code, want)
		}
	}
	c := s.connect(anna.token)
	if err := c.conn.Write(deadline(t), websocket.MessageBinary, []byte(`{"id":1,"type":"status.set","status":"active"}`)); err != nil {
		t.Fatal(err)
	}
	if code := c.closed(); code != 1007 {
		t.Errorf("binary: close code %d", code)
	}
	c = s.connect(anna.token)
	for i := range 1000 {
		if c.conn.Write(deadline(t), websocket.MessageText, []byte(fmt.Sprintf(`{"id":%d,"type":"chat.decline","chat":"x"}`, i))) != nil {
			break
		}
	}
	if code := c.closed(); code != 1008 {
		t.Errorf("a flood: close code %d", code)
	}
	anna.ask("status.set", object{"status": "active"}) // the others' endings are not anna's
}

// TestPipelined: requests on one socket are handled in order, and what was
// acknowledged before the connection broke is kept.
func TestPipelined(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	customer := s.customer("demo-fb", 1)
	sent(t)(customer.Text(deadline(t), "go"))
	id := anna.take("go")
	var ids []int
	for i := range 40 {
		ids = append(ids, anna.write("chat.send", object{"chat": id, "client_id": fmt.Sprint(i), "text": fmt.Sprintf("answer %02d", i)}))
	}
	for i, n := range ids {
		m := part(anna.reply(n), "data", "message")
		if text(m, "text") != fmt.Sprintf("answer %02d", i) || number(m, "position") != i+2 {
			t.Errorf("reply %d: %s", i, spelled(m))
		}
	}
	answers, err := customer.WaitAnswers(deadline(t), 40)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range answers {
		if a.Text != fmt.Sprintf("answer %02d", i) {
			t.Errorf("the customer's answer %d is %q", i, a.Text)
		}
	}
}

// TestForeignChats: a chat of somebody else's and one that does not exist are
// answered alike, for every request (abuse case 28, I8).
func TestForeignChats(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna, boris := s.operator("anna"), s.operator("boris")
	sent(t)(s.customer("demo-fb", 1).Text(deadline(t), "anna's"))
	mine := anna.take("anna's")
	message := text(anna.ask("chat.history", object{"chat": mine}), "messages", 0, "id")
	_, number, _ := strings.Cut(mine, ".")
	absentChats := []string{"nothing", strings.Repeat("a", len(mine)-len(number)-1) + "." + number, mine + "0", ""}
	requests := []struct {
		kind   string
		fields object
	}{
		{"chat.send", object{"client_id": "1", "text": "x"}}, {"chat.finish", nil}, {"chat.read", object{"position": 1}}, {"chat.draft", object{"text": "x"}},
		{"chat.history", nil}, {"chat.retry", object{"message": message}}, {"transfer.targets", nil}, {"chat.transfer", object{"to": object{"queue": "sales"}}},
	}
	for _, r := range requests {
		foreign := spelled(boris.refused("forbidden", r.kind, with(r.fields, "chat", mine)))
		for _, chat := range absentChats {
			if got := spelled(boris.refused("forbidden", r.kind, with(r.fields, "chat", chat))); got != foreign {
				t.Errorf("%s: %s for %q, %s for another's", r.kind, got, chat, foreign)
			}
		}
	}
	foreign := s.get(boris.token, "/api/v1/chats/"+mine+"/messages")
	foreign.problem(403, "forbidden")
	for _, chat := range absentChats[:3] {
		if got := s.get(boris.token, "/api/v1/chats/"+chat+"/messages"); string(got.raw) != string(foreign.raw) || got.status != 403 {
			t.Errorf("messages of %q: %d %s", chat, got.status, got.raw)
		}
		s.get(boris.token, "/api/v1/chats/"+chat).problem(403, "forbidden")
	}
	s.get(s.signIn("root"), "/api/v1/chats/"+mine+"/messages").problem(403, "forbidden")
	seen := s.get(boris.token, "/api/v1/chats/"+mine).is(200)
	if strings.Contains(spelled(seen), "anna's") || seen["draft"] != "" {
		t.Errorf("the row of another's open chat shows %s", spelled(seen))
	}
	anna.ask("chat.history", object{"chat": mine})
}

func with(fields object, key string, value any) object {
	out := object{key: value}
	for k, v := range fields {
		out[k] = v
	}
	return out
}
