package gateway

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/gateway/channel"
)

// screened is an adapter that knows by its header what cannot be authentic.
type screened struct{ fakeAdapter }

func (screened) Screen(_ channel.Account, header func(string) string) bool {
	return header("X-Sig") != ""
}

type screenedChannels struct{ fakeChannels }

func (screenedChannels) Channel(provider, id string) (Channel, bool) {
	ch, ok := fakeChannels{}.Channel(provider, id)
	ch.Adapter = screened{}
	return ch, ok
}

// TestUnsignedFloodTakesNoMemory: fault 30. Large bodies without a signature are
// answered 401 while not one byte of them is held, and signed ones go on meanwhile.
func TestUnsignedFloodTakesNoMemory(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config, d *Deps) {
		c.BufferedBytes = 96 << 10 // a single body of the flood would not fit
		d.Channels = screenedChannels{}
	})
	large := make([]byte, 2<<20)
	var flood sync.WaitGroup
	for range 8 {
		flood.Go(func() {
			for range 5 {
				res, body := b.call("POST", hook, bytes.NewReader(large))
				if res.StatusCode != 401 || body != "" {
					t.Errorf("unsigned: %d %s", res.StatusCode, body)
				}
			}
		})
	}
	for i := range 20 {
		res, text := b.call("POST", hook, bytes.NewReader(bodyOf(t, message("c", fmt.Sprint("m", i)))), "X-Sig", "good")
		expect(t, res, text, 200, "")
	}
	flood.Wait()
	if held := b.cfg.BufferedBytes - b.bodies.left.Load(); held != 0 {
		t.Errorf("%d bytes are still held", held)
	}
}

// TestAnAnnouncedBodyHoldsOnlyWhatHasCome: clients that announce megabytes and
// send little cannot use up the memory set aside for all bodies.
func TestAnAnnouncedBodyHoldsOnlyWhatHasCome(t *testing.T) {
	t.Parallel()
	const stalled = 10
	b := setup(t, func(c *Config, _ *Deps) { c.BufferedBytes = (stalled + 1) * firstBytes })
	for range stalled {
		c, err := net.Dial("tcp", b.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nX-Sig: good\r\nContent-Length: %d\r\n\r\n%s", hook, 3<<20, strings.Repeat("x", 9<<10))
	}
	waitFor(t, func() bool { return b.bodies.left.Load() <= firstBytes })
	res, text := b.call("POST", hook, bytes.NewReader(bodyOf(t, message("c", "m"))), "X-Sig", "good")
	expect(t, res, text, 200, "")
}

// TestSlowlorisIsClosed: abuse case 14. A header or a body that comes byte by byte
// ends with the read timeout, however regularly the bytes come.
func TestSlowlorisIsClosed(t *testing.T) {
	t.Parallel()
	const patience = 400 * time.Millisecond
	b := setup(t, func(c *Config, _ *Deps) { c.ReadTimeout = patience })
	beginnings := map[string]string{
		"header": "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"body":   "POST " + hook + " HTTP/1.1\r\nHost: x\r\nX-Sig: good\r\nContent-Length: 2000000\r\n\r\n",
		"chunk":  "POST " + hook + " HTTP/1.1\r\nHost: x\r\nX-Sig: good\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n",
	}
	for name, beginning := range beginnings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", b.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			started := time.Now()
			go drip(conn, beginning)
			_ = conn.SetReadDeadline(started.Add(20 * time.Second))
			if _, err := io.Copy(io.Discard, conn); err != nil && time.Since(started) > 15*time.Second {
				t.Errorf("still open after %s: %v", time.Since(started), err)
			}
			if took := time.Since(started); took < patience/2 {
				t.Errorf("closed after %s already", took)
			}
		})
	}
	res, body := b.call("GET", "/healthz", nil)
	expect(t, res, body, 200, "")
}

// drip sends a byte at every tick until the connection ends.
func drip(conn net.Conn, beginning string) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	_, err := io.WriteString(conn, beginning)
	for err == nil {
		<-tick.C
		_, err = io.WriteString(conn, "a")
	}
}

// TestSmuggling: R3. A request whose end two parsers could see in two places is
// refused or read in one way only, and what follows it is never answered as a
// request of its own.
func TestSmuggling(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const hidden = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
	head := "POST " + hook + " HTTP/1.1\r\nHost: x\r\nX-Sig: good\r\n"
	cases := map[string]struct {
		send string
		want []int // statuses allowed for the first answer
	}{
		"two lengths":              {head + "Content-Length: 0\r\nContent-Length: 40\r\n\r\n" + hidden, []int{400}},
		"the same length twice":    {head + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n[]", []int{200, 400}},
		"a list of lengths":        {head + "Content-Length: 2, 2\r\n\r\n[]", []int{400}},
		"a negative length":        {head + "Content-Length: -1\r\n\r\n" + hidden, []int{400}},
		"a signed length":          {head + "Content-Length: +2\r\n\r\n[]", []int{400}},
		"a length and chunks":      {head + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden, []int{200, 400}},
		"chunks and a length":      {head + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + hidden, []int{200, 400}},
		"an unknown encoding":      {head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden, []int{200, 400, 501}},
		"encodings in a list":      {head + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + hidden, []int{200, 400, 501}},
		"two encodings":            {head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + hidden, []int{200, 400, 501}},
		"a chunk size too large":   {head + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" + hidden, []int{400}},
		"a chunk size that is not": {head + "Transfer-Encoding: chunked\r\n\r\n-1\r\n" + hidden, []int{400}},
		"a space before the colon": {"POST " + hook + " HTTP/1.1\r\nHost: x\r\nX-Sig: good\r\nContent-Length : 40\r\n\r\n" + hidden, []int{400}},
		"a folded header":          {head + "Content-Length: 2\r\n\tTransfer-Encoding: chunked\r\n\r\n[]", []int{200, 400}},
		"a newline in the address": {"GET /healthz\nX: y HTTP/1.1\r\nHost: x\r\n\r\n", []int{400, 404}},
		"an address that is far":   {"GET http://evil.example/healthz HTTP/1.1\r\nHost: x\r\n\r\n", []int{200, 400, 404}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers := converse(t, b.Addr().String(), c.send)
			if len(answers) == 0 {
				return // closed without a word is the safest answer
			}
			ok := false
			for _, w := range c.want {
				ok = ok || answers[0].status == w
			}
			if !ok {
				t.Errorf("answered %d, want one of %v", answers[0].status, c.want)
			}
			for _, a := range answers {
				if a.status == 404 && strings.Contains(a.body, "nothing here") && strings.Contains(c.send, "/hidden") {
					t.Errorf("what was hidden behind the request was answered: %+v", answers)
				}
			}
		})
	}
}

type answered struct {
	status int
	body   string
}

// converse sends bytes and reads every answer until the connection is quiet or closed.
func converse(t *testing.T, addr, send string) (out []answered) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, send); err != nil {
		t.Fatal(err)
	}
	_ = conn.(*net.TCPConn).CloseWrite()
	_ = conn.SetReadDeadline(time.Now().Add(12 * time.Second))
	r := bufio.NewReader(conn)
	for {
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			return out
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		out = append(out, answered{res.StatusCode, string(body)})
		if err != nil {
			return out
		}
	}
}
