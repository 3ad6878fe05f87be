package app_test

import (
	"fmt"
	"net"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/gateway/channel/simulator"
)

// TestSlowReadersCostTheOthersNothing measures, in one run, how long a message
// takes to a connection that reads, first among twenty of the same operator that
// read too, then beside twenty that do not (fault 27). What waits for those is bounded, they are closed, and
// they resume. PARLEY_FIRE=long runs it: a comparison of times is no test.
func TestSlowReadersCostTheOthersNothing(t *testing.T) {
	if os.Getenv("PARLEY_FIRE") != "long" {
		t.Skip("measures times: PARLEY_FIRE=long runs it")
	}
	const slow = 20
	s := newStage(t)
	anna := s.operator("anna")
	timed, filler := s.customer("demo-fb", 1), s.customer("demo-fb", 2)
	for _, c := range []*simulator.Customer{timed, filler} {
		sent(t)(c.Text(deadline(t), c.ID()+" begins"))
		anna.take(c.ID() + " begins")
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() { // large messages for every connection, all the time
		defer close(stopped)
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
			ref, err := filler.Text(deadline(t), fmt.Sprintf("%d %s", n, strings.Repeat("large ", 600)))
			if err != nil {
				t.Error(err)
				return
			}
			<-ref.Acked()
		}
	}()
	open := func() (all []*lean) {
		for range slow {
			l := &lean{token: anna.token, wrong: t.Errorf}
			if err := l.open(strings.TrimPrefix(s.app.URL(), "http://")); err != nil {
				t.Fatal(err)
			}
			all = append(all, l)
		}
		return all
	}
	reading := open()
	for _, l := range reading {
		go l.listen()
	}
	among := s.measure(anna, timed, "among")
	for _, l := range reading {
		_ = l.conn.Close()
	}
	until(t, "the readers gone", func() bool { return s.metric("parley_sockets") == 1 })
	stuck := open()
	for _, l := range stuck {
		_ = l.conn.(*net.TCPConn).SetReadBuffer(4096)
	}
	beside := s.measure(anna, timed, "beside")
	most := 0.0
	until(t, "the slow ones closed", func() bool {
		most = max(most, s.metric("parley_sockets_queued_bytes"))
		return s.metric("parley_sockets") == 1
	})
	close(stop)
	<-stopped
	t.Logf("to a connection that reads: p50 %s p99 %s among %d like it, p50 %s p99 %s beside as many that do not (p99 x %.2f); at most %.0f KB waited for those",
		at(among, .5), at(among, .99), slow, at(beside, .5), at(beside, .99), float64(at(beside, .99))/float64(at(among, .99)), most/1024)
	if most > slow*(1<<20+64<<10) {
		t.Errorf("%.0f bytes waited for %d connections", most, slow)
	}
	for _, l := range stuck {
		_ = l.conn.Close()
	}
}

// measure times messages from the customer's act to the operator's frame.
func (s *stage) measure(c *client, from *simulator.Customer, label string) []time.Duration {
	took := make([]time.Duration, 300)
	for i := range took {
		words := fmt.Sprintf("%s %d", label, i)
		began := time.Now()
		sent(s.t)(from.Text(deadline(s.t), words))
		c.push("chat.message", saying(words))
		took[i] = time.Since(began)
		c.held = nil
	}
	slices.Sort(took)
	return took
}

// metric reads one number of /metrics.
func (s *stage) metric(name string) float64 {
	m := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name) + ` (\S+)$`).FindSubmatch(s.do("GET", "/metrics", nil).raw)
	if m == nil {
		s.t.Fatalf("/metrics lacks %s", name)
	}
	v, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}
