package queue

import "slices"

// distribute asks for every chat that somebody can be asked for, oldest first
// (S27). It runs in every Step; with nothing new to match it costs nothing.
func (t *turn) distribute() {
	if !t.Single() || len(t.able) == 0 {
		return
	}
	if t.walk {
		for w := t.open.first(); w != nil && len(t.able) > 0; w = t.open.after(w) {
			t.match(w)
		}
		return
	}
	slices.SortFunc(t.came, before)
	for _, w := range t.came {
		if !w.gone && w.Offer.Operator == "" {
			t.match(w)
		}
	}
}

// match asks the member the rule chooses, if it chooses one.
func (t *turn) match(w *waiting) {
	able := t.candidates(w)
	if len(able) == 0 {
		return
	}
	i := t.rule.Choose(w.Entry, able)
	if i < 0 || i >= len(able) {
		return
	}
	t.ask(w, t.members[able[i].Operator])
}

// candidates gives the able members who have not declined the chat.
func (t *turn) candidates(w *waiting) []Member {
	if !slices.ContainsFunc(w.Declined, t.isAble) {
		return t.able
	}
	t.scratch = t.scratch[:0]
	for _, m := range t.able {
		if !slices.Contains(w.Declined, m.Operator) {
			t.scratch = append(t.scratch, m)
		}
	}
	return t.scratch
}

func (t *turn) isAble(operator string) bool {
	m := t.members[operator]
	return m != nil && m.place >= 0
}
