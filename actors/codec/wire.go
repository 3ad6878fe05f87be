package codec

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// wire is a value on its way into bytes, or out of them when reading. Every
// method does both: it writes the field it is given, or fills it. A field whose
// key is not next in the bytes is absent and left as it is. After a failure all
// methods do nothing.
type wire struct {
	buf     []byte // writing: what there is so far
	reading bool
	src     string // reading: the whole value
	pos     int    // reading: where in it
	version byte   // reading: the version it was written in
	err     error
}

// element is the key of what has none: the value itself and elements of lists.
const element = 0

// noMark is the mark of a map that stays even when it is empty.
const noMark = -1

// open begins the map of a struct: mark goes to close; ok is false when the
// field is absent.
func (w *wire) open(key int) (mark int, ok bool) {
	if w.reading {
		if key != element && !w.next(key) {
			return 0, false
		}
		return 0, w.expect(openMap, "a map is missing")
	}
	mark = noMark
	if key != element {
		mark = len(w.buf)
		w.key(key)
	}
	w.buf = append(w.buf, openMap)
	return mark, true
}

// close ends a map. A field that turned out empty is taken back.
func (w *wire) close(mark int) {
	switch {
	case w.reading:
		w.expect(endMap, "a field is unknown or out of order")
	case mark != noMark && len(w.buf) == mark+keyLen(w.buf[mark])+1: // the key and openMap
		w.buf = w.buf[:mark]
	default:
		w.buf = append(w.buf, endMap)
	}
}

// text is a string. It need not be valid UTF-8: what came is what is kept.
func (w *wire) text(key int, v *string) {
	if w.reading {
		if w.next(key) {
			*v = w.readText()
		}
		return
	}
	if *v != "" {
		w.key(key)
		w.writeText(*v)
	}
}

// flag is a bool.
func (w *wire) flag(key int, v *bool) {
	if w.reading {
		if w.next(key) {
			*v = w.expect(isTrue, "a flag is not true")
		}
		return
	}
	if *v {
		w.key(key)
		w.buf = append(w.buf, isTrue)
	}
}

// number is an int.
func (w *wire) number(key int, v *int) {
	n := int64(*v)
	w.integer(key, &n)
	if *v = int(n); int64(*v) != n {
		w.fail("a number is too great for this machine")
	}
}

// duration is in nanoseconds.
func (w *wire) duration(key int, v *time.Duration) { w.integer(key, (*int64)(v)) }

func (w *wire) integer(key int, v *int64) {
	if w.reading {
		if w.next(key) {
			*v = w.readInteger()
		}
		return
	}
	if *v != 0 {
		w.key(key)
		w.writeInteger(*v)
	}
}

// unsigned is a number that only rises.
func (w *wire) unsigned(key int, v *uint64) {
	if w.reading {
		if w.next(key) {
			*v = w.readHead(majorUint)
		}
		return
	}
	if *v != 0 {
		w.key(key)
		w.writeHead(majorUint, *v)
	}
}

// choice is one of the stored constants from 0 to greatest.
func (w *wire) choice(key int, v *uint8, greatest uint8) {
	n := uint64(*v)
	w.unsigned(key, &n)
	if w.reading && n > uint64(greatest) {
		w.fail("a choice is unknown")
		return
	}
	*v = uint8(n)
}

// fraction keeps every bit of a float64.
func (w *wire) fraction(key int, v *float64) {
	if w.reading {
		if w.next(key) && w.expect(isFloat64, "a fraction is missing") {
			*v = math.Float64frombits(w.bytes(8))
		}
		return
	}
	if bits := math.Float64bits(*v); bits != 0 {
		w.key(key)
		w.buf = binary.BigEndian.AppendUint64(append(w.buf, isFloat64), bits)
	}
}

// time is in Unix nanoseconds. The zero time is absent; one outside of the
// years 1678 to 2262, which nanoseconds cannot say, becomes the nearest that they can.
func (w *wire) time(key int, v *time.Time) {
	if w.reading {
		if w.next(key) {
			*v = time.Unix(0, w.readInteger()).UTC()
		}
		return
	}
	if !v.IsZero() {
		w.key(key)
		w.writeInteger(nanoseconds(*v))
	}
}

func nanoseconds(t time.Time) int64 {
	const second = int64(time.Second)
	switch s := t.Unix(); {
	case s > math.MaxInt64/second-1:
		return math.MaxInt64
	case s < math.MinInt64/second+1:
		return math.MinInt64
	default:
		return t.UnixNano()
	}
}

// list begins a list of structs (or other lists) and gives its length; reading,
// it makes the room for them.
func list[T any](w *wire, key int, v *[]T) int {
	if !w.reading {
		if len(*v) > 0 {
			w.key(key)
			w.writeHead(majorList, uint64(len(*v)))
		}
		return len(*v)
	}
	if !w.next(key) {
		return 0
	}
	n := w.readLength(2) // a struct takes at least the two ends of its map
	if n > 0 {
		*v = make([]T, n)
	}
	return n
}

// texts is a list of strings.
func (w *wire) texts(key int, v *[]string) {
	if w.reading {
		if !w.next(key) {
			return
		}
		if n := w.readLength(1); n > 0 {
			*v = make([]string, n)
		}
		for i := range *v {
			(*v)[i] = w.readText()
		}
		return
	}
	if len(*v) == 0 {
		return
	}
	w.key(key)
	w.writeHead(majorList, uint64(len(*v)))
	for _, s := range *v {
		w.writeText(s)
	}
}

// numbers is a list of ints.
func (w *wire) numbers(key int, v *[]int) {
	if w.reading {
		if !w.next(key) {
			return
		}
		if n := w.readLength(1); n > 0 {
			*v = make([]int, n)
		}
		for i := range *v {
			(*v)[i] = int(w.readInteger())
		}
		return
	}
	if len(*v) == 0 {
		return
	}
	w.key(key)
	w.writeHead(majorList, uint64(len(*v)))
	for _, n := range *v {
		w.writeInteger(int64(n))
	}
}

func (w *wire) fail(why string) {
	if w.err == nil {
		w.err = fmt.Errorf("%w: byte %d: %s", ErrMalformed, w.pos, why)
	}
}
