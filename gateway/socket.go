package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	fws "github.com/fasthttp/websocket"
	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
	"golang.org/x/time/rate"

	"parley/actors"
)

// Close codes of the contract; the others are those of RFC 6455.
const (
	closeSession = 4401 // the session has ended
	closeSlow    = 4408 // too slow, resume
)

const (
	frameBytes = 64 << 10         // largest frame from a client
	silence    = 60 * time.Second // without a frame or a pong the client is gone
)

// readBuffer is all the websocket needs: reads come through the HTTP server's own
// buffer, which the connection keeps anyway. Of what is written only control
// frames go through its write buffer.
const (
	readBuffer  = 256
	writeBuffer = 256
)

// socket is one connection of an operator: the handler's goroutine reads and
// answers requests in order, one goroutine writes. The connection of contrib's
// package is pooled and taken back when the handler returns, so only the inner
// one is kept, and the writer is joined first.
type socket struct {
	server  *Server
	conn    *fws.Conn
	net     net.Conn
	out     *outbox
	token   string
	session atomic.Pointer[Session]
	limiter *rate.Limiter
	sent    position      // the writer's
	written chan struct{} // closed when the writer has ended
	epoch   string
	seq     uint64
}

// upgrade checks who is asking before the websocket begins: a browser's page must be ours.
func (s *Server) upgrade(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(s.base, s.cfg.RequestTimeout)
	defer cancel()
	cred := s.credentialOf(c)
	if cred.cookie && cred.token != "" && !s.allowedOrigin(c.Get(fiber.HeaderOrigin), string(c.Request().Host())) {
		return forbidden()
	}
	session, err := s.authenticate(ctx, cred)
	if err != nil {
		return err
	}
	if s.draining.Load() || s.sockets.count() >= s.cfg.Sockets {
		return busy(nil)
	}
	k := &socket{server: s, token: cred.token, limiter: rate.NewLimiter(rate.Limit(s.cfg.FrameRate), s.cfg.FrameBurst), written: make(chan struct{})}
	k.session.Store(&session)
	k.epoch = string(c.Context().QueryArgs().Peek("epoch"))
	if n, err := strconv.ParseUint(string(c.Context().QueryArgs().Peek("seq")), 10, 64); err == nil {
		k.seq = n
	} else {
		k.epoch = "" // without a number there is nothing to resume from
	}
	asked := c.Context()
	return websocket.New(func(conn *websocket.Conn) {
		// The server keeps the request as long as the connection; nobody reads it any more.
		asked.Request, asked.Response = fasthttp.Request{}, fasthttp.Response{}
		k.serve(conn.Conn)
	}, websocket.Config{
		ReadBufferSize: readBuffer, WriteBufferSize: writeBuffer, WriteBufferPool: s.buffers, RecoverHandler: k.recovered,
	})(c)
}

// recovered is the last resort for a panic on the connection's goroutine.
func (k *socket) recovered(*websocket.Conn) {
	if r := recover(); r != nil {
		_ = k.server.caught(r, "socket")
	}
}

// serve runs the connection until it ends; by then nobody writes to it any more.
func (k *socket) serve(c *fws.Conn) {
	k.conn, k.net = c, c.NetConn()
	k.out = newOutbox(k.ending)
	if e := k.server.sockets.add(k); e != nil {
		k.out.finish(*e)
	}
	defer k.server.sockets.remove(k)
	go k.write()
	defer func() {
		k.out.finish(ending{code: fws.CloseNormalClosure, flush: true})
		<-k.written
		k.linger()
	}()
	detach, err := k.attach()
	if err != nil {
		k.out.finish(ending{code: fws.CloseTryAgainLater, text: "try again"})
	} else {
		defer detach()
	}
	k.read()
}

// ending is called once, when it is decided how the connection ends. A write that
// hangs is cut short, except for a client that is only slow: if it reads again
// before the write's own deadline, it learns that it may resume.
func (k *socket) ending(e ending) {
	k.server.metrics.closed.WithLabelValues(strconv.Itoa(e.code)).Inc()
	if e.code != closeSlow {
		_ = k.net.SetWriteDeadline(time.Now().Add(farewell))
	}
}

func (k *socket) attach() (func(), error) {
	if k.out.ended() {
		return nil, actors.ErrStopping
	}
	ctx, cancel := context.WithTimeout(k.server.base, k.server.cfg.RequestTimeout)
	defer cancel()
	detach, err := k.server.deps.Engine.Attach(ctx, k.who().ID, k.epoch, k.seq, k.out)
	if err != nil {
		k.server.log.Warn("a connection was not attached", "operator", k.who().ID, "err", err)
		return nil, fmt.Errorf("attach: %w", err)
	}
	return detach, nil
}

func (k *socket) who() Operator { return k.session.Load().Operator }

// read takes frames and answers them one after another until the connection
// ends. Once it is being closed, what still comes is thrown away.
func (k *socket) read() {
	k.conn.SetReadLimit(frameBytes)
	k.conn.SetPongHandler(func(string) error { k.counted(); return nil })
	k.conn.SetPingHandler(k.pinged)
	k.conn.SetCloseHandler(func(int, string) error { return nil }) // the writer answers, behind what it still has
	for {
		k.heard()
		kind, frame, err := k.conn.ReadMessage()
		if err != nil {
			k.lost(err)
			return
		}
		if k.out.ended() {
			continue
		}
		switch {
		case !k.limiter.Allow():
			k.out.finish(ending{code: fws.ClosePolicyViolation, text: "too many frames", flush: true})
		case kind != fws.TextMessage:
			k.out.finish(ending{code: fws.CloseInvalidFramePayloadData, text: "text frames only", flush: true})
		default:
			k.answer(frame)
		}
	}
}

// heard gives the client another while, unless the connection is being closed.
func (k *socket) heard() {
	_ = k.net.SetReadDeadline(time.Now().Add(silence))
	if k.out.ended() {
		k.hurryReader()
	}
}

// counted notes a control frame: they count as frames.
func (k *socket) counted() bool {
	k.heard()
	if k.limiter.Allow() {
		return true
	}
	k.out.finish(ending{code: fws.ClosePolicyViolation, text: "too many frames", flush: true})
	return false
}

// pinged answers the websocket's own ping.
func (k *socket) pinged(data string) error {
	if !k.counted() {
		return nil
	}
	k.out.put(queued{frame: []byte(data), pong: true})
	return nil
}

// lost decides what a failed read means.
func (k *socket) lost(err error) {
	var closed *fws.CloseError
	switch {
	case errors.Is(err, fws.ErrReadLimit):
		k.out.finish(ending{code: fws.CloseMessageTooBig, text: "frame too large", flush: true})
	case errors.As(err, &closed) && closed.Code == fws.CloseInvalidFramePayloadData:
		k.out.finish(ending{code: closed.Code, flush: true})
	default:
		k.out.finish(ending{code: fws.CloseNormalClosure, flush: errors.As(err, &closed)})
	}
}

// linger reads what the client still sends for a moment after the close frame;
// closing over unread bytes resets the connection, and the client may never see why.
func (k *socket) linger() {
	_ = k.net.SetReadDeadline(time.Now().Add(farewell))
	_, _ = io.CopyN(io.Discard, k.net, 1<<20)
}
