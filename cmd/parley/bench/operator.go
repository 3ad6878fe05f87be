package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/time/rate"
)

// acceptRate keeps an operator below the frames per second that the server takes from one client.
const (
	acceptRate  = 40
	acceptBurst = 100
)

// operator sits at a websocket, accepts a share of the offers, and tells the floor of every frame.
type operator struct {
	index   int
	of      int // operators in all
	floor   *floor
	conn    *websocket.Conn
	limiter *rate.Limiter
	id      int            // of the newest request
	asked   map[int]string // chats by the id of the request to accept them
}

// frame is as much of a server's frame as is looked at.
type frame struct {
	ID    int
	Type  string
	OK    *bool
	Error struct{ Code, Message string }
	Data  struct {
		Chat     json.RawMessage // a row, a full chat or an id
		Messages []struct{ Text string }
		Message  struct{ Text string }
	}
}

// seat signs operators in, connects them and makes them active.
func (r *run) seat(ctx context.Context, c *closers, s *server, f *floor) error {
	ctx, stop := context.WithCancel(ctx)
	var reading sync.WaitGroup
	c.add(func() error { stop(); reading.Wait(); return nil })
	for i := range r.Operators {
		who, err := signIn(ctx, s.url, operatorID(i))
		if err != nil {
			return err
		}
		c.add(func() error { who.close(); return nil })
		url := "ws" + strings.TrimPrefix(s.url, "http") + "/api/v1/ws"
		conn, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{HTTPClient: who.http, HTTPHeader: http.Header{"Authorization": {"Bearer " + who.token}}})
		if err != nil {
			return fmt.Errorf("connect operator %d: %w", i, err)
		}
		conn.SetReadLimit(-1)
		o := &operator{index: i, of: r.Operators, floor: f, conn: conn, limiter: rate.NewLimiter(acceptRate, acceptBurst), asked: map[int]string{}}
		c.add(func() error { _ = conn.CloseNow(); return nil }) // the reader says what was wrong with it, if anything was
		reading.Go(func() { o.read(ctx) })
	}
	return f.await(activePatience, "operators are active", r.Operators, func() int { return f.ready })
}

// read handles frames until the connection ends.
func (o *operator) read(ctx context.Context) {
	for {
		_, text, err := o.conn.Read(ctx)
		at := time.Now()
		if err == nil {
			err = o.handle(ctx, text, at)
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			o.floor.fail(fmt.Errorf("operator %d: %w", o.index, err))
			return
		}
	}
}

func (o *operator) handle(ctx context.Context, text []byte, at time.Time) error {
	var f frame
	if err := json.Unmarshal(text, &f); err != nil {
		return fmt.Errorf("read a frame: %w", err)
	}
	switch {
	case f.OK != nil:
		return o.replied(ctx, f)
	case f.Type == "hello":
		return o.request(ctx, map[string]any{"type": "status.set", "status": "active"})
	case f.Type == "chat.offered":
		return o.offered(ctx, f.Data.Chat)
	case f.Type == "chat.assigned":
		return o.assigned(f)
	case f.Type == "chat.message":
		if w, ok := readText(f.Data.Message.Text); ok {
			o.floor.see(o.index, w, at)
		}
	}
	return nil
}

// statusID is the id of the request to become active; it is the first.
const statusID = 1

// request sends a request; fields gets an id.
func (o *operator) request(ctx context.Context, fields map[string]any) error {
	o.id++
	fields["id"] = o.id
	text, err := json.Marshal(fields)
	if err != nil {
		return fmt.Errorf("make a request: %w", err)
	}
	if err := o.conn.Write(ctx, websocket.MessageText, text); err != nil {
		return fmt.Errorf("send a request: %w", err)
	}
	return nil
}

// replied takes note of the answer to a request. A busy server is asked again.
func (o *operator) replied(ctx context.Context, f frame) error {
	chat := o.asked[f.ID]
	delete(o.asked, f.ID)
	switch {
	case *f.OK && f.ID == statusID:
		o.floor.active()
	case *f.OK:
	case f.Error.Code == "busy" && chat != "":
		return o.accept(ctx, chat)
	default:
		return fmt.Errorf("a request was refused: %s", f.Error.Code)
	}
	return nil
}

// offered accepts the operator's share of the chats that all are offered.
func (o *operator) offered(ctx context.Context, row json.RawMessage) error {
	var chat struct{ ID string }
	if err := json.Unmarshal(row, &chat); err != nil {
		return fmt.Errorf("read an offer: %w", err)
	}
	h := fnv.New32a()
	h.Write([]byte(chat.ID))
	if int(h.Sum32()%uint32(o.of)) != o.index {
		return nil
	}
	return o.accept(ctx, chat.ID)
}

func (o *operator) accept(ctx context.Context, chat string) error {
	if err := o.limiter.Wait(ctx); err != nil {
		return fmt.Errorf("accept: %w", err)
	}
	o.asked[o.id+1] = chat
	return o.request(ctx, map[string]any{"type": "chat.accept", "chat": chat})
}

// assigned learns from its messages whose chat it is.
func (o *operator) assigned(f frame) error {
	for _, m := range f.Data.Messages {
		if w, ok := readText(m.Text); ok {
			return o.floor.assign(o.index, w)
		}
	}
	return errors.New("a chat came without a message of ours")
}
