package gateway

import (
	"context"
	"slices"
	"testing"
	"time"

	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/view"
	"parley/gateway/channel"
)

// TestKeptEventsAreToldHoweverLongMendingTook: what was acknowledged and kept for
// a damaged conversation is told once that is mended, also when by then it is older
// than what a newly arrived event may be (I5).
func TestKeptEventsAreToldHoweverLongMendingTook(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	kept := now.Add(-30 * 24 * time.Hour)
	b := setup(t, func(_ *Config, d *Deps) { d.Now = func() time.Time { return now } })
	first := chat.ChatID(conversationID("acme-fb", "c1"), 1)
	b.engine.chats[first] = view.Chat{Chat: chat.Chat{ID: first, CreatedAt: now.Add(-90 * 24 * time.Hour)}}
	e := message("c1", "m1")
	e.At = kept.Add(-time.Second)
	done, err := b.Retell(t.Context(), keptOf(e, kept))
	if !done || err != nil || len(b.engine.commands()) != 1 || len(b.quarantine.reasons()) != 0 {
		t.Errorf("done %v, %v, %d commands, kept %v", done, err, len(b.engine.commands()), b.quarantine.reasons())
	}
}

// TestAKeptEventThatCannotBeToldStopsNobody: one that breaks something, or that
// cannot be read, is set aside for good; the server starts, the others are told.
func TestAKeptEventThatCannotBeToldStopsNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.engine.do = func(context.Context, commit.Entity, any) (any, error) { panic("a poisoned event") }
	unreadable := keptOf(message("c1", "m2"), time.Now())
	unreadable.Raw = []byte(`{"Kind":`)
	for _, k := range []Kept{keptOf(message("c1", "m1"), time.Now()), unreadable} {
		if done, err := b.Retell(t.Context(), k); !done || err != nil {
			t.Errorf("done %v, %v", done, err)
		}
	}
	if got := b.quarantine.reasons(); !slices.Equal(got, []string{keptPanic, keptRefused}) {
		t.Errorf("kept %v", got)
	}
}

func keptOf(e channel.Event, at time.Time) Kept {
	return Kept{Provider: "messenger", Channel: "acme-fb", Reason: KeptDamaged, At: at, Raw: eventText(&e)}
}
