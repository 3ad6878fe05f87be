package queue

import (
	"slices"
	"time"
)

const maxPassed = 20 // of Entry.Passed

// Why offers end that are this machine's own to end.
const (
	whyDeclined  = "declined"
	whyLimit     = "limit"
	whyExpired   = "expired"
	whyInactive  = "inactive"
	whyAsked     = "asked"
	whyCompleted = "completed"
)

// ask makes a single offer.
func (t *turn) ask(w *waiting, m *member) {
	w.Offer = Offer{Operator: m.Operator, At: t.now}
	t.open.remove(w)
	t.changedEntry(w)
	m.Asked++
	t.changedMember(m)
	t.effect(Ask{Operator: m.Operator, Chat: w.Chat, Timeout: t.header.Settings.AcceptTimeout})
}

// clearOffer forgets the offer of an entry and stands it in line again.
func (t *turn) clearOffer(w *waiting) {
	if w.Offer.Operator == "" {
		return
	}
	t.answered(w)
	w.Offer = Offer{}
	t.open.add(w)
	t.came = append(t.came, w)
	t.changedEntry(w)
}

// answered stops counting an offer as asked and not answered.
func (t *turn) answered(w *waiting) {
	m := t.members[w.Offer.Operator]
	if m == nil || w.Offer.Held {
		return
	}
	m.Asked--
	t.changedMember(m)
}

// takeBack withdraws the offer of an entry that keeps waiting.
func (t *turn) takeBack(w *waiting) {
	t.effect(TakeBack{Operator: w.Offer.Operator, Chat: w.Chat, Why: whyExpired})
	t.clearOffer(w)
}

// held notes that the slot holds. Somebody who is not the one asked (any more)
// is told to let go: his slot must not wait for ever.
func (t *turn) held(c Held) {
	w, known := t.entries[c.Chat]
	switch {
	case !known:
		t.effect(TakeBack{Operator: c.Operator, Chat: c.Chat, Why: whyCompleted})
		return
	case w.Offer.Operator != c.Operator:
		t.effect(TakeBack{Operator: c.Operator, Chat: c.Chat, Why: whyExpired})
		return
	case w.Offer.Held:
		t.until(w, c.Deadline) // the answer to an earlier offer of this chat came first
		return
	}
	t.answered(w)
	w.Offer.Held = true
	t.until(w, c.Deadline)
	t.changedEntry(w)
	if m := t.members[c.Operator]; m != nil && (c.Version == 0 || c.Version > m.Version) {
		m.Load++ // until his own word comes
		t.changedMember(m)
	}
}

func (t *turn) until(w *waiting, deadline time.Time) {
	if !w.Offer.Deadline.Equal(deadline) {
		w.Offer.Deadline = deadline
		t.changedEntry(w)
	}
}

// declined passes a chat on to the next candidate, at once (S25).
func (t *turn) declined(c Declined) {
	w, known := t.entries[c.Chat]
	if !known || w.Offer.Operator != c.Operator {
		return
	}
	t.clearOffer(w)
	w.Passed = append(slices.Clone(w.Passed), Pass{Operator: c.Operator, Why: c.Why, At: t.now})
	if extra := len(w.Passed) - maxPassed; extra > 0 {
		w.Passed = w.Passed[extra:]
	}
	if c.Why == whyDeclined && !slices.Contains(w.Declined, c.Operator) {
		w.Declined = append(slices.Clone(w.Declined), c.Operator)
		t.mark(c.Operator, w)
	}
	if m := t.members[c.Operator]; m != nil && (c.Version == 0 || c.Version >= m.Version) {
		t.correct(m, c.Why)
	}
}

// correct takes an operator's refusal for what it says of him until his own
// word comes; otherwise he would be asked again and refuse again, for ever.
func (t *turn) correct(m *member, why string) {
	switch why {
	case whyInactive, whyExpired:
		m.Active = false
	case whyLimit:
		if m.Limit <= 0 {
			m.Limit = max(m.Load, 1)
		}
		m.Load = max(m.Load, m.Limit)
	default:
		return
	}
	t.changedMember(m)
}
