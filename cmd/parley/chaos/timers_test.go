package chaos

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"parley/cmd/parley/demo"
	"parley/gateway/channel/simulator"
)

// Time-outs of this story. They run for most of their time before the kill, so a
// timer that began anew would end far too late.
const (
	acceptTimeout     = 9 * time.Second
	completionTimeout = 9 * time.Second
	graceTime         = 5 * time.Second
)

// present keeps a connection open until the server goes.
func (v *server) present(token string) {
	v.t.Helper()
	ctx, cancel := contextOf(v.t)
	conn, err := v.dial(ctx, token, "", 0)
	if err != nil {
		cancel()
		v.t.Fatalf("connect: %v", err)
	}
	go func() {
		defer conn.CloseNow() //nolint:errcheck // it has ended
		for {
			if _, _, err := conn.Read(ctx); err != nil {
				return
			}
		}
	}()
}

func moment(v any) time.Time {
	s, _ := v.(string)
	at, _ := time.Parse(time.RFC3339, s)
	return at
}

// TestTimersKeepTheirRemainingTime: an offer's deadline, the completion of a silent
// chat and the grace of somebody absent go on after a kill where they stood (I6, S13, S24, S35).
func TestTimersKeepTheirRemainingTime(t *testing.T) {
	t.Parallel()
	world, err := simulator.New(simulator.Config{Seed: seed(t), Channels: demo.Channels(), BackoffMax: 400 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close() })
	played := httptest.NewServer(world)
	t.Cleanup(played.Close)
	world.SetURL(played.URL)
	v := newServer(t, setup{World: played.URL, Accept: acceptTimeout, Completion: completionTimeout, Grace: graceTime})
	for _, c := range demo.Channels() {
		world.SetWebhook(c.ID, v.url+"/hooks/"+string(c.Provider)+"/"+c.ID)
	}
	v.start()
	root, anna, clara, absent := v.signIn("root"), v.signIn("anna"), v.signIn("clara"), v.signIn("sim-02")
	say := func(channel, words string) {
		if _, err := world.Customer(channel, 1).Text(context.Background(), words); err != nil {
			t.Fatal(err)
		}
	}
	for _, token := range []string{anna, clara} {
		v.present(token)
		v.must(token, "status.set", object{"status": "active"})
	}
	say("demo-tg", "a single offer")
	offered := v.row(clara)
	say("demo-fb", "will be silent")
	silent := v.row(anna)
	v.must(anna, "chat.accept", object{"chat": text(silent, "id")})
	v.present(absent)
	v.must(absent, "status.set", object{"status": "active"})

	deadline := moment(offered["deadline"])
	pause(context.Background(), time.Until(deadline.Add(-acceptTimeout*2/5)))
	v.kill()
	again := time.Now()
	v.start()
	v.present(clara)
	if now := v.row(clara); text(now, "id") != text(offered, "id") || text(now, "deadline") != text(offered, "deadline") {
		t.Errorf("the offer was %s, is %s", spelled(offered), spelled(now))
	}
	until(t, "the offer's end", func() string {
		r := v.get(root, "/api/v1/chats/"+text(offered, "id")+"/routing")
		for _, p := range list(r, "passed") {
			at := moment(dig(p, "at"))
			if text(p, "operator") == "clara" && text(p, "why") == "expired" {
				if at.Before(deadline) || !at.Before(again.Add(acceptTimeout)) {
					t.Errorf("due at %s, served again from %s, expired at %s", deadline, again, at)
				}
				return ""
			}
		}
		return spelled(r)
	})
	until(t, "the silent chat's completion", func() string {
		c := v.get(root, "/api/v1/chats/"+text(silent, "id"))
		if text(c, "state") != "completed" {
			return spelled(c)
		}
		due, at := moment(c["last_at"]).Add(completionTimeout), moment(c["completed_at"])
		if text(c, "reason") != "timeout" || at.Before(due) || !at.Before(again.Add(completionTimeout)) {
			t.Errorf("due at %s, served again from %s: %s", due, again, spelled(c))
		}
		return ""
	})
	until(t, "the end of the grace", func() string {
		for _, m := range list(v.get(root, "/api/v1/chats/"+text(offered, "id")+"/routing"), "members") {
			if text(m, "operator", "id") == "sim-02" && text(m, "why") == "inactive" {
				return ""
			}
		}
		return "sim-02 is not shown inactive"
	})
	if s := v.snapshot(absent); text(s, "operator", "preferred") != "active" {
		t.Errorf("he comes back as %s", spelled(part(s, "operator")))
	}
}

// must asks for what must succeed.
func (v *server) must(token, kind string, fields object) {
	v.t.Helper()
	if r := v.request(token, kind, fields); r["ok"] != true {
		v.t.Fatalf("%s %s: %s", kind, spelled(fields), spelled(r))
	}
}

// row waits for the first row that is offered to somebody.
func (v *server) row(token string) (row object) {
	v.t.Helper()
	until(v.t, "an offer", func() string {
		s := v.snapshot(token)
		if row = part(s, "offers", 0); row == nil {
			return spelled(s)
		}
		return ""
	})
	return row
}
