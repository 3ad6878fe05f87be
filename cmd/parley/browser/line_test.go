package browser

import (
	"context"
	"io"
	"net"
	"sync"
)

// line is the network between browsers and a server: it passes bytes on as they
// are, so the server sees the browser's own Host header. Its address stays the
// same whatever becomes of the server behind it.
type line struct {
	ln      net.Listener
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu     sync.Mutex
	target string              // the server's host:port; empty while there is none
	cut    bool                // nothing is let in
	moving chan struct{}       // closed while bytes move; open while the line is stalled
	calls  map[net.Conn]func() // every browser's connection with what breaks it off
}

func openLine() (*line, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &line{ln: ln, moving: make(chan struct{}), calls: map[net.Conn]func(){}}
	close(l.moving)
	l.ctx, l.cancel = context.WithCancel(context.Background())
	l.running.Go(l.answer)
	return l, nil
}

func (l *line) url() string { return "http://" + l.ln.Addr().String() }

// join leads the line to a server from now on; empty to none.
func (l *line) join(target string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.target = target
}

// down breaks every connection off and lets none in. The listener stays, so that
// nobody else gets its port: a newcomer is reset at once, which a browser takes
// for a refusal.
func (l *line) down() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = true
	for _, breakOff := range l.calls {
		breakOff()
	}
	l.flow() // at last: what stood in a stall does not arrive after all
}

// stall keeps what is connected and moves no byte, as when a laptop sleeps.
func (l *line) stall() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = false
	if !l.stalled() {
		l.moving = make(chan struct{})
	}
}

// up lets everything pass again.
func (l *line) up() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = false
	l.flow()
}

// flow ends a stall. l.mu is held.
func (l *line) flow() {
	if l.stalled() {
		close(l.moving)
	}
}

func (l *line) stalled() bool {
	select {
	case <-l.moving:
		return false
	default:
		return true
	}
}

// close ends the line with all that hangs on it.
func (l *line) close() {
	l.cancel()
	_ = l.ln.Close()
	l.running.Wait()
}

func (l *line) answer() {
	for {
		browser, err := l.ln.Accept()
		if err != nil {
			return // closed
		}
		l.running.Go(func() { l.carry(browser) })
	}
}

// carry serves one connection until an end of it is gone or it is broken off.
func (l *line) carry(browser net.Conn) {
	ctx, breakOff := context.WithCancel(l.ctx)
	defer breakOff()
	refused := l.enter(browser, breakOff)
	defer l.leave(browser)
	if refused || !l.pass(ctx) {
		hangUp(browser)
		return
	}
	server, err := l.dial(ctx)
	if err != nil {
		hangUp(browser)
		return
	}
	defer context.AfterFunc(ctx, func() { hangUp(browser); hangUp(server) })()
	var ways sync.WaitGroup
	ways.Go(func() { l.move(ctx, server, browser, breakOff) })
	ways.Go(func() { l.move(ctx, browser, server, breakOff) })
	ways.Wait()
	_, _ = browser.Close(), server.Close()
}

// enter notes a connection; refused when the line is cut.
func (l *line) enter(browser net.Conn, breakOff func()) (refused bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls[browser] = breakOff
	return l.cut
}

func (l *line) leave(browser net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.calls, browser)
}

func (l *line) dial(ctx context.Context) (net.Conn, error) {
	l.mu.Lock()
	target := l.target
	l.mu.Unlock()
	return (&net.Dialer{}).DialContext(ctx, "tcp", target)
}

// pass waits while the line is stalled; false when the connection was broken off.
func (l *line) pass(ctx context.Context) bool {
	l.mu.Lock()
	moving := l.moving
	l.mu.Unlock()
	select {
	case <-moving:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// move carries one way. An orderly end is passed on alone, since the other way may
// still have bytes; anything else breaks both off.
func (l *line) move(ctx context.Context, to, from net.Conn, breakOff func()) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if !l.pass(ctx) {
			return
		}
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				breakOff()
				return
			}
		}
		if err == io.EOF {
			_ = to.(*net.TCPConn).CloseWrite()
			return
		}
		if err != nil {
			breakOff()
			return
		}
	}
}

// hangUp resets a connection: what was on its way is lost.
func hangUp(c net.Conn) {
	_ = c.(*net.TCPConn).SetLinger(0)
	_ = c.Close()
}
