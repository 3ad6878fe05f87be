package loose

import (
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

type document struct {
	src   []byte
	nodes []node
}

// Value is one value of a document. The zero Value stands for a missing one.
type Value struct {
	doc *document
	i   uint32
}

func (v Value) node() node { return v.doc.nodes[v.i] }

// Exists reports whether there is a value and it is not null.
func (v Value) Exists() bool { return v.doc != nil && v.node().kind != kindNull }

// IsObject reports whether the value is an object.
func (v Value) IsObject() bool { return v.doc != nil && v.node().kind == kindObject }

// IsArray reports whether the value is an array.
func (v Value) IsArray() bool { return v.doc != nil && v.node().kind == kindArray }

// IsString reports whether the value is a string.
func (v Value) IsString() bool {
	return v.doc != nil && (v.node().kind == kindString || v.node().kind == kindEscaped)
}

// Height returns how many levels of containers the value is high; 0 for plain and missing values.
func (v Value) Height() int {
	if v.doc == nil {
		return 0
	}
	return int(v.node().height)
}

// Raw returns a copy of the value's source, nil for a missing value.
func (v Value) Raw() []byte {
	if v.doc == nil {
		return nil
	}
	n := v.node()
	if v.IsString() {
		n.start, n.end = n.start-1, n.end+1
	}
	return append([]byte(nil), v.doc.src[n.start:n.end]...)
}

// Get returns the value at the end of a path of member names; missing when any step is. Of equal names the last counts.
func (v Value) Get(path ...string) Value {
	for _, name := range path {
		v = v.member(name)
	}
	return v
}

func (v Value) member(name string) Value {
	found := Value{}
	for key, val := range v.members() {
		if v.doc.is(key, name) {
			found = val
		}
	}
	return found
}

// members yields the index of each name node and the value behind it.
func (v Value) members() iter.Seq2[uint32, Value] {
	return func(yield func(uint32, Value) bool) {
		if !v.IsObject() {
			return
		}
		n := v.node()
		for i := v.i + 1; i < n.next; {
			val := i + 1
			if !yield(i, Value{v.doc, val}) {
				return
			}
			i = v.doc.nodes[val].next
		}
	}
}

// Members yields the members of an object in order; nothing for anything else.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for key, val := range v.members() {
			if !yield(v.doc.text(key), val) {
				return
			}
		}
	}
}

// Items yields the elements of an array in order; nothing for anything else.
func (v Value) Items() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		if !v.IsArray() {
			return
		}
		n := v.node()
		for i := v.i + 1; i < n.next; i = v.doc.nodes[i].next {
			if !yield(Value{v.doc, i}) {
				return
			}
		}
	}
}

// Index returns the element of an array, missing when there is none.
func (v Value) Index(i int) Value {
	for e := range v.Items() {
		if i == 0 {
			return e
		}
		i--
	}
	return Value{}
}

// Text returns a string's text, or a number as it was written; empty for anything else.
func (v Value) Text() string {
	if v.doc == nil {
		return ""
	}
	switch v.node().kind {
	case kindString, kindEscaped, kindNumber:
		return v.doc.text(v.i)
	}
	return ""
}

// Is reports whether the value is that text, without copying it.
func (v Value) Is(text string) bool {
	if v.doc == nil {
		return false
	}
	switch v.node().kind {
	case kindString, kindEscaped, kindNumber:
		return v.doc.is(v.i, text)
	}
	return false
}

// ID returns Text without spaces round it.
func (v Value) ID() string { return strings.TrimSpace(v.Text()) }

// Bool reports whether the value is true, "true", or a number that is not zero.
func (v Value) Bool() bool {
	if v.doc == nil {
		return false
	}
	return v.node().kind == kindTrue || v.Is("true") || (v.node().kind == kindNumber && v.Float() != 0)
}

// Int returns a number or a string of digits; 0 for anything else. A fraction is cut off, what does not fit is 0.
func (v Value) Int() int64 {
	s := v.ID()
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > 1<<53 {
		return 0
	}
	return int64(f)
}

// Float returns a finite number or a string that is one; 0 for anything else. Not for ids.
func (v Value) Float() float64 {
	f, err := strconv.ParseFloat(v.ID(), 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return 0
	}
	return f
}

// Time returns a moment given in seconds or milliseconds (below 10^11 it is seconds), UTC; the zero time for anything
// that is no plausible moment.
func (v Value) Time() time.Time {
	n := v.Int()
	switch {
	case n <= 0 || n >= 1e14:
		return time.Time{}
	case n < 1e11:
		return time.Unix(n, 0).UTC()
	}
	return time.UnixMilli(n).UTC()
}

// is compares without copying where it can.
func (d *document) is(i uint32, text string) bool {
	n := d.nodes[i]
	if n.kind == kindEscaped {
		return d.text(i) == text
	}
	return string(d.src[n.start:n.end]) == text
}

func (d *document) text(i uint32) string {
	n := d.nodes[i]
	raw := d.src[n.start:n.end]
	if n.kind == kindEscaped {
		return unescape(raw)
	}
	return string(raw)
}

// unescape reads checked escapes; runs without any are copied whole.
func unescape(raw []byte) string {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		switch c := raw[i]; {
		case c == '\\' && raw[i+1] == 'u':
			r, n := unicode(raw, i)
			out = utf8.AppendRune(out, r)
			i += n
		case c == '\\':
			out = append(out, plain(raw[i+1]))
			i += 2
		case c < utf8.RuneSelf:
			out = append(out, c)
			i++
		default:
			r, n := utf8.DecodeRune(raw[i:])
			out = utf8.AppendRune(out, r)
			i += n
		}
	}
	return string(out)
}

func plain(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// unicode reads the \uXXXX (or pair of them) at i and returns how long it was. NUL, which stores choke on, is replaced.
func unicode(raw []byte, i int) (rune, int) {
	r, _ := hex4(raw, i+2)
	if r == 0 {
		return utf8.RuneError, 6
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if i+11 < len(raw) && raw[i+6] == '\\' && raw[i+7] == 'u' {
		if low, ok := hex4(raw, i+8); ok {
			if both := utf16.DecodeRune(r, low); both != utf8.RuneError {
				return both, 12
			}
		}
	}
	return utf8.RuneError, 6
}

func hex4(raw []byte, i int) (rune, bool) {
	if i+4 > len(raw) {
		return 0, false
	}
	var r rune
	for _, c := range raw[i : i+4] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// IsNull reports whether there is a value and it is null.
func (v Value) IsNull() bool { return v.doc != nil && v.node().kind == kindNull }

// Fingerprint is a digest of the value's bytes: the dedupe key of events that carry no id of their own, since
// redeliveries repeat their bytes.
func (v Value) Fingerprint() string {
	sum := sha256.Sum256(v.Raw())
	return hex.EncodeToString(sum[:16])
}
