package browser

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// echo is a server that sends back what it is sent.
func echo(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(c, c); _ = c.Close() }()
		}
	}()
	return ln.Addr().String()
}

// caller is one who speaks over a line.
type caller struct {
	t *testing.T
	net.Conn
}

func dial(t *testing.T, l *line) caller {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(l.url(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return caller{t, c}
}

// refused checks that nobody is let in; the reset may come as early as in the greeting.
func refused(t *testing.T, l *line) {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(l.url(), "http://"))
	if err == nil {
		defer c.Close()
		caller{t, c}.brokenOff()
	}
}

// hears waits for words.
func (c caller) hears(words string) {
	c.t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(patience))
	got := make([]byte, len(words))
	if _, err := io.ReadFull(c, got); err != nil || string(got) != words {
		c.t.Fatalf("heard %q, %v; want %q", got, err, words)
	}
}

// brokenOff waits for the end of the connection.
func (c caller) brokenOff() {
	c.t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(patience))
	if n, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		c.t.Fatalf("not broken off: %d bytes, %v", n, err)
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	l, err := openLine()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.close)
	refused(t, l) // there is no server
	l.join(echo(t))
	old := dial(t, l)
	_, _ = old.Write([]byte("one"))
	old.hears("one")

	l.stall()
	_, _ = old.Write([]byte("two"))
	late := dial(t, l)
	_, _ = late.Write([]byte("late"))
	for _, c := range []caller{old, late} { // what must not come cannot be waited for: a moment will do
		_ = c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		if n, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("a stalled line passes %d bytes, %v", n, err)
		}
	}
	l.up()
	old.hears("two")
	late.hears("late")
	_ = late.CloseWrite() // an orderly end goes on to the other side and comes back
	late.brokenOff()

	l.down()
	old.brokenOff()
	refused(t, l)
	l.stall()
	waiting := dial(t, l)
	l.down()
	waiting.brokenOff()
	l.up()
	again := dial(t, l)
	_, _ = again.Write([]byte("again"))
	again.hears("again")
}

// CloseWrite says that no more will be said.
func (c caller) CloseWrite() error { return c.Conn.(*net.TCPConn).CloseWrite() }
