package gateway

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/view"
	"parley/gateway/wire"
)

const patience = 5 * time.Second

func TestSocketGreetsResumesAndPushes(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config, _ *Deps) { c.Heartbeat = 50 * time.Millisecond })
	auth := b.bearer("anna")
	c, _, err := b.dial("/api/v1/ws", auth...)
	if err != nil {
		t.Fatal(err)
	}
	if hello := c.read(); hello["resumed"] != false || hello["snapshot"] == nil {
		t.Errorf("hello %v", hello)
	}
	sink := <-b.engine.joined
	sink.Send(wire.Encoder{}.Push(view.Push{Seq: 42, Body: view.Ended{Chat: "c.1", Reason: "operator"}}))
	if push := c.read(); push["type"] != "chat.completed" || push["seq"] != 42.0 {
		t.Errorf("push %v", push)
	}
	if ping := c.read(); ping["type"] != "ping" || ping["seq"] != 42.0 {
		t.Errorf("heartbeat %v", ping)
	}
	_ = c.conn.Close(websocket.StatusNormalClosure, "")
	if who := <-b.engine.left; who != "anna" {
		t.Errorf("%s was detached", who)
	}
	c, _, err = b.dial("/api/v1/ws?epoch=e1&seq=42", auth...)
	if err != nil {
		t.Fatal(err)
	}
	if hello := c.read(); hello["resumed"] != true || hello["seq"] != 42.0 || hello["snapshot"] != nil {
		t.Errorf("resumed hello %v", hello)
	}
}

func TestSocketIsOpenedOnlyForOurPagesAndTokens(t *testing.T) {
	t.Parallel()
	b := setup(t)
	token, _, _ := b.sessions.Open(context.Background(), "anna")
	cookie := "parley=" + token
	cases := []struct {
		name    string
		headers []string
		status  int
	}{
		{"bearer without origin", []string{"Authorization", "Bearer " + token}, 101},
		{"bearer from anywhere", []string{"Authorization", "Bearer " + token, "Origin", "https://evil.example"}, 101},
		{"cookie from the public page", []string{"Cookie", cookie, "Origin", "http://chat.example"}, 101},
		{"cookie from the host itself", []string{"Cookie", cookie, "Origin", b.url}, 101},
		{"cookie without origin", []string{"Cookie", cookie}, 403},
		{"cookie from evil", []string{"Cookie", cookie, "Origin", "https://evil.example"}, 403},
		{"cookie from null", []string{"Cookie", cookie, "Origin", "null"}, 403},
		{"cookie from a suffix", []string{"Cookie", cookie, "Origin", "http://chat.example.evil"}, 403},
		{"nothing", nil, 401},
		{"wrong token", []string{"Authorization", "Bearer nonsense"}, 401},
		{"no bearer", []string{"Authorization", "Basic " + token}, 401},
	}
	for _, c := range cases {
		_, res, err := b.dial("/api/v1/ws", c.headers...)
		if res == nil || res.StatusCode != c.status {
			t.Errorf("%s: %v %v", c.name, res, err)
		}
	}
	res, body := b.call("GET", "/api/v1/ws", nil, "Authorization", "Bearer "+token)
	expect(t, res, body, 426, "upgrade_required")
}

