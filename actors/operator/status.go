package operator

import "slices"

// Why the status last changed (State.Reason).
const (
	byChoice  = "chosen"
	byExpiry  = "offer_expired"
	bySession = "session"
)

// Why offers go.
const (
	whyInactive = "inactive"
	whyLimit    = "limit"
	whyDeclined = "declined"
	whyExpired  = "expired"
	whyTaken    = "taken"
	whyComplete = "completed"
)

// setStatus is the operator's choice. While absent it is kept for the next
// sign-in and changes nothing else (S12, S14).
func (t *turn) setStatus(c SetStatus) {
	t.is.Preferred = Inactive
	if c.Status == Active {
		t.is.Preferred = Active
	}
	t.is.Reason = byChoice
	t.replyStatus()
}

func (t *turn) replyStatus() {
	t.out.Reply = StatusReply{Preferred: t.is.Preferred, Effective: t.is.Effective()}
}

// followStatus does what a changed effective status means for offers: nobody
// Inactive holds one (S10), and turning Active shows again what was declined.
func (t *turn) followStatus() {
	if t.is.Effective() == t.was.Effective() {
		return
	}
	if t.is.Effective() == Active {
		t.is.Declined = nil
		return
	}
	t.giveBackAll(whyInactive, func(Slot) bool { return true })
}

// report tells the operator's feed what changed about himself.
func (t *turn) report() {
	was, is := t.was, t.is
	if was.Preferred != is.Preferred || was.Effective() != is.Effective() || was.Reason != is.Reason ||
		was.Load() != is.Load() || was.Limit != is.Limit {
		t.event(StatusChanged{
			Preferred: is.Preferred, Effective: is.Effective(), Reason: is.Reason,
			Load: is.Load(), Limit: is.Limit,
		})
	}
	if why, changed := viewChange(was, is); changed {
		t.event(ViewChanged{Why: why})
	}
}

// viewChange says whether the operator sees other everyone queues than before,
// and why those that disappear do.
func viewChange(was, is State) (why string, changed bool) {
	if was.Effective() != is.Effective() {
		if is.Effective() == Inactive {
			return whyInactive, true
		}
		return "", true
	}
	before, after := was.Visible(), is.Visible()
	for _, id := range before {
		if slices.Contains(after, id) {
			continue
		}
		if q, member := is.membership(id); member && q.Pull {
			return whyLimit, true
		}
		why, changed = whyInactive, true // left the queue: to him it is as if he were not active there
	}
	for _, id := range after {
		changed = changed || !slices.Contains(before, id)
	}
	return why, changed
}
