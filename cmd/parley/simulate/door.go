package simulate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// door is the server's address with the client that knocks there.
type door struct {
	base   string
	client *http.Client
}

func newDoor(base string) *door {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy = nil
	t.MaxIdleConnsPerHost = 16
	return &door{base: base, client: &http.Client{Transport: t}}
}

func (d *door) close() { d.client.CloseIdleConnections() }

type signedIn struct {
	Token    string `json:"token"`
	Operator struct {
		ID string `json:"id"`
	} `json:"operator"`
}

// signIn opens a session; a server that is busy is asked again.
func (d *door) signIn(ctx context.Context, in SignIn) (signedIn, error) {
	for {
		var out signedIn
		status, pause, err := d.call(ctx, http.MethodPost, d.base+"/api/v1/session", "", map[string]string{"login": in.Login, "password": in.Password}, &out)
		switch {
		case err != nil:
			return out, fmt.Errorf("sign in as %s: %w", in.Login, err)
		case status == http.StatusOK && out.Token != "":
			return out, nil
		case status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable:
			return out, fmt.Errorf("sign in as %s: status %d", in.Login, status)
		}
		if pause > time.Minute || !wait(ctx, pause) {
			return out, fmt.Errorf("sign in as %s: status %d, to be tried again in %s", in.Login, status, pause)
		}
	}
}

func (d *door) signOut(ctx context.Context, token string) error {
	status, _, err := d.call(ctx, http.MethodDelete, d.base+"/api/v1/session", token, nil, nil)
	if err == nil && status/100 != 2 && status != http.StatusUnauthorized {
		err = fmt.Errorf("status %d", status)
	}
	if err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	return nil
}

// call makes one JSON call; out is filled when the status is 2xx. pause is what Retry-After says, at least a second.
func (d *door) call(ctx context.Context, method, address, token string, in, out any) (status int, pause time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return 0, 0, err
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return 0, 0, err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := d.client.Do(req)
	if err != nil {
		return 0, 0, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 8<<20))
	if err == nil && out != nil && res.StatusCode/100 == 2 {
		err = json.Unmarshal(raw, out)
	}
	seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
	return res.StatusCode, max(time.Second, time.Duration(seconds)*time.Second), err
}

// line is one websocket. A goroutine reads; frames is closed after err was set.
type line struct {
	ws     *websocket.Conn
	frames chan []byte // unbuffered: the reader waits for the operator, as a slow page would
	err    error
	stop   context.CancelFunc
	polite bool // say goodbye instead of breaking off
	last   int
	asked  map[int]*question
}

// question is a request under way.
type question struct {
	kind   string
	at     time.Time
	answer func(frame)
}

// dial opens a connection; with an epoch it asks to resume behind seq.
func (d *door) dial(ctx context.Context, token, epoch string, seq uint64) (*line, error) {
	address := "ws" + strings.TrimPrefix(d.base, "http") + "/api/v1/ws"
	if epoch != "" {
		address += "?epoch=" + url.QueryEscape(epoch) + "&seq=" + strconv.FormatUint(seq, 10)
	}
	dialling, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(dialling, address, &websocket.DialOptions{
		HTTPClient: d.client, HTTPHeader: http.Header{"Authorization": {"Bearer " + token}},
	})
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	ws.SetReadLimit(64 << 20) // a snapshot of many long chats
	reading, stop := context.WithCancel(context.WithoutCancel(ctx))
	l := &line{ws: ws, frames: make(chan []byte), stop: stop, asked: map[int]*question{}}
	go l.read(reading)
	return l, nil
}

func (l *line) read(ctx context.Context) {
	defer close(l.frames)
	for {
		_, raw, err := l.ws.Read(ctx)
		if err != nil {
			l.err = fmt.Errorf("read: %w", err)
			return
		}
		select {
		case l.frames <- raw:
		case <-ctx.Done():
			l.err = ctx.Err()
			return
		}
	}
}

// close ends the connection, politely or not, and returns when the reader has ended.
func (l *line) close() {
	if l.polite {
		go func() { // Close waits for the server's answer, which comes behind the frames nobody wants any more
			for range l.frames {
			}
		}()
		_ = l.ws.Close(websocket.StatusNormalClosure, "")
	}
	l.stop()
	_ = l.ws.CloseNow()
	for range l.frames {
	}
}

// ask sends a request.
func (l *line) ask(ctx context.Context, kind string, fields map[string]any, answer func(frame)) error {
	l.last++
	out := map[string]any{"id": l.last, "type": kind}
	for k, v := range fields {
		out[k] = v
	}
	raw, err := json.Marshal(out)
	if err != nil {
		return err
	}
	l.asked[l.last] = &question{kind: kind, at: time.Now(), answer: answer}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := l.ws.Write(ctx, websocket.MessageText, raw); err != nil {
		return fmt.Errorf("write %s: %w", kind, err)
	}
	return nil
}

// answered hands a reply to whoever asked; one nobody asked for is dropped.
func (l *line) answered(f frame) {
	if q := l.asked[*f.ID]; q != nil {
		delete(l.asked, *f.ID)
		q.answer(f)
	}
}

// forgotten gives a request that has waited for its reply for too long, or nil.
func (l *line) forgotten(now time.Time) *question {
	for _, q := range l.asked {
		if now.Sub(q.at) > noReply {
			return q
		}
	}
	return nil
}

var errEmptyFrame = errors.New("an empty frame")

func parseFrame(raw []byte) (frame, error) {
	var f frame
	if len(raw) == 0 {
		return f, errEmptyFrame
	}
	err := json.Unmarshal(raw, &f)
	return f, err
}