func TestSocketRequests(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.files.put(File{ID: "f1", Name: "a.png", Sniffed: "image/png", Size: 3}, []byte("abc"))
	mine := view.Chat{Chat: chat.Chat{ID: "conv.2", Phase: chat.InProgress, Owner: chat.Person{ID: "anna"}}}
	theirs := view.Chat{Chat: chat.Chat{ID: "other.1", Phase: chat.InProgress, Owner: chat.Person{ID: "boris"}}}
	past := view.Chat{Chat: chat.Chat{ID: "other.0", Phase: chat.Completed}}
	b.engine.chats = map[string]view.Chat{"conv.2": mine, "other.1": theirs, "past.1": past, "taken.1": theirs, "full.1": theirs}
	b.engine.do = func(_ context.Context, e commit.Entity, c any) (any, error) {
		switch c := c.(type) {
		case chat.Send:
			if e.ID == "other" {
				return nil, chat.ErrForbidden
			}
			if e.ID == "busy" {
				return nil, actors.ErrBusy
			}
			if e.ID == "panics" {
				panic("secret words")
			}
			return chat.Message{ID: "conv.2.7", Chat: c.Chat, Text: c.Text, ClientID: c.ClientID, Attachments: c.Attachments, State: chat.Queued, Direction: chat.Out}, nil
		case operator.Accept:
			switch c.Chat {
			case "taken.1":
				return nil, &operator.Error{Code: "taken", By: operator.Person{ID: "boris", Name: "Boris"}}
			case "full.1":
				return nil, operator.ErrLimit
			}
			return view.Assigned{Chat: mine}, nil
		case operator.SetStatus:
			return operator.StatusReply{Effective: c.Status}, nil
		case chat.Hand:
			if c.ToOperator.ID == "anna" {
				return nil, chat.ErrSelf
			}
			return chat.Handed{Child: "conv.3"}, nil
		case chat.Retry:
			return chat.Message{}, nil
		case chat.Finish:
			return nil, actors.ErrNotFound
		}
		return nil, nil
	}
	c := b.connect("anna")
	cases := []struct{ frame, code string }{
		{`{"id":1,"type":"status.set","status":"active"}`, ""},
		{`{"id":1,"type":"status.set","status":"asleep"}`, "bad_request"},
		{`{"id":1,"type":"chat.accept","chat":"conv.2"}`, ""},
		{`{"id":1,"type":"chat.accept","chat":"taken.1"}`, "taken"},
		{`{"id":1,"type":"chat.accept","chat":"full.1"}`, "limit"},
		{`{"id":1,"type":"chat.accept","chat":"nonsense"}`, "forbidden"},
		{`{"id":1,"type":"chat.decline","chat":"conv.2"}`, ""},
		{`{"id":1,"type":"chat.send","chat":"conv.2","client_id":"k","text":"hi","attachments":["f1"],"reply_to":"conv.1.3","x":1}`, ""},
		{`{"id":1,"type":"chat.send","chat":"conv.2","text":"hi","attachments":null,"reply_to":null}`, ""},
		{`{"id":1,"type":"chat.send","chat":"conv.2","client_id":"k","text":"  "}`, "bad_request"},
		{`{"id":1,"type":"chat.send","chat":"conv.2","text":"x","attachments":["nope"]}`, "bad_request"},
		{`{"id":1,"type":"chat.send","chat":"conv.2","text":"x","reply_to":"other.1.1"}`, "bad_request"},
		{`{"id":1,"type":"chat.send","chat":"other.1","text":"hi"}`, "forbidden"},
		{`{"id":1,"type":"chat.send","chat":"busy.1","text":"hi"}`, "busy"},
		{`{"id":1,"type":"chat.send","chat":"panics.1","text":"hi"}`, "internal"},
		{`{"id":1,"type":"chat.send","chat":7,"text":"hi"}`, "bad_request"},
		{`{"id":1,"type":"chat.retry","chat":"conv.2","message":"conv.2.7"}`, ""},
		{`{"id":1,"type":"chat.finish","chat":"ghost.1"}`, "forbidden"},
		{`{"id":1,"type":"chat.read","chat":"conv.2","position":3}`, ""},
		{`{"id":1,"type":"chat.read","chat":"conv.2","position":-3}`, "bad_request"},
		{`{"id":1,"type":"chat.history","chat":"conv.2","limit":50}`, ""},
		{`{"id":1,"type":"chat.history","chat":"conv.2","before":"conv.1.9"}`, ""},
		{`{"id":1,"type":"chat.history","chat":"conv.2","before":"other.1.9"}`, "bad_request"},
		{`{"id":1,"type":"chat.history","chat":"past.1"}`, ""},
		{`{"id":1,"type":"chat.history","chat":"other.1"}`, "forbidden"},
		{`{"id":1,"type":"chat.history","chat":"ghost.1"}`, "forbidden"},
		{`{"id":1,"type":"chat.draft","chat":"conv.2","text":"dear"}`, ""},
		{`{"id":1,"type":"chat.transfer","chat":"conv.2","to":{"queue":"support"},"note":"n"}`, ""},
		{`{"id":1,"type":"chat.transfer","chat":"conv.2","to":{"operator":"clara"}}`, ""},
		{`{"id":1,"type":"chat.transfer","chat":"conv.2","to":{"operator":"anna"}}`, "self"},
		{`{"id":1,"type":"chat.transfer","chat":"conv.2","to":{"operator":"ghost"}}`, "unknown_target"},
		{`{"id":1,"type":"chat.transfer","chat":"conv.2","to":{"queue":"ghost"}}`, "unknown_target"},
		{`{"id":1,"type":"chat.transfer","chat":"conv.2","to":{}}`, "bad_request"},
		{`{"id":1,"type":"chat.transfer","chat":"conv.2","to":{"queue":"support","operator":"clara"}}`, "bad_request"},
		{`{"id":1,"type":"transfer.targets","chat":"conv.2"}`, ""},
		{`{"id":1,"type":"transfer.targets","chat":"other.1"}`, "forbidden"},
		{`{"id":1,"type":"chat.initiate","contact":"x","channel":"y"}`, "unknown_type"},
		{`{"id":1,"type":"template.search","chat":"conv.2","q":"hello"}`, ""}, // without a port there are no templates
		{`{"id":1,"type":"template.search","chat":"conv.2"}`, ""},
		{`{"id":1,"type":"template.search"}`, "forbidden"},
		{`{"id":1,"type":"template.search","chat":"other.1","q":"x"}`, "forbidden"},
		{`{"id":1,"type":"template.search","chat":"past.1"}`, "forbidden"}, // a completed chat is nobody's
		{`{"id":1,"type":"template.search","chat":"ghost.1"}`, "forbidden"},
		{`{"id":1,"type":"template.search","chat":"conv.2","q":7}`, "bad_request"},
		{`{"id":1,"type":"template.search","chat":"conv.2","q":"` + strings.Repeat("ж", 200) + `"}`, ""},
		{`{"id":1,"type":"template.search","chat":"conv.2","q":"` + strings.Repeat("ж", 201) + `"}`, "bad_request"},
		{`{"type":"chat.read"}`, "bad_request"},
		{`[]`, "bad_request"},
	}
	for _, tc := range cases {
		if reply := c.ask(tc.frame); code(reply) != tc.code || (reply["ok"] == true) != (tc.code == "") {
			t.Errorf("%s: %v", tc.frame, reply)
		}
	}
	reply := c.ask(`{"id":"t","type":"chat.accept","chat":"taken.1"}`)
	if by := reply["error"].(map[string]any)["by"].(map[string]any); reply["id"] != "t" || by["id"] != "boris" || by["name"] != "Boris" {
		t.Errorf("taken by %v", reply)
	}
	targets := c.ask(`{"id":2,"type":"transfer.targets","chat":"conv.2"}`)["data"].(map[string]any)
	if got := fmt.Sprint(targets["operators"]); strings.Contains(got, "anna") || !strings.Contains(got, "indicator:grey") || !strings.Contains(got, "indicator:red") {
		t.Errorf("targets %s", got)
	}
	if strings.Contains(b.logs.String(), "secret words") {
		t.Error("the log quotes a message")
	}
}

