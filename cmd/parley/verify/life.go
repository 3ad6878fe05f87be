package verify

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"parley/actors"
	"parley/actors/commit"
	"parley/actors/queue"
	"parley/actors/view"
)

// life is one process of the engine, from start to end.
type life struct {
	n      int
	engine *actors.Engine // nil until it has started
	dead   atomic.Bool    // killed: nothing it asks for happens any more
	fenced atomic.Bool    // has lost a partition to a newer process
	ending bool           // told to stop
	ended  bool
	told   *actors.Catalogue  // what it knows of the company
	cancel context.CancelFunc // of its start
}

// begin starts a process on the one store there is.
func (w *world) begin() *life {
	w.births++
	l := &life{n: w.births, told: w.company}
	var below actors.Store = watched{w.disk, w}
	if w.bent.store != nil {
		below = w.bent.store(below)
	}
	var outside actors.Outside = &outside{w, l}
	if w.bent.outside != nil {
		outside = w.bent.outside(outside)
	}
	var encoder view.Encoder = w.book
	if w.bent.encoder != nil {
		encoder = w.bent.encoder(encoder)
	}
	deps := actors.Deps{
		Store: &store{w, l, below}, Outside: outside, Encoder: encoder, Rules: queue.Builtin(), Log: slog.New(said{w, l.n}),
		Observer: actors.Observer{DeadLetter: func(kind string) { w.letter(l, kind) }},
		Schedule: func(who string, run func()) {
			w.desk.add(&ticket{who: fmt.Sprintf("%d %s", l.n, who), kind: turn, life: l, act: run})
		},
		Spread: func(d time.Duration) time.Duration { return d - d/4 },
	}
	ctx, cancel := context.WithCancel(context.Background())
	l.cancel = cancel
	w.lives = append(w.lives, l)
	cat := w.catalogue()
	w.note("%d begins", l.n)
	w.spawn(func() {
		e, err := actors.Start(ctx, actors.Config{Partitions: partitions, IdleAfter: idleAfter}, deps, cat)
		w.desk.add(&ticket{who: fmt.Sprintf("%d started", l.n), kind: reply, life: l, act: func() { w.started(l, e, err) }})
	})
	return l
}

// started serves from now on, unless it died on the way.
func (w *world) started(l *life, e *actors.Engine, err error) {
	w.note("%d started: %v", l.n, err)
	w.starting = nil
	if err != nil {
		l.ended = true
		return
	}
	l.engine = e
	if l.dead.Load() {
		w.end(l, true)
		return
	}
	for _, o := range w.operators {
		o.seen = time.Now() // whoever was here has the grace period to come back (S13)
	}
	w.now = l
	w.configure() // the catalogue may have changed meanwhile
}

// crash kills a process: what it was writing may be there or not, and what it
// was sending may have arrived or not.
func (w *world) crash(l *life) {
	w.note("%d is killed", l.n)
	w.saw("crash")
	l.dead.Store(true)
	for _, t := range w.desk.of(l) {
		if t.call == nil || !w.desk.remove(t) {
			continue
		}
		switch {
		case t.kind == write && w.chance(0.5):
			w.saw("crash after a write")
			t.call.what.(writing).write()
		case t.kind == write:
			w.saw("crash before a write")
		case t.kind == send:
			w.saw("crash while sending")
		}
		if t.kind == send || t.kind == errand {
			t.call.let <- nil
			continue
		}
		t.call.let <- dead
	}
	w.forsake(l)
	l.cancel()
	if l.engine != nil {
		w.end(l, true)
	}
}

// forsake takes the clients of a process away from it.
func (w *world) forsake(l *life) {
	if w.now == l {
		w.now = nil
	}
	for _, o := range w.operators {
		for _, t := range o.tabs {
			if t.life == l {
				t.close("its server has gone")
			}
		}
	}
}

// end stops a process: at once, or with the time it needs.
func (w *world) end(l *life, atOnce bool) {
	if l.ending {
		return
	}
	l.ending = true
	if !atOnce {
		w.saw("stop")
	}
	w.note("%d is told to stop, at once: %v", l.n, atOnce)
	ctx, cancel := context.WithTimeout(context.Background(), 12*time.Second)
	if atOnce {
		cancel()
	}
	w.spawn(func() {
		err := l.engine.Stop(ctx)
		cancel()
		w.desk.add(&ticket{who: fmt.Sprintf("%d stopped", l.n), kind: reply, life: l, act: func() {
			w.note("%d stopped: %v", l.n, err != nil)
			l.ended = true
			w.forsake(l)
		}})
	})
}

// letter is a dead letter: something that was dropped, and must not have been.
func (w *world) letter(l *life, kind string) {
	switch kind {
	case "fenced": // expected of whoever was taken over or killed
		l.fenced.Store(true)
	default:
		if !l.dead.Load() && !l.ending {
			w.fail("I5: process %d dropped a letter: %s", l.n, kind)
		}
	}
}

// ask gives a command to the process that serves now; then hears the answer.
func (w *world) ask(l *life, who string, to commit.Entity, command any, then func(answer any, err error)) {
	w.note("%s asks %s: %s", who, to, spell(command))
	if l == nil || l.engine == nil || l.ended {
		then(nil, fmt.Errorf("verify: nobody serves: %w", actors.ErrUnavailable))
		return
	}
	w.asked++
	w.spawn(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		answer, err := l.engine.Do(ctx, to, command)
		cancel()
		w.desk.add(&ticket{who: "reply " + who, kind: reply, life: nil, act: func() {
			w.asked--
			w.note("%s hears: %s", who, spellError(err))
			then(answer, err)
		}})
	})
}

func spellError(err error) string {
	if err == nil {
		return "done"
	}
	return err.Error()
}
