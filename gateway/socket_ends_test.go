package gateway

import (
	"context"
	"strings"
	"testing"
	"time"

	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
)

func TestSocketEndsWithItsSession(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config, _ *Deps) { c.SessionCheck = time.Hour })
	auth := b.bearer("anna")
	one, _, err := b.dial("/api/v1/ws", auth...)
	if err != nil {
		t.Fatal(err)
	}
	two, _, err := b.dial("/api/v1/ws", auth...)
	if err != nil {
		t.Fatal(err)
	}
	other := b.connect("anna") // another session of the same operator
	<-b.engine.joined
	<-b.engine.joined
	<-b.engine.joined
	res, body := b.call("DELETE", "/api/v1/session", nil, auth...)
	expect(t, res, body, 204, "")
	one.closed(4401)
	two.closed(4401)
	if r := other.ask(`{"id":5,"type":"chat.read","chat":"conv.1","position":1}`); r["ok"] != true {
		t.Errorf("the other session: %v", r)
	}
}

func TestSocketEndsWhenTheSessionExpires(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.connect("anna")
	b.sessions.mu.Lock()
	clear(b.sessions.open)
	b.sessions.mu.Unlock()
	c.closed(4401)
	waitFor(t, func() bool {
		for _, d := range b.engine.commands() {
			if d.command == (operator.SignOut{Last: true}) {
				return true
			}
		}
		return false
	})
}

// One of two sessions expires while the other's device is just coming back: that
// one has its grace (S13).
func TestAnExpiredSessionDoesNotSpeakForAnother(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.connect("anna")
	b.bearer("anna") // another session, without a connection now
	b.sessions.mu.Lock()
	for token := range b.sessions.open {
		if !strings.HasSuffix(token, "-xx") {
			delete(b.sessions.open, token)
		}
	}
	b.sessions.mu.Unlock()
	c.closed(4401)
	waitFor(t, func() bool {
		for _, d := range b.engine.commands() {
			if out, ok := d.command.(operator.SignOut); ok {
				if out.Last {
					t.Fatal("the last session is said to have ended")
				}
				return true
			}
		}
		return false
	})
}

// A connection whose token was good a moment ago is closed when its session has ended meanwhile.
func TestAConnectionThatComesBehindItsSessionsEndIsClosed(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config, _ *Deps) { c.SessionCheck = time.Hour })
	auth := b.bearer("anna")
	b.sockets.endSession("session of " + strings.TrimPrefix(auth[1], "Bearer "))
	c, _, err := b.dial("/api/v1/ws", auth...) // the fake still knows the token, as a look-up just before would have
	if err != nil {
		t.Fatal(err)
	}
	c.closed(4401)
}

func TestShutdownTellsConnectionsToResume(t *testing.T) {
	t.Parallel()
	b := setup(t)
	release := make(chan struct{})
	entered := make(chan struct{})
	b.engine.do = func(_ context.Context, _ commit.Entity, c any) (any, error) {
		if _, ok := c.(chat.Draft); ok {
			close(entered)
			<-release
		}
		return nil, nil
	}
	idle, working := b.connect("anna"), b.connect("boris")
	working.write(`{"id":9,"type":"chat.draft","chat":"conv.1","text":"x"}`)
	<-entered
	done := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		done <- b.Shutdown(ctx)
	}()
	idle.closed(1012)
	close(release)
	working.closed(1012)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := b.client.Get(b.url + "/healthz"); err == nil {
		t.Error("still accepting")
	}
}
