package queue

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Step does a command. It takes s over; there are no domain errors, only that
// of a command nobody knows.
func Step(s *State, c Command, now time.Time) (Change, error) {
	t := turn{State: s, now: now}
	if err := t.apply(c); err != nil {
		return Change{State: s}, err
	}
	t.distribute()
	t.record()
	t.out.State = s
	return t.out, nil
}

// turn is one Step on its way.
type turn struct {
	*State
	now     time.Time
	out     Change
	entryUp []*waiting // changed
	memUp   []*member
	came    []*waiting // without an offer since this Step
	walk    bool       // somebody has become able: walk the line
}

func (t *turn) apply(c Command) error {
	switch c := c.(type) {
	case Configure:
		t.configure(c.Settings)
	case Wait:
		t.wait(c)
	case Leave:
		t.leave(c)
	case Availability:
		t.availability(c)
	case Held:
		t.held(c)
	case Declined:
		t.declined(c)
	case Explain:
		t.out.Reply = t.explain(c.Chat)
	case Overview:
		t.out.Reply = t.counts()
	case Tick:
	default:
		return fmt.Errorf("queue: unknown command %T", c)
	}
	return nil
}

func (t *turn) event(e Event)   { t.out.Events = append(t.out.Events, e) }
func (t *turn) effect(e Effect) { t.out.Effects = append(t.out.Effects, e) }

func (t *turn) changedEntry(w *waiting) {
	if !w.touched {
		w.touched = true
		t.entryUp = append(t.entryUp, w)
	}
}

// changedMember marks a member and keeps track of whether he can be asked.
func (t *turn) changedMember(m *member) {
	if !m.touched {
		m.touched = true
		t.memUp = append(t.memUp, m)
	}
	if t.refresh(m) {
		t.walk = true
	}
}

// record makes one event of each item that changed, however often it did, in an
// order that does not depend on that of a map.
func (t *turn) record() {
	slices.SortFunc(t.entryUp, before)
	slices.SortFunc(t.memUp, func(a, b *member) int { return strings.Compare(a.Operator, b.Operator) })
	for _, w := range t.entryUp {
		w.touched = false
		if !w.gone {
			t.event(EntryPut{Entry: w.Entry})
		}
	}
	for _, m := range t.memUp {
		m.touched = false
		if !m.gone {
			t.event(MemberPut{Member: m.Member})
		}
	}
}
