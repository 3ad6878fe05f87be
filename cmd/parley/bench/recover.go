package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"parley/config"
)

// recoverTimeout is the completion timeout of the bench's chats; the overdue ones run out while nobody serves.
const recoverTimeout = 30 * time.Minute

// runRecover kills a server that holds many open chats, in a process of its own and with SIGKILL, starts it again, and
// times until it serves: ready, a webhook answered, and an operator greeted with his chats. Then it counts what came
// back: the waiting line, the chats of operators, and the chats whose time was up meanwhile.
//
// Half of the chats wait, the other half are in progress. They are written into the store beforehand, see stock; so the
// list of chats and the contacts are empty.
func runRecover(ctx context.Context, r *run) (result Result, err error) {
	var c closers
	defer c.close(&err)
	p, err := startProvider()
	if err != nil {
		return result, err
	}
	c.add(p.close)
	l := &life{run: r, stock: r.recoverStock(), webhook: newWebhook("127.0.0.1", hookPath)}
	if err := r.lay(ctx, l.stock); err != nil {
		return result, err
	}
	r.stage("the chats are laid")
	cfg := company(filepath.Join(r.dir, "server"), p.url, r.Operators)
	cfg.Queues[0].CompletionTimeout = new(time.Duration)
	*cfg.Queues[0].CompletionTimeout = recoverTimeout
	if l.file, err = writeConfig(r.dir, cfg); err != nil {
		return result, err
	}
	c.add(func() error { l.kill(); return nil })
	first, err := l.begin(ctx)
	if err != nil {
		return result, fmt.Errorf("the first life: %w", err)
	}
	r.stage("the server has begun")
	if err := l.live(ctx); err != nil {
		return result, fmt.Errorf("the first life: %w", err)
	}
	l.kill()
	r.stage("killed")
	pause := time.NewTimer(time.Until(l.stock.dueAt))
	defer pause.Stop()
	select {
	case <-pause.C: // the overdue chats' time is up while nobody serves
	case <-ctx.Done():
		return result, ctx.Err()
	}
	second, err := l.begin(ctx)
	if err != nil {
		return result, fmt.Errorf("the second life: %w", err)
	}
	r.stage("serving again")
	wrong, err := l.count(ctx)
	if err != nil {
		return result, fmt.Errorf("the second life: %w", err)
	}
	result = r.result("a server with open chats is killed (SIGKILL) and started again, until it is ready, takes a webhook and greets an operator")
	took, fresh := milliseconds(second), milliseconds(first)
	result.P50, result.P99, result.CeilingP99 = &took, &took, &fresh
	result.Wrong, result.Seconds, result.Operators, result.Connections = &wrong, second.Seconds(), r.Operators, 0
	result.ceilingName, result.ceilingWords = "first start", "the same process on the same chats, not killed before"
	result.lines = []string{fmt.Sprintf("%d chats wait, %d are in progress, %d of them ran out meanwhile", l.stock.waiting, l.stock.owned, l.stock.overdue)}
	return result, nil
}

// recoverStock is what the server holds. The overdue chats run out behind the first life, which must be over by then.
func (r *run) recoverStock() *stock {
	lasts := max(r.Duration, 2*time.Second)
	members := people(r.Operators)
	return &stock{
		queue: settings("everyone", members), operators: members, owned: r.Customers / 2, waiting: r.Customers - r.Customers/2,
		timeout: recoverTimeout, overdue: min(r.Operators, r.Customers/4), at: time.Now(), dueAt: time.Now().Add(lasts),
	}
}

// life is a server in a process of its own.
type life struct {
	*run
	stock   *stock
	file    string // configuration
	webhook *webhook
	child   *exec.Cmd
	host    string
	number  uint32 // of the newest message of the customers who write
}

