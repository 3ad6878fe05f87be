package gateway

import (
	"time"

	"github.com/fasthttp/websocket"

	"parley/gateway/wire"
)

// farewell is how long a closing connection is given: for its last frames, for
// the close frame, and for the client to answer it.
const farewell = time.Second

// write is the only goroutine that writes frames to the connection. It ends when
// the connection does: with the close frame, or with the first failed write.
func (k *socket) write() {
	defer close(k.written)
	beat := time.NewTicker(k.server.cfg.Heartbeat)
	defer beat.Stop()
	for {
		q, ok, end := k.out.next()
		var err error
		switch {
		case ok:
			err = k.put(q)
		case end != nil:
			k.goodbye(*end)
			return
		default:
			select {
			case <-k.out.wake:
				continue
			case <-beat.C:
				err = k.ping()
			}
		}
		if err == nil {
			select {
			case <-beat.C: // also while there is always something to write
				err = k.ping()
			default:
			}
		}
		if err != nil {
			k.out.finish(ending{code: websocket.CloseAbnormalClosure})
			k.hurryReader()
			return
		}
	}
}

// put writes a frame and, while there is room, those that wait behind it. They go
// past the websocket library; its own frames (ping, close) are written by this
// goroutine too, so each finds its deadline as it was set.
func (k *socket) put(q queued) error {
	b := newBatch()
	defer b.release()
	k.take(b, q)
	for len(*b.bytes) < batchBytes {
		q, ok, _ := k.out.next()
		if !ok {
			break
		}
		k.take(b, q)
	}
	if err := k.net.SetWriteDeadline(k.writeBy()); err != nil {
		return err
	}
	if _, err := k.net.Write(*b.bytes); err != nil {
		return err
	}
	for _, since := range b.since {
		k.server.metrics.eventToSocket.Observe(time.Since(since).Seconds())
	}
	return nil
}

func (k *socket) take(b *batch, q queued) {
	b.add(q)
	if !q.pong {
		k.sent.saw(q.frame)
	}
}

// writeBy is sooner once the connection is being closed.
func (k *socket) writeBy() time.Time {
	if k.out.ended() {
		return time.Now().Add(farewell)
	}
	return time.Now().Add(k.server.cfg.WriteTimeout)
}

// ping writes the protocol's heartbeat, and the websocket's own so that a client
// that is gone is noticed by the answer that does not come.
func (k *socket) ping() error {
	if err := k.put(queued{frame: wire.PingFrame(uint64(k.sent))}); err != nil {
		return err
	}
	return k.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(farewell))
}

// goodbye writes the close frame. The reader then has a moment to see the
// client's answer: closing at once would reset the connection and could take the
// close code with it.
func (k *socket) goodbye(e ending) {
	if e.code != websocket.CloseAbnormalClosure {
		_ = k.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(e.code, e.text), time.Now().Add(farewell))
	}
	k.hurryReader()
}

func (k *socket) hurryReader() { _ = k.net.SetReadDeadline(time.Now().Add(farewell)) }
