package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// runAccept lets all operators accept the same chat at once, over and over: one gets it, and all others are told who
// has it. Rounds alternate with rounds in which all ask for what changes nothing: the ceiling.
func runAccept(ctx context.Context, r *run) (result Result, err error) {
	var c closers
	defer c.close(&err)
	srv, err := r.boot(ctx, &c, r.Operators)
	if err != nil {
		return result, err
	}
	a, err := r.gatherAround(ctx, &c, srv)
	if err != nil {
		return result, err
	}
	r.stage("all operators are there")
	what := &leg{name: "accept", slice: a.rounds(a.acceptRound)}
	ceiling := &leg{name: "ask", slice: a.rounds(a.askRound)}
	if err := r.measure(ctx, what, ceiling); err != nil {
		return result, err
	}
	if a.failure != nil {
		return result, a.failure
	}
	result = r.result("all operators accept one chat at once over their websockets; times are of whole rounds, until the last has his answer")
	result.compare(what, ceiling)
	result.Wrong, result.Rounds, result.Operators = &a.wrong, a.count, r.Operators
	result.Connections, result.Customers = 0, 0
	result.ceilingName, result.ceilingWords = "ask", "as many ask at once for what changes nothing"
	return result, nil
}

// arena is the operators around one chat.
type arena struct {
	*run
	plugs   []*plug
	customs connection
	hook    *webhook
	offered chan string // a chat, once per operator it was shown to; room for some rounds, so that no reader waits
	replies chan reply
	limiter *rate.Limiter // rounds, so that nobody sends more frames than the server takes from one client
	next    int           // customer
	count   int           // rounds
	wrong   int64
	failure error
}

// reply is an operator's answer.
type reply struct {
	operator int
	ok       bool
	code, by string
}

// gatherAround connects all operators and makes them Active.
func (r *run) gatherAround(ctx context.Context, c *closers, srv *server) (*arena, error) {
	a := &arena{
		run: r, customs: connection{host: srv.host}, hook: newWebhook(srv.host, hookPath),
		limiter: rate.NewLimiter(acceptRate, acceptBurst),
		offered: make(chan string, 64*r.Operators), replies: make(chan reply, 4*r.Operators),
	}
	c.add(func() error { a.customs.close(); return nil })
	list, err := tokens(ctx, srv.url, r.Operators)
	if err != nil {
		return nil, err
	}
	var reading sync.WaitGroup
	c.add(func() error { reading.Wait(); return nil })
	for i, token := range list {
		p, err := connect(ctx, srv.host, token, "", 0)
		if err != nil {
			return nil, fmt.Errorf("operator %d: %w", i, err)
		}
		a.plugs = append(a.plugs, p)
		c.add(func() error { return p.net.Close() })
		reading.Go(func() { a.read(i, p) })
	}
	_, err = a.askRound(ctx)
	return a, err
}

func (a *arena) read(i int, p *plug) {
	for {
		h, err := p.hear()
		if err != nil {
			return // the round misses its answer and says so
		}
		switch {
		case h.OK != nil:
			r := reply{operator: i, ok: *h.OK, code: h.Error.Code}
			if h.Error.By != nil {
				r.by = h.Error.By.ID
			}
			a.replies <- r
		case h.Type == "chat.offered":
			a.offered <- h.chatID()
		}
	}
}

// rounds makes a leg of rounds.
func (a *arena) rounds(one func(context.Context) (time.Duration, error)) func(context.Context, time.Duration) *meter {
	return func(ctx context.Context, d time.Duration) *meter {
		m := &meter{}
		for until := time.Now().Add(d); time.Now().Before(until) && ctx.Err() == nil && a.failure == nil; {
			if a.limiter.Wait(ctx) != nil {
				break // interrupted
			}
			took, err := one(ctx)
			if err != nil {
				a.failure, m.failure = err, err
				break
			}
			m.done += uint64(len(a.plugs))
			m.took += took
			m.latency.record(took)
		}
		return m
	}
}

// acceptRound has a new customer write, waits until all are offered his chat, and lets them accept.
func (a *arena) acceptRound(ctx context.Context) (time.Duration, error) {
	a.next++
	a.hook.fill(a.next, 1, time.Now())
	status, err := a.customs.do(ctx, a.hook.request)
	if err != nil || status != http.StatusOK {
		return 0, errors.Join(err, fmt.Errorf("a customer's message was answered %d", status))
	}
	chat := hookChat(a.next)
	patience := time.NewTimer(acceptPatience)
	defer patience.Stop()
	for n := 0; n < len(a.plugs); {
		select {
		case id := <-a.offered:
			if id == chat {
				n++
			}
		case <-patience.C:
			return 0, fmt.Errorf("%d of %d operators were offered a chat after %s", n, len(a.plugs), acceptPatience)
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	answers, took, err := a.atOnce(ctx, map[string]any{"type": "chat.accept", "chat": chat})
	if err == nil {
		a.count++
		a.wrong += judgeAccepts(answers)
	}
	return took, err
}

// judgeAccepts counts what is not as it must be: one has the chat, everybody else is told that it is he.
func judgeAccepts(answers []reply) (wrong int64) {
	winner := ""
	for _, r := range answers {
		if r.ok {
			if winner != "" {
				wrong++
			}
			winner = operatorID(r.operator)
		}
	}
	if winner == "" {
		wrong++
	}
	for _, r := range answers {
		if !r.ok && (r.code != "taken" || r.by != winner) {
			wrong++
		}
	}
	return wrong
}

// askRound lets all ask for the status they have.
func (a *arena) askRound(ctx context.Context) (time.Duration, error) {
	_, took, err := a.atOnce(ctx, map[string]any{"type": "status.set", "status": "active"})
	return took, err
}

// atOnce lets all operators send the same request and waits for all answers.
func (a *arena) atOnce(ctx context.Context, request map[string]any) ([]reply, time.Duration, error) {
	request["id"] = a.count + 1
	text, err := json.Marshal(request)
	if err != nil {
		return nil, 0, fmt.Errorf("make a request: %w", err)
	}
	const hands = 8
	began := time.Now()
	sent := sideBySide(hands, func(hand int, m *meter) {
		for i := hand; i < len(a.plugs) && m.failure == nil; i += hands {
			m.failure = a.plugs[i].write(1, text)
		}
	})
	if sent.failure != nil {
		return nil, 0, sent.failure
	}
	patience := time.NewTimer(acceptPatience)
	defer patience.Stop()
	answers := make([]reply, 0, len(a.plugs))
	for len(answers) < len(a.plugs) {
		select {
		case r := <-a.replies:
			answers = append(answers, r)
		case <-patience.C:
			return nil, 0, fmt.Errorf("%d of %d operators were answered after %s", len(answers), len(a.plugs), acceptPatience)
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
	}
	return answers, time.Since(began), nil
}
