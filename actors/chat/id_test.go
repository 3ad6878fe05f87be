package chat

import "testing"

// FuzzIDs: whatever is taken for an id is the one spelling of it.
func FuzzIDs(f *testing.F) {
	for _, s := range []string{"k1.1", "k1.1.2", "", ".", "k1.01", "k1.+1.1", "k1.1.-2", "a.b.1.2", "k1.99999999999999999999", "k1.1.", ".1.1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if conversation, n, ok := ParseChat(s); ok && (ChatID(conversation, n) != s || n < 1 || conversation == "") {
			t.Errorf("chat %q: %q %d", s, conversation, n)
		}
		chat, position, ok := ParseMessage(s)
		if !ok {
			return
		}
		if MessageID(chat, position) != s || position < 1 {
			t.Errorf("message %q: %q %d", s, chat, position)
		}
		if _, _, ok := ParseChat(chat); !ok {
			t.Errorf("message %q of no chat %q", s, chat)
		}
		if s := New("k1"); s.hasMessage(chat) {
			t.Errorf("an empty conversation has %q", chat)
		}
	})
}

func TestIDs(t *testing.T) {
	t.Parallel()
	if id := MessageID(ChatID("k1", 2), 3); id != "k1.2.3" {
		t.Error(id)
	}
	for _, bad := range []string{"k1", "k1.0", "k1.x", "k1.1.0", "k1..1", "k1.1.2.3"} {
		if _, _, ok := ParseMessage(bad); ok {
			t.Errorf("%q is a message", bad)
		}
	}
	if err := (&Error{Code: "taken", Text: "x"}).Error(); err != "chat: taken: x" {
		t.Error(err)
	}
}
