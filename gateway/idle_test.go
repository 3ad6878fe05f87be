package gateway

import (
	"bufio"
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"
)

// idle opens a websocket without a client's buffers or goroutines and reads its hello.
func (b *bundle) idle(auth string) net.Conn {
	b.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(b.url, "http://"))
	if err != nil {
		b.t.Fatal(err)
	}
	_, err = fmt.Fprintf(conn, "GET /api/v1/ws HTTP/1.1\r\nHost: h\r\nAuthorization: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36\r\nAccept-Language: en-GB,en;q=0.9\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", auth)
	if err != nil {
		b.t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	r := bufio.NewReader(conn)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			b.t.Fatal(err)
		}
		if line == "\r\n" {
			break
		}
	}
	if _, err := r.Peek(20); err != nil { // the hello has come
		b.t.Fatal(err)
	}
	return conn
}

func memory() (heap, stacks uint64) {
	for range 3 {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc, m.StackInuse
}

// An idle connection of an operator costs little: the process, its client's end
// included, stays below the bar of 40 KB.
func TestIdleConnectionsCostLittle(t *testing.T) {
	const n = 500
	b := setup(t)
	auth := b.bearer("anna")[1]
	gone := make(chan struct{})
	go func() { // the fake tells of everybody who comes and goes
		defer close(gone)
		for left := 0; left <= n; {
			select {
			case <-b.engine.joined:
			case <-b.engine.left:
				left++
			}
		}
	}()
	conns := make([]net.Conn, 0, n+1)
	defer func() {
		for _, c := range conns {
			_ = c.Close()
		}
		<-gone
	}()
	conns = append(conns, b.idle(auth))
	heap, stacks := memory()
	for range n {
		conns = append(conns, b.idle(auth))
	}
	h, s := memory()
	t.Logf("heap %d, stacks %d bytes per idle connection, %d goroutines", (h-heap)/n, (s-stacks)/n, runtime.NumGoroutine())
	if per := (h + s - heap - stacks) / n; per > 40<<10 {
		t.Errorf("%d bytes per idle connection", per)
	}
}
