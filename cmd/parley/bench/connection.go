package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"
)

// answerWithin is how long a request may take; a provider gives up at about this time too.
const answerWithin = 6 * time.Second

var errAnswer = errors.New("the answer is not HTTP/1.1 with a length")

// connection is a keep-alive HTTP/1.1 connection with one request in flight. It reads just enough of an answer to
// know where it ends, because the generator shares the processors with what it measures.
type connection struct {
	host string
	net  net.Conn // nil = to be opened
	buf  [4096]byte
}

// do sends a request and gives the answer's status. An error leaves the connection closed; the next call opens it anew.
func (c *connection) do(ctx context.Context, request []byte) (status int, err error) {
	if c.net == nil {
		var d net.Dialer
		if c.net, err = d.DialContext(ctx, "tcp", c.host); err != nil {
			return 0, fmt.Errorf("connect: %w", err)
		}
	}
	defer func() {
		if err != nil {
			c.close()
		}
	}()
	if err := c.net.SetDeadline(time.Now().Add(answerWithin)); err != nil {
		return 0, fmt.Errorf("request: %w", err)
	}
	if _, err := c.net.Write(request); err != nil {
		return 0, fmt.Errorf("request: %w", err)
	}
	status, err = c.answer()
	if err != nil {
		return 0, fmt.Errorf("answer: %w", err)
	}
	return status, nil
}

func (c *connection) close() {
	if c.net != nil {
		_ = c.net.Close()
		c.net = nil
	}
}

// answer reads one answer to its end.
func (c *connection) answer() (int, error) {
	n, head := 0, -1
	for head < 0 {
		if n == len(c.buf) {
			return 0, errAnswer
		}
		more, err := c.net.Read(c.buf[n:])
		if err != nil {
			return 0, err
		}
		n += more
		head = bytes.Index(c.buf[:n], []byte("\r\n\r\n"))
	}
	status, length, err := readHead(c.buf[:head+2])
	if err != nil {
		return 0, err
	}
	for left := head + 4 + length - n; left > 0; {
		more, err := c.net.Read(c.buf[:min(left, len(c.buf))])
		if err != nil {
			return 0, err
		}
		left -= more
	}
	return status, nil
}

// readHead reads the status and the length of the body.
func readHead(head []byte) (status, length int, err error) {
	const version = "HTTP/1.1 "
	if len(head) < len(version)+3 || string(head[:len(version)]) != version {
		return 0, 0, errAnswer
	}
	if status, err = strconv.Atoi(string(head[len(version) : len(version)+3])); err != nil {
		return 0, 0, errAnswer
	}
	const name = "\r\ncontent-length:"
	for i := 0; i+len(name) <= len(head); i++ {
		if head[i] != '\r' || !bytes.EqualFold(head[i:i+len(name)], []byte(name)) {
			continue
		}
		value := head[i+len(name):]
		value = bytes.TrimSpace(value[:bytes.IndexByte(value, '\r')])
		if length, err = strconv.Atoi(string(value)); err != nil || length < 0 {
			return 0, 0, errAnswer
		}
		return status, length, nil
	}
	if status == 204 || status == 304 {
		return status, 0, nil
	}
	return 0, 0, errAnswer
}
