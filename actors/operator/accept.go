package operator

import "fmt"

// accept asks the conversation for a chat; the slot counts from now on, so
// nothing can fill it meanwhile (I3). The reply comes with Granted or Refused.
func (t *turn) accept(c Accept) error {
	i := t.find(c.Chat)
	if i < 0 {
		return t.pull(c)
	}
	switch s := &t.is.Slots[i]; s.Kind {
	case Live: // his already, perhaps by an answer that was lost on its way
		t.out.Later, t.out.Answer = c.ID, &Answer{ID: c.ID, Chat: c.Chat}
	case Asking: // both requests get the one answer
		t.out.Later = s.Request
	default:
		s.Kind, s.Offered, s.Request = Asking, true, c.ID
		t.claim(*s, nil)
	}
	return nil
}

// pull takes a waiting chat of a queue of rule everyone. Which queue it waits
// in only the conversation knows, so it is told every queue that has room.
func (t *turn) pull(c Accept) error {
	if t.is.Effective() != Active || !t.is.Pulls() {
		return ErrNotOffered
	}
	queues := t.is.Visible()
	if len(queues) == 0 {
		return ErrLimit
	}
	s := Slot{Chat: c.Chat, Kind: Asking, Request: c.ID}
	t.add(s)
	t.claim(s, queues)
	return nil
}

func (t *turn) claim(s Slot, queues []string) {
	t.effect(Claim{Chat: s.Chat, Queues: queues, Offered: s.Offered})
	t.out.Later = s.Request
}

// granted makes a chat his: one he asked for, one transferred into a reserved
// slot, or one he initiated, which the limit does not block (S53).
func (t *turn) granted(c Granted) {
	if t.findKind(c.Chat, Live) >= 0 {
		return
	}
	if i := t.find(c.Chat); i >= 0 {
		if s := t.remove(i); s.Kind == Asking {
			t.out.Answer = &Answer{ID: s.Request, Chat: c.Chat}
		}
	}
	if i := t.findTransfer(c.Transfer); i >= 0 && t.is.Slots[i].Kind == Reserved {
		t.remove(i)
	}
	t.add(Slot{Chat: c.Chat, Queue: c.Queue, Kind: Live, Request: c.Transfer})
	t.is.LastTook = t.now
	t.event(ChatAssigned{Chat: c.Chat, Why: c.Why})
	if t.is.Load() > t.was.Load() {
		t.trim()
	}
}

// refused ends an accept that came too late (S31).
func (t *turn) refused(c Refused) {
	i := t.findKind(c.Chat, Asking)
	if i < 0 {
		return
	}
	s := t.remove(i)
	t.out.Answer = &Answer{ID: s.Request, Chat: c.Chat, Err: refusalError(c)}
	if !s.Offered {
		return
	}
	t.event(ChatWithdrawn{Chat: c.Chat, Why: refusalWhy(c.Code), By: c.By})
	if c.Code == ErrNotOffered.Code {
		// The offer came only after the accept was sent: the queue believes it
		// held, and nobody else will tell it otherwise.
		t.effect(Declines{Queue: s.Queue, Chat: s.Chat, Why: whyExpired})
	}
}

func refusalError(c Refused) error {
	switch c.Code {
	case ErrTaken.Code:
		return &Error{Code: ErrTaken.Code, By: c.By, Text: ErrTaken.Text}
	case ErrGone.Code:
		return ErrGone
	case ErrNotOffered.Code:
		return ErrNotOffered
	default:
		return &Error{Code: c.Code, By: c.By, Text: fmt.Sprintf("the chat was refused (%s)", c.Code)}
	}
}

func refusalWhy(code string) string {
	switch code {
	case ErrTaken.Code:
		return whyTaken
	case ErrNotOffered.Code:
		return whyExpired
	default:
		return whyComplete
	}
}

// released frees the slot of a chat that has ended.
func (t *turn) released(c Released) {
	i := t.find(c.Chat)
	if i < 0 {
		return
	}
	switch t.is.Slots[i].Kind {
	case Asking:
		s := t.remove(i)
		t.out.Answer = &Answer{ID: s.Request, Chat: c.Chat, Err: ErrGone}
	case Live:
		t.remove(i)
		t.event(ChatEnded{Chat: c.Chat, Reason: c.Reason, Child: c.Child})
	}
}
