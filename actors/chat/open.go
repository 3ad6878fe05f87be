package chat

import "slices"

// open begins a chat that continues none (S2, S3).
func (t *turn) open(phase Phase, channel Channel, sender Sender) {
	t.remember()
	t.Channel, t.Provider = channel.ID, channel.Provider
	t.Opened++
	t.Chat = Chat{
		ID: ChatID(t.ID, t.Opened), Number: t.Opened, Root: t.Opened,
		Phase: phase, Queue: channel.Queue, CreatedAt: t.now, LastAt: t.now,
	}
	t.UnreadAt = nil
	t.opened, t.index = true, true
	if phase == Waiting {
		t.enqueue()
	}
	if !t.Contact.Linked {
		t.effect(Identify{Contact: t.Contact.ID, Name: sender.Name, Address: t.Address, Profile: sender.Profile})
	}
}

// continueIn ends the open chat and begins its child in the same turn (S44,
// S46, S91). The child keeps what the next reader needs to see in its row; the
// unread messages are unread to that reader too.
func (t *turn) continueIn(phase Phase, queue string, owner Person, reason Reason) {
	child := Chat{
		ID: ChatID(t.ID, t.Opened+1), Number: t.Opened + 1, Root: t.Chat.Root,
		Phase: phase, Queue: queue, Owner: owner, Parent: t.Chat.ID,
		CreatedAt: t.now, LastAt: t.now,
		Preview: t.Chat.Preview, Unread: t.Chat.Unread, Source: t.Chat.Source,
	}
	if phase == InProgress {
		child.AcceptedAt = t.now
	}
	t.complete(reason, child.ID)
	t.remember()
	t.Opened++
	t.Chat = child
	t.UnreadAt = nil
	t.opened, t.index = true, true
	if phase == Waiting {
		t.enqueue()
	}
}

// complete ends the open chat; child is the chat that continues it, or empty.
// The owner learns it by Release, which survives a crash.
func (t *turn) complete(reason Reason, child string) {
	c := t.Chat
	switch c.Phase {
	case Waiting:
		t.effect(Dequeue{Queue: c.Queue, Chat: c.ID, Why: "completed"})
	case InProgress:
		t.effect(Release{Operator: c.Owner.ID, Chat: c.ID, Reason: reason, Child: child})
	}
	c.Phase, c.Reason, c.Child, c.Draft = Completed, reason, child, ""
	c.CompletedAt = later(later(t.now, c.CreatedAt), c.AcceptedAt)
	t.Chat, t.ended = c, &c
}

// remember keeps who had the newest chat, before another takes its place.
func (t *turn) remember() {
	if t.Chat.Phase == None {
		return
	}
	past := Past{Chat: t.Chat.ID, Owner: t.Chat.Owner.ID, Reason: t.Chat.Reason}
	t.Past = newest(append(slices.Clone(t.Past), past), MaxPast)
}

func (t *turn) enqueue() {
	t.effect(Enqueue{Queue: t.Chat.Queue, Chat: t.Chat.ID, Since: t.Chat.CreatedAt})
}

// line appends a message to the open chat: its id, position and chat are given
// here and nowhere else (S38).
func (t *turn) line(m Message) Message {
	t.Chat.Position++
	m.Chat, m.Position = t.Chat.ID, t.Chat.Position
	m.ID = MessageID(m.Chat, m.Position)
	t.Chat.LastAt = t.now
	t.added = append(t.added, m)
	t.note = m.ID
	return m
}

// newest gives the last n elements.
func newest[T any](list []T, n int) []T {
	if len(list) <= n {
		return list
	}
	return list[len(list)-n:]
}
