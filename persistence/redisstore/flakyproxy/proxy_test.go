package flakyproxy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/persistence/redisstore/flakyproxy"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// echo is a server that counts the lines it has seen and sends them back.
func echo(t *testing.T, seen *atomic.Int64) string {
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
			go func() {
				defer c.Close()
				for r := bufio.NewScanner(c); r.Scan(); {
					seen.Add(1)
					fmt.Fprintln(c, r.Text())
				}
			}()
		}
	}()
	return ln.Addr().String()
}

func ask(c net.Conn, line string) (string, error) {
	if _, err := fmt.Fprintln(c, line); err != nil {
		return "", err
	}
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	return bufio.NewReader(c).ReadString('\n')
}

func TestProxy(t *testing.T) {
	t.Parallel()
	var seen atomic.Int64
	p, err := flakyproxy.New(echo(t, &seen))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	dial := func() net.Conn {
		c, err := net.Dial("tcp", p.Addr())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	want := func(c net.Conn, line string) {
		t.Helper()
		if got, err := ask(c, line); err != nil || got != line+"\n" {
			t.Fatalf("%q, %v", got, err)
		}
	}
	c := dial()
	want(c, "hello")
	p.LoseReplies("mark", 1, 1)
	want(c, "mark passes")
	want(c, "another")
	before := seen.Load()
	if got, err := ask(c, "mark is lost"); err == nil || seen.Load() != before+1 || p.Lost() != 1 {
		t.Fatalf("%q, seen %d, lost %d", got, seen.Load()-before, p.Lost())
	}
	c = dial()
	want(c, "mark again")
	p.Cut()
	if _, err := ask(c, "gone"); err == nil {
		t.Fatal("not cut")
	}
	p.Refuse(true)
	c = dial()
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Fatal("not refused")
	}
	p.Refuse(false)
	p.Delay(20 * time.Millisecond)
	began := time.Now()
	c = dial()
	if want(c, "slow"); time.Since(began) < 20*time.Millisecond {
		t.Fatal("not delayed")
	}
	p.Delay(0)
	p.Swallow(true)
	fmt.Fprintln(c, "swallowed")
	_ = c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if n, err := c.Read(make([]byte, 1)); n != 0 || err == io.EOF {
		t.Fatalf("%d bytes, %v", n, err)
	}
}
