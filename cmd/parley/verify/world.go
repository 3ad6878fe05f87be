package verify

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing/synctest"
	"time"

	"parley/actors"
	"parley/actors/commit"
	"parley/actors/view"
	"parley/persistence/memory"
)

// world is everything of one story.
type world struct {
	dice   *rand.Rand
	desk   *desk
	log    *log
	bent   bends
	temper temper

	disk    *memory.Store
	kept    *kept
	claimed [partitions]uint64 // newest epochs
	book    *book

	births   int
	lives    []*life
	now      *life // the process that serves; nil while none does
	starting *life

	company     *actors.Catalogue
	companies   []*actors.Catalogue // of which some process may still believe that they hold
	configuring bool
	retimed     map[string]bool // queues whose completion timeout has changed

	operators []*person
	customers []*customer
	provider  *provider
	ledger    ledger
	asked     int       // commands that are not answered yet
	outage    time.Time // the store fails until then
	calm      bool      // no more faults
	numbers   int       // of whatever needs a new id
}

// bends make the world dishonest, so that a test sees that the checks bite.
type bends struct {
	store     func(actors.Store) actors.Store
	outside   func(actors.Outside) actors.Outside
	encoder   func(view.Encoder) view.Encoder
	catalogue func(*actors.Catalogue)
	attach    func(p *person) string
}

// temper is what a story is like: each seed has its own weights, so that some
// stories are mostly crashes and others mostly quarrels about one chat.
type temper struct {
	eager    float64 // how likely what waits goes on before something new happens
	faults   float64 // how likely a call to the store fails
	weights  []float64
	total    float64
	activity float64 // how likely an operator's choice is Active
}

func newWorld(s Story, bent bends) *world {
	w := &world{
		dice: newDice(s.Seed), desk: newDesk(), log: newLog(s.Traced), bent: bent,
		disk: memory.New(partitions), kept: newKept(partitions), book: &book{}, provider: newProvider(),
	}
	w.company = w.newCompany()
	w.retimed = map[string]bool{}
	w.companies = []*actors.Catalogue{w.company}
	w.temper = w.newTemper()
	for _, id := range []string{"anna", "boris", "clara", "dora"} {
		w.operators = append(w.operators, &person{w: w, id: id})
	}
	for i, ch := range channels() {
		for n := range 2 {
			w.customers = append(w.customers, &customer{id: fmt.Sprintf("%s%d", ch.id, n+1), channel: channels()[i]})
		}
	}
	return w
}

// newTemper draws one; some kinds of stimuli are left out altogether.
func (w *world) newTemper() temper {
	t := temper{eager: pick(w, []float64{0.6, 0.85, 0.95, 0.99}), faults: pick(w, []float64{0, 0.01, 0.05}), activity: 0.8}
	for _, s := range w.stimuli() {
		weight := s.weight * (0.3 + 1.4*w.dice.Float64())
		if s.optional && w.chance(0.25) {
			weight = 0
		}
		t.weights = append(t.weights, weight)
		t.total += weight
	}
	return t
}

// ready waits until the engine waits, and lists what may happen next.
func (w *world) ready() []*ticket {
	synctest.Wait()
	w.log.gather()
	return w.desk.ready(time.Now())
}

// troubled says whether faults happen now.
func (w *world) troubled() bool { return !w.calm && w.temper.faults > 0 }

// release lets a ticket happen.
func (w *world) release(t *ticket) {
	if w.hesitates(t) || !w.desk.remove(t) {
		return
	}
	switch t.kind {
	case turn:
		w.note("turn %s", t.who)
		w.spawn(t.act)
	case reply:
		t.act()
	case write:
		t.call.let <- w.writeFate(t)
	case read:
		w.note("%s", t.who)
		t.call.let <- w.readFate(t)
	case send:
		w.deliver(t)
	case errand:
		ok := !w.troubled() || !w.chance(0.15)
		if !ok {
			w.saw("errand failed")
		}
		w.note("%s: %v", t.who, ok)
		w.runErrand(t, ok)
	}
	synctest.Wait()
}

