package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
	"sync"

	"parley/actors/view"
)

// Encoder spells pushes and hellos; the zero value is ready and safe for
// concurrent use. It implements view.Encoder.
type Encoder struct{}

var _ view.Encoder = Encoder{}

// Push gives the frame of a push; nil for a body this version does not know.
func (Encoder) Push(p view.Push) []byte {
	out, ok := PushOf(p)
	if !ok {
		return nil
	}
	return Encode(out)
}

// numberless is how a push begins that has no number yet.
const numberless = `{"seq":0`

// Spell gives a push that waits for its number, for Number; nil for a body this
// version does not know. A push that goes to many is spelt once.
func (e Encoder) Spell(b view.Body) []byte {
	spelt, _ := bytes.CutPrefix(e.Push(view.Push{Body: b}), []byte(numberless))
	return spelt
}

// Number gives the frame of a push that Spell has spelt: the very bytes of Push.
func (Encoder) Number(seq uint64, spelt []byte) []byte {
	const most = 20 // digits
	b := append(make([]byte, 0, len(numberless)+most+len(spelt)), numberless[:len(numberless)-1]...)
	return append(strconv.AppendUint(b, seq, 10), spelt...)
}

// Hello gives the first frame of a connection.
func (Encoder) Hello(h view.Hello) []byte { return Encode(HelloOf(h)) }

// PingFrame gives a heartbeat.
func PingFrame(seq uint64) []byte {
	b := append(make([]byte, 0, 48), `{"type":"ping","seq":`...)
	return append(strconv.AppendUint(b, seq, 10), '}')
}

// scratch is a buffer with its encoder, kept between frames.
type scratch struct {
	buf bytes.Buffer
	enc *json.Encoder
}

// maxKept is the largest scratch buffer that goes back to the pool, in bytes; a
// rare huge snapshot must not stay in memory for ever.
const maxKept = 64 << 10

var scratches = sync.Pool{New: func() any {
	s := &scratch{}
	s.enc = json.NewEncoder(&s.buf)
	s.enc.SetEscapeHTML(false)
	return s
}}

// Encode gives v as JSON without a trailing newline. The types of this package
// cannot fail to encode; anything that does gives null.
func Encode(v any) []byte {
	s := scratches.Get().(*scratch)
	s.buf.Reset()
	if err := s.enc.Encode(v); err != nil {
		return []byte("null")
	}
	out := bytes.Clone(bytes.TrimSuffix(s.buf.Bytes(), []byte("\n")))
	if s.buf.Cap() <= maxKept {
		scratches.Put(s)
	}
	return out
}

// Position gives the number of a push, or the number a hello says the client
// has; ok is false for replies and heartbeats.
func Position(frame []byte) (seq uint64, ok bool) {
	if rest, found := bytes.CutPrefix(frame, []byte(`{"seq":`)); found {
		return leadingNumber(rest)
	}
	rest, found := bytes.CutPrefix(frame, []byte(`{"type":"hello","epoch":"`))
	if !found {
		return 0, false
	}
	if _, rest, found = bytes.Cut(rest, []byte(`","seq":`)); !found {
		return 0, false
	}
	return leadingNumber(rest)
}

func leadingNumber(b []byte) (n uint64, ok bool) {
	i := 0
	for ; i < len(b) && i < 20 && b[i] >= '0' && b[i] <= '9'; i++ {
		n = n*10 + uint64(b[i]-'0')
	}
	return n, i > 0
}
