package app_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	fws "github.com/fasthttp/websocket"
)

// ledger is what an operator's feed has said, by epoch and number: all of his
// connections must hear the same.
type ledger struct {
	mu    sync.Mutex
	said  map[string]string
	wrong func(format string, args ...any)
}

func (l *ledger) heard(epoch string, seq uint64, frame []byte) {
	key := fmt.Sprint(epoch, " ", seq)
	l.mu.Lock()
	defer l.mu.Unlock()
	if was, ok := l.said[key]; ok && was != string(frame) {
		l.wrong("number %d was told in two ways:\n%s\n%s", seq, was, frame)
	}
	l.said[key] = string(frame)
}

// desk is one operator with all his connections.
type fireDesk struct {
	fire  *fire
	login string
	token string
	log   *ledger
	tabs  []*fireTab

	mu    sync.Mutex
	acked map[string]string // client id -> message id
	tried map[string]bool
}

// fireTab is one of an operator's connections: it reads, acts, breaks at random, and comes back.
type fireTab struct {
	desk  *fireDesk
	n     int
	dice  *rand.Rand
	view  fold
	conn  *fws.Conn
	raw   net.Conn
	id    int
	asked map[int]object // requests under way
	again []object       // sends without an answer, to be repeated
	sends int
	stale []net.Conn // half-open ones, left behind
}

// run goes from connection to connection until ctx ends.
func (t *fireTab) run(ctx context.Context) {
	defer t.leaveBehind()
	for ctx.Err() == nil {
		if err := t.connect(); err != nil {
			t.pause(ctx, 50)
			continue
		}
		t.live(ctx)
		t.pause(ctx, 100)
	}
}

