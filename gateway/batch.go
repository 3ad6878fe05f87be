package gateway

import (
	"encoding/binary"
	"net"
	"sync"
	"time"
)

// batchBytes is about how much goes to the line in one write. What a client missed,
// and what came while the last write was under way, is many small frames: a call
// into the system for each costs more than everything else on their way.
const batchBytes = 16 << 10

// lineBuffer is how much the system may hold for one connection behind our own
// queue, in bytes: left alone it takes megabytes for a client that does not read.
const lineBuffer = 256 << 10

// bound is a listener whose connections hold only so much unsent.
type bound struct{ net.Listener }

// Accept gives the next connection.
func (l bound) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(lineBuffer) // a hint: without it everything works, only larger
	}
	return c, err
}

var batches = sync.Pool{New: func() any { b := make([]byte, 0, batchBytes+4096); return &b }}

// batch is what goes to the line at once.
type batch struct {
	bytes *[]byte
	since []time.Time // of the timed frames in it
}

func newBatch() *batch { return &batch{bytes: batches.Get().(*[]byte)} }

// The first byte of the frames we write: whole, a text or a pong (RFC 6455 part 5.2).
const (
	textFrame = 0x81
	pongFrame = 0x8a
)

// add appends one frame; from a server it is unmasked.
func (b *batch) add(q queued) {
	kind := byte(textFrame)
	if q.pong {
		kind = pongFrame
	}
	out := append(*b.bytes, kind)
	switch n := len(q.frame); {
	case n < 126:
		out = append(out, byte(n))
	case n < 1<<16:
		out = binary.BigEndian.AppendUint16(append(out, 126), uint16(n))
	default:
		out = binary.BigEndian.AppendUint64(append(out, 127), uint64(n))
	}
	*b.bytes = append(out, q.frame...)
	if !q.since.IsZero() {
		b.since = append(b.since, q.since)
	}
}

// release gives the buffer back, unless a snapshot has made it large.
func (b *batch) release() {
	if cap(*b.bytes) <= 4*batchBytes {
		*b.bytes = (*b.bytes)[:0]
		batches.Put(b.bytes)
	}
}
