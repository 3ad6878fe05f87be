package gateway

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// Bodies are streamed to the handlers: fasthttp hands over after the header, so
// an unknown channel, a wrong encoding or a size that is too large is answered
// without reading the body into memory. Measured against buffering by the
// server: the same rate for webhooks of usual size (BenchmarkWebhook), because
// the copy we need at the door takes the place of the server's own.

const (
	jsonBytes   = 64 << 10 // largest JSON body of a REST call
	drainBytes  = 64 << 20 // how much of a refused body is read and thrown away, so that the client reads our answer
	headerBytes = 8 << 10
	firstBytes  = 64 << 10        // room for a body before its first byte
	longTransit = 5 * time.Minute // for one up- or download
	pageTransit = time.Minute     // for one file of the workspace, over a slow line too
	formBytes   = 64 << 10        // what a form adds to its file
)

var (
	filesPath  = []byte("/api/v1/files")
	assetsPath = []byte("/" + assetFolder)
)

// onHeader sets the time and size limits of one request by its path.
func (s *Server) onHeader(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	c := fasthttp.RequestConfig{ReadTimeout: s.cfg.ReadTimeout, WriteTimeout: s.cfg.WriteTimeout}
	switch uri := h.RequestURI(); {
	case bytes.HasPrefix(uri, filesPath):
		c.WriteTimeout = longTransit
		if h.IsPost() {
			c.ReadTimeout = longTransit
		}
	case bytes.HasPrefix(uri, assetsPath):
		c.WriteTimeout = pageTransit
	}
	return c
}

// onExpect answers a client that asks before it sends: nothing too large is ever sent.
func (s *Server) onExpect(ctx *fasthttp.RequestCtx) int {
	limit := int64(jsonBytes)
	switch uri := ctx.Request.Header.RequestURI(); {
	case bytes.HasPrefix(uri, []byte("/hooks/")):
		limit = s.cfg.WebhookBytes
	case bytes.HasPrefix(uri, filesPath):
		limit = s.cfg.UploadBytes + formBytes
	}
	if int64(ctx.Request.Header.ContentLength()) > limit {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusContinue
}

var (
	errTooLarge = &fault{Status: http.StatusRequestEntityTooLarge, Code: "too_large", Text: "the body is too large"}
	errCutShort = &fault{Status: http.StatusBadRequest, Code: "bad_request", Text: "the body ended early"}
)

// budget bounds the bytes of all bodies in memory together.
type budget struct {
	left atomic.Int64
}

func (b *budget) take(n int64) bool {
	if b.left.Add(-n) >= 0 {
		return true
	}
	b.left.Add(n)
	return false
}

func (b *budget) give(n int64) { b.left.Add(n) }

// body is a copy of a request's body; release gives its bytes back to the budget.
type body struct {
	Bytes  []byte
	held   int64
	budget *budget
}

func (b *body) release() {
	b.budget.give(b.held)
	b.held = 0
}

// readBody copies the body as it came (never inflated). errTooLarge, errCutShort, or busy when
// all bodies in memory together reach the bound. Call release in any case.
func (s *Server) readBody(c *fiber.Ctx, limit int64) (*body, error) {
	b := &body{budget: &s.bodies}
	declared := int64(c.Request().Header.ContentLength())
	if declared > limit {
		return b, errTooLarge
	}
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		b.Bytes = bytes.Clone(c.Request().Body())
		return b, nil
	}
	want := limit + 1 // one more than allowed shows that it is too large
	if declared >= 0 {
		want = declared
	}
	// Room is made as bytes come: who only announces a large body, or sends it slowly, holds little.
	if err := b.grow(min(want, firstBytes)); err != nil {
		return b, err
	}
	return b, b.gather(stream, want, declared >= 0)
}

// grow makes room for n bytes in all.
func (b *body) grow(n int64) error {
	if n <= b.held {
		return nil
	}
	if !b.budget.take(n - b.held) {
		return busy(errors.New("the bound of bodies in memory is reached"))
	}
	b.held = n
	bigger := make([]byte, len(b.Bytes), n)
	copy(bigger, b.Bytes)
	b.Bytes = bigger
	return nil
}

// gather reads up to want bytes: exactly as many if they were announced, otherwise as many means too large.
func (b *body) gather(r io.Reader, want int64, announced bool) error {
	for int64(len(b.Bytes)) < want {
		if len(b.Bytes) == cap(b.Bytes) {
			if err := b.grow(min(2*int64(cap(b.Bytes)), want)); err != nil {
				return err
			}
		}
		n, err := r.Read(b.Bytes[len(b.Bytes):cap(b.Bytes)])
		b.Bytes = b.Bytes[:len(b.Bytes)+n]
		switch {
		case err == nil:
		case errors.Is(err, io.EOF) && (!announced || int64(len(b.Bytes)) == want):
			return nil
		default:
			return errCutShort
		}
	}
	if !announced {
		return errTooLarge
	}
	return nil
}

// drain throws away what a handler left of a large body. Closing at once would
// reset the connection while the client still sends, and it would not see our answer.
func (s *Server) drain(c *fiber.Ctx) {
	n := c.Request().Header.ContentLength()
	stream := c.Context().RequestBodyStream()
	if stream == nil || (n >= 0 && n <= jsonBytes) {
		return
	}
	_ = c.Context().Conn().SetReadDeadline(time.Now().Add(s.cfg.ReadTimeout))
	if _, err := io.CopyN(io.Discard, stream, drainBytes); err == nil {
		c.Context().SetConnectionClose() // more is coming than we care to read
	}
}
