package queue

import "slices"

// availability takes an operator's own word.
func (t *turn) availability(c Availability) {
	m := t.members[c.Operator]
	if m == nil {
		if !c.Active || c.Version == 0 {
			return
		}
		m = t.meet(c.Operator)
	}
	if c.Version <= m.Version {
		return
	}
	turned := c.Active && !m.Active
	m.Version = c.Version
	m.Active = c.Active
	m.Load = c.Load
	m.InProgress = c.InProgress
	m.Limit = c.Limit
	m.LastTook = c.LastTook
	t.changedMember(m)
	if turned {
		t.forgive(m)
	}
	t.forget(m)
}

// meet makes a member nothing is known of yet.
func (t *turn) meet(operator string) *member {
	m := &member{Member: Member{Operator: operator}, place: -1}
	t.members[operator] = m
	return m
}

// forget drops what is known of an operator who is neither a member nor
// believes to be one.
func (t *turn) forget(m *member) {
	if m.Listed || m.Active {
		return
	}
	m.gone = true
	t.refresh(m)
	delete(t.members, m.Operator)
	t.event(MemberGone{Operator: m.Operator})
}

// forgive makes somebody who turned Active a candidate again for what he declined.
func (t *turn) forgive(m *member) {
	for w := range t.marks[m.Operator] {
		w.Declined = slices.DeleteFunc(slices.Clone(w.Declined), func(id string) bool { return id == m.Operator })
		if len(w.Declined) == 0 {
			w.Declined = nil
		}
		t.changedEntry(w)
		t.walk = true
	}
	delete(t.marks, m.Operator)
}
