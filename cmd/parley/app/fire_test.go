package app_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"parley/config"
	"parley/gateway/channel/simulator"
)

// fire is a company at work whose operators' connections break again and again.
type fire struct {
	t      *testing.T
	s      *stage
	url    atomic.Pointer[string]
	every  time.Duration // mean life of a connection
	desks  []*fireDesk
	said   map[*simulator.Customer]*[]string // what each customer wrote, in order
	errors atomic.Int64

	cuts, pushes, resumed, snapshots, events atomic.Int64
	mu                                       sync.Mutex
	codes                                    map[int]int // close codes seen
}

// What the run is like; PARLEY_FIRE=long makes it the whole of the issue.
type fireSize struct {
	cuts, tabs, customers, restarts int
	rate                            rate.Limit
	every                           time.Duration
}

func fireSizeOf() fireSize {
	if os.Getenv("PARLEY_FIRE") == "long" {
		return fireSize{cuts: 1000, tabs: 5, customers: 24, restarts: 4, rate: 500, every: 1200 * time.Millisecond}
	}
	return fireSize{cuts: 100, tabs: 4, customers: 12, restarts: 1, rate: 500, every: 700 * time.Millisecond}
}

// TestFeedUnderFire: operators' connections break at random while customers write,
// operators answer, transfer and finish, and the server restarts. On every connection
// numbers rise by one and say the same; in the end every workspace shows what the
// server has, and every message is there once and in order (S102, I4, I5).
func TestFeedUnderFire(t *testing.T) {
	t.Parallel()
	size := fireSizeOf()
	f := newFire(t, size)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var work sync.WaitGroup
	for _, d := range f.desks {
		for _, tab := range d.tabs {
			work.Go(func() { tab.run(ctx) })
		}
	}
	limit := rate.NewLimiter(size.rate, 50)
	for c, said := range f.said {
		work.Go(func() { f.write(ctx, limit, c, said) })
	}
	began := time.Now()
	for n := range size.restarts + 1 {
		f.until("connections cut", func() bool { return f.cuts.Load() >= int64(size.cuts*(n+1)/(size.restarts+1)) })
		if n < size.restarts {
			f.restart()
		}
	}
	took := time.Since(began)
	stop()
	work.Wait()
	t.Logf("%d events in %.1f s, %d connections cut, %d resumed, %d snapshots, %d pushes read, close codes %v",
		f.events.Load(), took.Seconds(), f.cuts.Load(), f.resumed.Load(), f.snapshots.Load(), f.pushes.Load(), f.codes)
	f.sweep()
	f.settle()
	f.agree()
	f.account()
}

func newFire(t *testing.T, size fireSize) *fire {
	s := newStage(t, func(c *config.Config) { c.Settings.SimultaneousChats = 0 })
	f := &fire{t: t, s: s, every: size.every, said: map[*simulator.Customer]*[]string{}, codes: map[int]int{}}
	f.at()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	for i, login := range []string{"anna", "boris", "sim-01", "sim-02"} {
		d := &fireDesk{fire: f, login: login, token: s.signIn(login), acked: map[string]string{}, tried: map[string]bool{},
			log: &ledger{said: map[string]string{}, wrong: f.wrong}}
		c := s.connect(d.token)
		c.ask("status.set", object{"status": "active"})
		c.drop()
		for n := range size.tabs {
			d.tabs = append(d.tabs, &fireTab{desk: d, n: n, dice: rand.New(rand.NewPCG(seed, uint64(100*i+n))), view: fold{wrong: f.wrong}})
		}
		f.desks = append(f.desks, d)
	}
	for n := range size.customers {
		f.said[s.customer("demo-fb", n+1)] = &[]string{}
	}
	return f
}

func (f *fire) at() { url := f.s.app.URL(); f.url.Store(&url) }

func (f *fire) restart() {
	f.s.restart()
	f.at()
}

