package actors_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/actors"
	"parley/actors/chat"
)

// answering makes a world in which anna has c1.1, and a provider with its own
// ideas about her answers.
func answering(t *testing.T, deliver func(n int, d actors.Delivery) actors.Outcome) *world {
	w := newWorld(t)
	w.activate("anna")
	w.own("anna", "c1")
	var mu sync.Mutex
	n := 0
	w.outside.change(func(p *provider) {
		p.deliver = func(d actors.Delivery) actors.Outcome {
			mu.Lock()
			n++
			i := n
			mu.Unlock()
			return deliver(i, d)
		}
	})
	return w
}

func (w *world) say(clientID, text string) chat.Message {
	w.t.Helper()
	return w.do("c1", chat.Send{By: person("anna"), Chat: "c1.1", ClientID: clientID, Text: text}).(chat.Message)
}

func (w *world) message(id string) chat.Message {
	w.t.Helper()
	m, err := w.engine.Message(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// texts spells what the provider was given: text/part.
func (w *world) texts() string {
	var out []string
	for _, d := range w.outside.sent() {
		out = append(out, fmt.Sprint(d.Message.Text, "/", d.Part))
	}
	return strings.Join(out, " ")
}

func TestDeliveriesOfAConversationKeepTheirOrderAndWaitForARetry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := answering(t, func(n int, d actors.Delivery) actors.Outcome {
			if n <= 3 {
				return actors.Outcome{Verdict: actors.Again, After: time.Duration(n) * time.Minute}
			}
			return taken(d, 1)
		})
		defer func() { w.stop() }()
		for i := range 5 {
			w.say(fmt.Sprint(i), fmt.Sprint("m", i))
		}
		time.Sleep(10 * time.Minute)
		if got := w.texts(); got != "m0/0 m0/0 m0/0 m0/0 m1/0 m2/0 m3/0 m4/0" {
			t.Fatal(got)
		}
	})
}

func TestVerdictsOfAProvider(t *testing.T) {
	t.Parallel()
	problem := chat.Problem{Code: "c", Text: "why"}
	for name, tc := range map[string]struct {
		out   actors.Outcome
		state chat.Delivery
	}{
		"taken":    {actors.Outcome{Verdict: actors.Taken, Provider: "p", Parts: 1}, chat.Sent},
		"rejected": {actors.Outcome{Verdict: actors.Rejected, Error: problem, Blocked: true}, chat.Failed},
		"nobody":   {actors.Outcome{Verdict: actors.Nobody, Error: problem}, chat.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := answering(t, func(int, actors.Delivery) actors.Outcome { return tc.out })
				defer func() { w.stop() }()
				m := w.say("x", "hi")
				time.Sleep(time.Minute)
				if got := w.message(m.ID); got.State != tc.state || tc.state != chat.Sent && got.Error != problem {
					t.Fatalf("%s %+v", got.State, got.Error)
				}
				w.say("y", "next") // whatever came of it, the next one goes
				time.Sleep(time.Minute)
				if got := w.texts(); got != "hi/0 next/0" {
					t.Fatal(got)
				}
				if n, err := w.engine.OutboxLen(); err != nil || n > 6 { // steps done since the last commits
					t.Fatalf("%d outbox entries, %v", n, err)
				}
			})
		})
	}
}

func TestALongMessageGoesPartByPartAndACrashRepeatsNone(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		crashIn int // attempt during which the process dies, 0 = between the first and the second
		want    string
		state   chat.Delivery
	}{
		"during the first part":  {1, "long/0", chat.Unknown},
		"between the parts":      {0, "long/0 long/1 long/2", chat.Sent},
		"during the second part": {2, "long/0 long/1", chat.Unknown},
		"during the last part":   {3, "long/0 long/1 long/2", chat.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := prepare(t)
				wire := newTripwire(w.disk)
				w.store = wire
				w.start()
				defer func() { w.stop() }()
				w.activate("anna")
				w.own("anna", "c1")
				time.Sleep(time.Second) // what the new chat brings about is done
				calls := 0
				w.outside.change(func(p *provider) {
					p.deliver = func(d actors.Delivery) actors.Outcome {
						calls++
						switch {
						case calls == tc.crashIn:
							wire.lay(1, crashBefore)
						case tc.crashIn == 0 && calls == 1:
							wire.lay(2, crashBefore) // the outcome is written, the next mark is not
						}
						return taken(d, 3)
					}
				})
				m := w.say("x", "long")
				time.Sleep(time.Minute)
				if !wire.isDead() {
					t.Fatal("no crash")
				}
				w.kill()
				w.store = w.disk.Reopen()
				w.start()
				time.Sleep(time.Minute)
				if got := w.texts(); got != tc.want {
					t.Errorf("delivered %s, want %s", got, tc.want)
				}
				if got := w.message(m.ID).State; got != tc.state {
					t.Errorf("the message is %s, want %s", got, tc.state)
				}
			})
		})
	}
}

func TestACrashWhileWaitingToTryAgainDoesNotMakeAMessageUnknown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := answering(t, func(n int, d actors.Delivery) actors.Outcome {
			if n == 1 {
				return actors.Outcome{Verdict: actors.Again, After: time.Hour}
			}
			return taken(d, 1)
		})
		m := w.say("x", "hi")
		time.Sleep(time.Minute)
		w.kill()
		w.store = w.disk.Reopen()
		w.start()
		defer func() { w.stop() }()
		time.Sleep(time.Minute)
		if got := w.message(m.ID).State; got != chat.Sent {
			t.Fatalf("the message is %s", got)
		}
	})
}

