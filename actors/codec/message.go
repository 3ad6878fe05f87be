package codec

import "parley/actors/chat"

// AppendMessage appends a message to dst.
func AppendMessage(dst []byte, m chat.Message) []byte {
	w := writer(dst, kindMessage)
	w.message(&m)
	return w.buf
}

// Message reads what AppendMessage wrote. Errors wrap ErrVersion or
// ErrMalformed.
func Message(b []byte) (chat.Message, error) {
	var m chat.Message
	w := reader(b, kindMessage)
	w.message(&m)
	if err := w.done(); err != nil {
		return chat.Message{}, err
	}
	return m, nil
}

func (w *wire) message(m *chat.Message) {
	mark, ok := w.open(element)
	if !ok {
		return
	}
	w.text(1, &m.ID)
	w.text(2, &m.Chat)
	w.number(3, &m.Position)
	w.time(4, &m.At)
	w.choice(5, (*uint8)(&m.Direction), uint8(chat.Out))
	w.author(6, &m.Author)
	w.text(7, &m.Text)
	for i := range list(w, 8, &m.Attachments) {
		w.attachment(&m.Attachments[i])
	}
	w.text(9, &m.ReplyTo)
	w.texts(10, &m.Providers)
	w.delivery(11, &m.State)
	w.problem(12, &m.Error)
	w.text(13, &m.ClientID)
	w.flag(14, &m.Edited)
	w.flag(15, &m.Deleted)
	for i := range list(w, 16, &m.Reactions) {
		w.reaction(&m.Reactions[i])
	}
	w.text(17, &m.Sub)
	w.text(18, &m.Payload)
	w.close(mark)
}

func (w *wire) author(key int, a *chat.Author) {
	mark, ok := w.open(key)
	if !ok {
		return
	}
	w.choice(1, (*uint8)(&a.Kind), uint8(chat.System))
	w.text(2, &a.ID)
	w.text(3, &a.Name)
	w.close(mark)
}

func (w *wire) attachment(a *chat.Attachment) {
	mark, ok := w.open(element)
	if !ok {
		return
	}
	w.text(1, &a.ID)
	w.text(2, &a.Kind)
	w.text(3, &a.Name)
	w.text(4, &a.Mime)
	w.integer(5, &a.Size)
	w.choice(6, (*uint8)(&a.State), uint8(chat.TooBig))
	w.source(7, &a.Source)
	w.fraction(8, &a.Lat)
	w.fraction(9, &a.Lon)
	w.text(10, &a.Card)
	w.close(mark)
}

func (w *wire) source(key int, s *chat.Source) {
	mark, ok := w.open(key)
	if !ok {
		return
	}
	w.text(1, &s.URL)
	w.text(2, &s.MediaID)
	w.text(3, &s.SHA256)
	w.close(mark)
}

func (w *wire) delivery(key int, d *chat.Delivery) {
	w.choice(key, (*uint8)(d), uint8(chat.Unknown))
}

func (w *wire) problem(key int, p *chat.Problem) {
	mark, ok := w.open(key)
	if !ok {
		return
	}
	w.text(1, &p.Code)
	w.text(2, &p.Text)
	w.close(mark)
}

func (w *wire) reaction(r *chat.Reaction) {
	mark, ok := w.open(element)
	if !ok {
		return
	}
	w.text(1, &r.By)
	w.text(2, &r.Emoji)
	w.close(mark)
}
