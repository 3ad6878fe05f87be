package chat

import (
	"strconv"
	"testing"
	"time"
)

// TestMoves lists every allowed move (S38); all others are refused.
func TestMoves(t *testing.T) {
	t.Parallel()
	allowed := map[Delivery][]Delivery{
		Queued:    {Sent, Delivered, Read, Failed, Unknown},
		Sent:      {Delivered, Read, Failed},
		Delivered: {Read},
		Failed:    {Sent, Delivered, Read},
		Unknown:   {Sent, Delivered, Read, Failed},
	}
	for from := range Unknown + 3 {
		want := map[Delivery]bool{}
		for _, to := range allowed[from] {
			want[to] = true
		}
		for to := range Unknown + 3 {
			if got := from.Moves(to); got != want[to] {
				t.Errorf("%s -> %s: %v", from, to, got)
			}
		}
	}
}

func TestDeliveryNames(t *testing.T) {
	t.Parallel()
	want := []string{"", "queued", "sent", "delivered", "read", "failed", "unknown", ""}
	for d, name := range want {
		if got := Delivery(d).String(); got != name {
			t.Errorf("%d: %q, want %q", d, got, name)
		}
	}
}

// TestOutgoing: what can move no more is let go, and the list is bounded.
func TestOutgoing(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		receipts bool
		then     []Delivery
		want     int
	}{
		{"sent, receipts may come", true, nil, 1},
		{"sent, none will come", false, nil, 0},
		{"delivered, read may come", true, []Delivery{Delivered}, 1},
		{"read", true, []Delivery{Delivered, Read}, 0},
		{"failed may be retried", true, []Delivery{Failed}, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := inProgress(t)
			w.state.Policy.Receipts = tc.receipts
			w.must(t, Send{By: anna, Chat: "k1.1", Text: "Hi"})
			w.must(t, Accepted{Message: "k1.1.2", Provider: "p1", Part: 1, Parts: 1})
			for _, state := range tc.then {
				w.must(t, Receipt{Target: "p1", State: state})
			}
			if got := len(w.state.Outgoing); got != tc.want {
				t.Errorf("%d followed, want %d", got, tc.want)
			}
		})
	}
	t.Run("bounded, the oldest let go", func(t *testing.T) {
		t.Parallel()
		w := inProgress(t)
		for range MaxOutgoing + 5 {
			w.must(t, Send{By: anna, Chat: "k1.1", Text: "Hi"})
		}
		if out := w.state.Outgoing; len(out) != MaxOutgoing || out[0].Message != "k1.1.7" {
			t.Errorf("%d from %s", len(out), out[0].Message)
		}
		w.must(t, Accepted{Message: "k1.1.2", Provider: "p", Part: 1, Parts: 1}) // let go, yet known
		if m := w.message(t, "k1.1.2"); m.State != Sent {
			t.Errorf("state %s", m.State)
		}
	})
}

// TestEarly: parked receipts are few, wait a day, and only for something.
func TestEarly(t *testing.T) {
	t.Parallel()
	early := func(w *world, id string) {
		w.must(t, Receipt{Key: id, Target: id, State: Delivered})
	}
	w := sent(t)
	early(w, "nobody's")
	if len(w.state.Early) != 0 {
		t.Error("parked with nothing on its way")
	}
	w.must(t, Send{By: anna, Chat: "k1.1", Text: "Hi"})
	for i := range MaxEarly + 2 {
		early(w, "q"+strconv.Itoa(i))
	}
	if len(w.state.Early) != MaxEarly {
		t.Errorf("%d parked", len(w.state.Early))
	}
	w.now = w.now.Add(25 * time.Hour)
	early(w, "fresh")
	if len(w.state.Early) != 1 {
		t.Errorf("%d parked after a day", len(w.state.Early))
	}
	w.must(t, Accepted{Message: "k1.1.3", Provider: "fresh", Part: 1, Parts: 1})
	if m := w.message(t, "k1.1.3"); m.State != Delivered || len(w.state.Early) != 0 {
		t.Errorf("%s, %d parked", m.State, len(w.state.Early))
	}
}

// TestFailureFlags: a refusal may say that control is lost or the customer gone.
func TestFailureFlags(t *testing.T) {
	t.Parallel()
	w := sent(t)
	w.must(t, Rejected{Message: "unknown", Blocked: true})
	if !w.state.Blocked || w.state.Lost {
		t.Errorf("%+v", w.state)
	}
	w.must(t, says("m2", "I am back"))
	if w.state.Blocked {
		t.Error("a customer who writes has not blocked us")
	}
}
