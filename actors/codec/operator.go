package codec

import "parley/actors/operator"

// AppendOperator appends an operator's state to dst.
func AppendOperator(dst []byte, s operator.State) []byte {
	w := writer(dst, kindOperator)
	w.operator(&s)
	return w.buf
}

// Operator reads what AppendOperator wrote. Errors wrap ErrVersion or
// ErrMalformed.
func Operator(b []byte) (operator.State, error) {
	var s operator.State
	w := reader(b, kindOperator)
	w.operator(&s)
	if err := w.done(); err != nil {
		return operator.State{}, err
	}
	return s, nil
}

func (w *wire) operator(s *operator.State) {
	mark, ok := w.open(element)
	if !ok {
		return
	}
	w.text(1, &s.ID)
	w.text(2, &s.Name)
	w.number(3, &s.Limit)
	w.duration(4, &s.Grace)
	for i := range list(w, 5, &s.Queues) {
		w.membership(&s.Queues[i])
	}
	w.choice(6, (*uint8)(&s.Preferred), uint8(operator.Active))
	w.text(7, &s.Reason)
	w.flag(8, &s.Present)
	w.flag(9, &s.Connected)
	w.time(10, &s.AbsentAt)
	for i := range list(w, 11, &s.Slots) {
		w.slot(&s.Slots[i])
	}
	w.texts(12, &s.Declined)
	w.time(13, &s.LastTook)
	w.unsigned(14, &s.Version)
	w.close(mark)
}

func (w *wire) membership(q *operator.Queue) {
	mark, ok := w.open(element)
	if !ok {
		return
	}
	w.text(1, &q.ID)
	w.flag(2, &q.Pull)
	w.number(3, &q.Limit)
	w.flag(4, &q.HasLimit)
	w.close(mark)
}

func (w *wire) slot(s *operator.Slot) {
	mark, ok := w.open(element)
	if !ok {
		return
	}
	w.text(1, &s.Chat)
	w.text(2, &s.Queue)
	w.choice(3, (*uint8)(&s.Kind), uint8(operator.Live))
	w.time(4, &s.Since)
	w.time(5, &s.Deadline)
	w.text(6, &s.Request)
	w.flag(7, &s.Offered)
	w.close(mark)
}
