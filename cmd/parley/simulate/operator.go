package simulate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/time/rate"
)

// Habits of the run's operators.
const (
	lookEvery   = 20 * time.Millisecond // between two looks at what is to be done
	noReply     = 20 * time.Second      // without an answer a request counts as forgotten
	helloWithin = 15 * time.Second
	frameRate   = 40 // frames per second an operator sends; the server takes 50 for long
)

// operator is one person at work: a websocket client of the contract that accepts, answers, finishes and transfers,
// loses the connection now and then, and looks hard at everything it is shown. One goroutine does it all.
type operator struct {
	n     int
	in    SignIn
	door  *door
	rec   *record
	rnd   *rand.Rand
	log   *slog.Logger
	pace  *rate.Limiter
	steps time.Duration // mean time between two lost connections

	id      string
	token   string
	answers int // given out so far

	view view
	line *line                  // nil: no connection
	busy atomic.Pointer[string] // what keeps the operator busy; nil: nothing
	up   chan struct{}          // closed at the first hello
	once bool

	statusAsked time.Time
	before      string // the preferred status found at the beginning
}

func newOperator(n int, in SignIn, d *door, rec *record, seed uint64, restless time.Duration, log *slog.Logger) *operator {
	o := &operator{
		n: n, in: in, door: d, rec: rec, rnd: rand.New(rand.NewPCG(seed, uint64(n)+1)), log: log.With("operator", in.Login),
		pace: rate.NewLimiter(frameRate, frameRate), steps: restless, up: make(chan struct{}),
	}
	o.view = newView(o)
	o.occupied("arriving")
	return o
}

// occupied says what keeps the operator busy, empty for nothing.
func (o *operator) occupied(with string) {
	if with == "" {
		o.busy.Store(nil)
		return
	}
	o.busy.Store(&with)
}

// signIn opens the session; the operator's id is the server's.
func (o *operator) signIn(ctx context.Context) error {
	in, err := o.door.signIn(ctx, o.in)
	if err != nil {
		return err
	}
	o.token, o.id = in.Token, in.Operator.ID
	o.rec.join(o.id)
	return nil
}

// work goes from connection to connection until ctx ends, then signs out.
func (o *operator) work(ctx context.Context) {
	defer o.leave(context.WithoutCancel(ctx))
	pause := time.Duration(0)
	for wait(ctx, pause) {
		err := o.shift(ctx)
		pause = time.Duration(o.rnd.Int64N(int64(300 * time.Millisecond)))
		if err == nil || ctx.Err() != nil {
			continue
		}
		o.log.Info("a connection ended", "err", err)
		if websocket.CloseStatus(err) == 4401 {
			if err := o.signIn(ctx); err != nil {
				o.log.Error("cannot sign in again", "err", err)
				pause = time.Second
			}
		}
	}
}

// shift is one connection from its hello to its end; nil when the operator cut it.
func (o *operator) shift(ctx context.Context) error {
	if o.rnd.IntN(6) == 0 {
		o.view.epoch = "" // a page that was loaded anew: nothing to resume from
	}
	l, err := o.door.dial(ctx, o.token, o.view.epoch, o.view.seq)
	if err != nil {
		return err
	}
	o.line = l
	defer func() {
		l.close()
		o.line = nil
		o.occupied("between two connections") // until the next one has looked
		o.view.interrupted()
	}()
	if err := o.greet(ctx, l); err != nil {
		return err
	}
	cut := time.NewTimer(time.Duration(o.rnd.ExpFloat64() * float64(o.steps)))
	defer cut.Stop()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case raw, ok := <-l.frames:
			if !ok {
				return l.err
			}
			if err := o.read(raw); err != nil {
				return err
			}
		case <-look.C:
			if err := o.look(ctx); err != nil {
				return err
			}
		case <-cut.C:
			if o.rec.isSettling() && o.busy.Load() == nil {
				cut.Reset(time.Second) // the run waits for a silence, which needs everybody to be there
				continue
			}
			o.rec.count(func(op *Operating) { op.Disconnects++ })
			if o.rnd.IntN(2) == 0 {
				l.polite = true
			}
			return nil
		case <-ctx.Done():
			l.polite = true
			return nil
		}
	}
}

// greet reads the hello.
func (o *operator) greet(ctx context.Context, l *line) error {
	t := time.NewTimer(helloWithin)
	defer t.Stop()
	select {
	case raw, ok := <-l.frames:
		if !ok {
			return l.err
		}
		f, err := parseFrame(raw)
		if err != nil || f.Type != "hello" || f.Seq == nil || f.Epoch == "" || (f.Resumed == (f.Snapshot != nil)) {
			o.complain(BadFrame, "", "", "the first frame is no hello")
			return errors.New("no hello")
		}
		o.view.hello(f)
		if !o.once {
			o.once, o.before = true, o.view.preferred
			close(o.up)
		}
		return nil
	case <-t.C:
		return errors.New("no hello in time")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// read takes one frame in.
func (o *operator) read(raw []byte) error {
	f, err := parseFrame(raw)
	switch {
	case err != nil:
		o.complain(BadFrame, "", "", "not a frame")
		return fmt.Errorf("read a frame: %w", err)
	case f.ID != nil:
		o.line.answered(f)
	case f.Type == "ping" && f.Seq != nil:
		o.view.heartbeat(*f.Seq)
	case f.Seq != nil:
		o.view.push(f)
	default:
		o.complain(BadFrame, "", "", "neither reply, push nor ping: "+f.Type)
	}
	return nil
}

// ask sends a request; answer is called with the reply, unless the connection ends first.
func (o *operator) ask(ctx context.Context, kind string, fields map[string]any, answer func(frame)) error {
	if err := o.pace.Wait(ctx); err != nil {
		return err
	}
	return o.line.ask(ctx, kind, fields, answer)
}

// complain records something wrong with what the server said.
func (o *operator) complain(kind FeedKind, chat, msg, note string) {
	o.rec.fault(FeedFault{Kind: kind, Operator: o.in.Login, Chat: chat, Message: msg, Note: note})
}

// odd records a refusal unless its code is one of those that can happen to a careful client.
func (o *operator) odd(f frame, kind, chat string, expected ...string) (code string) {
	if f.OK {
		return ""
	}
	if f.Error == nil {
		o.complain(BadFrame, chat, "", kind+" refused without an error")
		return "none"
	}
	for _, e := range append(expected, "busy") {
		if f.Error.Code == e {
			return f.Error.Code
		}
	}
	o.complain(Refusal, chat, "", kind+": "+f.Error.Code+": "+f.Error.Message)
	return f.Error.Code
}

// leave puts the status back to what it was and ends the session.
func (o *operator) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	o.restore(ctx)
	if err := o.door.signOut(ctx, o.token); err != nil {
		o.log.Warn("cannot sign out", "err", err)
	}
}

// restore sets the preferred status found at the beginning.
func (o *operator) restore(ctx context.Context) {
	if !o.once || o.before == "active" {
		return
	}
	l, err := o.door.dial(ctx, o.token, "", 0)
	if err != nil {
		return
	}
	defer l.close()
	done := false
	_ = l.ask(ctx, "status.set", map[string]any{"status": "inactive"}, func(frame) { done = true })
	for !done {
		select {
		case raw, ok := <-l.frames:
			if !ok {
				return
			}
			if f, err := parseFrame(raw); err == nil && f.ID != nil {
				l.answered(f)
			}
		case <-ctx.Done():
			return
		}
	}
}

// wait sleeps; false when ctx has ended.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
