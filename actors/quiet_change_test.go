package actors_test

import (
	"errors"
	"testing"

	"parley/actors/chat"
)

// What shows nothing must survive a restart all the same: a customer's second
// id must not open a second conversation (S4, I6).
func TestAnAliasSurvivesARestart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("alias", chat.ForwardTo{Conversation: "main"})
	w.stop()
	w.start()
	defer w.stop()
	if _, err := w.try("alias", receive("support", "k", "hello")); !errors.Is(err, chat.ErrForwarded) {
		t.Fatalf("a message under the second id: %v", err)
	}
}
