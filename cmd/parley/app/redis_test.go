package app_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"parley/cmd/parley/app"
	"parley/config"
	"parley/gateway/channel/simulator"
	"parley/persistence/redisstore/redistest"
)

// on keeps live state in a Redis.
func on(url string) func(*config.Config) {
	return func(c *config.Config) { c.Store = config.Address(url) }
}

// TestOverRedis: the main job is the same over the other store, restarts included.
func TestOverRedis(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t)
	for name, story := range map[string]func(*testing.T, *stage){
		"first chat": firstChatStory, "restart": restartStory, "webhooks during a restart": webhooksDuringARestartStory,
		"accept race": acceptRaceStory, "transfer": transferToOperatorStory, "send once": sendOnceStory,
		"redelivered": webhookRedeliveredStory,
	} {
		t.Run(name, func(t *testing.T) { story(t, newStage(t, on(r.URL()+"/"+database()))) })
	}
}

var databases atomic.Int64

// database names a database of a test server that nobody else uses: there are 16.
func database() string { return fmt.Sprint(databases.Add(1) - 1) }

// TestRedisGoesAndComes: while Redis is down nothing is acknowledged; when it is
// back everything goes on by itself, and what the customer wrote stands once, in
// order (I4, I5).
func TestRedisGoesAndComes(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t)
	s := newStage(t, on(r.URL()))
	anna := s.operator("anna")
	customer := s.customer("demo-fb", 1)
	sent(t)(customer.Text(deadline(t), "before"))
	id := anna.take("before")
	if err := r.Kill(); err != nil {
		t.Fatal(err)
	}
	until(t, "readyz says that the store is down", func() bool { return s.do("GET", "/readyz", nil).status == 503 })
	var refs []simulator.EventRef
	for i := range 5 {
		ref, err := customer.Text(deadline(t), fmt.Sprint("meanwhile ", i))
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, ref)
	}
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	for i, ref := range refs {
		sent(t)(ref, nil)
		anna.push("chat.message", saying(fmt.Sprint("meanwhile ", i)))
	}
	got := texts(list(s.get(anna.token, "/api/v1/chats/"+id+"/messages").is(200), "messages"), "text")
	if strings.Join(got, ",") != "before,meanwhile 0,meanwhile 1,meanwhile 2,meanwhile 3,meanwhile 4" {
		t.Errorf("messages %q", got)
	}
	until(t, "readyz says that all is well", func() bool { return s.do("GET", "/readyz", nil).status == 200 })
}

// TestRedisStandsStill: a provider is told to come again in time; the outcome
// that nobody knew is settled, and the message stands once (I4, I5).
func TestRedisStandsStill(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t)
	s := newStage(t, on(r.URL()))
	anna := s.operator("anna")
	s.hook("demo-fb", fbText("9301", "m_still_1", "before")).is(200)
	id := anna.take("before")
	if err := r.Pause(); err != nil {
		t.Fatal(err)
	}
	late := s.hook("demo-fb", fbText("9301", "m_still_2", "in between"))
	if late.is(503); late.header.Get("Retry-After") == "" {
		t.Errorf("no Retry-After: %v", late.header)
	}
	if err := r.Continue(); err != nil {
		t.Fatal(err)
	}
	until(t, "the redelivery is taken", func() bool {
		return s.hook("demo-fb", fbText("9301", "m_still_2", "in between")).status == 200
	})
	s.hook("demo-fb", fbText("9301", "m_still_3", "after")).is(200)
	anna.push("chat.message", saying("after"))
	got := texts(list(s.get(anna.token, "/api/v1/chats/"+id+"/messages").is(200), "messages"), "text")
	if strings.Join(got, ",") != "before,in between,after" {
		t.Errorf("messages %q", got)
	}
}

// TestRelaxedDurabilityIsSaid: a server that may lose what it acknowledged is
// refused unless the configuration takes it, and then readyz and the log say so.
func TestRelaxedDurabilityIsSaid(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t, "--appendfsync", "everysec")
	cfg := config.Default()
	cfg.Data, cfg.Listen, cfg.Store = t.TempDir(), "127.0.0.1:0", config.Address(r.URL())
	cfg.Complete()
	var log bytes.Buffer
	o := app.Options{Config: cfg, Log: slog.New(slog.NewTextHandler(&log, nil))}
	if _, err := app.Start(context.Background(), o); err == nil || !strings.Contains(err.Error(), `appendfsync is "everysec"`) {
		t.Fatalf("started on a server that loses: %v", err)
	}
	s := newStage(t, on(r.URL()), func(c *config.Config) { c.Durability = "relaxed" })
	if ready := s.do("GET", "/readyz", nil); ready.status != 200 || !strings.Contains(string(ready.raw), "durability: relaxed") {
		t.Errorf("readyz: %s", ready.raw)
	}
	o.Config.Durability = "relaxed"
	o.Config.Data = t.TempDir()
	o.Config.Store += "/1"
	a, err := app.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(deadline(t)); err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "durability is relaxed") {
		t.Errorf("log: %s", log.String())
	}
}
