package operator

import "time"

// signIn opens presence; without a connection it lasts for the grace period
// only (S14).
func (t *turn) signIn() {
	t.appear()
	if !t.is.Connected {
		t.is.AbsentAt = t.graceEnd()
	}
	t.replyStatus()
}

// signOut ends presence when no other session lives (S13).
func (t *turn) signOut(c SignOut) {
	if c.Last {
		t.vanish()
	}
}

func (t *turn) connect() {
	t.appear()
	t.is.Connected = true
	t.is.AbsentAt = time.Time{}
}

// disconnect starts the grace period. Repeated, it does not start again: a
// restarted process may say it once more.
func (t *turn) disconnect() {
	if !t.is.Connected {
		return
	}
	t.is.Connected = false
	if t.is.Grace <= 0 {
		t.vanish()
		return
	}
	t.is.AbsentAt = t.graceEnd()
}

func (t *turn) appear() {
	t.byPresence(func(s *State) { s.Present = true })
}

func (t *turn) vanish() {
	t.byPresence(func(s *State) {
		s.Present = false
		s.Connected = false
		s.AbsentAt = time.Time{}
	})
}

// byPresence changes presence; the reason becomes the session's only when the
// effective status follows, so that an operator set Inactive by an ignored
// offer still reads why after he signs in again.
func (t *turn) byPresence(change func(*State)) {
	before := t.is.Effective()
	change(&t.is)
	if t.is.Effective() != before {
		t.is.Reason = bySession
	}
}

func (t *turn) graceEnd() time.Time {
	return t.now.Add(max(t.is.Grace, 0))
}
