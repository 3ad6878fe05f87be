package gateway

import (
	"net"
	"net/netip"
	"sync"
)

// crowd is a listener that lets one address hold only so many connections, so
// that a single host cannot use up the descriptors and the memory that all share.
// Counted is a v4 address, or the /64 a v6 host may choose its addresses from. The
// machine itself and the trusted proxies stand for many and are not counted.
type crowd struct {
	net.Listener
	most    int
	exempt  func(netip.Addr) bool
	refused func()

	mu   sync.Mutex
	held map[netip.Prefix]int
}

// crowded wraps a listener by the configuration; without a bound it stays as it is.
func (s *Server) crowded(ln net.Listener) net.Listener {
	if s.cfg.AddressConns < 0 {
		return ln
	}
	exempt := func(a netip.Addr) bool { return a.IsLoopback() || s.trusted(a) }
	return &crowd{Listener: ln, most: s.cfg.AddressConns, exempt: exempt, refused: s.metrics.crowded.Inc, held: map[netip.Prefix]int{}}
}

// Accept gives the next connection that its address may have; others are closed unread.
func (l *crowd) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		from, counted := l.from(c.RemoteAddr())
		switch {
		case !counted:
			return c, nil
		case l.enter(from):
			return &guest{Conn: c, leave: sync.OnceFunc(func() { l.leave(from) })}, nil
		}
		l.refused()
		_ = c.Close()
	}
}

// from says for whom a connection counts.
func (l *crowd) from(a net.Addr) (netip.Prefix, bool) {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Prefix{}, false
	}
	addr := tcp.AddrPort().Addr().Unmap().WithZone("")
	if !addr.IsValid() || l.exempt(addr) {
		return netip.Prefix{}, false
	}
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	p, err := addr.Prefix(bits)
	return p, err == nil
}

func (l *crowd) enter(from netip.Prefix) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[from] >= l.most {
		return false
	}
	l.held[from]++
	return true
}

func (l *crowd) leave(from netip.Prefix) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[from]--; l.held[from] <= 0 {
		delete(l.held, from)
	}
}

// guest is a connection that is counted until it is closed.
type guest struct {
	net.Conn
	leave func()
}

// Close ends the connection and makes room for another of its address.
func (g *guest) Close() error {
	g.leave()
	return g.Conn.Close()
}
