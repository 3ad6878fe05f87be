package gateway

import (
	"sync"
	"time"

	fws "github.com/fasthttp/websocket"

	"parley/gateway/wire"
)

// How much may wait for a client that reads slowly: as many pushes as the engine
// keeps for resuming. Until a connection has caught up for the first time, what it
// missed must fit besides.
// An accepted chat comes twice within a moment, as a push and as the reply, each
// with up to fifty long messages: that alone must not look like slowness.
const (
	queueFrames = 1024
	queueBytes  = 1 << 20
	coldFrames  = 4096
	coldBytes   = 8 << 20
)

// ending is how a connection is closed.
type ending struct {
	code  int
	text  string
	flush bool // what waits is written first
}

// queued is a frame with the time at which its cause reached the process; zero
// for what is not timed.
type queued struct {
	frame []byte
	since time.Time
	pong  bool // answers the client's own ping
}

// outbox is the bounded queue of one connection. Anybody may put into it, only
// the connection's writer takes out. It implements view.Sink.
type outbox struct {
	wake chan struct{} // 1: a sign that there is something, not how much

	mu     sync.Mutex
	frames []queued
	head   int // frames before it are written
	bytes  int
	warm   bool // has been empty since the connection began
	end    *ending
	onEnd  func(ending) // called once, when end is set, under the lock: must not block or call back
}

func newOutbox(onEnd func(ending)) *outbox {
	return &outbox{wake: make(chan struct{}, 1), onEnd: onEnd}
}

// Send queues a frame; false says that the connection takes no more. A client
// that is too slow is closed, never waited for: it resumes.
func (o *outbox) Send(frame []byte) bool { return o.SendSince(frame, time.Time{}) }

// SendSince is Send for a frame whose way from its cause to the line is measured.
func (o *outbox) SendSince(frame []byte, since time.Time) bool {
	if len(frame) == 0 {
		return true // a push this version has no words for
	}
	return o.put(queued{frame: frame, since: since})
}

func (o *outbox) put(q queued) bool {
	o.mu.Lock()
	switch {
	case o.end != nil:
		o.mu.Unlock()
		return false
	case !o.fits():
		o.mu.Unlock()
		o.finish(ending{code: closeSlow, text: "too slow, resume"})
		return false
	}
	o.frames = append(o.frames, q)
	o.bytes += len(q.frame)
	o.mu.Unlock()
	o.ring()
	return true
}

// fits looks at what waits already, so that one frame always gets through however
// large it is: a snapshot must.
func (o *outbox) fits() bool {
	waiting := len(o.frames) - o.head
	if !o.warm {
		return waiting < coldFrames && o.bytes < coldBytes
	}
	return waiting < queueFrames && o.bytes < queueBytes
}

// next gives the frame to write, or how to end when nothing is left to write.
func (o *outbox) next() (q queued, ok bool, end *ending) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.end != nil && !o.end.flush {
		return queued{}, false, o.end
	}
	if o.head == len(o.frames) {
		o.rest()
		o.warm = true
		return queued{}, false, o.end
	}
	q = o.frames[o.head]
	o.frames[o.head] = queued{}
	o.head++
	o.bytes -= len(q.frame)
	if o.head >= queueFrames && o.head*2 >= len(o.frames) {
		o.compact()
	}
	return q, true, nil
}

// idleFrames is how many places an empty queue keeps.
const idleFrames = 16

// rest empties the queue; the room of a burst is not kept.
func (o *outbox) rest() {
	if o.head = 0; cap(o.frames) > idleFrames {
		o.frames = nil
		return
	}
	o.frames = o.frames[:0]
}

// compact forgets what is written, so that a queue that never empties does not grow.
func (o *outbox) compact() {
	n := copy(o.frames, o.frames[o.head:])
	clear(o.frames[n:])
	o.frames, o.head = o.frames[:n], 0
}

// finish ends the connection; the first ending wins.
func (o *outbox) finish(e ending) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.end != nil {
		return
	}
	o.end = &e
	if !e.flush {
		o.frames, o.head, o.bytes = nil, 0, 0
	}
	// Under the lock: the connection's own goroutine passes here before it gives
	// the connection back, so it is still there.
	o.onEnd(e)
	o.ring()
}

// End closes the connection because its feed is gone: the client comes back and
// gets a snapshot. The engine calls it.
func (o *outbox) End() {
	o.finish(ending{code: fws.CloseServiceRestart, text: "restart, resume", flush: true})
}

// Live says that the connection is not being closed: only then it stands for
// its operator's presence.
func (o *outbox) Live() bool { return !o.ended() }

// ended says whether the connection is being closed.
func (o *outbox) ended() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.end != nil
}

// waiting counts the bytes in the queue.
func (o *outbox) waiting() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bytes
}

func (o *outbox) ring() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// position follows the numbers of what was written, for heartbeats.
type position uint64

func (p *position) saw(frame []byte) {
	if seq, ok := wire.Position(frame); ok {
		*p = position(seq)
	}
}
