package queue

import (
	"maps"
	"reflect"
	"slices"
)

// configure takes over what the directory says. A rule that offers to one
// member takes nothing back from another such rule: what is offered stays.
func (t *turn) configure(c Settings) {
	t.list(c.Members)
	c.Members = nil
	if !reflect.DeepEqual(c, t.header.Settings) {
		t.header.Settings = c
		t.event(Configured{})
	}
	t.rule = t.rules[c.Rule]
	for _, piece := range t.all.pieces {
		for _, w := range piece {
			if w.Offer.Operator != "" && !t.stands(w.Offer) {
				t.takeBack(w)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(t.members)) {
		t.forget(t.members[id])
	}
	t.walk = true
}

// stands says whether an offer may stay under the settings as they are now. An
// unknown rule keeps what is offered: it is a mistake to be repaired, not a wish.
func (t *turn) stands(o Offer) bool {
	m := t.members[o.Operator]
	return m != nil && m.Listed && (t.rule == nil || t.rule.Single())
}

// list makes the named operators, and nobody else, members.
func (t *turn) list(people []Person) {
	named := make(map[string]bool, len(people))
	for _, p := range people {
		named[p.ID] = true
		m := t.members[p.ID]
		if m == nil {
			m = t.meet(p.ID)
		}
		if !m.Listed || m.Name != p.Name {
			m.Listed, m.Name = true, p.Name
			t.changedMember(m)
		}
	}
	for id, m := range t.members {
		if m.Listed && !named[id] {
			m.Listed = false
			t.changedMember(m)
		}
	}
}
