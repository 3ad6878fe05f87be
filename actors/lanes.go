package actors

import (
	"errors"
	"sync"
	"time"

	"parley/actors/commit"
)

const (
	laneBatch   = 256              // steps on their way to one entity at a time
	laneTimeout = 10 * time.Second // after which they are sent again, then twice as long; the receiver knows them by number
)

// restLongest is the longest pause before steps that could not be taken go again.
const restLongest = 5 * time.Second

// lanes carries a partition's durable steps to other entities. To each entity
// they go strictly in the order of their numbers, one bundle on its way at a
// time, until acknowledged: so the receiver needs only the newest number it
// has seen from this partition to recognise a repetition.
type lanes struct {
	partition int
	send      func(*steps)
	finish    func(...uint64) // the outbox entries are done

	mu      sync.Mutex
	lanes   map[commit.Entity]*lane
	opened  bool // before that nothing is sent
	stopped bool
}

type lane struct {
	to      commit.Entity
	waiting []step
	flying  []step // on their way
	open    int    // of those, not answered yet
	broken  int    // index of the first that could not be made durable, len(flying) = none
	attempt uint64 // late answers to an earlier attempt are ignored
	silent  int    // attempts since an answer came
	pause   time.Duration
	timer   *time.Timer
}

type step struct {
	seq     uint64
	command any
}

func newLanes(partition int, send func(*steps), finish func(...uint64)) *lanes {
	return &lanes{partition: partition, send: send, finish: finish, lanes: make(map[commit.Entity]*lane)}
}

// add queues a step. Steps must be added in the order of their numbers.
func (l *lanes) add(seq uint64, to commit.Entity, command any) {
	l.mu.Lock()
	ln := l.lanes[to]
	if ln == nil {
		ln = &lane{to: to}
		l.lanes[to] = ln
	}
	ln.waiting = append(ln.waiting, step{seq, command})
	bundle := l.launch(ln)
	l.mu.Unlock()
	if bundle != nil {
		l.send(bundle)
	}
}

// open sends what has gathered, and from now on everything.
func (l *lanes) open() {
	l.mu.Lock()
	l.opened = true
	var bundles []*steps
	for _, ln := range l.lanes {
		if b := l.launch(ln); b != nil {
			bundles = append(bundles, b)
		}
	}
	l.mu.Unlock()
	for _, b := range bundles {
		l.send(b)
	}
}

// launch puts the next bundle on its way unless one is, and gives it; the
// caller sends it without the lock.
func (l *lanes) launch(ln *lane) *steps {
	if !l.opened || l.stopped || len(ln.flying) > 0 || len(ln.waiting) == 0 {
		return nil
	}
	n := min(len(ln.waiting), laneBatch)
	ln.flying, ln.waiting = ln.waiting[:n:n], ln.waiting[n:]
	return l.bundle(ln)
}

func (l *lanes) bundle(ln *lane) *steps {
	ln.attempt++
	attempt := ln.attempt
	ln.open, ln.broken = len(ln.flying), len(ln.flying)
	if ln.timer != nil {
		ln.timer.Stop()
	}
	ln.timer = time.AfterFunc(laneTimeout<<min(ln.silent, 5), func() { l.again(ln, attempt) })
	ln.silent++
	bundle := &steps{to: ln.to, list: make([]*envelope, len(ln.flying))}
	now := time.Now()
	for i, s := range ln.flying {
		bundle.list[i] = &envelope{
			to: ln.to, command: s.command, arrived: now, from: l.partition, seq: s.seq,
			done: func(_ any, err error) { l.answered(ln, attempt, i, err) },
		}
	}
	return bundle
}

// answered counts one step's fate. When all are known the durable ones are
// finished and the rest goes again.
func (l *lanes) answered(ln *lane, attempt uint64, i int, err error) {
	l.mu.Lock()
	if attempt != ln.attempt || l.stopped {
		l.mu.Unlock()
		return
	}
	ln.open--
	if undecided(err) && i < ln.broken {
		ln.broken = i
	}
	if ln.open > 0 {
		l.mu.Unlock()
		return
	}
	bundle, finished := l.landed(ln)
	l.mu.Unlock()
	if len(finished) > 0 {
		l.finish(finished...)
	}
	if bundle != nil {
		l.send(bundle)
	}
}

func (l *lanes) landed(ln *lane) (next *steps, finished []uint64) {
	ln.timer.Stop()
	ln.attempt++
	ln.silent = 0
	for _, s := range ln.flying[:ln.broken] {
		finished = append(finished, s.seq)
	}
	ln.flying = ln.flying[ln.broken:]
	if len(ln.flying) > 0 {
		l.rest(ln)
		return nil, finished
	}
	ln.flying, ln.pause = nil, 0
	if len(ln.waiting) == 0 {
		delete(l.lanes, ln.to)
		return nil, finished
	}
	return l.launch(ln), finished
}

// rest waits a while before what could not be made durable goes again.
func (l *lanes) rest(ln *lane) {
	ln.pause = min(max(2*ln.pause, 20*time.Millisecond), restLongest)
	attempt := ln.attempt
	ln.timer = time.AfterFunc(ln.pause, func() { l.again(ln, attempt) })
}

// again sends the same steps once more: an answer never came, or the entity
// could not be served.
func (l *lanes) again(ln *lane, attempt uint64) {
	l.mu.Lock()
	if attempt != ln.attempt || l.stopped {
		l.mu.Unlock()
		return
	}
	bundle := l.bundle(ln)
	l.mu.Unlock()
	l.send(bundle)
}

// undecided says whether a step must go again. One for a quarantined entity
// waits until that is put back: finishing it would lose what it carries.
func undecided(err error) bool {
	return retryable(err) || errors.Is(err, ErrQuarantined)
}

// stop ends all timers; what is not acknowledged stays in the outbox.
func (l *lanes) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	for _, ln := range l.lanes {
		if ln.timer != nil {
			ln.timer.Stop()
		}
	}
}
