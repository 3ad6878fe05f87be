package chat

import (
	"reflect"
	"testing"
)

func TestNeeds(t *testing.T) {
	t.Parallel()
	w := sent(t)
	w.must(t, Send{By: anna, Chat: "k1.1", Text: "queued"})
	for _, tc := range []struct {
		name string
		c    Command
		want []Ref
	}{
		{"message", says("m2", "x"), nil},
		{"reply", Receive{Message: Incoming{ReplyTo: "m1"}}, []Ref{{Provider: "m1"}}},
		{"our echo", Echo{OurID: "k1.1.2", Message: Incoming{Provider: "p1"}}, []Ref{{ID: "k1.1.2"}, {Provider: "p1"}}},
		{"echo with somebody's metadata", Echo{OurID: "k2.1.2", Message: Incoming{Provider: "p1"}}, []Ref{{Provider: "p1"}}},
		{"edit", Edit{Target: "m1"}, []Ref{{Provider: "m1"}}},
		{"delete", Delete{Target: "m1"}, []Ref{{Provider: "m1"}}},
		{"reaction", React{Target: "m1"}, []Ref{{Provider: "m1"}}},
		{"receipt by ids", Receipt{Target: "p1", OurID: "k1.1.2", State: Read}, []Ref{{ID: "k1.1.2"}, {Provider: "p1"}}},
		{"watermark", Receipt{Watermark: w.now, State: Read}, []Ref{{ID: "k1.1.2"}}},
		{"watermark, there already", Receipt{Watermark: w.now, State: Sent}, nil},
		{"watermark, earlier", Receipt{Watermark: w.now.Add(-1e9), State: Read}, nil},
		{"retry", Retry{Message: "k1.1.2"}, []Ref{{ID: "k1.1.2"}}},
		{"retry of another conversation's", Retry{Message: "k2.1.2"}, nil},
		{"accepted", Accepted{Message: "k1.1.2"}, []Ref{{ID: "k1.1.2"}}},
		{"rejected", Rejected{Message: "k1.1.2"}, []Ref{{ID: "k1.1.2"}}},
		{"uncertain", Uncertain{Message: "k1.1.2"}, []Ref{{ID: "k1.1.2"}}},
		{"fetched", Fetched{Message: "k1.1.1"}, []Ref{{ID: "k1.1.1"}}},
		{"send", Send{ReplyTo: "k1.1.1"}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := Needs(w.state, tc.c); !reflect.DeepEqual(got, tc.want) {
				t.Errorf("%v, want %v", got, tc.want)
			}
		})
	}
}

// TestWith: a message found by two names is handed in once, so a receipt with
// both ids changes it once.
func TestWith(t *testing.T) {
	t.Parallel()
	w := sent(t)
	m := w.message(t, "k1.1.2")
	c := With(Receipt{Target: "p1", OurID: "k1.1.2", State: Read}, []Message{m, m})
	change, err := Step(w.state, c, w.now)
	if err != nil || len(change.Events) != 1 {
		t.Errorf("%v %v", change.Events, err)
	}
	if got := With(Tick{}, []Message{m}); got != (Tick{}) {
		t.Errorf("%v", got)
	}
}

// TestKeyOf: every command from outside with a key uses it up; a send's key
// names chat, operator and the client's id.
func TestKeyOf(t *testing.T) {
	t.Parallel()
	for _, c := range []Command{
		Receive{Key: "k"}, Echo{Key: "k"}, Edit{Key: "k"}, Delete{Key: "k"}, React{Key: "k"}, Receipt{Key: "k"},
		Refer{Key: "k"}, Control{Key: "k"}, Block{Key: "k"}, Rebind{Key: "k"},
	} {
		if KeyOf(c) != "k" || !fromOutside(c) {
			t.Errorf("%T", c)
		}
		s := New("a")
		s.Forward = "b"
		if _, err := Step(s, c, start); err != ErrForwarded {
			t.Errorf("%T: %v", c, err)
		}
	}
	if got := KeyOf(Send{By: anna, Chat: "k1.1", ClientID: "x"}); got != "send/k1.1/anna/x" {
		t.Error(got)
	}
	if got := KeyOf(Send{By: anna, Chat: "k1.1"}); got != "" {
		t.Error(got)
	}
}
