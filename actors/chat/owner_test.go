package chat

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// TestOwnership: who may do what to which chat, and what the others are told (S33).
func TestOwnership(t *testing.T) {
	t.Parallel()
	w := inProgress(t)                                              // k1.1 Anna's
	w.must(t, Finish{By: anna, Chat: "k1.1"})                       // completed
	w.must(t, says("m2", "Again"))                                  // k1.2
	w.must(t, Assign{Operator: anna, Chat: "k1.2", Offered: true})  //
	w.must(t, Hand{By: anna, Chat: "k1.2", ToQueue: "sales"})       // k1.3 waits
	waiting := *w                                                   //
	w.must(t, Assign{Operator: boris, Chat: "k1.3", Offered: true}) // Boris's
	progress := *w                                                  //
	w.must(t, Finish{By: boris, Chat: "k1.3"})                      //
	finished := *w                                                  //
	w.must(t, Receive{Key: "b", Channel: support, Sender: maria, Standby: true, Message: Incoming{Text: "x"}})
	bot := *w

	for _, tc := range []struct {
		name string
		in   world
		by   Person
		chat string
		want error
	}{
		{"his, completed long ago", waiting, anna, "k1.1", ErrCompleted},
		{"his once, transferred", waiting, anna, "k1.2", ErrNotOwner},
		{"waiting", waiting, anna, "k1.3", ErrNotOwner},
		{"in another's hands", progress, anna, "k1.3", ErrForbidden},
		{"his", progress, boris, "k1.3", nil},
		{"his parent", progress, boris, "k1.2", ErrForbidden},
		{"his, completed", finished, boris, "k1.3", ErrCompleted},
		{"another's, completed", finished, anna, "k1.3", ErrForbidden},
		{"a bot's", bot, anna, "k1.4", ErrForbidden},
		{"not there yet", bot, anna, "k1.5", ErrForbidden},
		{"another conversation's", progress, boris, "k2.3", ErrForbidden},
		{"no id", progress, boris, "k1", ErrForbidden},
		{"a second name of his", progress, boris, "k1.03", ErrForbidden},
		{"nobody asks", progress, Person{}, "k1.3", ErrForbidden},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			commands := []Command{
				Send{By: tc.by, Chat: tc.chat, Text: "x"}, Finish{By: tc.by, Chat: tc.chat},
				Draft{By: tc.by, Chat: tc.chat, Text: "x"}, MarkRead{By: tc.by, Chat: tc.chat, Position: 1},
				Hand{By: tc.by, Chat: tc.chat, ToQueue: "sales"},
			}
			for _, c := range commands {
				if _, err := Step(tc.in.state, c, tc.in.now); !errors.Is(err, tc.want) && !(tc.want == nil && err == nil) {
					t.Errorf("%T: %v, want %v", c, err, tc.want)
				}
			}
			if _, err := Step(tc.in.state, Retry{By: tc.by, Chat: tc.chat}, tc.in.now); tc.want != nil && !errors.Is(err, tc.want) {
				t.Errorf("retry: %v, want %v", err, tc.want)
			}
		})
	}
}

// TestSendable: what cannot be sent is refused before it is a line of the chat.
func TestSendable(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		prep  func(*world)
		send  Send
		want  error
		after time.Duration
	}{
		{name: "text", send: Send{Text: "Hi"}},
		{name: "a file without text", send: Send{Attachments: []Attachment{{ID: "f"}}}},
		{name: "nothing", send: Send{}, want: ErrBadRequest},
		{name: "blanks", send: Send{Text: " \n"}, want: ErrBadRequest},
		{name: "as long as it may be", send: Send{Text: strings.Repeat("я", 2000)}},
		{name: "too long", send: Send{Text: strings.Repeat("я", 2001)}, want: ErrTooLong},
		{name: "too long in UTF-16 units", send: Send{Text: strings.Repeat("😀", 1001)}, want: ErrTooLong},
		{name: "no limit", send: Send{Text: strings.Repeat("x", 9999)}, prep: func(w *world) { w.state.Policy.MaxText = 0 }},
		{name: "a reply to the customer", send: Send{Text: "x", ReplyTo: "k1.1.1"}},
		{name: "a reply into another conversation", send: Send{Text: "x", ReplyTo: "k2.1.1"}, want: ErrBadRequest},
		{name: "the window's last moment", send: Send{Text: "x"}, after: 24 * time.Hour},
		{name: "the window closed", send: Send{Text: "x"}, after: 24*time.Hour + 1, want: ErrWindowClosed},
		{name: "no window", send: Send{Text: "x"}, after: 999 * time.Hour, prep: func(w *world) { w.state.Policy.Window = 0 }},
		{name: "control lost", send: Send{Text: "x"}, want: ErrNoThread, prep: func(w *world) { w.state.Lost = true }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := inProgress(t)
			w.now = w.now.Add(tc.after)
			if tc.prep != nil {
				tc.prep(w)
			}
			tc.send.By, tc.send.Chat = anna, "k1.1"
			change, err := w.do(tc.send)
			if !errors.Is(err, tc.want) && !(tc.want == nil && err == nil) {
				t.Fatalf("%v, want %v", err, tc.want)
			}
			if err == nil && (change.Reply.(Message).State != Queued || len(change.Keys) != 0) {
				t.Errorf("%+v", change)
			}
		})
	}
}

// TestRetry: only what failed or is unknown, only one's own, only in the open chat.
func TestRetry(t *testing.T) {
	t.Parallel()
	retry := Retry{By: anna, Chat: "k1.1", Message: "k1.1.2"}

	t.Run("sent is not sent again", func(t *testing.T) {
		t.Parallel()
		if _, err := sent(t).do(retry); !errors.Is(err, ErrBadRequest) {
			t.Error(err)
		}
	})
	t.Run("pressed twice is sent once", func(t *testing.T) {
		t.Parallel()
		w := sent(t)
		w.must(t, Rejected{Message: "k1.1.2"})
		if c := w.must(t, retry); len(c.Effects) == 0 {
			t.Error("not sent")
		}
		if c := w.must(t, retry); len(c.Effects) != 0 || c.Reply.(Message).State != Queued {
			t.Errorf("sent again: %+v", c)
		}
	})
	t.Run("the customer's message", func(t *testing.T) {
		t.Parallel()
		if _, err := sent(t).do(Retry{By: anna, Chat: "k1.1", Message: "k1.1.1"}); !errors.Is(err, ErrBadRequest) {
			t.Error(err)
		}
	})
	t.Run("the former owner's message", func(t *testing.T) {
		t.Parallel()
		w := sent(t)
		w.must(t, Rejected{Message: "k1.1.2"})
		w.must(t, Hand{By: anna, Chat: "k1.1", ToQueue: "sales"})
		w.must(t, Assign{Operator: boris, Chat: "k1.2", Offered: true})
		if _, err := w.do(Retry{By: boris, Chat: "k1.2", Message: "k1.1.2"}); !errors.Is(err, ErrBadRequest) {
			t.Error(err)
		}
	})
	t.Run("after the window", func(t *testing.T) {
		t.Parallel()
		w := sent(t)
		w.must(t, Uncertain{Message: "k1.1.2"}) // sent: stays
		w.must(t, Rejected{Message: "k1.1.2"})
		w.now = w.now.Add(25 * time.Hour)
		if _, err := w.do(retry); !errors.Is(err, ErrWindowClosed) {
			t.Error(err)
		}
	})
}