func TestAStopBeforeAMessageLeavesDoesNotMakeItUnknown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, faulty := held(t, actors.Config{})
		w.activate("anna")
		w.own("anna", "c1")
		pace := make(chan struct{})
		w.outside.change(func(p *provider) { p.pace = pace })
		m := w.say("x", "hi")
		release := faulty.Hold()
		close(pace)
		synctest.Wait() // the mark is on its way when the engine stops
		go func() {
			time.Sleep(time.Second)
			release()
		}()
		w.stop()
		if n := len(w.outside.sent()); n > 0 {
			t.Fatal("it has left")
		}
		w.start()
		defer func() { w.stop() }()
		time.Sleep(time.Minute)
		if got := w.message(m.ID).State; got != chat.Sent {
			t.Fatalf("the message is %s", got)
		}
	})
}

func TestAMessageIsGivenUpADayAfterItWasLastQueued(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := answering(t, func(int, actors.Delivery) actors.Outcome {
			return actors.Outcome{Verdict: actors.Again, After: 10 * time.Minute}
		})
		defer func() { w.stop() }()
		w.reconfigure(func(c *actors.Catalogue) {
			q := c.Queues["support"]
			q.CompletionTimeout = 0
			c.Queues["support"] = q
		})
		m := w.say("x", "hi")
		time.Sleep(23 * time.Hour)
		w.restart() // does not begin the day anew
		if got := w.message(m.ID).State; got != chat.Queued {
			t.Fatalf("after 23 hours it is %s", got)
		}
		time.Sleep(90 * time.Minute)
		if got := w.message(m.ID); got.State != chat.Failed || got.Error.Code != "expired" {
			t.Fatalf("after a day it is %s %+v", got.State, got.Error)
		}
		w.write("c1", "support", "k9", "Still here") // opens the window again
		w.do("c1", chat.Retry{By: person("anna"), Chat: "c1.1", Message: m.ID})
		time.Sleep(23 * time.Hour)
		if got := w.message(m.ID).State; got != chat.Queued {
			t.Fatalf("23 hours after the retry it is %s", got)
		}
	})
}

func TestAPartWithoutAProviderIDIsNotSentAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := answering(t, func(int, actors.Delivery) actors.Outcome { return actors.Outcome{Verdict: actors.Taken, Parts: 3} })
		defer func() { w.stop() }()
		m := w.say("x", "hi")
		time.Sleep(time.Minute)
		if got := w.texts(); got != "hi/0 hi/1 hi/2" {
			t.Fatal(got)
		}
		if got := w.message(m.ID).State; got != chat.Sent {
			t.Fatalf("the message is %s", got)
		}
	})
}

func TestFetchIdentifyAndProfileAreTriedAgainAndHoldUpNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		w.outside.fetch = func(n int) actors.Fetched {
			if n <= 30 { // more failures than there are places
				return actors.Fetched{Again: true}
			}
			return actors.Fetched{State: chat.Stored, Name: "a.png", Size: 7}
		}
		w.outside.identify = func(n int) error {
			if n <= 10 {
				return errors.New("the directory is busy")
			}
			return nil
		}
		w.outside.profile = func(n int) (chat.Contact, bool, error) {
			if n <= 12 {
				return chat.Contact{}, false, errors.New("no answer")
			}
			return chat.Contact{ID: "contact", Name: "Ada", Photo: "f"}, true, nil
		}
		w.start()
		defer func() { w.stop() }()
		for i := range 10 {
			r := receive("support", "k", "A picture")
			r.Message.Attachments = []chat.Attachment{{ID: fmt.Sprint("f", i), Kind: "image", Source: chat.Source{URL: "https://example.org/a.png"}}}
			w.do(fmt.Sprint("c", i), r)
		}
		time.Sleep(time.Minute)
		for i := range 10 {
			m := w.message(fmt.Sprintf("c%d.1.1", i))
			if a := m.Attachments[0]; a.State != chat.Stored || a.Size != 7 {
				t.Errorf("attachment %+v", a)
			}
			s, err := w.engine.StoredConversation(t.Context(), fmt.Sprint("c", i))
			if err != nil || s.Contact.Name != "Ada" || !s.Contact.Linked {
				t.Errorf("contact %+v, %v", s.Contact, err)
			}
		}
	})
}

func TestAnAttachmentThatNeverComesIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		w.outside.fetch = func(int) actors.Fetched { return actors.Fetched{Again: true, After: time.Second} }
		w.start()
		defer func() { w.stop() }()
		r := receive("support", "k", "A picture")
		r.Message.Attachments = []chat.Attachment{{ID: "f", Kind: "image", Source: chat.Source{URL: "https://example.org/a.png"}}}
		w.do("c", r)
		time.Sleep(time.Hour)
		if a := w.message("c.1.1").Attachments[0]; a.State != chat.FetchFailed {
			t.Fatalf("attachment %+v", a)
		}
	})
}

func TestTheChatsSectionIsBroughtUpToDateInBatches(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		down := true
		var mu sync.Mutex
		w.outside.index = func([]actors.Row) error {
			mu.Lock()
			defer mu.Unlock()
			if down {
				return errors.New("locked")
			}
			return nil
		}
		w.start()
		for i := range 300 {
			w.write(fmt.Sprint("c", i), "support", "k", "Hello")
		}
		w.restart() // what was not written is taken up again
		mu.Lock()
		down = false
		mu.Unlock()
		time.Sleep(5 * time.Minute)
		defer func() { w.stop() }()
		newest := make(map[string]uint64)
		for _, r := range w.outside.indexed() {
			newest[r.Conversation] = max(newest[r.Conversation], r.Version)
		}
		if len(newest) != 300 || len(w.outside.batches) > 20 {
			t.Fatalf("%d rows in %d batches", len(newest), len(w.outside.batches))
		}
	})
}