// hesitates holds something up now and then.
func (w *world) hesitates(t *ticket) bool {
	if !w.troubled() || !t.from.IsZero() {
		return false
	}
	var d time.Duration
	switch {
	case t.kind == write && w.chance(w.temper.faults/2):
		w.saw("slow write")
		d = w.between(time.Millisecond, 20*time.Second)
		if w.chance(0.5) {
			t.call.late = t.call.what.(writing).write // it happens all the same
		}
	case t.kind == read && w.chance(w.temper.faults/4):
		w.saw("slow read")
		d = w.between(time.Millisecond, 7*time.Second)
	case t.kind == send && w.chance(0.1):
		w.saw("slow provider")
		d = w.between(time.Millisecond, 40*time.Second)
	case t.kind == turn && w.chance(0.005):
		w.saw("slow actor")
		d = w.between(time.Millisecond, 300*time.Millisecond)
	default:
		return false
	}
	w.note("%s is held for %v", t.who, d)
	t.from = time.Now().Add(d)
	return true
}

func (w *world) writeFate(t *ticket) fate {
	f := well
	switch {
	case !w.troubled():
	case time.Now().Before(w.outage) || w.chance(w.temper.faults):
		w.saw("write refused")
		f = refuse
	case w.chance(w.temper.faults):
		w.saw("write without an answer")
		f = lose
	}
	if f != well {
		w.note("%s: fate %d", t.who, f)
	}
	return f
}

func (w *world) readFate(t *ticket) fate {
	if w.troubled() && (time.Now().Before(w.outage) || w.chance(w.temper.faults/2)) {
		w.saw("read refused")
		w.note("%s: refused", t.who)
		return refuse
	}
	return well
}

func (w *world) runErrand(t *ticket, ok bool) {
	if rows, is := t.call.what.([]actors.Row); is && ok {
		w.ledger.index(rows)
	}
	t.call.let <- answer{ok: ok}
}

// number gives a new number for an id.
func (w *world) number() int {
	w.numbers++
	return w.numbers
}

// written looks at a batch that has just become durable.
func (w *world) written(b commit.Batch, outcomes []commit.Outcome) {
	for i, c := range b.Changes {
		if outcomes[i].Status != commit.Written {
			w.saw([...]string{"", "key seen", "conflict"}[outcomes[i].Status])
			continue
		}
		before := w.before(c.Entity)
		if err := w.kept.take(b.Partition, c); err != nil {
			w.fail("I5: %s cannot be read back: %v", c.Entity, err)
			return
		}
		w.checkChange(c, before)
	}
	w.kept.finish(b)
}

// patience is how long administrators wait.
func patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 30*time.Second)
}

// boot starts the first process.
func (w *world) boot() {
	w.calm = true
	w.starting = w.begin()
	w.pass(time.Second)
	w.calm = false
	if w.now == nil {
		w.fail("I5: the engine does not start")
	}
}

// shut ends everything that still runs, so that the bubble can end.
func (w *world) shut() {
	w.calm = true
	for _, l := range w.lives {
		if !l.ended {
			l.dead.Store(true)
			l.cancel()
		}
	}
	broken := w.log.broken
	w.log.mu.Lock()
	w.log.broken = ""
	w.log.mu.Unlock()
	for _, l := range w.lives {
		if l.engine != nil {
			w.end(l, true)
		}
	}
	for range 2000 {
		ready := w.ready()
		for _, t := range ready {
			w.dismiss(t)
		}
		if len(ready) == 0 && w.allEnded() {
			break
		}
		if len(ready) == 0 {
			time.Sleep(100 * time.Millisecond)
		}
	}
	if broken != "" {
		w.log.broken = broken
	}
}

func (w *world) allEnded() bool {
	for _, l := range w.lives {
		if !l.ended {
			return false
		}
	}
	return w.desk.len() == 0
}

// dismiss answers a ticket of an engine that is on its way out.
func (w *world) dismiss(t *ticket) {
	if !w.desk.remove(t) {
		return
	}
	switch {
	case t.kind == turn:
		w.spawn(t.act)
	case t.kind == reply:
		if l := t.life; l != nil {
			if l.engine == nil { // it was still starting
				t.act()
				return
			}
			l.ended = true
		}
	case t.kind == send || t.kind == errand:
		t.call.let <- nil
	default:
		t.call.let <- dead
	}
}
