package operator

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestStep drives one operator through random commands and checks after every
// step what must hold whatever comes, in any order.
func TestStep(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := driver{State: New("anna"), now: start, told: map[string]Availability{}}
		n := rapid.IntRange(1, 60).Draw(t, "steps")
		for range n {
			d.now = d.now.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "seconds")) * time.Second)
			d.step(t, anyCommand(t))
			if !d.due.IsZero() && !d.now.Before(d.due) {
				d.step(t, Tick{})
				if !d.due.IsZero() && !d.now.Before(d.due) {
					t.Fatalf("a tick at %v leaves something due at %v", d.now, d.due)
				}
			}
		}
	})
}

type driver struct {
	State
	now, due time.Time
	told     map[string]Availability
}

func (d *driver) step(t *rapid.T, c Command) {
	before := d.State
	copied := before.clone()
	got, err := Step(before, c, d.now)
	if !reflect.DeepEqual(before, copied) {
		t.Fatalf("%T changed the state it was given", c)
	}
	if err != nil {
		checkError(t, got, err)
		return
	}
	d.State, d.due = got.State, got.Due
	checkSlots(t, got.State)
	checkLimit(t, before, c, got)
	checkFates(t, before, c, got)
	d.checkTold(t, before, got)
	checkRepeat(t, c, got, d.now)
}

func checkError(t *rapid.T, got Change, err error) {
	if !reflect.DeepEqual(got, Change{}) {
		t.Fatalf("an error %v with a change %+v", err, got)
	}
	if e := (*Error)(nil); !errors.As(err, &e) {
		t.Fatalf("not a domain error: %v", err)
	}
}

func checkSlots(t *rapid.T, s State) {
	seen := map[string]bool{}
	for _, slot := range s.Slots {
		key := slot.Chat
		if slot.Kind == Reserved {
			key = "transfer " + slot.Request
		}
		if seen[key] {
			t.Fatalf("two slots for %s: %+v", key, s.Slots)
		}
		seen[key] = true
		if slot.Kind == Offered && s.Effective() != Active {
			t.Fatalf("an Inactive operator holds an offer: %+v", s.Slots)
		}
	}
	if len(s.Declined) > MaxDeclined {
		t.Fatalf("%d declined chats", len(s.Declined))
	}
	if s.Connected && (!s.Present || !s.AbsentAt.IsZero()) {
		t.Fatalf("connected, and yet %+v", s)
	}
	if !s.Present && !s.AbsentAt.IsZero() {
		t.Fatalf("absent, and yet going absent at %v", s.AbsentAt)
	}
}

// checkLimit: routing never lifts the load above the limit, a transfer never
// reaches a full operator, and who is filled otherwise holds no offers above (I3).
func checkLimit(t *rapid.T, before State, c Command, got Change) {
	s := got.State
	switch c := c.(type) {
	case Offer:
		if q, _ := s.membership(c.Queue); s.Load() > before.Load() && above(s, q) {
			t.Fatalf("an offer lifted the load to %d", s.Load())
		}
	case Accept:
		for _, e := range got.Effects {
			claim, ok := e.(Claim)
			if !ok || claim.Offered {
				continue
			}
			for _, id := range claim.Queues {
				if q, _ := s.membership(id); !q.Pull || above(s, q) {
					t.Fatalf("claimed from %s with load %d", id, s.Load())
				}
			}
		}
	case Reserve:
		if s.Limit > 0 && s.InProgress() > before.InProgress() && s.InProgress() > s.Limit {
			t.Fatalf("a transfer reached a full operator: %+v", s.Slots)
		}
		checkNoneAbove(t, s)
	case Configure:
		checkNoneAbove(t, s)
	case Granted:
		if s.Load() > before.Load() {
			checkNoneAbove(t, s)
		}
	}
}

func checkNoneAbove(t *rapid.T, s State) {
	for _, slot := range s.Slots {
		if q, _ := s.membership(slot.Queue); slot.Kind == Offered && above(s, q) {
			t.Fatalf("offer of %s stands above its limit: %+v", slot.Queue, s.Slots)
		}
	}
}

func above(s State, q Queue) bool {
	limit := s.limitIn(q)
	return limit > 0 && s.Load() > limit
}

// checkFates: no slot disappears without whoever waits for it being told.
func checkFates(t *rapid.T, before State, c Command, got Change) {
	for _, was := range before.Slots {
		is, there := now(got.State, was)
		if there && is.Kind == was.Kind {
			continue
		}
		if !there && !told(was, c, got) || there && is.Kind < was.Kind {
			t.Fatalf("%T: slot %+v became %+v (there: %v) with %+v", c, was, is, there, got)
		}
	}
}

// now finds what became of a slot.
func now(s State, was Slot) (Slot, bool) {
	for _, slot := range s.Slots {
		if was.Kind == Reserved && slot.Request == was.Request && slot.Kind >= Reserved {
			return slot, true
		}
		if was.Kind != Reserved && slot.Chat == was.Chat && slot.Kind != Reserved {
			return slot, true
		}
	}
	return Slot{}, false
}

