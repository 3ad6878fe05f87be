package codec

import (
	"errors"
	"fmt"
)

// ErrVersion says that a value was written by a newer version of this program.
var ErrVersion = errors.New("codec: written by a newer version of this program")

// ErrMalformed says that bytes are not a stored value of the wanted type.
var ErrMalformed = errors.New("codec: malformed value")

// ErrUnknown says that a Go value has no spelling in storage.
var ErrUnknown = errors.New("codec: no such stored type")

// kind is the type number a value begins with.
type kind byte

// The kinds are stored: their numbers never change and are never used again.
const (
	kindConversation kind = 0x01
	kindChat         kind = 0x02
	kindMessage      kind = 0x03
	kindOperator     kind = 0x04
	kindQueueHeader  kind = 0x05
	kindEntry        kind = 0x06
	kindMember       kind = 0x07

	// Steps to a conversation.
	kindAssign       kind = 0x10
	kindSlotReserved kind = 0x11
	kindSlotRefused  kind = 0x12
	kindForwardTo    kind = 0x13

	// Steps to an operator.
	kindOffer     kind = 0x20
	kindWithdraw  kind = 0x21
	kindGranted   kind = 0x22
	kindRefused   kind = 0x23
	kindReleased  kind = 0x24
	kindReserve   kind = 0x25
	kindUnreserve kind = 0x26

	// Steps to a queue.
	kindWait         kind = 0x30
	kindLeave        kind = 0x31
	kindAvailability kind = 0x32
	kindHeld         kind = 0x33
	kindDeclined     kind = 0x34

	// Work on the outside.
	kindDeliver  kind = 0x40
	kindFetch    kind = 0x41
	kindIdentify kind = 0x42
	kindIndex    kind = 0x43
)

// version gives the version a kind is written in; all versions from 1 up to it
// are read.
func (k kind) version() byte {
	switch k {
	case kindIdentify: // 2: with the profile
		return 2
	default:
		return 1
	}
}

// headLen is the length of what stands before the map: kind and version.
const headLen = 2

// writer begins a value at the end of dst.
func writer(dst []byte, k kind) wire {
	return wire{buf: append(dst, byte(k), k.version())}
}

// reader begins to read a value that must be of a kind. The texts it gives
// share one copy of the value, so b may be used again.
func reader(b []byte, want kind) wire {
	w := wire{reading: true}
	k, version, err := peek(b)
	switch {
	case err != nil:
		w.err = err
	case k != want:
		w.err = fmt.Errorf("%w: type %#02x where %#02x was expected", ErrMalformed, byte(k), byte(want))
	case version > want.version():
		w.err = fmt.Errorf("%w: type %#02x is of version %d, known up to %d", ErrVersion, byte(k), version, want.version())
	default:
		w.version, w.src, w.pos = version, string(b), headLen
	}
	return w
}

// peek reads what a value says of itself.
func peek(b []byte) (k kind, version byte, err error) {
	if len(b) < headLen {
		return 0, 0, fmt.Errorf("%w: %d bytes", ErrMalformed, len(b))
	}
	if b[1] == 0 {
		return 0, 0, fmt.Errorf("%w: version 0", ErrMalformed)
	}
	return kind(b[0]), b[1], nil
}

// done says whether a value was read as a whole.
func (w *wire) done() error {
	if w.err == nil && w.pos != len(w.src) {
		w.fail("bytes after the end")
	}
	return w.err
}

// write appends a value that is not on the hot path: handing its fields over as
// a function costs two small allocations, which state and messages do not pay.
func write[T any](dst []byte, k kind, v *T, fields func(*wire, *T)) []byte {
	w := writer(dst, k)
	mark, _ := w.open(element)
	fields(&w, v)
	w.close(mark)
	return w.buf
}

// read is the other direction of write.
func read[T any](b []byte, k kind, fields func(*wire, *T)) (any, error) {
	var v T
	w := reader(b, k)
	mark, _ := w.open(element)
	fields(&w, &v)
	w.close(mark)
	if err := w.done(); err != nil {
		return nil, err
	}
	return v, nil
}

// stranger is the error for a kind that is not one of a family. A number that
// is not in use here may be in a newer version.
func stranger(family string, k kind) error {
	switch {
	case k >= kindConversation && k <= kindMember, k >= kindAssign && k <= kindIndex:
		return fmt.Errorf("%w: type %#02x is no %s", ErrMalformed, byte(k), family)
	default:
		return fmt.Errorf("%w: %s of type %#02x", ErrVersion, family, byte(k))
	}
}
