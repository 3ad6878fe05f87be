package chaos

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/cmd/parley/demo"
	"parley/gateway/channel/simulator"
)

// leaveMe begins the only line of customers whose chats nobody takes.
const leaveMe = "leave me"

// office is a company at work round a server that may be killed at any moment.
type office struct {
	t        testing.TB
	v        *server
	world    *simulator.World
	provider *provider
	desks    []*desk
	root     string

	ctx     context.Context
	writing atomic.Bool
	workers sync.WaitGroup
	left    map[string]object // the rows nobody takes, as they were first offered
}

// openOffice starts server, providers, three operators and ten customers.
func openOffice(t testing.TB, s setup, seed uint64, faults ...simulator.Fault) *office {
	t.Helper()
	world, err := simulator.New(simulator.Config{
		Seed: seed, Channels: demo.Channels(), Backoff: 50 * time.Millisecond, BackoffMax: 400 * time.Millisecond,
		Faults: faults,
	})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, world: world, provider: &provider{world: world}}
	played := httptest.NewServer(o.provider)
	world.SetURL(played.URL)
	s.World, s.Limit = played.URL, 12
	o.v = newServer(t, s)
	for _, c := range demo.Channels() {
		world.SetWebhook(c.ID, o.v.url+"/hooks/"+string(c.Provider)+"/"+c.ID)
	}
	var enough context.CancelFunc
	o.ctx, enough = context.WithCancel(context.Background())
	t.Cleanup(func() {
		enough()
		o.workers.Wait()
		_ = world.Close()
		played.Close()
	})
	t.Logf("first start %s", o.v.start())
	o.populate()
	return o
}

func (o *office) populate() {
	o.t.Helper()
	o.root = o.v.signIn("root")
	o.leave("sim-01")
	for _, login := range []string{"anna", "boris", "clara"} {
		d := newDesk(o.t, o.v, login, 12)
		o.desks = append(o.desks, d)
		o.workers.Go(func() { d.work(o.ctx) })
	}
	for _, channel := range o.world.Channels() {
		c := o.world.Customer(channel, 90)
		if _, err := c.Text(o.ctx, leaveMe+" alone"); err != nil {
			o.t.Fatal(err)
		}
	}
	until(o.t, "the offers nobody takes", func() string {
		o.left = map[string]object{}
		for _, d := range o.desks {
			d.offered(o.left)
		}
		if len(o.left) < 3 {
			return fmt.Sprintf("%d are there", len(o.left))
		}
		return ""
	})
	o.writing.Store(true)
	for i := range 10 {
		c := o.world.Customer(o.world.Channels()[i%3], i/3)
		o.workers.Go(func() { o.write(c, i) })
	}
}

// offered adds the rows that are shown and that nobody takes.
func (d *desk) offered(rows map[string]object) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, row := range d.page.offers {
		if strings.HasPrefix(text(row, "preview"), leaveMe) {
			rows[id] = row
		}
	}
}

// leave makes an operator Active and signs him out: he is preferred Active, and absent.
func (o *office) leave(login string) {
	o.t.Helper()
	token := o.v.signIn(login)
	if r := o.v.request(token, "status.set", object{"status": "active"}); r["ok"] != true {
		o.t.Fatalf("%s: %s", login, spelled(r))
	}
	if status, _, err := o.v.call("DELETE", "/api/v1/session", token, nil); err != nil || status/100 != 2 {
		o.t.Fatalf("sign out: %d %v", status, err)
	}
}

// write is a customer's day.
func (o *office) write(c *simulator.Customer, n int) {
	for k := 1; o.ctx.Err() == nil; {
		if !o.writing.Load() {
			pause(o.ctx, 20*time.Millisecond)
			continue
		}
		if _, err := c.Text(o.ctx, fmt.Sprintf("line %s/%d/%d", c.Channel(), c.N, k)); err != nil {
			return
		}
		k++
		pause(o.ctx, time.Duration(150+30*n)*time.Millisecond)
	}
}

// crash ends the server at a named point under load, and starts it again.
func (o *office) crash(point string, hits int) (victim string) {
	o.t.Helper()
	switch point {
	case "f":
		o.v.arm("f", 1<<30)
		victim = o.acknowledgedNext()
		o.v.kill()
	case "m":
		victim = o.provider.next(hits, o.v)
	default:
		o.v.arm(point, hits)
		victim = o.v.crashed(point)
	}
	return victim
}

// acknowledgedNext waits for the next 200 to a customer's message and gives its text.
func (o *office) acknowledgedNext() string {
	o.t.Helper()
	since := time.Now()
	found := ""
	until(o.t, "a webhook's 200", func() string {
		for _, r := range o.world.Reports() {
			if r.Acked.After(since) {
				found = r.Text
				return ""
			}
		}
		return "none yet"
	})
	return found
}

// rest stops new words and waits until everything under way has come to its end.
func (o *office) rest() {
	o.t.Helper()
	o.writing.Store(false)
	for _, d := range o.desks {
		d.set(false)
	}
	until(o.t, "rest", func() string {
		ctx, cancel := context.WithTimeout(o.ctx, 5*time.Second)
		defer cancel()
		if o.world.Drained(ctx) != nil {
			return "providers still have something to deliver"
		}
		for _, d := range o.desks {
			if why := d.unsettled(); why != "" {
				return d.login + ": " + why
			}
		}
		for _, c := range o.v.chats(o.root, "waiting,bot") {
			if o.left[text(c, "id")] == nil {
				return "waits: " + spelled(c)
			}
		}
		return ""
	})
}

// goOn lets everybody work again.
func (o *office) goOn() {
	for _, d := range o.desks {
		d.set(true)
	}
	o.writing.Store(true)
}

func (d *desk) set(busy bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.busy = busy
}

// unsettled says what the desk still waits for.
func (d *desk) unsettled() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	for key, a := range d.answers {
		if a.message == "" && a.refused == "" {
			return "no reply to " + key
		}
	}
	for _, s := range d.page.chats {
		for _, m := range s.messages {
			if text(m, "state") == "queued" {
				return "queued: " + spelled(m)
			}
		}
	}
	for id := range d.page.settling {
		return "asked about " + id
	}
	return ""
}

// provider plays the providers, and can let a call arrive whose answer nobody reads.
type provider struct {
	world *simulator.World
	mu    sync.Mutex
	left  int
	kill  func()
	hit   chan string
}

// next kills the server when the n-th answer from now has reached the provider,
// before the provider's own answer is read (point m).
func (p *provider) next(n int, v *server) string {
	hit := make(chan string, 1)
	p.mu.Lock()
	p.left, p.kill, p.hit = n, v.kill, hit
	p.mu.Unlock()
	select {
	case words := <-hit:
		return words
	case <-time.After(patience):
		v.t.Fatal("no answer reaches the provider")
		return ""
	}
}

// ServeHTTP answers as the provider does.
func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	words, isAnswer := answerIn(r)
	p.mu.Lock()
	if isAnswer && p.left > 0 {
		p.left--
	}
	kill := p.kill
	strike := isAnswer && p.left == 0 && kill != nil
	if strike {
		p.kill = nil
	}
	p.mu.Unlock()
	if !strike {
		p.world.ServeHTTP(w, r)
		return
	}
	p.world.ServeHTTP(httptest.NewRecorder(), r)
	kill()
	p.hit <- words
	panic(http.ErrAbortHandler)
}
