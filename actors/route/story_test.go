package route_test

import (
	"errors"
	"testing"
	"time"

	"parley/actors/chat"
	"parley/actors/operator"
)

// told plays what a story needs before it begins: everybody Active.
func told(t *testing.T) *world {
	w := newWorld(t, sound(), 3)
	for _, id := range w.dir.operators {
		w.ready(id)
	}
	w.settle()
	return w
}

// ready lets an operator come and turn Active, unless he is.
func (w *world) ready(id string) {
	w.admit(id)
	if w.operator(id).live.operator.Preferred != operator.Active {
		_ = w.ask(w.operator(id), operator.SetStatus{Status: operator.Active})
	}
}

func (w *world) slots(id string) []operator.Slot { return w.operator(id).live.operator.Slots }

func (w *world) owner(chatID string) string { return w.chats[chatID].Owner.ID }

// offered says who holds the single offer of a chat.
func (w *world) offered(chatID string) string {
	for _, id := range w.dir.operators {
		if x, ok := slotOf(w.operator(id).live.operator, chatID); ok && x.Kind == operator.Offered {
			return id
		}
	}
	return ""
}

// TestOfManyAcceptsOneWins: S31, with a queue of rule everyone.
func TestOfManyAcceptsOneWins(t *testing.T) {
	t.Parallel()
	w := told(t)
	_ = w.enter("k2", w.says("k2", false))
	w.settle()
	for _, id := range w.dir.operators {
		_ = w.accept(id, "k2.1")
	}
	_ = w.accept("boris", "k2.1") // pressed twice
	w.settle()
	w.checkSettled()
	won, lost := 0, 0
	for _, a := range w.answers {
		var e *operator.Error
		switch {
		case a.err == nil && a.who == w.owner("k2.1"):
			won++
		case errors.As(a.err, &e) && e.Code == "taken" && e.By.ID == w.owner("k2.1"):
			lost++
		}
	}
	if pressed := map[string]int{"boris": 2}[w.owner("k2.1")]; won != max(1, pressed) || won+lost != 4 {
		w.fail("%d won and %d lost: %+v", won, lost, w.answers)
	}
}

// TestAnOfferExpiresOrIsAccepted: of the timer and the hand, whichever comes
// first (S25, I7).
func TestAnOfferExpiresOrIsAccepted(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"hand", "timer"} {
		t.Run(first, func(t *testing.T) {
			t.Parallel()
			w := told(t)
			_ = w.enter("k1", w.says("k1", false))
			w.settle()
			who := w.offered("k1.1")
			w.now = w.now.Add(w.dir.accept)
			var err error
			if first == "hand" {
				err = w.accept(who, "k1.1")
				w.tick(w.operator(who))
			} else {
				w.tick(w.operator(who))
				err = w.accept(who, "k1.1")
			}
			w.settle()
			w.checkSettled()
			active := w.operator(who).live.operator.Effective() == operator.Active
			switch {
			case first == "hand" && (w.owner("k1.1") != who || !active):
				w.fail("%s accepted in time: owner %q, active %v", who, w.owner("k1.1"), active)
			case first == "timer" && (!errors.Is(err, operator.ErrNotOffered) || active):
				w.fail("%s was too late: %v, active %v", who, err, active)
			case first == "timer" && (w.offered("k1.1") == "" || w.offered("k1.1") == who):
				w.fail("the next candidate is %q", w.offered("k1.1"))
			}
		})
	}
}

// TestTransfersRaceForTheLastSlot: two owners hand their chats to somebody with
// room for one (S43, I3).
func TestTransfersRaceForTheLastSlot(t *testing.T) {
	t.Parallel()
	w := told(t)
	w.dir.limit = 1
	w.configure()
	for who, k := range map[string]string{"anna": "k2", "boris": "k4"} {
		_ = w.enter(k, w.says(k, false))
		w.settle()
		_ = w.accept(who, k+".1")
		w.settle()
	}
	_ = w.ask(w.conversation("k2"), chat.Hand{ID: "h1", By: person("anna"), Chat: "k2.1", ToOperator: person("clara")})
	_ = w.ask(w.conversation("k4"), chat.Hand{ID: "h2", By: person("boris"), Chat: "k4.1", ToOperator: person("clara")})
	w.answers = nil
	w.settle()
	w.checkSettled()
	if n := len(w.slots("clara")); n != 1 || len(w.answers) != 2 {
		w.fail("clara has %d chats, answers %+v", n, w.answers)
	}
	refused := 0
	for _, a := range w.answers {
		if errors.Is(a.err, chat.ErrLimit) && w.owner(a.chat) == a.who && w.chats[a.chat].Open() {
			refused++
		}
	}
	if refused != 1 {
		w.fail("S43: %d transfers were refused: %+v", refused, w.answers)
	}
}

// TestAMessageDuringATransferLandsInTheChild: S46.
func TestAMessageDuringATransferLandsInTheChild(t *testing.T) {
	t.Parallel()
	w := told(t)
	_ = w.enter("k2", w.says("k2", false))
	w.settle()
	_ = w.accept("anna", "k2.1")
	w.settle()
	_ = w.ask(w.conversation("k2"), chat.Hand{ID: "h1", By: person("anna"), Chat: "k2.1", ToOperator: person("boris")})
	_ = w.enter("k2", w.says("k2", false)) // while the slot is asked for
	w.settle()
	_ = w.enter("k2", w.says("k2", false))
	w.settle()
	w.checkSettled()
	var in []string
	for _, m := range w.conversation("k2").lines {
		in = append(in, m.Chat)
	}
	if len(in) != 3 || in[1] != "k2.1" || in[2] != "k2.2" || w.owner("k2.2") != "boris" {
		w.fail("the lines are in %v, the child is %q's", in, w.owner("k2.2"))
	}
}

// TestTimersKeepTheirTimeOverACrash: an offer made four minutes before the crash
// expires one minute after it (I6).
func TestTimersKeepTheirTimeOverACrash(t *testing.T) {
	t.Parallel()
	w := told(t)
	w.dir.grace = time.Hour
	w.configure()
	_ = w.enter("k1", w.says("k1", false))
	w.settle()
	who := w.offered("k1.1")
	w.now = w.now.Add(4 * time.Minute)
	w.crash()
	w.settle()
	if w.offered("k1.1") != who {
		w.fail("I6: the offer of %s is now held by %q", who, w.offered("k1.1"))
	}
	w.now = w.now.Add(time.Minute - time.Millisecond)
	w.settle()
	if w.offered("k1.1") != who {
		w.fail("I6: the offer expired too early")
	}
	w.now = w.now.Add(time.Millisecond)
	w.settle()
	w.checkSettled()
	if w.operator(who).live.operator.Reason != "offer_expired" {
		w.fail("S25: %s ignored the offer: %+v", who, w.operator(who).live.operator)
	}
}
