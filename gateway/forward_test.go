package gateway

import (
	"context"
	"testing"
	"time"

	"parley/actors/chat"
	"parley/actors/commit"
	"parley/gateway/channel"
)

// A customer known by number and business-scoped id writes once with only the
// second: the message belongs to the one conversation, not into quarantine.
func TestMessageUnderAnotherIDReachesItsConversation(t *testing.T) {
	t.Parallel()
	engine := newFakeEngine()
	event := channel.Event{
		Kind: channel.MessageIn, Key: "k", ChannelID: "wa", MessageID: "m", Text: "hello", Customer: "US.1",
		Contact: channel.ContactRef{IDs: []channel.ContactID{{Type: channel.BSUID, Value: "US.1"}}},
	}
	ch := Channel{Account: channel.Account{ID: "wa", Provider: "whatsapp"}, Queue: "q"}
	alias := candidates("wa", &event)[0]
	var reached []string
	engine.do = func(_ context.Context, e commit.Entity, _ any) (any, error) {
		reached = append(reached, e.ID)
		if e.ID == alias {
			return nil, chat.ErrForwarded
		}
		return nil, nil
	}
	engine.forward = map[string]string{alias: "main"}
	s := &Server{now: time.Now, deps: Deps{Engine: engine}}
	if err := s.place(t.Context(), ch, &event, []string{alias}); err != nil {
		t.Fatal(err)
	}
	if len(reached) != 2 || reached[1] != "main" {
		t.Fatalf("reached %v", reached)
	}
}