// wrong notes what no client may ever see.
func (f *fire) wrong(format string, args ...any) {
	if n := f.errors.Add(1); n < 20 {
		f.t.Errorf(format, args...)
	}
}

func (f *fire) code(code int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.codes[code]++
}

// until waits as long as a busy machine may need.
func (f *fire) until(what string, holds func() bool) {
	f.t.Helper()
	untilWithin(f.t, 3*time.Minute, what, holds)
}

// write lets a customer write line after line; the provider repeats what is not acknowledged.
func (f *fire) write(ctx context.Context, limit *rate.Limiter, c *simulator.Customer, said *[]string) {
	for limit.Wait(ctx) == nil {
		line := fmt.Sprintf("%s line %d", c.ID(), len(*said))
		ref, err := c.Text(context.Background(), line)
		if err != nil {
			f.wrong("a customer cannot write: %v", err)
			return
		}
		*said = append(*said, line)
		select {
		case <-ref.Acked():
			f.events.Add(1)
		case <-time.After(time.Minute):
			f.wrong("a webhook was not acknowledged: %+v", ref.Report())
			return
		}
	}
}

// sweep takes what still waits, so that everything can be read by somebody.
func (f *fire) sweep() {
	f.until("nobody waiting", func() bool {
		c := f.s.connect(f.desks[0].token)
		defer c.drop()
		offers := list(c.hello, "snapshot", "offers")
		for _, o := range offers {
			c.reply(c.write("chat.accept", object{"chat": text(o, "id")}))
		}
		return len(offers) == 0 && number(c.hello, "snapshot", "waiting", "support") == 0
	})
}

// settle waits until nothing moves any more: two looks at every feed show the same.
func (f *fire) settle() {
	var before string
	f.until("silence", func() bool {
		var now string
		for _, d := range f.desks {
			now += f.fresh(d).picture()
		}
		same := now == before && !strings.Contains(now, " queued ") && !strings.Contains(now, " sent ")
		before = now
		return same
	})
}

// fresh is a workspace that has just been opened.
func (f *fire) fresh(d *fireDesk) *fold {
	tab := &fireTab{desk: d, view: fold{wrong: f.wrong}, dice: rand.New(rand.NewPCG(1, 1))}
	if err := tab.connect(); err != nil {
		f.t.Fatal(err)
	}
	defer tab.leaveBehind()
	time.Sleep(100 * time.Millisecond) // two looks far enough apart to see what moves
	return &tab.view
}

// agree: every connection, resumed once more, shows what a fresh one shows.
func (f *fire) agree() {
	for _, d := range f.desks {
		want := f.fresh(d)
		for _, tab := range d.tabs {
			for tab.view.epoch == "" || tab.view.seq != want.seq || tab.view.epoch != want.epoch {
				if err := tab.catchUp(want.seq); err != nil {
					f.t.Fatalf("%s.%d stands at %d of %d: %v", d.login, tab.n, tab.view.seq, want.seq, err)
				}
			}
			if a, b := want.picture(), tab.view.picture(); a != b {
				f.t.Errorf("%s.%d shows something else:\n%s", d.login, tab.n, unlike(a, b))
			}
		}
	}
}

// catchUp comes back and reads up to a number.
func (t *fireTab) catchUp(seq uint64) error {
	if err := t.dial(fmt.Sprintf("?epoch=%s&seq=%d", t.view.epoch, t.view.seq)); err != nil {
		return err
	}
	defer func() { _ = t.raw.Close() }()
	f, _, err := t.read(patience)
	if err != nil {
		return err
	}
	t.view.hello(f)
	for t.view.seq < seq {
		f, raw, err := t.read(patience)
		if err != nil {
			return err
		}
		if f.ID == nil && f.Type != "ping" {
			t.desk.log.heard(t.view.epoch, *f.Seq, raw)
			t.view.push(f)
		}
	}
	return nil
}

