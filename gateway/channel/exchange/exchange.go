package exchange

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"parley/gateway/channel"
)

// maxAnswer bounds what is read of an answer; API answers are small.
const maxAnswer = 1 << 20

// Answer is what the provider said.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte // at most 1 MiB
}

// Do sends the request and reads the answer, whatever its status: what the status means is the caller's to say.
//
// repeatable says that doing it twice does no harm (reading, uploading, marking read): then every failure is transient.
// Otherwise a failure is transient only while the request cannot have reached the provider whole, and unknown from then on.
// No URL, and so no token, is in the error.
func Do(client *http.Client, req *http.Request, repeatable bool) (Answer, *channel.SendError) {
	t := &tracker{}
	req = t.watch(req)
	res, err := client.Do(req)
	if err != nil {
		return Answer{}, failure(err, repeatable || !t.left())
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil && res.StatusCode < 300 {
		return Answer{}, failure(err, repeatable)
	}
	return Answer{Status: res.StatusCode, Header: res.Header, Body: body}, nil
}

// failure makes the error of an exchange without an answer.
func failure(err error, harmless bool) *channel.SendError {
	class := channel.ClassUnknown
	if harmless {
		class = channel.ClassTransient
	}
	text := "the provider could not be reached"
	if class == channel.ClassUnknown {
		text = "the provider did not answer; the message may have been sent"
	}
	return &channel.SendError{Class: class, Text: text, Err: withoutURL(err)}
}

// withoutURL takes the address out of an error: Telegram's holds the token.
func withoutURL(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		return ue.Err
	}
	return err
}

// tracker learns whether a request may have left whole. Two facts decide. If the transport never took the last byte of
// the body, the provider cannot have it, whenever we look. If it did, only an error of the write itself proves that the
// bytes did not go out; a context that ended first proves nothing.
type tracker struct {
	taken  atomic.Bool // the last byte of the body was read by the transport
	failed atomic.Bool // the write reported an error
	conn   atomic.Bool // there was a connection to write to
}

// left reports whether the provider may have the whole request.
func (t *tracker) left() bool { return t.conn.Load() && t.taken.Load() && !t.failed.Load() }

func (t *tracker) watch(req *http.Request) *http.Request {
	ctx := httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) {
			t.conn.Store(true)
			t.failed.Store(false) // a new attempt by the transport itself
		},
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err != nil && !errors.Is(info.Err, context.Canceled) && !errors.Is(info.Err, context.DeadlineExceeded) {
				t.failed.Store(true)
			}
		},
	})
	req = req.WithContext(ctx)
	if req.Body == nil || req.Body == http.NoBody {
		t.taken.Store(true)
		return req
	}
	left := req.ContentLength
	if left <= 0 {
		left = -1
	}
	req.Body = &watchedBody{ReadCloser: req.Body, tracker: t, left: left}
	if again := req.GetBody; again != nil {
		req.GetBody = func() (io.ReadCloser, error) {
			rc, err := again()
			if err != nil {
				return nil, err
			}
			return &watchedBody{ReadCloser: rc, tracker: t, left: left}, nil
		}
	}
	return req
}

// watchedBody notes when the last byte is taken. left is -1 for a body of unknown length, which ends with its EOF.
type watchedBody struct {
	io.ReadCloser
	tracker *tracker
	mu      sync.Mutex
	left    int64
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, err := b.ReadCloser.Read(p)
	if b.left > 0 {
		b.left -= int64(n)
		if b.left <= 0 {
			b.tracker.taken.Store(true)
		}
	}
	if err == io.EOF {
		b.tracker.taken.Store(true)
	}
	return n, err
}

// RetryAfter reads the header of that name: seconds or a date; 0 = none. Wishes beyond an hour are cut to one.
func (a Answer) RetryAfter(now time.Time) time.Duration {
	h := a.Header.Get("Retry-After")
	if h == "" {
		return 0
	}
	wait := time.Duration(0)
	if n, err := strconv.Atoi(h); err == nil {
		wait = time.Duration(min(max(n, 0), 3600)) * time.Second
	} else if at, err := http.ParseTime(h); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), time.Hour)
}
