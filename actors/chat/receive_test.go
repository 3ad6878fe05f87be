package chat

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestClamp: a provider's time is believed within the last week only (matrix 22).
func TestClamp(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ at, want time.Time }{
		"none":       {time.Time{}, start},
		"now":        {start, start},
		"yesterday":  {start.Add(-24 * time.Hour), start.Add(-24 * time.Hour)},
		"a week ago": {start.Add(-oldest), start.Add(-oldest)},
		"older":      {start.Add(-oldest - 1), start.Add(-oldest)},
		"the future": {start.Add(1), start},
	} {
		w := newWorld()
		w.must(t, Receive{Key: "m", Channel: support, Sender: maria, Message: Incoming{Text: "x", At: tc.at}})
		if got := w.history[0].At; !got.Equal(tc.want) || !w.state.LastIn.Equal(tc.want) || !w.state.Chat.LastAt.Equal(start) {
			t.Errorf("%s: %s, window from %s", name, got, w.state.LastIn)
		}
	}
}

func TestPreview(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("я", 100)
	for _, tc := range []struct {
		name string
		m    Message
		want string
	}{
		{"text", Message{Text: "Hello"}, "Hello"},
		{"lines", Message{Text: "\n Hello,\r\n\tworld \n"}, "Hello, world"},
		{"long", Message{Text: long}, long[:PreviewLen*2]},
		{"cut before a gap", Message{Text: strings.Repeat("x", 79) + " y"}, strings.Repeat("x", 79)},
		{"cut in a word", Message{Text: strings.Repeat("x", 78) + " yz"}, strings.Repeat("x", 78) + " y"},
		{"exact", Message{Text: strings.Repeat("x", 80) + "  "}, strings.Repeat("x", 80)},
		{"broken bytes", Message{Text: "a\xffb"}, "a\uFFFDb"},
		{"file", Message{Attachments: []Attachment{{Kind: "file", Name: "a.pdf"}}}, "a.pdf"},
		{"image", Message{Text: " ", Attachments: []Attachment{{Kind: "image"}}}, "[image]"},
		{"second file", Message{Attachments: []Attachment{{}, {Kind: "video"}}}, "[video]"},
		{"unsupported", Message{Sub: "unsupported"}, "[unsupported]"},
		{"nothing", Message{}, ""},
	} {
		if got := preview(tc.m); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// TestStrangers: what others write from our account never looks like an
// operator's line, whatever the event says.
func TestStrangers(t *testing.T) {
	t.Parallel()
	w := inProgress(t)
	for _, kind := range []AuthorKind{0, Customer, Operator, Robot} {
		w.must(t, Echo{Author: Author{Kind: kind, Name: "inbox"}, Message: Incoming{Text: "x"}})
	}
	for _, m := range w.history[1:] {
		if m.Author.Kind != Robot || m.Direction != Out || m.State != Sent {
			t.Errorf("%+v", m)
		}
	}
	if w.state.Chat.Unread != 1 || w.state.Chat.Preview != "Hello" || len(w.state.Outgoing) != 0 {
		t.Errorf("%+v", w.state)
	}
}

// TestTheDirectoryIsToldWhatTheFirstMessageTold: of Telegram the language comes with messages only (S6, S37).
func TestTheDirectoryIsToldWhatTheFirstMessageTold(t *testing.T) {
	t.Parallel()
	w, from := newWorld(), maria
	from.Profile = Profile{First: "Maria", Last: "Rossi", Username: "mrossi", Language: "it"}
	opened := w.must(t, Receive{Key: "1", Channel: support, Sender: from, Message: Incoming{Text: "x"}})
	told := slices.ContainsFunc(opened.Effects, func(e Effect) bool {
		i, ok := e.(Identify)
		return ok && i.Name == "Maria" && i.Profile == from.Profile
	})
	if !told {
		t.Errorf("%+v", opened.Effects)
	}
}

// TestIdentity: addresses are kept by type, names until the directory knows better.
func TestIdentity(t *testing.T) {
	t.Parallel()
	w := newWorld()
	phone := Sender{Address: Address{IDs: []AddressID{{"wa_phone", "34600"}}}, Contact: "c1"}
	w.must(t, Receive{Key: "1", Channel: support, Sender: phone, Message: Incoming{Text: "x"}})
	if w.state.Contact != (Contact{ID: "c1", Name: "34600"}) {
		t.Errorf("%+v", w.state.Contact)
	}
	named := Sender{Address: Address{IDs: []AddressID{{"bsuid", "ES.1"}, {"wa_phone", ""}}}, Contact: "c2", Name: "Ana"}
	w.must(t, Receive{Key: "2", Channel: support, Sender: named, Message: Incoming{Text: "x"}})
	if w.state.Contact != (Contact{ID: "c1", Name: "Ana"}) || len(w.state.Address.IDs) != 2 {
		t.Errorf("%+v %+v", w.state.Contact, w.state.Address)
	}
	moved := w.must(t, Rebind{Address: Address{IDs: []AddressID{{"wa_phone", "34700"}}}, Aliases: []string{"k34700", w.state.ID, ""}})
	if want := (Alias{Conversation: "k34700"}); !slices.Contains(w.state.Aliases, "k34700") || len(moved.Effects) != 2 || moved.Effects[0] != want {
		t.Errorf("%+v", moved.Effects)
	}
	who, _ := moved.Effects[1].(Identify)
	if want := []AddressID{{"wa_phone", "34700"}, {"bsuid", "ES.1"}, {"wa_phone", "34600"}}; who.Contact != "c1" || who.Name != "" || !slices.Equal(who.Address.IDs, want) {
		t.Errorf("the directory is asked for %+v", who)
	}
	if again := w.must(t, Rebind{Address: Address{IDs: []AddressID{{"wa_phone", "34700"}}}, Aliases: []string{"k34700"}}); len(again.Effects) != 0 {
		t.Errorf("nothing new, but %+v", again.Effects)
	}
	stranger := Rebind{Address: Address{IDs: []AddressID{{"wa_phone", "1"}}}, Aliases: []string{"k2"}}
	if c, err := Step(New("k9"), stranger, start); err != nil || len(c.Effects) != 1 || c.Effects[0] != (Alias{Conversation: "k2"}) {
		t.Errorf("who never wrote is no contact yet: %+v, %v", c.Effects, err)
	}
	if w.state.Address.IDs[0].Value != "34700" {
		t.Errorf("%+v", w.state.Address)
	}
	w.must(t, Link{Contact: Contact{ID: "c9", Photo: "f1"}})
	if w.state.Contact != (Contact{ID: "c9", Name: "Ana", Photo: "f1", Linked: true}) {
		t.Errorf("%+v", w.state.Contact)
	}
	w.must(t, Receive{Key: "3", Channel: support, Sender: named, Message: Incoming{Text: "x"}})
	if a := w.history[2].Author; a.ID != "c9" || w.history[0].Author.ID != "" {
		t.Errorf("%+v %+v", a, w.history[0].Author)
	}
	w.must(t, ForwardTo{Conversation: "k2"})
	if w.state.Forward != "" {
		t.Error("a conversation with chats was forwarded")
	}
}

// TestLateAccept: a chat that waited longer than the timeout does not complete
// under the hand that takes it (S35).
func TestLateAccept(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.must(t, says("m1", "Hello"))
	w.now = w.now.Add(5 * time.Hour)
	c := w.must(t, Assign{Operator: anna, Chat: "k1.1", Offered: true})
	if want := w.now.Add(30 * time.Minute); !c.Due.Equal(want) {
		t.Errorf("due %s, want %s", c.Due, want)
	}
	w.state.Policy.CompletionTimeout = time.Minute + 1 // changed meanwhile; a timer keeps milliseconds
	w.now = w.now.Add(time.Minute)
	if c := w.must(t, Tick{}); len(c.Events) != 0 || !c.Due.Equal(w.now.Add(time.Millisecond)) {
		t.Errorf("%+v", c)
	}
}

// TestControlComesBack: who is given the customer's messages has the thread,
// so sending is not refused for ever when the word of it was lost (S93).
func TestControlComesBack(t *testing.T) {
	t.Parallel()
	w := inProgress(t)
	w.must(t, Control{Lost: true})
	standby := says("m2", "to the bot")
	standby.Standby = true
	w.must(t, standby)
	if !w.state.Lost {
		t.Error("a message on standby gave control back")
	}
	w.must(t, says("m3", "to you"))
	if w.state.Lost {
		t.Error("control is still lost")
	}
	w.must(t, Send{By: anna, Chat: "k1.1", Text: "Here"})
}

// TestForwardIsForGood: the first word counts, and never a loop.
func TestForwardIsForGood(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for _, to := range []string{"", "k1", "k7", "k8"} {
		w.must(t, ForwardTo{Conversation: to})
	}
	if w.state.Forward != "k7" {
		t.Errorf("forwards to %q", w.state.Forward)
	}
}
