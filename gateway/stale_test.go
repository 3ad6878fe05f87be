package gateway

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"parley/actors/chat"
	"parley/actors/view"
	"parley/gateway/channel"
)

// TestReplayAfterTheKeysAreForgotten: abuse case 5. A body that was recorded a
// month ago is answered 200 and kept aside as stale, because the store has
// forgotten its key; the same age in a conversation that is younger than the keys
// is only a late delivery, and a receipt does no harm at any age.
func TestReplayAfterTheKeysAreForgotten(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	cases := []struct {
		name        string
		event, chat time.Duration // ages; chat 0: the customer never wrote
		kind        channel.Kind
		stale       bool
	}{
		{"a month old, in an old conversation", 30 * day, 40 * day, channel.MessageIn, true},
		{"an old edit would undo a newer one", 30 * day, 40 * day, channel.MessageEdited, true},
		{"an old thread change would be obeyed", 30 * day, 40 * day, channel.ThreadControl, true},
		{"a receipt only moves forward", 30 * day, 40 * day, channel.Receipt, false},
		{"eight days late, as a provider may be", 8 * day, 40 * day, channel.MessageIn, false},
		{"a young conversation knows all its keys", 30 * day, 8 * day, channel.MessageIn, false},
		{"the first message ever", 30 * day, 0, channel.MessageIn, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, func(_ *Config, d *Deps) { d.Now = func() time.Time { return now } })
			first := chat.ChatID(conversationID("acme-fb", "c1"), 1)
			if c.chat > 0 {
				b.engine.chats[first] = view.Chat{Chat: chat.Chat{ID: first, CreatedAt: now.Add(-c.chat)}}
			}
			e := message("c1", "m1")
			e.Kind, e.At, e.Thread, e.State = c.kind, now.Add(-c.event), channel.ThreadTake, channel.StateRead
			res, body := b.call("POST", hook, bytes.NewReader(bodyOf(t, e)), "X-Sig", "good")
			expect(t, res, body, 200, "")
			kept := b.quarantine.reasons()
			if told := len(b.engine.commands()); c.stale != slices.Equal(kept, []string{keptStale}) || c.stale != (told == 0) {
				t.Errorf("kept %v, %d commands", kept, told)
			}
		})
	}
}

// TestAcceptOfAChatThatNeverWasAsksNobody: a conversation answers an accept
// durably, so a made-up id must not reach one, or ids would fill the store.
func TestAcceptOfAChatThatNeverWasAsksNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.connect("anna")
	if reply := c.ask(`{"id":1,"type":"chat.accept","chat":"madeup.1"}`); code(reply) != "not_offered" {
		t.Errorf("reply %v", reply)
	}
	if got := b.engine.commands(); len(got) != 0 {
		t.Errorf("commands %v", got)
	}
}