// account: over all chats each customer's lines stand once, in order, at positions
// without holes, and so does every acknowledged answer.
func (f *fire) account() {
	root := f.s.signIn("root")
	grants := f.desks // owners read what is open, anybody what is over
	lines, answers := map[string][]string{}, map[string][]string{}
	chats := f.chats(root)
	slices.SortFunc(chats, func(a, b object) int { return older(text(a, "id"), text(b, "id")) })
	for _, c := range chats {
		token := root
		for _, d := range grants {
			if text(c, "owner", "id") == d.login && text(c, "state") != "completed" {
				token = d.token
			}
		}
		if text(c, "state") == "waiting" {
			f.t.Fatalf("a chat still waits: %s", spelled(c))
		}
		for _, m := range f.messages(token, text(c, "id")) {
			if m.Direction == "in" {
				who := text(c, "conversation")
				lines[who] = append(lines[who], m.Text)
			} else if m.ClientID != nil {
				answers[*m.ClientID] = append(answers[*m.ClientID], m.ID)
			}
		}
	}
	f.accountLines(lines)
	for _, d := range f.desks {
		for client, id := range d.acked {
			if got := answers[client]; len(got) != 1 || got[0] != id {
				f.t.Errorf("the answer %s was acknowledged as %s and is there as %v", client, id, got)
			}
		}
		for client := range d.tried {
			if len(answers[client]) > 1 {
				f.t.Errorf("the answer %s is there %d times", client, len(answers[client]))
			}
		}
	}
}

func (f *fire) accountLines(lines map[string][]string) {
	byFirst := map[string][]string{}
	for _, list := range lines {
		byFirst[list[0]] = list
	}
	for c, said := range f.said {
		if len(*said) == 0 {
			continue
		}
		got := byFirst[(*said)[0]]
		if !slices.Equal(got, *said) {
			f.t.Errorf("%s wrote %d lines, %d are there", c.ID(), len(*said), len(got))
			for i := range min(len(got), len(*said)) {
				if got[i] != (*said)[i] {
					f.t.Errorf("line %d is %q", i, got[i])
					break
				}
			}
		}
	}
}

// older orders chat ids of one conversation by their numbers.
func older(a, b string) int {
	number := func(id string) (head string, n int) {
		i := strings.LastIndexByte(id, '.')
		_, _ = fmt.Sscan(id[i+1:], &n)
		return id[:i], n
	}
	ha, na := number(a)
	hb, nb := number(b)
	return cmp.Or(cmp.Compare(ha, hb), cmp.Compare(na, nb))
}

// chats lists every chat there is.
func (f *fire) chats(token string) (out []object) {
	for cursor := ""; ; {
		page := f.s.get(token, "/api/v1/chats?limit=200&cursor="+cursor).is(200)
		for _, c := range list(page, "items") {
			out = append(out, c.(object))
		}
		if cursor = text(page, "next"); cursor == "" {
			return out
		}
	}
}

// messages reads a chat's own messages by page, oldest first, and checks their positions.
func (f *fire) messages(token, chat string) (out []messageSeen) {
	before, more := "", true
	for more {
		page := f.s.get(token, "/api/v1/chats/"+chat+"/messages?limit=50&before="+before).is(200)
		var own []messageSeen
		for _, m := range list(page, "messages") {
			if before == "" || text(m, "id") != before {
				own = append(own, messageSeen{ID: text(m, "id"), Position: number(m, "position"), Chat: text(m, "chat"),
					Direction: text(m, "direction"), Text: text(m, "text"), ClientID: orNil(text(m, "client_id"))})
			}
		}
		if len(own) == 0 {
			break
		}
		before, more = own[0].ID, truth(page, "more") && own[0].Chat == chat
		out = append(slices.DeleteFunc(own, func(m messageSeen) bool { return m.Chat != chat }), out...)
	}
	for i, m := range out {
		if m.Position != i+1 {
			f.t.Fatalf("%s: position %d at place %d", chat, m.Position, i+1)
		}
	}
	return out
}

func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
