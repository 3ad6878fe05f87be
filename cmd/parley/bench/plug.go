package bench

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// plug is an operator's websocket with next to nothing around it: the generator shares the processors and the memory
// with what it measures. One goroutine reads, one at a time writes.
type plug struct {
	net net.Conn
	in  *bufio.Reader // nil = whatever comes stays in the kernel
}

// heard is as much of a server's frame as is looked at.
type heard struct {
	ID      int
	Type    string
	Epoch   string
	Seq     uint64
	Resumed bool
	OK      *bool
	Error   struct {
		Code string
		By   *struct{ ID string }
	}
	Data struct {
		Chat     json.RawMessage // a row, a full chat or an id
		Messages []struct{ Text string }
		Message  struct{ Text string }
		Reason   string
	}
	Snapshot *struct {
		Offers  []struct{ ID string }
		Waiting map[string]int
		Chats   []struct{ Chat struct{ ID string } }
	}
}

// chatID gives the id of the chat a frame speaks of, whatever shape it has there.
func (h *heard) chatID() string {
	var whole struct{ ID string }
	if json.Unmarshal(h.Data.Chat, &whole) == nil {
		return whole.ID
	}
	var id string
	_ = json.Unmarshal(h.Data.Chat, &id) // empty for what is no chat at all
	return id
}

const plugKey = "cGFybGV5LWJlbmNoLWtleQ==" // any sixteen bytes will do (RFC 6455, 4.1)

// connect opens a websocket at host (host:port) that stands at a place of the feed, or at none with an empty epoch.
func connect(ctx context.Context, host, token, epoch string, seq uint64) (*plug, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	p := &plug{net: conn, in: bufio.NewReaderSize(conn, 4096)}
	if err := p.upgrade(host, token, epoch, seq); err != nil {
		return nil, errors.Join(fmt.Errorf("connect: %w", err), conn.Close())
	}
	return p, nil
}

func (p *plug) upgrade(host, token, epoch string, seq uint64) error {
	path := "/api/v1/ws"
	if epoch != "" {
		path = fmt.Sprintf("%s?epoch=%s&seq=%d", path, epoch, seq)
	}
	if err := p.net.SetDeadline(time.Now().Add(answerWithin)); err != nil {
		return err
	}
	_, err := io.WriteString(p.net, "GET "+path+" HTTP/1.1\r\nHost: "+host+"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "+
		plugKey+"\r\nAuthorization: Bearer "+token+"\r\n\r\n")
	if err != nil {
		return err
	}
	status, err := p.in.ReadString('\n')
	if err != nil {
		return err
	}
	if !strings.HasPrefix(status, "HTTP/1.1 101 ") {
		return fmt.Errorf("answered %q", strings.TrimSpace(status))
	}
	for line := status; line != "\r\n"; {
		if line, err = p.in.ReadString('\n'); err != nil {
			return err
		}
	}
	return p.net.SetDeadline(time.Time{})
}

var errClosed = errors.New("the server closed the connection")

// read gives the next text frame. It answers pings itself.
func (p *plug) read() ([]byte, error) {
	for {
		kind, payload, err := p.frame()
		switch {
		case err != nil:
			return nil, err
		case kind == 1:
			return payload, nil
		case kind == 8:
			return nil, errClosed
		case kind == 9:
			if err := p.write(10, payload); err != nil {
				return nil, err
			}
		}
	}
}

// hear gives the next frame as it is understood.
func (p *plug) hear() (h heard, err error) {
	text, err := p.read()
	if err == nil {
		err = json.Unmarshal(text, &h)
	}
	return h, err
}

// frame reads one frame of the server: whole, and without a mask.
func (p *plug) frame() (kind byte, payload []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(p.in, head[:]); err != nil {
		return 0, nil, err
	}
	n, more := uint64(head[1]&0x7f), 0
	switch n {
	case 126:
		n, more = 0, 2
	case 127:
		n, more = 0, 8
	}
	for range more {
		b, err := p.in.ReadByte()
		if err != nil {
			return 0, nil, err
		}
		n = n<<8 | uint64(b)
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(p.in, payload)
	return head[0] & 0x0f, payload, err
}

// send sends a request.
func (p *plug) send(fields map[string]any) error {
	text, err := json.Marshal(fields)
	if err != nil {
		return fmt.Errorf("make a request: %w", err)
	}
	return p.write(1, text)
}

// write sends a frame, with a mask of zeros, which leaves the bytes as they are.
func (p *plug) write(kind byte, payload []byte) error {
	b := append(make([]byte, 0, 14+len(payload)), 0x80|kind)
	if n := len(payload); n < 126 {
		b = append(b, 0x80|byte(n))
	} else {
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	}
	b = append(b, 0, 0, 0, 0)
	if _, err := p.net.Write(append(b, payload...)); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	return nil
}

// cut ends the connection as a broken cable does: without a word.
func (p *plug) cut() {
	if tcp, ok := p.net.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = p.net.Close()
}

// tokens signs all operators in, some side by side, over a few connections.
func tokens(ctx context.Context, base string, operators int) ([]string, error) {
	shared := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	defer shared.CloseIdleConnections()
	out, errs := make([]string, operators), make([]error, operators)
	sideBySide(8, func(worker int, _ *meter) {
		for i := worker; i < operators; i += 8 {
			c := &client{base: base, http: shared}
			errs[i] = c.signIn(ctx, operatorID(i))
			out[i] = c.token
		}
	})
	return out, errors.Join(errs...)
}
