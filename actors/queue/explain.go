package queue

import "slices"

// explain says where a chat stands and what speaks against each member (S29).
func (s *State) explain(chat string) Explanation {
	x := Explanation{Chat: chat, Rule: s.header.Settings.Rule}
	if s.rule == nil {
		x.Problem = "the rule is not known here, so nobody is asked"
	}
	w, known := s.entries[chat]
	if !known {
		return x
	}
	x.Position = s.all.rank(w) + 1
	x.Since = w.Since
	x.Offer = w.Offer
	x.Passed = slices.Clone(w.Passed)
	for _, m := range s.Members() {
		x.Members = append(x.Members, consider(w.Entry, m))
	}
	return x
}

func consider(e Entry, m Member) Considered {
	c := Considered{
		Operator: Person{ID: m.Operator, Name: m.Name},
		Load:     m.Busy(),
		Limit:    m.Limit,
	}
	switch {
	case e.Offer.Operator == m.Operator:
		c.Why = whyAsked
	case !m.Active:
		c.Why = whyInactive
	case slices.Contains(e.Declined, m.Operator):
		c.Why = whyDeclined
	case !m.Able():
		c.Why = whyLimit
	default:
		c.Able = true
	}
	return c
}

// counts sums up the queue for the board and the transfer menu (S41, S83).
func (s *State) counts() Counts {
	c := Counts{Waiting: s.all.n}
	if w := s.all.first(); w != nil {
		c.Oldest = w.Since
	}
	for _, m := range s.members {
		if !m.Listed || !m.Active {
			continue
		}
		c.Active++
		if m.Limit <= 0 {
			c.Free++
		} else {
			c.Free += max(0, m.Limit-m.Busy())
		}
	}
	return c
}
