package media_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"parley/gateway/media"
)

// nameServer answers the n-th question for an IPv4 address with the n-th of its answers (the last one for ever) and knows no IPv6.
type nameServer struct {
	conn    net.PacketConn
	answers []netip.Addr
	asked   atomic.Int64
}

func startNameServer(t *testing.T, answers ...string) (*nameServer, *net.Resolver) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &nameServer{conn: conn}
	for _, a := range answers {
		s.answers = append(s.answers, netip.MustParseAddr(a))
	}
	done := make(chan struct{})
	go func() { defer close(done); s.serve() }()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return s, &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (s *nameServer) serve() {
	buf := make([]byte, 1500)
	for {
		n, from, err := s.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		_, _ = s.conn.WriteTo(s.answer(buf[:n]), from)
	}
}

func (s *nameServer) answer(query []byte) []byte {
	end := 12
	for query[end] != 0 { // the labels of the name
		end += 1 + int(query[end])
	}
	question := query[12 : end+5]
	isA := query[end+2] == 1
	reply := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, question...)
	if isA {
		i := min(int(s.asked.Add(1)), len(s.answers)) - 1
		ip := s.answers[i].As4()
		reply[7] = 1
		reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
		reply = append(reply, ip[:]...)
	}
	return reply
}

func TestRebindingHostNeverLeadsInside(t *testing.T) {
	t.Parallel()
	victim := setup(t, media.Config{}, func(http.ResponseWriter, *http.Request) {})
	_, port, _ := strings.Cut(victim.Listener.Addr().String(), ":")
	names, resolver := startNameServer(t, "93.184.216.34", "127.0.0.1")
	c := media.New(media.Config{Resolver: resolver})
	t.Cleanup(c.Close)

	first, err := resolver.LookupHost(t.Context(), "rebind.example.com.")
	if err != nil || first[0] != "93.184.216.34" {
		t.Fatalf("whoever looks first sees a public address: %v %v", first, err)
	}
	if _, err := c.Get(t.Context(), "https://rebind.example.com.:"+port+"/", media.Options{}); !errors.Is(err, media.Blocked) {
		t.Fatalf("got %v", err)
	}
	if names.asked.Load() < 2 || victim.hits.Load() != 0 {
		t.Fatalf("asked %d times, reached %d times", names.asked.Load(), victim.hits.Load())
	}
}
