package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// desk is an operator at work: a careful client of the contract that takes every
// chat but those that ask to be left, answers about every second line, keeps a
// draft, finishes a chat now and then, and comes back after every break.
type desk struct {
	t     testing.TB
	v     *server
	login string
	token string
	limit int // chats it takes; one slot stays free, so that offers are shown

	mu      sync.Mutex // guards what follows; the loop holds it while it looks
	page    page
	busy    bool // no new answers, drafts or finishing while false
	answers map[string]*answer
	handled map[string]bool // incoming messages that were looked at
	draft   draft
	count   int

	conn  *websocket.Conn
	asked map[int]func(object)
	last  int
}

// answer is one chat.send from its first word to its end.
type answer struct {
	chat, text string
	asked      bool
	message    string // id, once acknowledged
	refused    string // code of a refusal
}

// draft is what was written into one chat: the newest acknowledged one, and those
// sent after it, each of which may be kept too.
type draft struct {
	chat, acked string
	sent        []string
}

func newDesk(t testing.TB, v *server, login string, limit int) *desk {
	return &desk{
		t: t, v: v, login: login, token: v.signIn(login), limit: limit, page: newPage(), busy: true,
		answers: map[string]*answer{}, handled: map[string]bool{},
	}
}

// work goes from connection to connection until ctx ends.
func (d *desk) work(ctx context.Context) {
	for ctx.Err() == nil {
		d.shift(ctx)
		pause(ctx, 30*time.Millisecond)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// shift is one connection.
func (d *desk) shift(ctx context.Context) {
	d.mu.Lock()
	epoch, seq := d.page.epoch, d.page.seq
	d.mu.Unlock()
	conn, err := d.v.dial(ctx, d.token, epoch, seq)
	if err != nil {
		return
	}
	defer conn.CloseNow() //nolint:errcheck // the end of the connection is all that is wanted
	frames := make(chan object)
	reading, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		defer close(frames)
		for {
			_, raw, err := conn.Read(reading)
			var f object
			if err != nil || json.Unmarshal(raw, &f) != nil {
				return
			}
			select {
			case frames <- f:
			case <-reading.Done():
				return
			}
		}
	}()
	d.mu.Lock()
	d.conn, d.asked = conn, map[int]func(object){}
	for _, a := range d.answers {
		a.asked = false
	}
	d.page.settling = map[string]bool{}
	d.mu.Unlock()
	look := time.NewTicker(25 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case f, ok := <-frames:
			if !ok {
				return
			}
			d.read(f)
		case <-look.C:
			if !d.look(ctx) {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func (d *desk) read(f object) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, reply := f["id"]; reply {
		if do := d.asked[number(f, "id")]; do != nil {
			do(f)
		}
		return
	}
	if why := d.page.take(f); why != "" {
		d.t.Errorf("%s: %s", d.login, why)
	}
}

// ask sends a request; do is called with the reply, unless the connection ends first.
func (d *desk) ask(ctx context.Context, kind string, fields object, do func(object)) bool {
	d.last++
	d.asked[d.last] = do
	frame := object{"id": d.last, "type": kind}
	for k, v := range fields {
		frame[k] = v
	}
	raw, _ := json.Marshal(frame)
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return d.conn.Write(ctx, websocket.MessageText, raw) == nil
}

// look does one thing that is due; false when the connection is broken.
func (d *desk) look(ctx context.Context) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.page.epoch == "" || d.page.settling["look"] {
		return true
	}
	if text(d.page.operator, "effective") != "active" {
		return d.once(ctx, "look", "status.set", object{"status": "active"}, nil)
	}
	for id, row := range d.page.offers {
		if !strings.HasPrefix(text(row, "preview"), leaveMe) && len(d.page.chats) < d.limit && !d.page.settling[id] {
			return d.once(ctx, id, "chat.accept", object{"chat": id}, nil)
		}
	}
	for key, a := range d.answers {
		if !a.asked && a.message == "" && a.refused == "" {
			return d.send(ctx, key, a)
		}
	}
	if !d.busy {
		return true
	}
	return d.toil(ctx)
}

// once asks and does not ask again for the same thing before the reply.
func (d *desk) once(ctx context.Context, about, kind string, fields object, do func(object)) bool {
	settling := d.page.settling
	settling[about] = true
	return d.ask(ctx, kind, fields, func(f object) {
		delete(settling, about)
		if do != nil {
			do(f)
		}
	})
}

func (d *desk) send(ctx context.Context, key string, a *answer) bool {
	a.asked = true
	return d.ask(ctx, "chat.send", object{"chat": a.chat, "client_id": key, "text": a.text}, func(f object) {
		switch {
		case f["ok"] == true:
			a.message = text(f, "data", "message", "id")
		case text(f, "error", "code") == "busy":
			a.asked = false
		default:
			a.refused = text(f, "error", "code")
		}
	})
}

// toil looks at one new line of a customer: answers it, or writes a draft, or finishes the chat.
func (d *desk) toil(ctx context.Context) bool {
	for id, s := range d.page.chats {
		for _, m := range s.messages {
			if text(m, "direction") != "in" || text(m, "chat") != id || d.handled[text(m, "id")] {
				continue
			}
			d.handled[text(m, "id")] = true
			d.count++
			n := dice(text(m, "id")) % 10
			if d.draft.chat == id {
				n = 5 // an answer would take the draft away
			}
			switch n {
			case 0, 1, 2, 3, 4:
				key := fmt.Sprintf("%s-%d", d.login, d.count)
				a := &answer{chat: id, text: "answer#" + key + "."}
				d.answers[key] = a
				return d.send(ctx, key, a)
			case 5, 6:
				return d.jot(ctx, id)
			case 7:
				if number(m, "position") > 8 && d.mayFinish(id) {
					return d.once(ctx, id, "chat.finish", object{"chat": id}, nil)
				}
			}
			return true
		}
	}
	return true
}

func (d *desk) jot(ctx context.Context, id string) bool {
	if d.draft.chat != id && (d.page.chats[d.draft.chat] != nil || d.speaking(id)) {
		return true
	}
	words := fmt.Sprintf("draft %d", d.count)
	if d.draft.chat != id {
		d.draft = draft{chat: id}
	}
	d.draft.sent = append(d.draft.sent, words)
	return d.ask(ctx, "chat.draft", object{"chat": id, "text": words}, func(f object) {
		if f["ok"] == true && d.draft.chat == id {
			d.draft.acked = words
			d.draft.sent = d.draft.sent[slices.Index(d.draft.sent, words)+1:]
		}
	})
}

// speaking says that an answer of ours in a chat is not acknowledged.
func (d *desk) speaking(id string) bool {
	for _, a := range d.answers {
		if a.chat == id && a.message == "" && a.refused == "" {
			return true
		}
	}
	return false
}

// mayFinish says that nothing of ours is on its way in a chat, and no draft is kept there.
func (d *desk) mayFinish(id string) bool {
	if d.speaking(id) {
		return false
	}
	for _, m := range d.page.chats[id].messages {
		if text(m, "state") == "queued" {
			return false
		}
	}
	return d.draft.chat != id && !d.page.settling[id]
}

func dice(s string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s))
	return h.Sum32() >> 3
}
