package operator

import "time"

// tell brings every queue up to date when anything they look at has changed;
// a queue he has left is told once that he is not available there.
func (t *turn) tell() {
	if !t.tellable() {
		return
	}
	t.is.Version++
	for _, q := range t.is.Queues {
		t.effect(Tell{Queue: q.ID, Availability: t.is.availability(q)})
	}
	for _, q := range t.was.Queues {
		if _, member := t.is.membership(q.ID); !member {
			a := t.is.availability(q)
			a.Active = false
			t.effect(Tell{Queue: q.ID, Availability: a})
		}
	}
}

// tellable says whether some queue would hear something new.
func (t *turn) tellable() bool {
	if len(t.was.Queues) != len(t.is.Queues) {
		return true
	}
	version := t.was.Version
	for _, q := range t.is.Queues {
		before, member := t.was.membership(q.ID)
		is := t.is.availability(q)
		is.Version = version
		if !member || t.was.availability(before) != is {
			return true
		}
	}
	return false
}

// availability is what a queue may know; the limit is the one that holds there.
// A queue of rule everyone chooses nobody, so who took a chat last is not told:
// one word less for every chat that is taken there.
func (s State) availability(q Queue) Availability {
	a := Availability{
		Operator:   s.ID,
		Version:    s.Version,
		Active:     s.Effective() == Active,
		Load:       s.Load(),
		InProgress: s.InProgress(),
		Limit:      s.limitIn(q),
		LastTook:   s.LastTook,
	}
	if q.Pull {
		a.LastTook = time.Time{}
	}
	return a
}

// stamp marks answers to offers with the availability in force, so that a queue
// knows whether it counts them already.
func (t *turn) stamp() {
	for i, e := range t.out.Effects {
		switch e := e.(type) {
		case Held:
			e.Version = t.is.Version
			t.out.Effects[i] = e
		case Declines:
			e.Version = t.is.Version
			t.out.Effects[i] = e
		}
	}
}
