package channeltest

import (
	"strings"
	"testing"
	"time"

	"parley/gateway/channel"
)

// Incoming is one webhook body and what it must become.
type Incoming struct {
	Name    string
	Account channel.Account
	Body    string
	Events  []string // Describe of each event
	Bad     []string // reasons
	Ignored int
}

// ReceivedAt stands in for the time of receipt in all runs.
func ReceivedAt() time.Time { return time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC) }

// RunIncoming parses every body and compares. It also checks what holds for all: events name the channel and account,
// have a time and a key of their own, and parsing again gives the same keys.
func RunIncoming(t *testing.T, a channel.Adapter, cases []Incoming) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			if c.Account.ID == "" {
				c.Account.ID = "ch"
			}
			got := a.Parse(c.Account, []byte(c.Body), ReceivedAt())
			var events, bad []string
			for _, e := range got.Events {
				events = append(events, Describe(e))
			}
			for _, b := range got.Bad {
				bad = append(bad, b.Reason)
			}
			same(t, "events", events, c.Events)
			same(t, "bad", bad, c.Bad)
			if got.Ignored != c.Ignored {
				t.Errorf("ignored %d, want %d", got.Ignored, c.Ignored)
			}
			Sane(t, a, c.Account, []byte(c.Body), got)
		})
	}
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("%s\n got: %s\nwant: %s", what, g, w)
	}
}

// Sane checks what must hold for the outcome of any body.
func Sane(t *testing.T, a channel.Adapter, acc channel.Account, body []byte, got channel.Parsed) {
	t.Helper()
	again := a.Parse(acc, body, ReceivedAt().Add(time.Hour))
	if len(again.Events) != len(got.Events) || len(got.Events) > channel.MaxEvents {
		t.Fatalf("%d events, then %d", len(got.Events), len(again.Events))
	}
	for i, e := range got.Events {
		if e.ChannelID != acc.ID || e.AccountID == "" || e.At.IsZero() || e.Kind == "" {
			t.Errorf("event %d is not framed: %s", i, Describe(e))
		}
		if e.Key == "" || !strings.HasPrefix(e.Key, string(e.Kind)+":") {
			t.Errorf("event %d has key %q", i, e.Key)
		}
		if e.Customer != e.Contact.Primary().Value {
			t.Errorf("event %d: customer %q, primary identity %q", i, e.Customer, e.Contact.Primary().Value)
		}
		if again.Events[i].Key != e.Key {
			t.Errorf("event %d: a redelivery has another key: %q, %q", i, e.Key, again.Events[i].Key)
		}
	}
	for i, b := range got.Bad {
		if b.Reason == "" {
			t.Errorf("bad %d has no reason", i)
		}
	}
}

// Neighbours puts garbage, any JSON value, between good events of one batch and checks that all good ones come through,
// in order. wrap joins events to a body; good makes the i-th, which must become one event with text "good <i>".
func Neighbours(t *testing.T, a channel.Adapter, acc channel.Account, wrap func(events []string) string, good func(i int) string, garbage string) {
	t.Helper()
	events := []string{good(0), good(1), garbage, good(2)}
	body := []byte(wrap(events))
	got := a.Parse(acc, body, ReceivedAt())
	Sane(t, a, acc, body, got)
	var texts []string
	for _, e := range got.Events {
		if strings.HasPrefix(e.Text, "good ") {
			texts = append(texts, e.Text)
		}
	}
	if g := strings.Join(texts, ","); g != "good 0,good 1,good 2" {
		t.Errorf("garbage %q: events %s, bad %v", garbage, g, got.Bad)
	}
	if n := len(got.Events) + len(got.Bad) + got.Ignored; n < 4 {
		t.Errorf("garbage %q vanished: %+v", garbage, got)
	}
}
