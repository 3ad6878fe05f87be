package codec

import (
	"fmt"

	"parley/actors/chat"
)

// AppendWork appends work on the outside to dst. An error wraps ErrUnknown:
// such an effect is a step, a notice, or new.
func AppendWork(dst []byte, effect chat.Effect) ([]byte, error) {
	switch e := effect.(type) {
	case chat.Deliver:
		return write(dst, kindDeliver, &e, (*wire).deliver), nil
	case chat.Fetch:
		return write(dst, kindFetch, &e, (*wire).fetch), nil
	case chat.Identify:
		return write(dst, kindIdentify, &e, (*wire).identify), nil
	case chat.Index:
		return write(dst, kindIndex, &e, (*wire).index), nil
	default:
		return dst, fmt.Errorf("%w: work %T", ErrUnknown, effect)
	}
}

// Work reads what AppendWork wrote. Errors wrap ErrVersion or ErrMalformed;
// work of a kind this program has never heard of is taken for a newer one.
func Work(b []byte) (chat.Effect, error) {
	k, _, err := peek(b)
	if err != nil {
		return nil, err
	}
	var v any
	switch k {
	case kindDeliver:
		v, err = read(b, k, (*wire).deliver)
	case kindFetch:
		v, err = read(b, k, (*wire).fetch)
	case kindIdentify:
		v, err = read(b, k, (*wire).identify)
	case kindIndex:
		v, err = read(b, k, (*wire).index)
	default:
		err = stranger("work", k)
	}
	if err != nil {
		return nil, err
	}
	return v.(chat.Effect), nil
}

func (w *wire) deliver(e *chat.Deliver) { w.text(1, &e.Message) }

func (w *wire) fetch(e *chat.Fetch) {
	w.text(1, &e.Message)
	w.text(2, &e.Attachment)
}

func (w *wire) identify(e *chat.Identify) {
	w.text(1, &e.Contact)
	w.text(2, &e.Name)
	w.address(3, &e.Address)
	w.profile(4, &e.Profile)
}

func (w *wire) profile(key int, p *chat.Profile) {
	mark, ok := w.open(key)
	if !ok {
		return
	}
	w.text(1, &p.First)
	w.text(2, &p.Last)
	w.text(3, &p.Username)
	w.text(4, &p.Language)
	w.close(mark)
}

func (w *wire) index(e *chat.Index) { w.chat(1, &e.Chat) }
