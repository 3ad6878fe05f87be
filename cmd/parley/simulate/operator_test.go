package simulate

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// fake is a small server of the operator protocol with one chat on offer. Its feed is a list; resume follows from it.
type fake struct {
	t *testing.T

	mu       sync.Mutex
	feed     []string // pushes, the first has number 1
	waiting  bool     // the chat is on offer
	active   bool
	owned    bool
	texts    []string // by position - 1
	clients  []string // client_ids of the answers, in order of arrival, repeats included
	resumes  int
	dropAt   int // the connection breaks instead of the reply to this chat.send (1 = the first)
	finished chan struct{}
	out      chan struct{}
	changed  chan struct{}
	ended    bool
}

func newFake(t *testing.T) (*fake, string) {
	f := &fake{t: t, waiting: true, texts: []string{"Hi ~run [acme-fb/1/1]"}, finished: make(chan struct{}), out: make(chan struct{}), changed: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/session", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"token":"T","operator":{"id":"anna","name":"Anna","roles":["operator"],"status":"inactive"}}`))
	})
	mux.HandleFunc("DELETE /api/v1/session", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
		close(f.out)
	})
	mux.HandleFunc("GET /api/v1/ws", f.serve)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return f, srv.URL
}

// serve is one connection.
func (f *fake) serve(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer T" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = ws.CloseNow() }()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	at := f.hello(ctx, ws, r)
	frames := make(chan []byte)
	go func() {
		defer cancel()
		for {
			_, raw, err := ws.Read(ctx)
			if err != nil {
				return
			}
			select {
			case frames <- raw:
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		f.mu.Lock()
		more, changed := slices.Clone(f.feed[at:]), f.changed
		f.mu.Unlock()
		for _, push := range more {
			at++
			_ = ws.Write(ctx, websocket.MessageText, []byte(fmt.Sprintf(`{"seq":%d,%s}`, at, push)))
		}
		select {
		case raw := <-frames:
			reply, live := f.answer(raw)
			if !live {
				return
			}
			_ = ws.Write(ctx, websocket.MessageText, []byte(reply))
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// hello greets and gives the number of the last push the client has.
func (f *fake) hello(ctx context.Context, ws *websocket.Conn, r *http.Request) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := len(f.feed)
	frame := fmt.Sprintf(`{"type":"hello","epoch":"e","seq":%d,"resumed":false,"snapshot":%s}`, at, f.snapshot())
	if r.URL.Query().Get("epoch") == "e" {
		f.resumes++
		_, _ = fmt.Sscan(r.URL.Query().Get("seq"), &at)
		frame = fmt.Sprintf(`{"type":"hello","epoch":"e","seq":%d,"resumed":true}`, at)
	}
	_ = ws.Write(ctx, websocket.MessageText, []byte(frame))
	return at
}

func (f *fake) snapshot() string {
	status := map[bool]string{true: "active", false: "inactive"}[f.active]
	chats := ""
	if f.owned {
		chats = fmt.Sprintf(`{"chat":{"id":"c.1","conversation":"c"},"messages":[%s]}`, strings.Join(f.messages(), ","))
	}
	return fmt.Sprintf(`{"operator":{"id":"anna","preferred":"%s","effective":"%s","load":0,"limit":5},"offers":[],"waiting":{},"chats":[%s]}`, status, status, chats)
}

func (f *fake) messages() []string {
	out := make([]string, len(f.texts))
	for i := range f.texts {
		out[i] = f.message(i + 1)
	}
	return out
}

func (f *fake) message(position int) string {
	text, direction, state := f.texts[position-1], "in", "null"
	if strings.HasPrefix(text, "Answer") {
		direction, state = "out", `"sent"`
	}
	return fmt.Sprintf(`{"id":"c.1.%d","position":%d,"chat":"c.1","direction":%q,"text":%q,"attachments":[],"state":%s}`, position, position, direction, text, state)
}

func (f *fake) push(form string, args ...any) {
	f.feed = append(f.feed, fmt.Sprintf(form, args...))
	close(f.changed)
	f.changed = make(chan struct{})
}

// answer carries a request out; live is false when the connection breaks instead of the reply.
func (f *fake) answer(raw []byte) (reply string, live bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var in struct {
		ID       int    `json:"id"`
		Type     string `json:"type"`
		Status   string `json:"status"`
		ClientID string `json:"client_id"`
		Text     string `json:"text"`
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		f.t.Errorf("%s: %v", raw, err)
	}
	data := "{}"
	switch in.Type {
	case "status.set":
		f.active = in.Status == "active"
		f.push(`"type":"operator.status","data":{"preferred":%q,"effective":%q,"reason":"chosen","load":0,"limit":5}`, in.Status, in.Status)
		if f.active && f.waiting {
			f.waiting = false
			f.push(`"type":"chat.offered","data":{"chat":{"id":"c.1","conversation":"c","queue":{"id":"q"},"preview":"Hi ~run [acme-fb/1/1]"}}`)
			f.push(`"type":"chat.offered","data":{"chat":{"id":"x.1","conversation":"x","queue":{"id":"q"},"preview":"somebody else"}}`)
		}
	case "chat.accept":
		if !strings.Contains(string(raw), `"c.1"`) {
			f.t.Errorf("accepted a chat that is not the run's: %s", raw)
		}
		f.owned = true
		data = fmt.Sprintf(`{"chat":{"id":"c.1","conversation":"c"},"messages":[%s]}`, f.message(1))
		f.push(`"type":"chat.assigned","data":{"chat":{"id":"c.1","conversation":"c"},"messages":[%s],"why":"accepted"}`, f.message(1))
	case "chat.send":
		return f.send(in.ID, in.ClientID, in.Text)
	case "chat.finish":
		f.owned = false
		f.push(`"type":"chat.completed","data":{"chat":"c.1","reason":"operator","child":null}`)
		if !f.ended {
			f.ended = true
			close(f.finished)
		}
	}
	return fmt.Sprintf(`{"id":%d,"ok":true,"data":%s}`, in.ID, data), true
}

func (f *fake) send(id int, client, text string) (string, bool) {
	known := slices.Contains(f.clients, client)
	f.clients = append(f.clients, client)
	if !known {
		f.texts = append(f.texts, text)
		f.push(`"type":"chat.message","data":{"chat":"c.1","message":%s}`, f.message(len(f.texts)))
	}
	if len(f.clients) == f.dropAt {
		return "", false
	}
	return fmt.Sprintf(`{"id":%d,"ok":true,"data":{"message":%s}}`, id, f.message(len(f.texts))), true
}

// An operator signs in, turns Active, accepts what is the run's and nothing else, answers, finishes, puts the status
// back and signs out; after a lost reply he asks again with the same client_id.
func TestAnOperatorsDay(t *testing.T) {
	t.Parallel()
	for name, dropAt := range map[string]int{"quiet": 0, "the reply to an answer is lost": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, url := newFake(t)
			f.dropAt = dropAt
			rec := newRecord("run", time.Now())
			rec.expect(mark(1))
			rec.settle() // finish as soon as everything is answered
			d := newDoor(url)
			defer d.close()
			o := newOperator(0, SignIn{"anna", "secret"}, d, rec, 3, time.Hour, slog.New(slog.DiscardHandler))
			if err := o.signIn(t.Context()); err != nil {
				t.Fatal(err)
			}
			working, stop := context.WithCancel(t.Context())
			var shift sync.WaitGroup
			shift.Go(func() { o.work(working) })
			await(t, "the chat's end", f.finished)
			stop()
			shift.Wait()
			await(t, "the sign-out", f.out)
			f.mu.Lock()
			defer f.mu.Unlock()
			if slices.Sort(f.clients); len(slices.Compact(f.clients)) != 1 || len(f.texts) != 2 {
				t.Errorf("answers %q, messages %q", f.clients, f.texts)
			}
			if f.active {
				t.Error("the status was not put back")
			}
			if len(rec.feed) > 0 || len(rec.unseen) > 0 || rec.op.Accepted != 1 {
				t.Errorf("complaints %+v, unseen %v, work %+v", rec.feed, rec.unseen, rec.op)
			}
			for _, a := range rec.answers {
				if a.Acked.IsZero() || a.To != mark(1) || a.Message != "c.1.2" {
					t.Errorf("%+v", *a)
				}
			}
		})
	}
}

func await(t *testing.T, what string, ch <-chan struct{}) {
	t.Helper()
	select {
	case <-ch:
	case <-time.After(patience):
		t.Fatalf("no %s", what)
	}
}
