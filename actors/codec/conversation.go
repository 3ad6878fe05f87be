package codec

import "parley/actors/chat"

// AppendConversation appends a conversation's state to dst. Policy is not
// stored: it is what the directory says when it is asked.
func AppendConversation(dst []byte, s chat.State) []byte {
	w := writer(dst, kindConversation)
	w.conversation(&s)
	return w.buf
}

// Conversation reads what AppendConversation wrote. Errors wrap ErrVersion or
// ErrMalformed.
func Conversation(b []byte) (chat.State, error) {
	var s chat.State
	w := reader(b, kindConversation)
	w.conversation(&s)
	if err := w.done(); err != nil {
		return chat.State{}, err
	}
	return s, nil
}

// AppendChat appends a chat to dst.
func AppendChat(dst []byte, c chat.Chat) []byte {
	w := writer(dst, kindChat)
	w.chat(element, &c)
	return w.buf
}

// Chat reads what AppendChat wrote. Errors wrap ErrVersion or ErrMalformed.
func Chat(b []byte) (chat.Chat, error) {
	var c chat.Chat
	w := reader(b, kindChat)
	w.chat(element, &c)
	if err := w.done(); err != nil {
		return chat.Chat{}, err
	}
	return c, nil
}

func (w *wire) conversation(s *chat.State) {
	mark, ok := w.open(element)
	if !ok {
		return
	}
	w.text(1, &s.ID)
	w.text(2, &s.Forward)
	w.texts(3, &s.Aliases)
	w.text(4, &s.Channel)
	w.text(5, &s.Provider)
	w.address(6, &s.Address)
	w.contact(7, &s.Contact)
	w.number(8, &s.Opened)
	w.chat(9, &s.Chat)
	w.time(10, &s.LastIn)
	for i := range list(w, 11, &s.Outgoing) {
		w.outgoing(&s.Outgoing[i])
	}
	for i := range list(w, 12, &s.Early) {
		w.early(&s.Early[i])
	}
	w.marks(13, &s.Marks)
	w.numbers(14, &s.UnreadAt)
	for i := range list(w, 15, &s.Past) {
		w.past(&s.Past[i])
	}
	w.transfer(16, &s.Transfer)
	w.flag(17, &s.Lost)
	w.flag(18, &s.Blocked)
	w.close(mark)
}

func (w *wire) chat(key int, c *chat.Chat) {
	mark, ok := w.open(key)
	if !ok {
		return
	}
	w.text(1, &c.ID)
	w.number(2, &c.Number)
	w.number(3, &c.Root)
	w.choice(4, (*uint8)(&c.Phase), uint8(chat.Completed))
	w.text(5, &c.Queue)
	w.person(6, &c.Owner)
	w.text(7, &c.Parent)
	w.text(8, &c.Child)
	w.text(9, (*string)(&c.Reason))
	w.time(10, &c.CreatedAt)
	w.time(11, &c.AcceptedAt)
	w.time(12, &c.CompletedAt)
	w.time(13, &c.LastAt)
	w.text(14, &c.Preview)
	w.number(15, &c.Position)
	w.number(16, &c.ReadTo)
	w.number(17, &c.Unread)
	w.text(18, &c.Draft)
	w.text(19, &c.Source)
	w.close(mark)
}

func (w *wire) address(key int, a *chat.Address) {
	mark, ok := w.open(key)
	if !ok {
		return
	}
	for i := range list(w, 1, &a.IDs) {
		w.addressID(&a.IDs[i])
	}
	w.close(mark)
}

func (w *wire) addressID(id *chat.AddressID) {
	mark, ok := w.open(element)
	if !ok {
		return
	}
	w.text(1, &id.Type)
	w.text(2, &id.Value)
	w.close(mark)
}

func (w *wire) contact(key int, c *chat.Contact) {
	mark, ok := w.open(key)
	if !ok {
		return
	}
	w.text(1, &c.ID)
	w.text(2, &c.Name)
	w.text(3, &c.Photo)
	w.flag(4, &c.Linked)
	w.close(mark)
}

func (w *wire) person(key int, p *chat.Person) {
	mark, ok := w.open(key)
	if !ok {
		return
	}
	w.text(1, &p.ID)
	w.text(2, &p.Name)
	w.close(mark)
}

func (w *wire) outgoing(o *chat.Outgoing) {
	mark, ok := w.open(element)
	if !ok {
		return
	}
	w.text(1, &o.Message)
	w.delivery(2, &o.State)
	w.time(3, &o.At)
	w.flag(4, &o.Partial)
	w.close(mark)
}

func (w *wire) early(e *chat.Early) {
	mark, ok := w.open(element)
	if !ok {
		return
	}
	w.text(1, &e.Provider)
	w.delivery(2, &e.State)
	w.problem(3, &e.Error)
	w.time(4, &e.At)
	w.close(mark)
}

func (w *wire) marks(key int, m *chat.Marks) {
	mark, ok := w.open(key)
	if !ok {
		return
	}
	w.time(1, &m.Delivered)
	w.time(2, &m.Read)
	w.close(mark)
}

func (w *wire) past(p *chat.Past) {
	mark, ok := w.open(element)
	if !ok {
		return
	}
	w.text(1, &p.Chat)
	w.text(2, &p.Owner)
	w.text(3, (*string)(&p.Reason))
	w.close(mark)
}

func (w *wire) transfer(key int, t *chat.Transfer) {
	mark, ok := w.open(key)
	if !ok {
		return
	}
	w.text(1, &t.ID)
	w.person(2, &t.From)
	w.person(3, &t.To)
	w.text(4, &t.Note)
	w.time(5, &t.At)
	w.close(mark)
}
