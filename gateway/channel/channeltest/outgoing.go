package channeltest

import (
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/gateway/channel"
	"parley/gateway/channel/exchange"
)

// Answer is what the fake provider says to one request.
type Answer struct {
	Status int // 200 when 0
	Body   string
	Header map[string]string
}

// Outgoing is a call to an adapter, the exact requests it must make and what must come of the answers.
type Outgoing struct {
	Name     string
	Account  channel.Account // APIURL is set by the runner
	Out      channel.Outbound
	Call     func(a channel.Adapter, acc channel.Account, t *testing.T) error // instead of Send, for the powers
	Answers  []Answer
	Requests []string // as Render has them; nil = not compared
	Sent     channel.Sent
	Class    channel.Class // empty = it must succeed
	Retry    bool          // SendError.Retry
	Stop     bool          // SendError.StopsChannel
	After    time.Duration // SendError.RetryAfter
}

// RunOutgoing makes every call against a fake provider.
func RunOutgoing(t *testing.T, adapter func(*http.Client) channel.Adapter, cases []Outgoing) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			fake := &provider{answers: c.Answers}
			srv := httptest.NewServer(fake)
			t.Cleanup(srv.Close)
			client := exchange.NewClient(10 * time.Second)
			t.Cleanup(client.CloseIdleConnections)
			acc := c.Account
			acc.ID, acc.APIURL = "ch", srv.URL
			a := adapter(client)
			var sent channel.Sent
			var err error
			if c.Call != nil {
				err = c.Call(a, acc, t)
			} else {
				sent, err = a.Send(t.Context(), acc, c.Out)
			}
			c.judge(t, sent, err)
			if c.Requests != nil {
				same(t, "requests", fake.seen(), c.Requests)
			}
		})
	}
}

func (c Outgoing) judge(t *testing.T, sent channel.Sent, err error) {
	t.Helper()
	if c.Class == "" {
		if err != nil {
			t.Fatalf("failed: %v", err)
		}
		if fmt.Sprint(sent) != fmt.Sprint(c.Sent) {
			t.Errorf("sent %+v, want %+v", sent, c.Sent)
		}
		return
	}
	if err == nil {
		t.Fatalf("succeeded with %+v, want class %s", sent, c.Class)
	}
	se, ok := err.(*channel.SendError)
	if !ok {
		t.Fatalf("the error is a %T", err)
	}
	if se.Class != c.Class || se.Retry() != c.Retry || se.StopsChannel() != c.Stop || se.RetryAfter != c.After {
		t.Errorf("got %v (retry %v, stop %v, after %v), want %s (retry %v, stop %v, after %v)",
			se, se.Retry(), se.StopsChannel(), se.RetryAfter, c.Class, c.Retry, c.Stop, c.After)
	}
	if se.Text == "" {
		t.Error("nothing a person could read")
	}
	for _, secret := range []string{c.Account.AccessToken, c.Account.Token} {
		if secret != "" && strings.Contains(se.Error(), secret) {
			t.Errorf("a token is in the error: %v", se)
		}
	}
}

// provider answers in order, repeating the last answer, and remembers the requests.
type provider struct {
	mu       sync.Mutex
	answers  []Answer
	requests []string
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text := Render(r)
	p.mu.Lock()
	p.requests = append(p.requests, text)
	ans := Answer{Body: "{}"}
	if len(p.answers) > 0 {
		ans = p.answers[0]
	}
	if len(p.answers) > 1 {
		p.answers = p.answers[1:]
	}
	p.mu.Unlock()
	for k, v := range ans.Header {
		w.Header().Set(k, v)
	}
	if ans.Status != 0 {
		w.WriteHeader(ans.Status)
	}
	io.WriteString(w, strings.ReplaceAll(ans.Body, "{{base}}", "http://"+r.Host))
}

func (p *provider) seen() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests
}

// Render writes a request in one line: method, address, bearer, and the body; a form as its fields in order.
func Render(r *http.Request) string {
	text := r.Method + " " + r.URL.RequestURI()
	if b := r.Header.Get("Authorization"); b != "" {
		text += " (" + b + ")"
	}
	typ, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if typ != "multipart/form-data" {
		body, _ := io.ReadAll(r.Body)
		return strings.TrimSpace(text + " " + string(body))
	}
	form := multipart.NewReader(r.Body, params["boundary"])
	for {
		part, err := form.NextPart()
		if err != nil {
			return text
		}
		body, _ := io.ReadAll(part)
		if part.FileName() != "" {
			text += fmt.Sprintf(" %s=@%s(%s)%q", part.FormName(), part.FileName(), part.Header.Get("Content-Type"), body)
			continue
		}
		text += fmt.Sprintf(" %s=%s", part.FormName(), body)
	}
}

// File makes a file to send.
func File(kind channel.AttachmentKind, name, mime, content string) channel.OutFile {
	return channel.OutFile{ID: "f1", Kind: kind, Name: name, Mime: mime, Size: int64(len(content)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }}
}
