package chat

// owned gives nil when the chat is open and in the hands of by, else the error
// that tells by no more than by knows already (S33).
func (s State) owned(by Person, chat string) error {
	n, ok := s.number(chat)
	if !ok || by.ID == "" {
		return ErrForbidden
	}
	if n < s.Opened {
		return s.past(by, chat)
	}
	his := s.Chat.Owner.ID == by.ID
	switch s.Chat.Phase {
	case Waiting:
		return ErrNotOwner
	case InProgress:
		if his {
			return nil
		}
	case Completed:
		if his {
			return ErrCompleted
		}
	}
	return ErrForbidden
}

// past gives the error for a chat that another has followed.
func (s State) past(by Person, chat string) error {
	for _, p := range s.Past {
		if p.Chat != chat || p.Owner != by.ID {
			continue
		}
		if p.Reason == ByTransfer {
			return ErrNotOwner
		}
		return ErrCompleted
	}
	return ErrForbidden
}

// writable gives nil when the provider would take a message now.
func (t *turn) writable() error {
	if t.Lost {
		return ErrNoThread
	}
	if t.Policy.Window > 0 && t.now.Sub(t.LastIn) > t.Policy.Window {
		return ErrWindowClosed
	}
	return nil
}
