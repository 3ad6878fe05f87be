package exchange_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/gateway/channel"
	"parley/gateway/channel/exchange"
)

// client is made per test, so that no idle connection is shared.
func client(t *testing.T) *http.Client {
	t.Helper()
	c := exchange.NewClient(5 * time.Second)
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// listen runs serve for every connection until the test ends.
func listen(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serve(c)
		}
	}()
	return "http://" + l.Addr().String()
}

func post(t *testing.T, ctx context.Context, url string, size int, repeatable bool) (exchange.Answer, *channel.SendError) {
	t.Helper()
	req, serr := exchange.JSON(ctx, url+"/bot123:secret/send", bytes.Repeat([]byte("x"), size))
	if serr != nil {
		t.Fatal(serr)
	}
	return exchange.Do(client(t), req, repeatable)
}

func wantClass(t *testing.T, e *channel.SendError, want channel.Class) {
	t.Helper()
	if e == nil || e.Class != want {
		t.Fatalf("got %v, want class %s", e, want)
	}
	if strings.Contains(e.Error(), "secret") {
		t.Errorf("the token is in the error: %v", e)
	}
}

func TestServerThatAcceptsAndNeverAnswers(t *testing.T) {
	t.Parallel()
	got := make(chan struct{}, 4)
	url := listen(t, func(c net.Conn) {
		defer c.Close()
		if req, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
			io.Copy(io.Discard, req.Body)
		}
		got <- struct{}{}
		io.Copy(io.Discard, c)
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-got; cancel() }()
	_, e := post(t, ctx, url, 100, false)
	wantClass(t, e, channel.ClassUnknown)

	ctx, cancel = context.WithCancel(t.Context())
	go func() { <-got; cancel() }()
	_, e = post(t, ctx, url, 100, true)
	wantClass(t, e, channel.ClassTransient)
}

func TestConnectionCutAfterTheBodyLeft(t *testing.T) {
	t.Parallel()
	url := listen(t, func(c net.Conn) {
		defer c.Close()
		if req, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
			io.Copy(io.Discard, req.Body)
		}
	})
	_, e := post(t, t.Context(), url, 100, false)
	wantClass(t, e, channel.ClassUnknown)
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + l.Addr().String()
	l.Close()
	_, e := post(t, t.Context(), url, 100, false)
	wantClass(t, e, channel.ClassTransient)
}

func TestConnectionCutInTheMiddleOfTheBody(t *testing.T) {
	t.Parallel()
	url := listen(t, func(c net.Conn) {
		io.ReadFull(c, make([]byte, 1000))
		c.(*net.TCPConn).SetLinger(0)
		c.Close()
	})
	_, e := post(t, t.Context(), url, 64<<20, false)
	wantClass(t, e, channel.ClassTransient)
}

func TestContextEndsWhileTheBodyIsOnItsWay(t *testing.T) {
	t.Parallel()
	reading := make(chan struct{})
	url := listen(t, func(c net.Conn) {
		defer c.Close()
		io.ReadFull(c, make([]byte, 1000))
		close(reading)
		<-t.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-reading; cancel() }()
	_, e := post(t, ctx, url, 64<<20, false)
	wantClass(t, e, channel.ClassTransient)
}

func TestContextEndedBefore(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, e := post(t, ctx, "http://127.0.0.1:1", 10, false)
	wantClass(t, e, channel.ClassTransient)
}

func TestAnswerCutInTheMiddle(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]channel.Class{"200 OK": channel.ClassUnknown, "503 Busy": ""} {
		url := listen(t, func(c net.Conn) {
			defer c.Close()
			if req, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
				io.Copy(io.Discard, req.Body)
			}
			io.WriteString(c, "HTTP/1.1 "+status+"\r\nContent-Length: 100\r\n\r\n{\"mess")
		})
		a, e := post(t, t.Context(), url, 10, false)
		if want == "" {
			if e != nil || a.Status != 503 {
				t.Errorf("%s: %v %v", status, a.Status, e)
			}
			continue
		}
		wantClass(t, e, want)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the request followed a redirect") }))
	t.Cleanup(other.Close)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	}))
	t.Cleanup(srv.Close)
	a, e := post(t, t.Context(), srv.URL, 10, false)
	if e != nil || a.Status != http.StatusTemporaryRedirect {
		t.Fatalf("%d %v", a.Status, e)
	}
	if got := exchange.ByStatus(a, false, time.Now()); got.Class != channel.ClassRequest {
		t.Errorf("class %s", got.Class)
	}
}

func TestFormIsStreamedAndExact(t *testing.T) {
	t.Parallel()
	type upload struct{ field, name, mime, body string }
	got := make(chan upload, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength <= 0 {
			t.Error("no length announced")
		}
		f, h, err := r.FormFile("document")
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		b, _ := io.ReadAll(f)
		got <- upload{r.FormValue("chat_id"), h.Filename, h.Header.Get("Content-Type"), string(b)}
	}))
	t.Cleanup(srv.Close)
	file := channel.OutFile{Kind: channel.File, Name: "../até \"x\".pdf", Mime: "application/pdf", Size: 5,
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("hello")), nil }}
	req, serr := exchange.Multipart(t.Context(), srv.URL, []exchange.Field{{Name: "chat_id", Value: "42"}}, "document", file)
	if serr != nil {
		t.Fatal(serr)
	}
	if _, e := exchange.Do(client(t), req, false); e != nil {
		t.Fatal(e)
	}
	if u := <-got; u != (upload{"42", "até \"x\".pdf", "application/pdf", "hello"}) {
		t.Errorf("got %+v", u)
	}

	file.Size = 6 // shorter than announced: nothing whole may leave
	req, _ = exchange.Multipart(t.Context(), srv.URL, nil, "document", file)
	_, e := exchange.Do(client(t), req, false)
	wantClass(t, e, channel.ClassTransient)
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	for h, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-3": 0, "x": 0, "999999": time.Hour, "Sat, 01 Aug 2026 12:00:30 GMT": 30 * time.Second,
	} {
		a := exchange.Answer{Header: http.Header{"Retry-After": {h}}}
		if got := a.RetryAfter(now); got != want {
			t.Errorf("%q: %v, want %v", h, got, want)
		}
	}
}
