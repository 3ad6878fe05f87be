package operator

import (
	"fmt"
	"slices"
	"time"
)

// New gives the state of an operator nobody has heard of yet: absent, and
// Inactive until he chooses otherwise (S11).
func New(id string) State {
	return State{ID: id, Reason: bySession}
}

// Step does a command. It gives a Change, or an *Error and no change at all.
func Step(s State, c Command, now time.Time) (Change, error) {
	t := turn{was: s, is: s.clone(), now: now}
	if err := t.apply(c); err != nil {
		return Change{}, err
	}
	t.followStatus()
	t.report()
	t.tell()
	t.stamp()
	t.out.State = t.is
	t.out.Due = t.is.due()
	return t.out, nil
}

// turn is one Step on its way: the state before, the state as it becomes, and
// what follows from it.
type turn struct {
	was, is State
	now     time.Time
	out     Change
}

func (t *turn) apply(c Command) error {
	switch c := c.(type) {
	case Configure:
		t.configure(c)
	case SetStatus:
		t.setStatus(c)
	case SignIn:
		t.signIn()
	case SignOut:
		t.signOut(c)
	case Connect:
		t.connect()
	case Disconnect:
		t.disconnect()
	case Accept:
		return t.accept(c)
	case Decline:
		return t.decline(c)
	case Offer:
		t.offer(c)
	case Withdraw:
		t.withdraw(c)
	case Granted:
		t.granted(c)
	case Refused:
		t.refused(c)
	case Released:
		t.released(c)
	case Reserve:
		t.reserve(c)
	case Unreserve:
		t.unreserve(c)
	case Tick:
		t.tick()
	default:
		return fmt.Errorf("operator: unknown command %T", c)
	}
	return nil
}

func (t *turn) event(e Event)   { t.out.Events = append(t.out.Events, e) }
func (t *turn) effect(e Effect) { t.out.Effects = append(t.out.Effects, e) }

// clone copies what a turn may change in place.
func (s State) clone() State {
	s.Queues = slices.Clone(s.Queues)
	s.Slots = slices.Clone(s.Slots)
	s.Declined = slices.Clone(s.Declined)
	return s
}
