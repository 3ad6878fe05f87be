package gateway

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"
)

// callers is a listener whose connections come from addresses of the test's choice.
type callers struct {
	net.Listener
	from chan string
}

func (c *callers) Accept() (net.Conn, error) {
	from, ok := <-c.from
	if !ok {
		return nil, net.ErrClosed
	}
	here, there := net.Pipe()
	return &called{Conn: here, there: there, addr: net.TCPAddrFromAddrPort(netip.MustParseAddrPort(from))}, nil
}

type called struct {
	net.Conn
	there net.Conn
	addr  net.Addr
}

func (c *called) RemoteAddr() net.Addr { return c.addr }

// TestOneAddressHoldsOnlySoManyConnections: the cap of R3. The machine itself and
// trusted proxies stand for many; a v6 host counts by its network, a v4 one is the
// same however it is spelled; a closed connection makes room, once.
func TestOneAddressHoldsOnlySoManyConnections(t *testing.T) {
	t.Parallel()
	in := &callers{from: make(chan string, 64)}
	proxies, err := networks([]string{"10.0.0.0/8"})
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{cfg: Config{AddressConns: 2}, proxies: proxies, metrics: NewMetrics()}
	ln := s.crowded(in)
	accept := func(from ...string) (out []net.Conn) {
		for _, f := range from {
			in.from <- f
		}
		in.from <- "127.0.0.1:9" // always let in: all before it have been decided
		for {
			c, err := ln.Accept()
			if err != nil {
				t.Fatal(err)
			}
			if c.RemoteAddr().String() == "127.0.0.1:9" {
				return out
			}
			out = append(out, c)
		}
	}
	first := accept("192.0.2.1:1", "192.0.2.1:2", "192.0.2.1:3", "[::ffff:192.0.2.1]:4", "192.0.2.2:1")
	if len(first) != 3 {
		t.Fatalf("%d of the v4 hosts' connections were let in", len(first))
	}
	if v6 := accept("[2001:db8::1]:1", "[2001:db8::2]:1", "[2001:db8::ffff]:1", "[2001:db8:0:1::1]:1"); len(v6) != 3 {
		t.Errorf("%d of the v6 hosts' connections were let in", len(v6))
	}
	if many := accept("10.1.1.1:1", "10.1.1.1:2", "10.1.1.1:3", "127.0.0.1:1", "127.0.0.1:2", "[::1]:3"); len(many) != 6 {
		t.Errorf("%d of the proxy's and our own connections were let in", len(many))
	}
	for range 3 { // closing again gives nothing back
		_ = first[0].Close()
	}
	if again := accept("192.0.2.1:5", "192.0.2.1:6"); len(again) != 1 {
		t.Errorf("%d were let in after one had gone", len(again))
	}
	close(in.from)
	if _, err := ln.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("at the end: %v", err)
	}
}

// A refused connection is closed, not left open.
func TestARefusedConnectionIsClosed(t *testing.T) {
	t.Parallel()
	in := &callers{from: make(chan string, 2)}
	ln := (&Server{cfg: Config{AddressConns: 1}, metrics: NewMetrics()}).crowded(in)
	var refused *called
	ln.(*crowd).refused = func() {}
	in.from <- "192.0.2.1:1"
	if _, err := ln.Accept(); err != nil {
		t.Fatal(err)
	}
	spy := &spying{callers: in, last: &refused}
	ln.(*crowd).Listener = spy
	in.from <- "192.0.2.1:2"
	close(in.from)
	if _, err := ln.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Fatalf("a second connection came in: %v", err)
	}
	if _, err := refused.there.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the refused one reads %v", err)
	}
}

type spying struct {
	*callers
	last **called
}

func (s *spying) Accept() (net.Conn, error) {
	c, err := s.callers.Accept()
	if err == nil {
		*s.last = c.(*called)
	}
	return c, err
}

// TestNoBoundLeavesTheListenerAlone: a negative number means none.
func TestNoBoundLeavesTheListenerAlone(t *testing.T) {
	t.Parallel()
	in := &callers{}
	if got := (&Server{cfg: Config{AddressConns: -1}}).crowded(in); got != net.Listener(in) {
		t.Errorf("got %T", got)
	}
}
