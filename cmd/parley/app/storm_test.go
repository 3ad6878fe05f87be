package app_test

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/config"
)

// lean is a websocket client of few bytes, for tests with thousands of them.
type lean struct {
	conn  net.Conn
	r     *bufio.Reader
	token string
	epoch string
	seq   atomic.Uint64
	fresh bool // the last hello brought a snapshot
	wrong func(format string, args ...any)
}

// open dials and reads the hello, resuming if there is something to resume from.
func (l *lean) open(address string) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	l.conn, l.r = conn, bufio.NewReaderSize(conn, 1024)
	_ = conn.SetDeadline(time.Now().Add(patience))
	query := ""
	if l.epoch != "" {
		query = fmt.Sprintf("?epoch=%s&seq=%d", l.epoch, l.seq.Load())
	}
	_, err = fmt.Fprintf(conn, "GET /api/v1/ws%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", query, address, l.token)
	if err != nil {
		return err
	}
	for first := true; ; first = false {
		line, err := l.r.ReadString('\n')
		if err != nil {
			return err
		}
		if first && !strings.Contains(line, " 101 ") {
			return errors.New(line)
		}
		if line == "\r\n" {
			return l.hello()
		}
	}
}

func (l *lean) hello() error {
	_, payload, err := l.frame()
	if err != nil {
		return err
	}
	var f struct {
		Type    string `json:"type"`
		Epoch   string `json:"epoch"`
		Seq     uint64 `json:"seq"`
		Resumed bool   `json:"resumed"`
	}
	if err := json.Unmarshal(payload, &f); err != nil || f.Type != "hello" {
		return fmt.Errorf("no hello: %.100s", payload)
	}
	if f.Resumed && (f.Epoch != l.epoch || f.Seq != l.seq.Load()) {
		l.wrong("resumed at %d, the client is at %d", f.Seq, l.seq.Load())
	}
	l.fresh, l.epoch = !f.Resumed, f.Epoch
	l.seq.Store(f.Seq)
	return nil
}

// frame reads one frame of the server; those are never masked or split.
func (l *lean) frame() (opcode byte, payload []byte, err error) {
	var head [8]byte
	if _, err = io.ReadFull(l.r, head[:2]); err != nil {
		return 0, nil, err
	}
	opcode, size := head[0]&0x0f, uint64(head[1]&0x7f)
	switch size {
	case 126:
		_, err = io.ReadFull(l.r, head[:2])
		size = uint64(binary.BigEndian.Uint16(head[:2]))
	case 127:
		_, err = io.ReadFull(l.r, head[:8])
		size = binary.BigEndian.Uint64(head[:8])
	}
	if err != nil {
		return 0, nil, err
	}
	payload = make([]byte, size)
	_, err = io.ReadFull(l.r, payload)
	return opcode, payload, err
}

// listen reads pushes until the connection ends; their numbers must rise by one.
func (l *lean) listen() {
	_ = l.conn.SetDeadline(time.Time{})
	for {
		opcode, payload, err := l.frame()
		if err != nil {
			return
		}
		var seq uint64
		if opcode != 1 || !strings.HasPrefix(string(payload[:min(7, len(payload))]), `{"seq":`) {
			continue
		}
		_, _ = fmt.Sscanf(string(payload[:min(40, len(payload))]), `{"seq":%d`, &seq)
		if seq != l.seq.Load()+1 {
			l.wrong("push %d follows %d", seq, l.seq.Load())
		}
		l.seq.Store(seq)
	}
}

