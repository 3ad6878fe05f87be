package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// client is an operator's websocket. A goroutine of its own reads; pushes nobody
// has asked for yet are kept in their order.
type client struct {
	t     *testing.T
	token string
	conn  *websocket.Conn
	in    chan object
	ended chan struct{} // closed after err is set
	err   error
	n     int
	held  []object // pushes passed over
	hello object
	seq   int // of the newest push
	holes []string
}

// dial opens a websocket with headers of the caller's choice.
func (s *stage) dial(query string, header http.Header) (*websocket.Conn, *http.Response, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return websocket.Dial(ctx, "ws"+strings.TrimPrefix(s.app.URL(), "http")+"/api/v1/ws"+query, &websocket.DialOptions{HTTPHeader: header})
}

// connect opens a feed from its beginning.
func (s *stage) connect(token string) *client { s.t.Helper(); return s.connectAt(token, "", 0) }

// connectAt resumes a feed.
func (s *stage) connectAt(token, epoch string, seq int) *client {
	s.t.Helper()
	query := ""
	if epoch != "" {
		query = fmt.Sprintf("?epoch=%s&seq=%d", epoch, seq)
	}
	conn, _, err := s.dial(query, http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		s.t.Fatal(err)
	}
	conn.SetReadLimit(16 << 20)
	c := &client{t: s.t, token: token, conn: conn, in: make(chan object, 8192), ended: make(chan struct{})}
	go c.listen()
	s.t.Cleanup(c.drop)
	c.hello = c.next()
	if c.hello["type"] != "hello" {
		s.t.Fatalf("the first frame is no hello: %s", spelled(c.hello))
	}
	c.seq = number(c.hello, "seq")
	return c
}

func (c *client) listen() {
	defer close(c.in)
	defer close(c.ended)
	for {
		_, data, err := c.conn.Read(context.Background())
		if err != nil {
			c.err = err
			return
		}
		var v object
		if err := json.Unmarshal(data, &v); err != nil {
			c.err = fmt.Errorf("not JSON: %s", data)
			return
		}
		c.in <- v
	}
}

// drop ends the connection without a close frame.
func (c *client) drop() { _ = c.conn.CloseNow(); <-c.ended }

// closed waits for the close code.
func (c *client) closed() websocket.StatusCode {
	c.t.Helper()
	select {
	case <-c.ended:
	case <-time.After(patience):
		c.t.Fatal("the connection was not closed")
	}
	return websocket.CloseStatus(c.err)
}

// next gives the next frame, heartbeats left out, and checks that a feed's numbers have no holes.
func (c *client) next() object {
	c.t.Helper()
	late := time.After(patience)
	for {
		select {
		case v, ok := <-c.in:
			if !ok {
				c.t.Fatalf("the connection ended: %v", c.err)
			}
			if v["type"] == "ping" {
				continue
			}
			if _, push := v["seq"]; push && v["type"] != "hello" {
				if number(v, "seq") != c.seq+1 {
					c.t.Errorf("push %d follows %d", number(v, "seq"), c.seq)
				}
				c.seq = number(v, "seq")
			}
			return v
		case <-late:
			c.t.Fatalf("no frame; passed over: %s", spelled(c.held))
		}
	}
}

// push waits for the first push of a type that matches, passed-over ones first, and gives its data.
func (c *client) push(kind string, matches ...func(object) bool) object {
	c.t.Helper()
	fits := func(v object) bool {
		if v["type"] != kind {
			return false
		}
		for _, m := range matches {
			if !m(part(v, "data")) {
				return false
			}
		}
		return true
	}
	for i, v := range c.held {
		if fits(v) {
			c.held = append(c.held[:i:i], c.held[i+1:]...)
			return part(v, "data")
		}
	}
	for {
		v := c.next()
		if fits(v) {
			return part(v, "data")
		}
		if v["seq"] != nil {
			c.held = append(c.held, v)
		}
	}
}

// kept says how many pushes of a type were passed over so far.
func (c *client) kept(kind string, matches ...func(object) bool) (n int) {
next:
	for _, v := range c.held {
		if v["type"] != kind {
			continue
		}
		for _, m := range matches {
			if !m(part(v, "data")) {
				continue next
			}
		}
		n++
	}
	return n
}

func (c *client) write(kind string, fields object) int {
	c.t.Helper()
	c.n++
	frame := object{"id": c.n, "type": kind}
	for k, v := range fields {
		frame[k] = v
	}
	data, err := json.Marshal(frame)
	if err != nil {
		c.t.Fatal(err)
	}
	c.frame(data)
	return c.n
}

// frame sends text as it is.
func (c *client) frame(data []byte) {
	c.t.Helper()
	if err := c.conn.Write(context.Background(), websocket.MessageText, data); err != nil {
		c.t.Fatalf("write: %v (%v)", err, c.err)
	}
}

// reply waits for the reply to a request.
func (c *client) reply(id int) object {
	c.t.Helper()
	for {
		v := c.next()
		if v["seq"] != nil {
			c.held = append(c.held, v)
			continue
		}
		if number(v, "id") != id {
			c.t.Fatalf("reply %s, want that of %d", spelled(v), id)
		}
		return v
	}
}

// ask sends a request that must succeed and gives the reply's data.
func (c *client) ask(kind string, fields object) object {
	c.t.Helper()
	v := c.reply(c.write(kind, fields))
	if v["ok"] != true || v["error"] != nil {
		c.t.Fatalf("%s %s: %s", kind, spelled(fields), spelled(v))
	}
	return part(v, "data")
}

// refused sends a request that must be refused with a code and gives the error.
func (c *client) refused(code, kind string, fields object) object {
	c.t.Helper()
	v := c.reply(c.write(kind, fields))
	e := part(v, "error")
	if v["ok"] != false || text(e, "code") != code || text(e, "message") == "" || v["data"] != nil {
		c.t.Fatalf("%s %s: %s, want %s", kind, spelled(fields), spelled(v), code)
	}
	return e
}

// operator signs in, connects and turns active.
func (s *stage) operator(login string) *client {
	s.t.Helper()
	c := s.connect(s.signIn(login))
	c.ask("status.set", object{"status": "active"})
	return c
}

// take waits for the offer of a customer's chat, known by the beginning of its
// preview, and accepts it; it gives the chat's id.
func (c *client) take(preview string) string {
	c.t.Helper()
	row := c.push("chat.offered", func(d object) bool { return strings.HasPrefix(text(d, "chat", "preview"), preview) })
	id := text(row, "chat", "id")
	c.ask("chat.accept", object{"chat": id})
	c.push("chat.assigned", of(id))
	return id
}

// of matches pushes about a chat, whatever form the chat has in them.
func of(chat string) func(object) bool {
	return func(d object) bool { return text(d, "chat") == chat || text(d, "chat", "id") == chat }
}

// previewed matches rows by their preview.
func previewed(preview string) func(object) bool {
	return func(d object) bool { return text(d, "chat", "preview") == preview }
}

// saying matches pushes with a message of that text.
func saying(words string) func(object) bool {
	return func(d object) bool { return text(d, "message", "text") == words }
}

// instate matches pushes with a message in a state.
func instate(state string) func(object) bool {
	return func(d object) bool { return text(d, "message", "state") == state }
}

// about matches pushes of one message.
func about(message string) func(object) bool {
	return func(d object) bool { return text(d, "message", "id") == message }
}
