package media

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Body is the content of a fetch. Read it from one goroutine and Close it.
type Body struct {
	ContentType string // as declared by the host; may be empty or wrong
	Length      int64  // as declared, -1 if it was not

	ctx    context.Context
	stop   context.CancelCauseFunc
	body   io.ReadCloser
	left   int64 // bytes still allowed
	pacer  *pacer
	failed error
}

func (c *Client) newBody(ctx context.Context, stop context.CancelCauseFunc, resp *http.Response, limit int64) *Body {
	return &Body{
		ContentType: resp.Header.Get("Content-Type"), Length: resp.ContentLength,
		ctx: ctx, stop: stop, body: resp.Body, left: limit,
		pacer: startPacer(c.cfg.SlowWindow, c.cfg.SlowBytes, stop),
	}
}

// Read gives the next bytes; the first error stays. One byte beyond the limit is TooBig, a stream that stops or trickles Timeout.
func (b *Body) Read(p []byte) (int, error) {
	if b.failed != nil {
		return 0, b.failed
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.body.Read(p)
	b.pacer.bytes.Add(int64(n))
	if int64(n) > b.left {
		b.failed = &Error{Kind: TooBig}
		return int(b.left), b.failed
	}
	b.left -= int64(n)
	switch {
	case errors.Is(err, io.EOF): // a body shorter than declared is ErrUnexpectedEOF, which this is not
		b.failed = io.EOF
	case err != nil:
		b.failed = classify(b.ctx, err)
	}
	return n, b.failed
}

// Close ends the fetch, read to the end or not.
func (b *Body) Close() error {
	b.pacer.stop()
	err := b.body.Close()
	b.stop(nil)
	return err
}

// pacer ends a fetch that makes too little progress. It looks once per window and owns no goroutine between the looks.
type pacer struct {
	bytes  atomic.Int64 // all that arrived
	window time.Duration
	least  int64
	giveUp context.CancelCauseFunc

	mu      sync.Mutex // guards what follows
	timer   *time.Timer
	seen    int64 // bytes at the last look
	stopped bool
}

func startPacer(window time.Duration, least int64, giveUp context.CancelCauseFunc) *pacer {
	p := &pacer{window: window, least: least, giveUp: giveUp}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.timer = time.AfterFunc(window, p.look)
	return p
}

func (p *pacer) look() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return
	}
	total := p.bytes.Load()
	if total-p.seen < p.least {
		p.giveUp(&Error{Kind: Timeout, Cause: errors.New("the host sends too slowly")})
		return
	}
	p.seen = total
	p.timer.Reset(p.window)
}

func (p *pacer) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	p.timer.Stop()
}
