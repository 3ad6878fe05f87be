package codec

import (
	"encoding/binary"
	"math"
)

// The parts of CBOR that are used, by the first byte of an item: the upper
// three bits are its major type, the lower five its number or the size of it.
const (
	majorUint     = 0 << 5
	majorNegative = 1 << 5 // of -1-n
	majorText     = 3 << 5
	majorList     = 4 << 5
	majorMask     = 7 << 5

	openMap   = 0xbf
	endMap    = 0xff
	isTrue    = 0xf5
	isFloat64 = 0xfb

	smallNumber = 24 // below, a number stands in its first byte; from here on follow 1<<(x-24) bytes
)

// key writes a field number, at most 255.
func (w *wire) key(key int) {
	if key < smallNumber {
		w.buf = append(w.buf, byte(key))
		return
	}
	w.buf = append(w.buf, smallNumber, byte(key))
}

// keyLen says by the first byte of a written key how many there are.
func keyLen(first byte) int {
	if first < smallNumber {
		return 1
	}
	return 2
}

// next steps over a key if it is the next one.
func (w *wire) next(key int) bool {
	if w.err != nil || w.pos >= len(w.src) {
		return false // what is missing shows at the end of the map
	}
	if key < smallNumber {
		if w.src[w.pos] != byte(key) {
			return false
		}
		w.pos++
		return true
	}
	if w.src[w.pos] != smallNumber || w.pos+1 >= len(w.src) || w.src[w.pos+1] != byte(key) {
		return false
	}
	w.pos += 2
	return true
}

// expect steps over a byte that must come now.
func (w *wire) expect(b byte, otherwise string) bool {
	if w.err != nil {
		return false
	}
	if w.pos >= len(w.src) || w.src[w.pos] != b {
		w.fail(otherwise)
		return false
	}
	w.pos++
	return true
}

func (w *wire) writeHead(major byte, n uint64) {
	if n < smallNumber {
		w.buf = append(w.buf, major|byte(n))
		return
	}
	switch {
	case n <= math.MaxUint8:
		w.buf = append(w.buf, major|smallNumber, byte(n))
	case n <= math.MaxUint16:
		w.buf = binary.BigEndian.AppendUint16(append(w.buf, major|(smallNumber+1)), uint16(n))
	case n <= math.MaxUint32:
		w.buf = binary.BigEndian.AppendUint32(append(w.buf, major|(smallNumber+2)), uint32(n))
	default:
		w.buf = binary.BigEndian.AppendUint64(append(w.buf, major|(smallNumber+3)), n)
	}
}

func (w *wire) readHead(major byte) uint64 {
	if w.err != nil {
		return 0
	}
	if w.pos >= len(w.src) || w.src[w.pos]&majorMask != major {
		w.fail("an item of another type was expected")
		return 0
	}
	n := w.src[w.pos] &^ majorMask
	w.pos++
	switch {
	case n < smallNumber:
		return uint64(n)
	case n <= smallNumber+3:
		return w.bytes(1 << (n - smallNumber))
	default:
		w.fail("a number of no size")
		return 0
	}
}

// bytes reads a number of size bytes, the greatest first.
func (w *wire) bytes(size int) uint64 {
	if w.err != nil || len(w.src)-w.pos < size {
		w.fail("cut short in a number")
		return 0
	}
	var n uint64
	for _, b := range []byte(w.src[w.pos : w.pos+size]) {
		n = n<<8 | uint64(b)
	}
	w.pos += size
	return n
}

func (w *wire) writeInteger(n int64) {
	if n < 0 {
		w.writeHead(majorNegative, uint64(-1-n))
		return
	}
	w.writeHead(majorUint, uint64(n))
}

func (w *wire) readInteger() int64 {
	negative := w.err == nil && w.pos < len(w.src) && w.src[w.pos]&majorMask == majorNegative
	major := byte(majorUint)
	if negative {
		major = majorNegative
	}
	n := w.readHead(major)
	if n > math.MaxInt64 {
		w.fail("a number is too great")
		return 0
	}
	if negative {
		return -1 - int64(n)
	}
	return int64(n)
}

func (w *wire) writeText(s string) {
	w.writeHead(majorText, uint64(len(s)))
	w.buf = append(w.buf, s...)
}

// readText gives a part of the value: the one copy is shared by all of them.
func (w *wire) readText() string {
	n := w.readHead(majorText)
	if w.err != nil || n > uint64(len(w.src)-w.pos) {
		w.fail("cut short in a text")
		return ""
	}
	s := w.src[w.pos : w.pos+int(n)]
	w.pos += int(n)
	return s
}

// readLength reads the length of a list, which cannot be more than the bytes
// that are left have room for: so no few bytes ask for much memory.
func (w *wire) readLength(smallest int) int {
	n := w.readHead(majorList)
	if w.err != nil || n > uint64((len(w.src)-w.pos)/smallest) {
		w.fail("a list is longer than the value")
		return 0
	}
	return int(n)
}
