package codec

import (
	"parley/actors/chat"
	"parley/actors/queue"
)

// AppendQueueHeader appends what a queue stores once to dst.
func AppendQueueHeader(dst []byte, h queue.Header) []byte {
	w := writer(dst, kindQueueHeader)
	w.header(&h)
	return w.buf
}

// QueueHeader reads what AppendQueueHeader wrote. Errors wrap ErrVersion or
// ErrMalformed.
func QueueHeader(b []byte) (queue.Header, error) {
	var h queue.Header
	w := reader(b, kindQueueHeader)
	w.header(&h)
	if err := w.done(); err != nil {
		return queue.Header{}, err
	}
	return h, nil
}

// AppendEntry appends a waiting chat to dst.
func AppendEntry(dst []byte, e queue.Entry) []byte {
	w := writer(dst, kindEntry)
	w.entry(&e)
	return w.buf
}

// Entry reads what AppendEntry wrote. Errors wrap ErrVersion or ErrMalformed.
func Entry(b []byte) (queue.Entry, error) {
	var e queue.Entry
	w := reader(b, kindEntry)
	w.entry(&e)
	if err := w.done(); err != nil {
		return queue.Entry{}, err
	}
	return e, nil
}

// AppendMember appends what a queue knows of an operator to dst.
func AppendMember(dst []byte, m queue.Member) []byte {
	w := writer(dst, kindMember)
	w.member(&m)
	return w.buf
}

// Member reads what AppendMember wrote. Errors wrap ErrVersion or ErrMalformed.
func Member(b []byte) (queue.Member, error) {
	var m queue.Member
	w := reader(b, kindMember)
	w.member(&m)
	if err := w.done(); err != nil {
		return queue.Member{}, err
	}
	return m, nil
}

func (w *wire) header(h *queue.Header) {
	mark, ok := w.open(element)
	if !ok {
		return
	}
	w.settings(1, &h.Settings)
	w.close(mark)
}

func (w *wire) settings(key int, s *queue.Settings) {
	mark, ok := w.open(key)
	if !ok {
		return
	}
	w.text(1, &s.Name)
	w.text(2, &s.Rule)
	w.duration(3, &s.AcceptTimeout)
	w.number(4, &s.Limit)
	w.flag(5, &s.HasLimit)
	for i := range list(w, 6, &s.Members) { // empty in a header; whoever fills it gets it back
		w.person(element, (*chat.Person)(&s.Members[i]))
	}
	w.close(mark)
}

func (w *wire) entry(e *queue.Entry) {
	mark, ok := w.open(element)
	if !ok {
		return
	}
	w.text(1, &e.Chat)
	w.time(2, &e.Since)
	w.offered(3, &e.Offer)
	w.texts(4, &e.Declined)
	for i := range list(w, 5, &e.Passed) {
		w.pass(&e.Passed[i])
	}
	w.close(mark)
}

func (w *wire) offered(key int, o *queue.Offer) {
	mark, ok := w.open(key)
	if !ok {
		return
	}
	w.text(1, &o.Operator)
	w.flag(2, &o.Held)
	w.time(3, &o.At)
	w.time(4, &o.Deadline)
	w.close(mark)
}

func (w *wire) pass(p *queue.Pass) {
	mark, ok := w.open(element)
	if !ok {
		return
	}
	w.text(1, &p.Operator)
	w.text(2, &p.Why)
	w.time(3, &p.At)
	w.close(mark)
}

func (w *wire) member(m *queue.Member) {
	mark, ok := w.open(element)
	if !ok {
		return
	}
	w.text(1, &m.Operator)
	w.text(2, &m.Name)
	w.unsigned(3, &m.Version)
	w.flag(4, &m.Active)
	w.number(5, &m.Load)
	w.number(6, &m.InProgress)
	w.number(7, &m.Limit)
	w.time(8, &m.LastTook)
	w.number(9, &m.Asked)
	w.flag(10, &m.Listed)
	w.close(mark)
}