// pause waits a random while of up to ms milliseconds.
func (t *fireTab) pause(ctx context.Context, ms int) {
	timer := time.NewTimer(time.Duration(t.dice.IntN(ms*1000)) * time.Microsecond)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (t *fireTab) leaveBehind() {
	if t.raw != nil {
		_ = t.raw.Close()
	}
	for _, c := range t.stale {
		_ = c.Close()
	}
}

// connect opens the feed: mostly from where the client stands, sometimes from
// nowhere, from a foreign epoch or from the future.
func (t *fireTab) connect() error {
	query, fresh := "", true
	switch n := t.dice.IntN(20); {
	case t.view.epoch == "" || n == 0:
	case n == 1:
		query = fmt.Sprintf("?epoch=foreign&seq=%d", t.view.seq)
	case n == 2:
		query = fmt.Sprintf("?epoch=%s&seq=%d", t.view.epoch, t.view.seq+1_000_000)
	default:
		query, fresh = fmt.Sprintf("?epoch=%s&seq=%d", t.view.epoch, t.view.seq), false
	}
	if err := t.dial(query); err != nil {
		return err
	}
	f, raw, err := t.read(patience)
	if err != nil {
		return err
	}
	if f.Type != "hello" || f.Seq == nil || f.Resumed && fresh {
		t.desk.fire.wrong("hello to %q: %.200s", query, raw)
	}
	if f.Resumed {
		t.desk.fire.resumed.Add(1)
	} else {
		t.desk.fire.snapshots.Add(1)
	}
	t.view.hello(f)
	t.asked = map[int]object{}
	return nil
}

func (t *fireTab) dial(query string) error {
	d := fws.Dialer{HandshakeTimeout: patience, ReadBufferSize: 4096, WriteBufferSize: 4096}
	conn, res, err := d.Dial("ws"+strings.TrimPrefix(*t.desk.fire.url.Load(), "http")+"/api/v1/ws"+query, http.Header{"Authorization": {"Bearer " + t.desk.token}})
	if err != nil {
		if res != nil && res.StatusCode != 503 {
			t.desk.fire.wrong("the upgrade of %s was answered %d", t.desk.login, res.StatusCode)
		}
		return err
	}
	t.conn, t.raw = conn, conn.NetConn()
	return nil
}

func (t *fireTab) read(within time.Duration) (f frameSeen, raw []byte, err error) {
	_ = t.raw.SetReadDeadline(time.Now().Add(within))
	if _, raw, err = t.conn.ReadMessage(); err != nil {
		_ = t.raw.Close()
		return f, nil, err
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		t.desk.fire.wrong("not JSON: %.100s", raw)
	}
	return f, raw, nil
}

// live reads and acts until the connection is to break.
func (t *fireTab) live(ctx context.Context) {
	for _, send := range slices.Clone(t.again) {
		t.ask("chat.send", send)
	}
	end := time.Now().Add(time.Duration(float64(t.desk.fire.every) * (0.2 + 1.6*t.dice.Float64())))
	for ctx.Err() == nil && time.Now().Before(end) {
		f, raw, err := t.read(time.Until(end))
		if err != nil {
			if e, ok := err.(*fws.CloseError); ok {
				t.desk.fire.code(e.Code)
			}
			break
		}
		t.take(f, raw)
		if t.dice.IntN(25) == 0 {
			t.act()
		}
	}
	t.cut()
}

func (t *fireTab) take(f frameSeen, raw []byte) {
	switch {
	case f.ID != nil:
		t.answered(f)
	case f.Type == "ping":
		if *f.Seq != t.view.seq {
			t.desk.fire.wrong("a ping says %d at %d", *f.Seq, t.view.seq)
		}
	default:
		t.desk.fire.pushes.Add(1)
		t.desk.log.heard(t.view.epoch, *f.Seq, raw)
		t.view.push(f)
		if f.Type == "chat.offered" && t.n == 0 {
			for id := range t.view.offers {
				t.ask("chat.accept", object{"chat": id})
			}
		}
	}
}

// cut ends the connection in one of the ways connections end.
func (t *fireTab) cut() {
	t.desk.fire.cuts.Add(1)
	switch t.dice.IntN(6) {
	case 0: // politely
		_ = t.conn.WriteControl(fws.CloseMessage, fws.FormatCloseMessage(fws.CloseNormalClosure, ""), time.Now().Add(time.Second))
		_ = t.raw.Close()
	case 1: // in the middle of a frame
		part := append([]byte{0x81, 0x80 | 126}, binary.BigEndian.AppendUint16(nil, 5000)...)
		_, _ = t.raw.Write(append(part, `mask{"id":1,"type":"chat.send","chat":"`...))
		_ = t.raw.Close()
	case 2: // half open: nobody reads any more, nobody says so
		t.stale = append(t.stale, t.raw)
	default: // torn
		if tcp, ok := t.raw.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = t.raw.Close()
	}
	t.raw = nil
}

// act does something an operator does.
func (t *fireTab) act() {
	for id, a := range t.view.chats { // a random one
		switch n := t.dice.IntN(20); {
		case n < 9:
			t.sends++
			t.ask("chat.send", object{"chat": id, "client_id": fmt.Sprintf("%s-%d-%d", t.desk.login, t.n, t.sends), "text": fmt.Sprintf("answer %d.%d", t.n, t.sends)})
		case n < 14:
			t.ask("chat.read", object{"chat": id, "position": a.Chat.Last})
		case n < 16:
			t.ask("chat.draft", object{"chat": id, "text": fmt.Sprintf("draft %d", t.dice.IntN(100))})
		case n < 17:
			t.ask("chat.finish", object{"chat": id})
		case n < 19:
			to := t.desk.fire.desks[t.dice.IntN(len(t.desk.fire.desks))].login
			t.ask("chat.transfer", object{"chat": id, "to": object{"operator": to}})
		default:
			t.ask("chat.transfer", object{"chat": id, "to": object{"queue": "support"}})
		}
		return
	}
}

// ask writes a request; the answer comes among the pushes.
func (t *fireTab) ask(kind string, fields object) {
	t.id++
	fields = maps.Clone(fields)
	fields["id"], fields["type"] = t.id, kind
	client, _ := fields["client_id"].(string)
	t.asked[t.id] = fields
	if client != "" {
		t.desk.trying(client)
		t.repeat(fields, client)
	}
	_ = t.raw.SetWriteDeadline(time.Now().Add(patience))
	_ = t.conn.WriteJSON(fields)
}

// repeat keeps a send until it is answered.
func (t *fireTab) repeat(send object, client string) {
	for _, s := range t.again {
		if s["client_id"] == client {
			return
		}
	}
	t.again = append(t.again, send)
}

func (t *fireTab) answered(f frameSeen) {
	asked := t.asked[*f.ID]
	client, _ := asked["client_id"].(string)
	delete(t.asked, *f.ID)
	if f.Error != nil {
		switch f.Error.Code {
		case "not_owner", "completed", "taken", "gone", "not_offered", "self", "unknown_target", "limit", "forbidden":
		case "busy":
			return // a send stays to be repeated
		case "bad_request": // another tab's transfer of the same chat is under way
			if asked["type"] == "chat.transfer" {
				break
			}
			fallthrough
		default:
			t.desk.fire.wrong("%s was answered %s: %s", spelled(asked), f.Error.Code, f.Error.Message)
		}
	}
	if client == "" {
		return
	}
	for i, s := range t.again {
		if s["client_id"] == client {
			t.again = append(t.again[:i:i], t.again[i+1:]...)
			break
		}
	}
	if f.OK {
		var d struct {
			Message messageSeen `json:"message"`
		}
		_ = json.Unmarshal(f.Data, &d)
		t.desk.acknowledged(client, d.Message.ID)
	}
}

func (d *fireDesk) trying(client string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tried[client] = true
}

func (d *fireDesk) acknowledged(client, message string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if was, ok := d.acked[client]; ok && was != message {
		d.fire.wrong("%s became two messages: %s and %s", client, was, message)
	}
	d.acked[client] = message
}
