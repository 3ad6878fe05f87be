package chat

import "slices"

// assign makes an operator the owner of a waiting chat, or tells him why not.
// Commands of a conversation run one after another, so of many accepts exactly
// one finds the chat waiting (S31). The answer is durable either way: the
// operator holds a slot until it comes.
func (t *turn) assign(c Assign) error {
	if c.Operator.ID == "" {
		return ErrBadRequest
	}
	n, ok := t.number(c.Chat)
	mayTake := c.Offered || slices.Contains(c.Queues, t.Chat.Queue)
	switch {
	case !ok:
		t.refuse(c, "not_offered", Person{})
	case n < t.Opened, t.Chat.Phase == Completed:
		t.refuse(c, "gone", Person{})
	case t.Chat.Phase == InProgress && t.Chat.Owner.ID == c.Operator.ID:
		t.grant("accepted", "") // asked twice: the first answer is on its way or was lost
	case !mayTake, t.Chat.Phase == Bot:
		t.refuse(c, "not_offered", Person{})
	case t.Chat.Phase == InProgress:
		t.refuse(c, "taken", t.Chat.Owner)
	default:
		t.take(c.Operator)
	}
	return nil
}

// take moves the chat from waiting to in progress.
func (t *turn) take(operator Person) {
	t.Chat.Phase, t.Chat.Owner = InProgress, operator
	t.Chat.AcceptedAt = later(t.now, t.Chat.CreatedAt)
	t.moved, t.granted, t.index = true, true, true
	t.grant("accepted", "")
	t.effect(Dequeue{Queue: t.Chat.Queue, Chat: t.Chat.ID, Why: "taken", By: operator})
}

func (t *turn) grant(why, transfer string) {
	t.effect(Grant{
		Operator: t.Chat.Owner.ID, Chat: t.Chat.ID, Queue: t.Chat.Queue, Why: why, Transfer: transfer,
	})
}

func (t *turn) refuse(c Assign, code string, by Person) {
	t.effect(Refuse{Operator: c.Operator.ID, Chat: c.Chat, Code: code, By: by})
}

// number gives the number of a chat by id; ok is false when this conversation
// has never had it.
func (s State) number(chat string) (n int, ok bool) {
	conversation, n, ok := ParseChat(chat)
	return n, ok && conversation == s.ID && n <= s.Opened
}