// begin starts the process and gives the time until it serves.
func (l *life) begin(ctx context.Context) (time.Duration, error) {
	host, err := freeAddress()
	if err != nil {
		return 0, err
	}
	l.host = host
	l.child = l.Child(l.file, host)
	l.child.Stdout, l.child.Stderr = io.Discard, io.Discard
	began := time.Now()
	if err := l.child.Start(); err != nil {
		return 0, fmt.Errorf("start a server: %w", err)
	}
	for {
		err := l.serves(ctx)
		if err == nil {
			return time.Since(began), nil
		}
		if time.Since(began) > acceptPatience {
			return 0, fmt.Errorf("nothing is served after %s: %w", acceptPatience, err)
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// serves asks for everything that serving means.
func (l *life) serves(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+l.host+"/readyz", nil)
	if err != nil {
		return err
	}
	web := &http.Client{Timeout: time.Second}
	defer web.CloseIdleConnections()
	answer, err := web.Do(req)
	if err != nil {
		return err
	}
	if err := errors.Join(answer.Body.Close(), isOK("readyz", answer.StatusCode)); err != nil {
		return err
	}
	if err := l.write(ctx, l.stock.owned-1); err != nil {
		return err
	}
	h, err := l.greet(ctx, (l.stock.owned-1)%l.Operators)
	if err != nil {
		return err
	}
	if len(h.Snapshot.Chats) == 0 {
		return errors.New("an operator was greeted without his chats")
	}
	return nil
}

func isOK(what string, status int) error {
	if status != http.StatusOK {
		return fmt.Errorf("%s answered %d", what, status)
	}
	return nil
}

// write lets a customer write once more.
func (l *life) write(ctx context.Context, customer int) error {
	k := connection{host: l.host}
	defer k.close()
	l.number++
	l.webhook.fill(customer, l.number+1, time.Now())
	status, err := k.do(ctx, l.webhook.request)
	return errors.Join(err, isOK("a webhook", status))
}

// greet signs an operator in and gives the hello of his connection.
func (l *life) greet(ctx context.Context, operator int) (h heard, err error) {
	who, err := signIn(ctx, "http://"+l.host, operatorID(operator))
	if err != nil {
		return h, err
	}
	defer who.close()
	p, err := connect(ctx, l.host, who.token, "", 0)
	if err != nil {
		return h, err
	}
	defer p.cut()
	if err := p.net.SetReadDeadline(time.Now().Add(answerWithin)); err != nil {
		return h, err
	}
	if h, err = p.hear(); err == nil && h.Snapshot == nil {
		err = errors.New("there was no snapshot")
	}
	return h, err
}

// live lets some customers write until the process is to be killed, right behind an answer.
func (l *life) live(ctx context.Context) error {
	for customer := l.stock.overdue; customer < min(l.stock.owned, l.stock.overdue+200); customer++ {
		if err := l.write(ctx, customer); err != nil {
			return err
		}
	}
	return nil
}

// kill ends the process as a power cut does.
func (l *life) kill() {
	if l.child != nil && l.child.Process != nil {
		_ = l.child.Process.Kill()
		_ = l.child.Wait()
	}
	l.child = nil
}

// looked is how many operators' chats are counted.
const looked = 50

// count compares what came back with what was there; overdue chats get a moment to complete.
func (l *life) count(ctx context.Context) (wrong int64, err error) {
	for until := time.Now().Add(acceptPatience); ; {
		wrong = 0
		for i := range min(looked, l.Operators) {
			h, err := l.greet(ctx, i)
			if err != nil {
				return 0, err
			}
			wrong += int64(abs(len(h.Snapshot.Chats)-l.chatsOf(i)) + abs(h.Snapshot.Waiting[queueID]-l.stock.waiting))
		}
		if wrong == 0 || time.Now().After(until) {
			return wrong, nil
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// chatsOf is how many chats an operator must still have.
func (l *life) chatsOf(operator int) (n int) {
	for customer := operator; customer < l.stock.owned; customer += l.Operators {
		if customer >= l.stock.overdue {
			n++
		}
	}
	return n
}

func abs(n int) int { return max(n, -n) }

// freeAddress gives an address on loopback that was free a moment ago.
func freeAddress() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("listen: %w", err)
	}
	return ln.Addr().String(), ln.Close()
}

// writeConfig spells a company as the file that serve reads.
func writeConfig(dir string, c config.Config) (string, error) {
	var b strings.Builder
	q := c.Queues[0]
	fmt.Fprintf(&b, "data: %q\nlog_level: error\nsettings: {simultaneous_chats: %d, disconnect_grace: %s}\noperators:\n", c.Data, c.Settings.SimultaneousChats, c.Settings.DisconnectGrace)
	for _, o := range c.Operators {
		fmt.Fprintf(&b, "  - {id: %s, name: %q, password: %q}\n", o.ID, o.Name, o.Password.Reveal())
	}
	fmt.Fprintf(&b, "queues:\n  - {id: %s, name: %q, rule: %s, completion_timeout: %s, members: [%s]}\nchannels:\n", q.ID, q.Name, q.Rule, *q.CompletionTimeout, strings.Join(q.Members, ", "))
	ch := c.Channels[0]
	fmt.Fprintf(&b, "  - {id: %s, provider: %s, queue: %s, page_id: %q, app_id: %q, app_secret: %s, verify_token: verify, access_token: access, api_url: %q}\n",
		ch.ID, ch.Provider, ch.Queue, ch.PageID, ch.AppID, ch.AppSecret.Reveal(), ch.APIURL)
	name := filepath.Join(dir, "parley.yaml")
	if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
		return "", fmt.Errorf("write the configuration: %w", err)
	}
	return name, nil
}
