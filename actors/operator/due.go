package operator

import (
	"slices"
	"time"
)

// due is the earliest moment at which something ends by itself; zero = never.
func (s State) due() time.Time {
	at := s.AbsentAt
	for _, slot := range s.Slots {
		if slot.Kind == Offered {
			at = earlier(at, slot.Deadline)
		}
	}
	return at
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// tick ends what has run out, in the order in which it ran out: somebody who
// went absent before the deadline did not ignore the offer.
func (t *turn) tick() {
	absent := t.is.AbsentAt
	if t.past(absent) && !t.ignored(absent) {
		t.vanish()
		return
	}
	t.expire()
	if t.past(absent) {
		t.vanish()
	}
}

// ignored says whether an offer ran out before a moment.
func (t *turn) ignored(before time.Time) bool {
	return slices.ContainsFunc(t.is.Slots, func(s Slot) bool {
		return t.expired(s) && s.Deadline.Before(before)
	})
}

// expire ends the offers whose time is up; who ignores one becomes Inactive,
// preferred too, and must turn Active again by hand (S25).
func (t *turn) expire() {
	n := len(t.is.Slots)
	t.giveBackAll(whyExpired, t.expired)
	if len(t.is.Slots) < n {
		t.is.Preferred = Inactive
		t.is.Reason = byExpiry
	}
}

func (t *turn) expired(s Slot) bool { return s.Kind == Offered && t.past(s.Deadline) }

func (t *turn) past(at time.Time) bool { return !at.IsZero() && !t.now.Before(at) }
