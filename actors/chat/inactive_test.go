package chat

import (
	"errors"
	"testing"
	"time"
)

// TestAnInactiveChannelOpensNoChat: its open chat takes everything as before; a
// message that would open one is refused and leaves nothing behind, not even its key.
func TestAnInactiveChannelOpensNoChat(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	receive := Receive{Key: "k1", Channel: Channel{ID: "fb", Queue: "q"}, Message: Incoming{Provider: "m1", Text: "hello"}}
	shut := receive
	shut.Key, shut.Inactive = "k2", true
	if change, err := Step(New("c"), shut, now); !errors.Is(err, ErrInactive) || len(change.Keys) != 0 {
		t.Errorf("no chat yet: %v, keys %v", err, change.Keys)
	}
	standby := Echo{Key: "k3", Channel: receive.Channel, Standby: true, Inactive: true, Message: Incoming{Provider: "m2", Text: "from a bot"}}
	if _, err := Step(New("c"), standby, now); !errors.Is(err, ErrInactive) {
		t.Errorf("a bot's echo: %v", err)
	}
	opened, err := Step(New("c"), receive, now)
	if err != nil {
		t.Fatal(err)
	}
	more, err := Step(opened.State, shut, now.Add(time.Second))
	if err != nil || more.State.Chat.Position != 2 || more.State.Opened != 1 {
		t.Errorf("in the open chat: %v, position %d", err, more.State.Chat.Position)
	}
}