func TestSocketAnswersInOrder(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.connect("anna")
	for i := range 100 {
		c.write(fmt.Sprintf(`{"id":%d,"type":"chat.draft","chat":"conv.1","text":"%d"}`, i, i))
	}
	for i := range 100 {
		if r := c.read(); r["id"] != float64(i) {
			t.Fatalf("reply %v, want id %d", r, i)
		}
	}
}

func TestSocketBadFramesCloseWithTheirCodes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx := context.Background()
	cases := []struct {
		name string
		send func(*client)
		code int
	}{
		{"too large", func(c *client) { c.write(`{"id":1,"x":"` + strings.Repeat("x", 65<<10) + `"}`) }, 1009},
		{"binary", func(c *client) { _ = c.conn.Write(ctx, websocket.MessageBinary, []byte(`{"id":1}`)) }, 1007},
		{"not JSON", func(c *client) { c.write(`hello`) }, 1007},
		{"not UTF-8", func(c *client) { c.write("{\"id\":\"\xff\"}") }, 1007},
		{"too many", func(c *client) {
			for range 300 {
				if c.conn.Write(ctx, websocket.MessageText, []byte(`{"id":1,"type":"x"}`)) != nil {
					return
				}
			}
		}, 1008},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := b.connect("anna")
			c.t = t
			if r := c.ask(`{"id":1,"type":"chat.send","chat":"conv.1","text":"first"}`); r["id"] != 1.0 {
				t.Fatalf("reply %v", r)
			}
			tc.send(c)
			c.closed(tc.code)
		})
	}
}

