package bench

import (
	"bufio"
	"bytes"
	"context"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/gateway/channel"
	"parley/gateway/channel/messenger"
)

func TestQuantilesAreThoseOfASortedList(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(0, int64(time.Hour)), 1, 300).Draw(t, "values")
		q := rapid.Float64Range(0, 1).Draw(t, "q")
		var first, second, h histogram
		for i, v := range values {
			if i%2 == 0 {
				first.record(time.Duration(v))
			} else {
				second.record(time.Duration(v))
			}
		}
		h.add(&first)
		h.add(&second)
		slices.Sort(values)
		rank := max(int(q*float64(len(values))+0.5), 1)
		want := values[rank-1]
		got := int64(h.quantile(q))
		if got < want || got-want > want/subs+1 {
			t.Fatalf("quantile %v of %d values: %d, want %d or a little above", q, len(values), got, want)
		}
	})
}

func TestBucketsFollowEachOther(t *testing.T) {
	t.Parallel()
	for i := range buckets - 1 {
		if bucketOf(topOf(i)) != i || bucketOf(topOf(i)+1) != i+1 {
			t.Fatalf("bucket %d ends at %d", i, topOf(i))
		}
	}
	var h histogram
	if h.record(-time.Second); h.quantile(1) != 0 {
		t.Error("a clock that went back is no time at all")
	}
	if (&histogram{}).quantile(0.5) != 0 {
		t.Error("nothing has no quantile")
	}
}

func TestWebhooksAreWhatTheAdapterUnderstands(t *testing.T) {
	t.Parallel()
	w := newWebhook("127.0.0.1:1", hookPath)
	acc := channel.Account{ID: "bench-fb", Provider: "messenger", PageID: pageID, AppSecrets: []string{appSecret}}
	adapter := messenger.New(http.DefaultClient)
	now := time.Now()
	mids := map[string]bool{}
	for range 200 {
		customer, number := rand.IntN(100_000), rand.Uint32N(1_000_000)
		w.fill(customer, number, now)
		req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(w.request)))
		if err != nil {
			t.Fatal(err)
		}
		if !adapter.Verify(acc, req.Header.Get, w.body) {
			t.Fatal("the signature is wrong")
		}
		parsed := adapter.Parse(acc, w.body, now)
		if len(parsed.Events) != 1 {
			t.Fatalf("%d events", len(parsed.Events))
		}
		e := parsed.Events[0]
		if got, ok := customerOf(e.Customer); !ok || got != customer || e.Customer != psid(customer) {
			t.Errorf("customer %d came as %s", customer, e.Customer)
		}
		if got, ok := readText(e.Text); !ok || got.customer != customer || got.number != number || got.due.UnixMicro() != now.UnixMicro() {
			t.Errorf("text %q was read as %+v", e.Text, got)
		}
		mids[e.MessageID] = true
		if bare, err := readEvent(w.body); err != nil || bare.mid != e.MessageID || bare.sender != e.Customer || bare.text != e.Text {
			t.Errorf("the ceilings read %+v, %v", bare, err)
		}
	}
	if len(mids) < 195 {
		t.Errorf("only %d different ids", len(mids))
	}
	if _, ok := readText("#hello"); ok {
		t.Error("a text of somebody else was read as ours")
	}
}

func TestSampleIsAFullCommit(t *testing.T) {
	t.Parallel()
	s, err := newSample()
	if err != nil {
		t.Fatal(err)
	}
	w := newWriters(1)[0]
	c := s.change(w.entity, 7, s.mid(0, 7))
	if c.Expect != 6 || len(c.Keys) != 1 || len(c.Put) != 2 || len(c.Snapshot) < 100 || len(c.Put[0].Value) < 150 {
		t.Errorf("not what a message writes: %d bytes of state, %d of message, %d keys, %d items", len(c.Snapshot), len(s.message), len(c.Keys), len(c.Put))
	}
	if c.Put[0].Key != "0000000100000007" || !strings.HasSuffix(c.Keys[0].ID, "00000007") {
		t.Errorf("keys %q and %q", c.Put[0].Key, c.Keys[0].ID)
	}
}

