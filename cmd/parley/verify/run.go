package verify

import (
	"fmt"
	"math/rand/v2"
	"testing/synctest"
	"time"
)

// Story asks for one simulated story.
type Story struct {
	Seed   uint64
	Steps  int  // stimuli before the world calms down; 0 = the default
	Traced bool // keep every line of what happens
}

// DefaultSteps is how many stimuli a story has.
const DefaultSteps = 120

// Told is what came of a story.
type Told struct {
	Seed    uint64         `json:"seed"`
	Hash    uint64         `json:"hash"`  // of every line of the story: equal when the same happened
	Lines   int            `json:"lines"` // of the story
	Virtual time.Duration  `json:"virtual"`
	Broken  string         `json:"broken,omitempty"` // the promise that was broken, "" = none
	Saw     map[string]int `json:"saw"`              // faults and states that were reached
	Trace   []string       `json:"trace,omitempty"`
}

// Tell runs one story. It must be called in a testing/synctest bubble of its
// own, and returns when everything it started has ended.
func Tell(s Story) Told { return tell(s, bends{}) }

func tell(s Story, bent bends) Told {
	if s.Steps <= 0 {
		s.Steps = DefaultSteps
	}
	w := newWorld(s, bent)
	begun := time.Now()
	w.play(s.Steps)
	return Told{
		Seed: s.Seed, Hash: w.log.hash.Sum64(), Lines: w.log.lines, Virtual: time.Since(begun),
		Broken: w.log.broken, Saw: w.log.saw, Trace: w.log.trace,
	}
}

// play goes from start to verdict. A broken promise ends it early.
func (w *world) play(steps int) {
	w.boot()
	for n := 0; n < steps && !w.log.failed(); {
		if w.step() {
			n++
		}
	}
	if !w.log.failed() {
		w.settleAll()
	}
	w.shut()
}

// step lets one thing happen: a ticket of the desk, or something new. It says
// whether it was something new.
func (w *world) step() bool {
	ready := w.ready()
	if len(ready) > 0 && w.chance(w.temper.eager) {
		w.release(ready[w.dice.IntN(len(ready))])
		return false
	}
	if len(ready) == 0 {
		w.saw("quiet")
	}
	w.stimulus()
	return true
}

// settle lets everything happen that can happen now; no time passes.
func (w *world) settle() {
	for left := 200_000; !w.log.failed(); left-- {
		ready := w.ready()
		if len(ready) == 0 {
			return
		}
		if left == 0 {
			w.fail("S28: the engine never comes to rest; next is %s", ready[0].who)
			return
		}
		w.release(ready[w.dice.IntN(len(ready))])
	}
}

// pass lets time go by; what becomes due meanwhile happens at its time.
func (w *world) pass(d time.Duration) {
	until := time.Now().Add(d)
	for !w.log.failed() {
		w.settle()
		now := time.Now()
		if !now.Before(until) {
			return
		}
		wait := until.Sub(now)
		if at := w.desk.next(now); !at.IsZero() {
			wait = min(wait, at.Sub(now))
		}
		t := time.NewTimer(wait)
		select {
		case <-w.desk.bell:
			t.Stop()
		case <-t.C:
		}
	}
}

// spawn lets a goroutine run until it waits, before anything else does.
func (w *world) spawn(f func()) {
	go f()
	synctest.Wait()
}

func newDice(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)) }

// chance is true with a probability.
func (w *world) chance(p float64) bool { return w.dice.Float64() < p }

// between draws a duration.
func (w *world) between(low, high time.Duration) time.Duration {
	return low + time.Duration(w.dice.Int64N(int64(high-low)+1))
}

// pick draws one of a list.
func pick[T any](w *world, list []T) T { return list[w.dice.IntN(len(list))] }

// Command is what a person types to see a story again.
func (t Told) Command() string {
	return fmt.Sprintf("parley verify --seed %d --runs 1 --trace", t.Seed)
}
