package pebblestore

import (
	"net"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/getsentry/sentry-go"
)

// The database links an error reporter. It must stay what it is, unused code:
// no client is set up, and even an address in the environment is not called.
func TestNothingDialsOut(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	called := make(chan struct{}, 1)
	go func() {
		if c, err := listener.Accept(); err == nil {
			called <- struct{}{}
			_ = c.Close()
		}
		close(called)
	}()
	t.Setenv("SENTRY_DSN", "http://key@"+listener.Addr().String()+"/1")

	s := mustOpen(t, "db", small(vfs.NewMem()))
	mustCommit(t, s, 1, mustClaim(t, s, 1), 1, 3)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	if sentry.CurrentHub().Client() != nil {
		t.Fatal("an error reporter has been set up")
	}
	sentry.Flush(50 * time.Millisecond)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if _, dialed := <-called; dialed {
		t.Fatal("something dialed out")
	}
}
