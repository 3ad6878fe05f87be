// Package flakyproxy is a TCP proxy on loopback that misbehaves when told to:
// it loses answers, cuts connections, delays, and refuses. It is for tests of
// clients that wait for an answer to each request before they send the next.
package flakyproxy

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Proxy passes connections on to a server. Its methods may be called concurrently.
type Proxy struct {
	target string
	ln     net.Listener
	done   sync.WaitGroup

	mu      sync.Mutex
	conns   map[net.Conn]struct{} // both sides of every connection
	marked  []byte                // requests that answers are lost of must contain this
	skip    int                   // so many marked answers pass first
	lose    int                   // then so many are lost
	lost    int
	delay   time.Duration
	refuse  bool
	swallow bool
	closed  bool
}

// New starts a proxy on a free port.
func New(target string) (*Proxy, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("flaky proxy: %w", err)
	}
	p := &Proxy{target: target, ln: ln, conns: make(map[net.Conn]struct{})}
	p.done.Go(p.accept)
	return p, nil
}

// Addr is where the proxy listens, host:port.
func (p *Proxy) Addr() string { return p.ln.Addr().String() }

// Close ends all connections and the proxy.
func (p *Proxy) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	err := p.ln.Close()
	p.Cut()
	p.done.Wait()
	return err
}

// LoseReplies lets skip answers pass and then loses the next n: the server has
// seen the request, the client's connection ends without an answer. Only
// answers to requests that contain a text count; an empty one means all.
func (p *Proxy) LoseReplies(text string, skip, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.marked, p.skip, p.lose = []byte(text), skip, n
}

// Lost is how many answers have been lost.
func (p *Proxy) Lost() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lost
}

// Delay holds every answer back for a time.
func (p *Proxy) Delay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d
}

// Swallow keeps all answers from the clients, who go on waiting, until it is
// called with false.
func (p *Proxy) Swallow(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.swallow = on
}

// Refuse closes new connections at once while it is on.
func (p *Proxy) Refuse(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = on
}

// Cut ends all connections there are.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
}

func (p *Proxy) accept() {
	for {
		client, err := p.ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		p.done.Go(func() { p.serve(client) })
	}
}

// keep notes a connection, or closes it when there must be none.
func (p *Proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refuse || p.closed {
		_ = c.Close()
		return false
	}
	p.conns[c] = struct{}{}
	return true
}

func (p *Proxy) drop(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
	_ = c.Close()
}

func (p *Proxy) serve(client net.Conn) {
	if !p.keep(client) {
		return
	}
	defer p.drop(client)
	server, err := net.Dial("tcp", p.target)
	if err != nil || !p.keep(server) {
		return
	}
	defer p.drop(server)
	link := &link{proxy: p, client: client, server: server}
	done := make(chan struct{})
	go func() {
		defer close(done)
		link.requests()
		_ = server.Close()
	}()
	link.answers()
	_ = client.Close()
	<-done
}

// link is one connection through the proxy.
type link struct {
	proxy          *Proxy
	client, server net.Conn

	mu      sync.Mutex
	request []byte // what the client has sent since the last answer, its first 64 KiB
	counted bool   // this answer has been looked at
}

func (l *link) requests() {
	buf := make([]byte, 32<<10)
	for {
		n, err := l.client.Read(buf)
		if n > 0 {
			l.mu.Lock()
			if l.counted {
				l.request, l.counted = l.request[:0], false
			}
			l.request = append(l.request, buf[:min(n, max(0, 64<<10-len(l.request)))]...)
			l.mu.Unlock()
			if _, err := l.server.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (l *link) answers() {
	buf := make([]byte, 32<<10)
	for {
		n, err := l.server.Read(buf)
		if n > 0 {
			pass, keep := l.fate()
			if !keep {
				return
			}
			if pass {
				if _, err := l.client.Write(buf[:n]); err != nil {
					return
				}
			}
		}
		if err != nil {
			return
		}
	}
}

// fate says whether a piece of an answer passes, and whether the connection goes on.
func (l *link) fate() (pass, keep bool) {
	p := l.proxy
	p.mu.Lock()
	delay, swallow := p.delay, p.swallow
	p.mu.Unlock()
	if delay > 0 {
		time.Sleep(delay)
	}
	l.mu.Lock()
	first, marked := !l.counted, bytes.Contains(l.request, p.mark())
	l.counted = true
	l.mu.Unlock()
	if first && marked && p.loses() {
		return false, false
	}
	return !swallow, true
}

func (p *Proxy) mark() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.marked
}

// loses counts a marked answer and says whether it is lost.
func (p *Proxy) loses() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.lose == 0:
		return false
	case p.skip > 0:
		p.skip--
		return false
	}
	p.lose--
	p.lost++
	return true
}