// TestReconnectStorm: very many connections are cut at one moment and come back
// within seconds. All resume without a gap, webhooks are answered meanwhile, and
// nothing is left behind (fault 28). PARLEY_FIRE=long makes it 2,000.
func TestReconnectStorm(t *testing.T) {
	n, spread := 200, 500*time.Millisecond
	if os.Getenv("PARLEY_FIRE") == "long" {
		n, spread = 2000, 5*time.Second
	}
	s := newStage(t, func(c *config.Config) { c.Limits.AddressConnections = 0 })
	st := newStorm(t, s, n)
	base, files := runtime.NumGoroutine(), openFiles()
	stop := st.write()
	snapshots := st.connect(0)
	before := make([]uint64, len(st.all))
	for i, l := range st.all {
		before[i] = l.seq.Load()
	}
	untilWithin(t, time.Minute, "a push at every connection", func() bool {
		for i, l := range st.all {
			if l.seq.Load() == before[i] {
				return false
			}
		}
		return true
	})
	for _, l := range st.all {
		_ = l.conn.Close()
	}
	st.readers.Wait()
	resumes := st.connect(spread)
	slowest := stop()
	fresh := 0
	for _, l := range st.all {
		if l.fresh {
			fresh++
		}
	}
	t.Logf("%d connections: snapshot p50 %s p99 %s, resume p50 %s p99 %s; %d webhooks, p99 %s, slowest %s", n,
		at(snapshots, .5), at(snapshots, .99), at(resumes, .5), at(resumes, .99), len(slowest), at(slowest, .99), at(slowest, 1))
	if fresh > 0 {
		t.Errorf("%d of %d were not resumed", fresh, n)
	}
	st.level()
	for _, l := range st.all {
		_ = l.conn.Close()
	}
	st.readers.Wait()
	until(t, "no connection left", func() bool { return strings.Contains(string(s.do("GET", "/metrics", nil).raw), "parley_sockets 0\n") })
	until(t, "goroutines and descriptors back", func() bool { return runtime.NumGoroutine() <= base+20 && openFiles() <= files+20 })
}

type storm struct {
	t       *testing.T
	s       *stage
	all     []*lean
	chats   int
	readers sync.WaitGroup
}

// newStorm gives each of three operators a chat and a third of the connections.
func newStorm(t *testing.T, s *stage, n int) *storm {
	st := &storm{t: t, s: s}
	for i, login := range []string{"anna", "boris", "sim-01"} {
		c := s.operator(login)
		sent(t)(s.customer("demo-fb", i+1).Text(deadline(t), login+" begins"))
		c.take(login + " begins")
		c.drop()
		for k := range n {
			if k%3 == i {
				st.all = append(st.all, &lean{token: c.token, wrong: t.Errorf})
			}
		}
	}
	return st
}

// connect opens all connections within a time and gives how long each took to its hello.
func (st *storm) connect(spread time.Duration) []time.Duration {
	st.t.Helper()
	address := strings.TrimPrefix(st.s.app.URL(), "http://")
	took := make([]time.Duration, len(st.all))
	gate := make(chan struct{}, 256) // the client's end shares the processors
	var dialing sync.WaitGroup
	for i, l := range st.all {
		wait := time.Duration(rand.Int64N(int64(spread) + 1))
		dialing.Go(func() {
			time.Sleep(wait)
			gate <- struct{}{}
			defer func() { <-gate }()
			began := time.Now()
			if err := l.open(address); err != nil {
				st.t.Errorf("connection %d: %v", i, err)
				return
			}
			took[i] = time.Since(began)
			st.readers.Go(l.listen)
		})
	}
	dialing.Wait()
	if st.t.Failed() {
		st.t.FailNow()
	}
	slices.Sort(took)
	return took
}

// write lets the customers write until stop, which gives how long their webhooks took.
func (st *storm) write() (stop func() []time.Duration) {
	var mu sync.Mutex
	var took []time.Duration
	var writing sync.WaitGroup
	end := make(chan struct{})
	for i := range 3 {
		customer := st.s.customer("demo-fb", i+1)
		writing.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-end:
					return
				case <-time.After(30 * time.Millisecond):
				}
				began := time.Now()
				ref, err := customer.Text(deadline(st.t), fmt.Sprintf("line %d", n))
				if err != nil {
					st.t.Error(err)
					return
				}
				<-ref.Acked()
				mu.Lock()
				took = append(took, time.Since(began))
				mu.Unlock()
			}
		})
	}
	return func() []time.Duration {
		close(end)
		writing.Wait()
		slices.Sort(took)
		return took
	}
}

// level waits until all connections of an operator stand at the same number.
func (st *storm) level() {
	until(st.t, "all connections level", func() bool {
		newest := map[string]uint64{}
		for _, l := range st.all {
			newest[l.token] = max(newest[l.token], l.seq.Load())
		}
		for _, l := range st.all {
			if l.seq.Load() != newest[l.token] {
				return false
			}
		}
		return true
	})
}

// at gives a quantile of sorted times.
func at(sorted []time.Duration, q float64) time.Duration {
	return sorted[int(q*float64(len(sorted)-1))].Round(10 * time.Microsecond)
}

func openFiles() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0 // not this system's way to tell
	}
	return len(entries)
}
