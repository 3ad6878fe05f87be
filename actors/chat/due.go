package chat

import "time"

// due gives the moment at which the open chat completes by itself unless
// something is said (S35, S92); zero when it does not. It is rounded up to the
// millisecond that timers are kept in, so that a Tick never comes too early.
//
// It counts from the last message, but waiting does not run it: a chat that
// waited longer than the timeout must not complete under the hand that takes it.
func (s State) due() time.Time {
	var timeout time.Duration
	switch s.Chat.Phase {
	case InProgress:
		timeout = s.Policy.CompletionTimeout
	case Bot:
		if timeout = s.Policy.CompletionTimeout; timeout <= 0 {
			timeout = s.Policy.BotCompletionTimeout
		}
	}
	if timeout <= 0 {
		return time.Time{}
	}
	at := later(s.Chat.LastAt, s.Chat.AcceptedAt).Add(timeout)
	if whole := at.Truncate(time.Millisecond); whole.Before(at) {
		return whole.Add(time.Millisecond)
	}
	return at
}

// tick completes a chat whose time has come. A timer that fires for a chat
// that has moved on finds another due time and changes nothing (I7).
func (t *turn) tick() {
	due := t.due()
	if due.IsZero() || t.now.Before(due) {
		return
	}
	t.end(ByTimeout)
}