func TestAnswersAreReadToTheirEnd(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		pieces []string
		status int
		fails  bool
	}{
		{"empty", []string{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}, 200, false},
		{"in pieces, any case", []string{"HTTP/1.1 503 Busy\r\nconTENT-length:", " 5\r\n\r", "\nab", "cde"}, 503, false},
		{"no content", []string{"HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n"}, 204, false},
		{"long", []string{"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", strings.Repeat("x", 9000)}, 200, false},
		{"no length", []string{"HTTP/1.1 200 OK\r\n\r\n"}, 0, true},
		{"another protocol", []string{"SSH-2.0-x\r\n\r\n"}, 0, true},
		{"cut short", []string{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"}, 0, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			ours, theirs := net.Pipe()
			c := &connection{net: ours}
			go func() {
				defer theirs.Close() //nolint:errcheck // a pipe
				buf := make([]byte, 16)
				_, _ = theirs.Read(buf)
				for _, p := range tc.pieces {
					_, _ = theirs.Write([]byte(p))
				}
			}()
			status, err := c.do(context.Background(), []byte("request"))
			if (err != nil) != tc.fails || status != tc.status {
				t.Errorf("%d, %v", status, err)
			}
			if tc.fails && c.net != nil {
				t.Error("the connection is kept")
			}
			c.close()
		})
	}
}

func TestLegsTakeTurns(t *testing.T) {
	t.Parallel()
	var order []string
	made := func(name string, done uint64) *leg {
		return &leg{name: name, slice: func(_ context.Context, d time.Duration) *meter {
			order = append(order, name)
			m := &meter{done: done, took: d}
			m.latency.record(time.Millisecond)
			return m
		}}
	}
	slow, fast := made("slow", 10), made("fast", 20)
	if err := alternate(t.Context(), 4*time.Second, slow, fast); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(order, " "); got != "slow fast fast slow" {
		t.Errorf("order %s", got)
	}
	var r Result
	r.compare(slow, fast)
	if *r.Ratio != 0.5 || *r.RatioLow != 0.5 || *r.RatioHigh != 0.5 || r.Seconds != 4 {
		t.Errorf("ratio %v (%v to %v) of %v s", *r.Ratio, *r.RatioLow, *r.RatioHigh, r.Seconds)
	}
	if err := alternate(t.Context(), time.Second, made("nothing", 0)); err == nil {
		t.Error("nothing done is no result")
	}
}

func TestTheFloorSeesWhatIsWrong(t *testing.T) {
	t.Parallel()
	f, now := newFloor(2), time.Now()
	say := func(operator, customer int, number uint32) { f.see(operator, written{customer, number, now}, now) }
	if err := f.assign(0, written{0, 1, now}); err != nil {
		t.Fatal(err)
	}
	if err := f.assign(1, written{0, 1, now}); err == nil {
		t.Error("one chat has two owners")
	}
	say(0, 0, 2)
	say(0, 0, 4)
	say(0, 0, 3) // late
	say(0, 0, 4) // again
	say(1, 0, 5) // at somebody else
	say(0, 1, 1) // before anybody had it
	say(0, 9, 1) // not ours
	if f.got != 3 || f.reordered != 1 || f.doubled != 4 {
		t.Errorf("got %d, reordered %d, doubled %d", f.got, f.reordered, f.doubled)
	}
	if lost := f.missing([][]bool{{false, true, true, true, true, true, false}, {false, true}}); lost != 2 {
		t.Errorf("lost %d, want 2: the fifth of the first customer, the first of the second", lost)
	}
	if err := f.await(time.Millisecond, "frames came", 4, func() int { return f.got }); err == nil || !strings.Contains(err.Error(), "3 of 4") {
		t.Errorf("await: %v", err)
	}
}