func told(was Slot, c Command, got Change) bool {
	switch was.Kind {
	case Offered:
		_, byQueue := c.(Withdraw)
		declines := slices.ContainsFunc(got.Effects, func(e Effect) bool {
			d, ok := e.(Declines)
			return ok && d.Chat == was.Chat && d.Queue == was.Queue
		})
		return byQueue != declines && slices.ContainsFunc(got.Events, func(e Event) bool {
			w, ok := e.(ChatWithdrawn)
			return ok && w.Chat == was.Chat
		})
	case Asking:
		return got.Answer != nil && got.Answer.ID == was.Request && got.Answer.Err != nil
	case Live:
		return slices.ContainsFunc(got.Events, func(e Event) bool {
			w, ok := e.(ChatEnded)
			return ok && w.Chat == was.Chat
		})
	default:
		switch c := c.(type) {
		case Unreserve:
			return c.Transfer == was.Request
		case Granted:
			return c.Transfer == was.Request
		}
		return false
	}
}

// checkTold: what each queue was told last is what is true, in rising versions.
func (d *driver) checkTold(t *rapid.T, before State, got Change) {
	for _, e := range got.Effects {
		if tell, ok := e.(Tell); ok {
			if tell.Availability.Version != before.Version+1 {
				t.Fatalf("version %d after %d", tell.Availability.Version, before.Version)
			}
			d.told[tell.Queue] = tell.Availability
		}
	}
	for _, id := range slices.Sorted(maps.Keys(d.told)) {
		told := d.told[id]
		q, member := got.State.membership(id)
		if !member {
			if told.Active {
				t.Fatalf("queue %s, left, believes he is there", id)
			}
			continue
		}
		if is := got.State.availability(q); is != told {
			t.Fatalf("queue %s was told %+v, true is %+v", id, told, is)
		}
	}
	if len(got.State.Queues) > 0 && d.told[got.State.Queues[0].ID] == (Availability{}) {
		t.Fatalf("queue %s was told nothing", got.State.Queues[0].ID)
	}
}

// checkRepeat: the same command a second time is no news to anybody.
func checkRepeat(t *rapid.T, c Command, got Change, at time.Time) {
	if _, ok := c.(Decline); ok {
		return // the second is about the chat itself, not the offer
	}
	again, err := Step(got.State, c, at)
	if err != nil {
		return // an Accept whose chat is settled
	}
	if len(again.Events) > 0 || !reflect.DeepEqual(again.State, got.State) {
		t.Fatalf("%+v a second time gave %+v\nfrom %+v", c, again, got.State)
	}
}

func anyCommand(t *rapid.T) Command {
	chat := rapid.SampledFrom([]string{"a.1", "b.1", "c.1", "d.1", "e.1"}).Draw(t, "chat")
	queue := rapid.SampledFrom([]string{"sales", "support", "vip"}).Draw(t, "queue")
	transfer := rapid.SampledFrom([]string{"t1", "t2", "t3"}).Draw(t, "transfer")
	timeout := time.Duration(rapid.IntRange(0, 30).Draw(t, "timeout")) * time.Second
	switch rapid.IntRange(0, 22).Draw(t, "command") {
	case 0:
		return anyConfigure(t)
	case 1, 2:
		return SetStatus{Status: Status(rapid.IntRange(0, 3).Draw(t, "status") % 2)}
	case 3:
		return SignIn{}
	case 4:
		return SignOut{Last: rapid.Bool().Draw(t, "last")}
	case 5, 6:
		return Connect{}
	case 7:
		return Disconnect{}
	case 8, 9, 10:
		return Accept{ID: fmt.Sprintf("r%d", rapid.IntRange(1, 99).Draw(t, "request")), Chat: chat}
	case 11:
		return Decline{Chat: chat}
	case 12, 13, 14, 15:
		return Offer{Queue: queue, Chat: chat, Timeout: timeout}
	case 16:
		return Withdraw{Queue: queue, Chat: chat, Why: "taken", By: Person{ID: "boris"}}
	case 17:
		return Granted{Chat: chat, Queue: queue, Why: "accepted"}
	case 18:
		return Granted{Chat: chat, Queue: queue, Why: "transferred", Transfer: transfer}
	case 19:
		return Refused{Chat: chat, Code: rapid.SampledFrom([]string{"taken", "gone", "not_offered", "other"}).Draw(t, "code")}
	case 20:
		return Released{Chat: chat, Reason: "operator"}
	case 21:
		return Reserve{Chat: chat, Transfer: transfer}
	default:
		return Unreserve{Chat: chat, Transfer: transfer}
	}
}

func anyConfigure(t *rapid.T) Configure {
	c := Configure{
		Name:  "Anna",
		Limit: rapid.IntRange(0, 4).Draw(t, "limit"),
		Grace: time.Duration(rapid.IntRange(0, 30).Draw(t, "grace")) * time.Second,
	}
	for _, id := range []string{"sales", "support", "vip"} {
		if rapid.IntRange(0, 3).Draw(t, id) == 0 {
			continue
		}
		c.Queues = append(c.Queues, Queue{
			ID: id, Pull: id == "support", HasLimit: id == "vip", Limit: rapid.IntRange(-1, 4).Draw(t, "own"),
		})
	}
	return c
}
