package verify

import (
	"slices"
	"time"
)

// stimulus is something new that can happen.
type stimulus struct {
	weight   float64
	optional bool // some stories go without it
	happens  func()
}

// stimuli lists everything that can happen, in an order that never changes.
func (w *world) stimuli() []stimulus {
	return []stimulus{
		{20, false, w.customerWrites},
		{4, true, w.customerAmends},
		{8, false, w.redeliver},
		{10, false, w.operatorComes},
		{5, true, w.operatorGoes},
		{5, false, w.operatorChooses},
		{18, false, w.operatorTakes},
		{24, false, w.operatorWorks},
		{1, true, w.administratorCloses},
		{4, true, w.reorganise},
		{8, false, func() { w.repeat() }},
		{12, false, func() { w.pass(w.between(time.Millisecond, 900*time.Millisecond)) }},
		{6, false, func() { w.pass(w.between(time.Second, time.Minute)) }},
		{1.5, true, w.longTime},
		{2, true, w.crashes},
		{2, true, w.crashesInASend},
		{1, true, w.stops},
		{1.2, true, w.takesOver},
		{2.5, false, w.silence},
		{1, true, w.storeFails},
		{5, false, w.calmDown},
	}
}

// stimulus draws one.
func (w *world) stimulus() {
	w.brokenGo()
	w.revive()
	x := w.dice.Float64() * w.temper.total
	list := w.stimuli()
	for i, s := range list {
		if x -= w.temper.weights[i]; x < 0 {
			s.happens()
			return
		}
	}
}

// longTime lets every timer fire.
func (w *world) longTime() {
	w.saw("hours pass")
	w.pass(w.between(time.Hour, pick(w, []time.Duration{2, 8, 30})*time.Hour))
}

// crashes kills the process that serves or the one that starts.
func (w *world) crashes() {
	switch {
	case w.starting != nil:
		w.saw("crash while starting")
		w.crash(w.starting)
	case w.now != nil:
		w.crash(w.now)
	}
}

// crashesInASend lets operators work until a provider has an answer that it has
// not spoken of yet, and kills the process then (I5).
func (w *world) crashesInASend() {
	for n := 0; n < 200 && !w.log.failed(); n++ {
		l, ready := w.now, w.ready()
		switch {
		case l == nil:
			return
		case slices.ContainsFunc(w.desk.of(l), func(t *ticket) bool { return t.kind == send && t.begun }):
			w.crash(l)
			return
		case len(ready) == 0 || n%20 == 0:
			w.operatorWorks()
		default:
			w.release(ready[w.dice.IntN(len(ready))])
		}
	}
}

// silence ends the process, and hours pass before anybody does anything: what
// was due must be done by what the store has kept of it alone (I6).
func (w *world) silence() {
	w.calm = true
	defer func() { w.calm = false }()
	w.rest()
	if w.log.failed() {
		return
	}
	w.saw("silence over a restart")
	if w.chance(0.5) {
		w.crash(w.now)
	} else {
		w.end(w.now, false)
	}
	w.rest()
	w.pass(w.between(time.Hour, 2*time.Hour))
	w.rest()
	w.checkCalm()
}

// stops ends the process as SIGTERM does.
func (w *world) stops() {
	if l := w.now; l != nil && !l.ending && w.starting == nil {
		w.end(l, false)
	}
}

// takesOver starts a second process beside the first (I9).
func (w *world) takesOver() {
	if w.now != nil && w.starting == nil && !w.now.ending {
		w.saw("takeover")
		w.starting = w.begin()
	}
}

// storeFails makes the store useless for a while.
func (w *world) storeFails() {
	if w.troubled() {
		w.saw("outage")
		w.outage = time.Now().Add(w.between(100*time.Millisecond, 40*time.Second))
	}
}

// revive starts a process when none serves, and ends those taken over.
func (w *world) revive() {
	if l := w.now; l != nil && l.fenced.Load() && w.starting == nil { // whoever took over never came to serve
		w.saw("fenced by a process that never served")
		w.forsake(l)
		w.end(l, true)
	}
	if w.now == nil && w.starting == nil {
		w.starting = w.begin()
	}
	for _, l := range w.lives {
		if l != w.now && l != w.starting && l.engine != nil && !l.ending && (w.calm || w.chance(0.1)) {
			w.forsake(l)
			w.end(l, w.chance(0.5))
		}
	}
	w.configure()
}

// calmDown stops the faults for a moment, lets everything arrive and compares
// what everybody believes.
func (w *world) calmDown() {
	w.saw("calm")
	w.calm = true
	w.rest()
	w.checkCalm()
	w.calm = false
}

// rest goes on until nothing is left to be done.
func (w *world) rest() {
	for range 40 {
		w.brokenGo()
		w.revive()
		again := w.repeat() + w.redeliverAll()
		w.pass(15 * time.Second)
		if w.log.failed() || again == 0 && w.peace() {
			return
		}
	}
	w.fail("S28: it never comes to rest: %s", w.unrest())
}