func TestSocketExactly64KiBIsTaken(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.connect("anna")
	frame := `{"id":1,"type":"chat.draft","chat":"conv.1","text":""}`
	frame = strings.Replace(frame, `"text":"`, `"text":"`+strings.Repeat("x", frameBytes-len(frame)), 1)
	if r := c.ask(frame); r["ok"] != true {
		t.Errorf("reply %v", r)
	}
}

func TestSocketSlowClientIsClosedAndForgotten(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config, _ *Deps) { c.WriteTimeout = 500 * time.Millisecond })
	b.connect("anna") // and never reads again
	sink := <-b.engine.joined
	push := wire.Encoder{}.Push(view.Push{Seq: 1, Body: view.Said{Message: chat.Message{Text: strings.Repeat("x", 100<<10)}}})
	deadline := time.Now().Add(patience)
	for sink.Send(push) {
		if time.Now().After(deadline) {
			t.Fatal("the queue has no bound")
		}
	}
	select {
	case <-b.engine.left:
	case <-time.After(patience):
		t.Fatal("the slow client is still attached")
	}
}

func TestSocketSlowClientThatReadsAgainIsToldToResume(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.connect("anna")
	sink := <-b.engine.joined
	push := wire.Encoder{}.Push(view.Push{Seq: 1, Body: view.Said{Message: chat.Message{Text: strings.Repeat("x", 100<<10)}}})
	for sink.Send(push) {
	}
	c.closed(4408)
}

func TestOutboxBounds(t *testing.T) {
	t.Parallel()
	var ended []ending
	o := newOutbox(func(e ending) { ended = append(ended, e) })
	if !o.Send(make([]byte, 40<<20)) {
		t.Fatal("a snapshot must get through, however large")
	}
	for range coldFrames - 1 {
		if len(ended) > 0 {
			t.Fatal("what was missed must get through")
		}
		o.next()
		o.Send([]byte("x"))
	}
	for {
		if _, ok, _ := o.next(); !ok {
			break
		}
	}
	n := 0
	for ; o.Send([]byte("x")); n++ {
	}
	if n != queueFrames || len(ended) != 1 || ended[0].code != closeSlow {
		t.Errorf("%d frames were queued, ended %v", n, ended)
	}
	if _, ok, end := o.next(); ok || end == nil {
		t.Error("a slow client is not written to any more")
	}
	o = newOutbox(func(ending) {})
	o.next()
	sent := 0
	for ; o.Send(make([]byte, 10<<10)); sent++ {
	}
	if sent != 103 { // the one that crosses the bound still fits
		t.Errorf("%d frames of 10 KiB were queued", sent)
	}
}

func TestSocketRefusedByTheEngineIsAskedToTryAgain(t *testing.T) {
	t.Parallel()
	b := setup(t, func(_ *Config, d *Deps) { d.Engine = refusing{d.Engine} })
	c, _, err := b.dial("/api/v1/ws", b.bearer("anna")...)
	if err != nil {
		t.Fatal(err)
	}
	c.closed(1013)
}

type refusing struct{ Engine }

func (refusing) Attach(context.Context, string, string, uint64, view.Sink) (func(), error) {
	return nil, errors.New("no")
}

// waitFor polls a condition that nothing signals.
func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatal("it never came true")
		}
	}
}

// A feed that is gone sends its connections away to come back (1012).
func TestOutboxEndsWithItsFeed(t *testing.T) {
	t.Parallel()
	var ended []ending
	o := newOutbox(func(e ending) { ended = append(ended, e) })
	o.End()
	o.End()
	if len(ended) != 1 || ended[0].code != 1012 || o.Send([]byte("{}")) {
		t.Fatalf("ended %+v", ended)
	}
}
