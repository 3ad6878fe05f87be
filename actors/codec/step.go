package codec

import (
	"fmt"

	"parley/actors/chat"
	"parley/actors/operator"
	"parley/actors/queue"
)

// AppendStep appends a durable step (a command of one entity to another) to
// dst. An error wraps ErrUnknown: such a command is never stored.
func AppendStep(dst []byte, command any) ([]byte, error) {
	switch c := command.(type) {
	case chat.Assign:
		return write(dst, kindAssign, &c, (*wire).assign), nil
	case chat.SlotReserved:
		return write(dst, kindSlotReserved, &c, (*wire).slotReserved), nil
	case chat.SlotRefused:
		return write(dst, kindSlotRefused, &c, (*wire).slotRefused), nil
	case chat.ForwardTo:
		return write(dst, kindForwardTo, &c, (*wire).forwardTo), nil
	case operator.Offer:
		return write(dst, kindOffer, &c, (*wire).offer), nil
	case operator.Withdraw:
		return write(dst, kindWithdraw, &c, (*wire).withdraw), nil
	case operator.Granted:
		return write(dst, kindGranted, &c, (*wire).granted), nil
	case operator.Refused:
		return write(dst, kindRefused, &c, (*wire).refused), nil
	case operator.Released:
		return write(dst, kindReleased, &c, (*wire).released), nil
	case operator.Reserve:
		return write(dst, kindReserve, &c, (*wire).reserve), nil
	case operator.Unreserve:
		return write(dst, kindUnreserve, &c, (*wire).unreserve), nil
	case queue.Wait:
		return write(dst, kindWait, &c, (*wire).wait), nil
	case queue.Leave:
		return write(dst, kindLeave, &c, (*wire).leave), nil
	case queue.Availability:
		return write(dst, kindAvailability, &c, (*wire).availability), nil
	case queue.Held:
		return write(dst, kindHeld, &c, (*wire).held), nil
	case queue.Declined:
		return write(dst, kindDeclined, &c, (*wire).declined), nil
	default:
		return dst, fmt.Errorf("%w: step %T", ErrUnknown, command)
	}
}

// Step reads what AppendStep wrote and gives the command as the value of its
// own type. Errors wrap ErrVersion or ErrMalformed; a step of a kind this
// program has never heard of is taken for a newer one.
func Step(b []byte) (any, error) {
	k, _, err := peek(b)
	if err != nil {
		return nil, err
	}
	switch k {
	case kindAssign:
		return read(b, k, (*wire).assign)
	case kindSlotReserved:
		return read(b, k, (*wire).slotReserved)
	case kindSlotRefused:
		return read(b, k, (*wire).slotRefused)
	case kindForwardTo:
		return read(b, k, (*wire).forwardTo)
	case kindOffer:
		return read(b, k, (*wire).offer)
	case kindWithdraw:
		return read(b, k, (*wire).withdraw)
	case kindGranted:
		return read(b, k, (*wire).granted)
	case kindRefused:
		return read(b, k, (*wire).refused)
	case kindReleased:
		return read(b, k, (*wire).released)
	case kindReserve:
		return read(b, k, (*wire).reserve)
	case kindUnreserve:
		return read(b, k, (*wire).unreserve)
	case kindWait:
		return read(b, k, (*wire).wait)
	case kindLeave:
		return read(b, k, (*wire).leave)
	case kindAvailability:
		return read(b, k, (*wire).availability)
	case kindHeld:
		return read(b, k, (*wire).held)
	case kindDeclined:
		return read(b, k, (*wire).declined)
	default:
		return nil, stranger("step", k)
	}
}

func (w *wire) assign(c *chat.Assign) {
	w.person(1, &c.Operator)
	w.text(2, &c.Chat)
	w.texts(3, &c.Queues)
	w.flag(4, &c.Offered)
}

func (w *wire) slotReserved(c *chat.SlotReserved) {
	w.text(1, &c.Operator)
	w.text(2, &c.Transfer)
}

func (w *wire) slotRefused(c *chat.SlotRefused) {
	w.text(1, &c.Operator)
	w.text(2, &c.Transfer)
}

func (w *wire) forwardTo(c *chat.ForwardTo) { w.text(1, &c.Conversation) }

func (w *wire) offer(c *operator.Offer) {
	w.text(1, &c.Queue)
	w.text(2, &c.Chat)
	w.duration(3, &c.Timeout)
}

func (w *wire) withdraw(c *operator.Withdraw) {
	w.text(1, &c.Queue)
	w.text(2, &c.Chat)
	w.text(3, &c.Why)
	w.person(4, (*chat.Person)(&c.By))
}

func (w *wire) granted(c *operator.Granted) {
	w.text(1, &c.Chat)
	w.text(2, &c.Queue)
	w.text(3, &c.Why)
	w.text(4, &c.Transfer)
}

func (w *wire) refused(c *operator.Refused) {
	w.text(1, &c.Chat)
	w.text(2, &c.Code)
	w.person(3, (*chat.Person)(&c.By))
}

func (w *wire) released(c *operator.Released) {
	w.text(1, &c.Chat)
	w.text(2, &c.Reason)
	w.text(3, &c.Child)
}

func (w *wire) reserve(c *operator.Reserve) {
	w.text(1, &c.Chat)
	w.text(2, &c.Transfer)
}

func (w *wire) unreserve(c *operator.Unreserve) {
	w.text(1, &c.Chat)
	w.text(2, &c.Transfer)
}

func (w *wire) wait(c *queue.Wait) {
	w.text(1, &c.Chat)
	w.time(2, &c.Since)
}

func (w *wire) leave(c *queue.Leave) {
	w.text(1, &c.Chat)
	w.text(2, &c.Why)
	w.person(3, (*chat.Person)(&c.By))
}

func (w *wire) availability(c *queue.Availability) {
	w.text(1, &c.Operator)
	w.unsigned(2, &c.Version)
	w.flag(3, &c.Active)
	w.number(4, &c.Load)
	w.number(5, &c.InProgress)
	w.number(6, &c.Limit)
	w.time(7, &c.LastTook)
}

func (w *wire) held(c *queue.Held) {
	w.text(1, &c.Operator)
	w.text(2, &c.Chat)
	w.time(3, &c.Deadline)
	w.unsigned(4, &c.Version)
}

func (w *wire) declined(c *queue.Declined) {
	w.text(1, &c.Operator)
	w.text(2, &c.Chat)
	w.text(3, &c.Why)
	w.unsigned(4, &c.Version)
}
