package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"parley/actors/commit"
)

// commitDeadline bounds one attempt to write a batch. The batch itself is
// repeated until its outcome is known: nothing may be decided on top of a
// commit that perhaps happened.
const commitDeadline = 5 * time.Second

// intent is an outbox entry before it has its number.
type intent struct {
	kind   byte
	target commit.Entity
	body   []byte
	value  any // decoded body, so that it is not decoded again here
}

// submission is one entity's change on its way to the disk. after runs once,
// in the order of commits, with the numbers its intents were given.
type submission struct {
	change  commit.Change
	intents []intent
	done    []uint64 // outbox entries this change closes, in the very same batch
	rested  []uint64 // outbox entries it clears of their mark
	after   func(o commit.Outcome, err error)
	first   uint64 // number of the first intent, set when the batch is formed
}

// committer is the group commit of one partition: while one batch is on its
// way, the next gathers. There is no timer and no lock held over I/O.
type committer struct {
	store     Store
	partition int
	observe   func(time.Duration, int)
	now       func() time.Time
	published func(*submission) // hands durable intents on, in order
	fenced    func(error)       // the partition is not ours any more
	log       *slog.Logger

	ctx    context.Context // ends when an attempt to write must end
	cancel context.CancelFunc
	halt   chan struct{} // closed by stop: nothing is repeated any more

	mu      sync.Mutex
	gather  []*submission
	done    []uint64
	begun   []begun
	rested  []uint64
	busy    bool          // writing, or about to
	landed  chan struct{} // closed when it is busy no more; nil while nobody waits for that
	stopped bool
	halted  bool

	starting sync.Once
	wake     chan struct{} // there is something to write

	epoch  uint64
	number uint64
	seq    uint64
}

// begun asks for the mark that an entry is about to leave; then runs when it is durable.
type begun struct {
	seq  uint64
	then func(error)
}

func newCommitter(store Store, partition int, c commit.Claim, log *slog.Logger) *committer {
	m := &committer{store: store, partition: partition, epoch: c.Epoch, seq: c.Seq, now: time.Now, log: log, halt: make(chan struct{}), wake: make(chan struct{}, 1)}
	m.ctx, m.cancel = context.WithCancel(context.Background())
	return m
}

// submit queues a change for the next batch. It is false after stop.
func (m *committer) submit(s *submission) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stopped {
		return false
	}
	m.gather = append(m.gather, s)
	m.start()
	return true
}

// finish deletes an outbox entry with the next batch; nobody waits for it.
func (m *committer) finish(seqs ...uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done = append(m.done, seqs...)
	if !m.stopped && len(m.done) >= 256 {
		m.start()
	}
}

// begin marks an outbox entry as about to leave; then is called when that is durable.
func (m *committer) begin(seq uint64, then func(error)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stopped {
		go then(ErrStopping)
		return
	}
	m.begun = append(m.begun, begun{seq, then})
	m.start()
}

// rest clears the mark of an outbox entry that will be tried again; nobody
// waits for it, but it is written at once.
func (m *committer) rest(seq uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rested = append(m.rested, seq)
	if !m.stopped {
		m.start()
	}
}

func (m *committer) start() {
	if m.busy {
		return
	}
	m.busy = true
	m.starting.Do(func() { go m.work() })
	m.wake <- struct{}{} // there is room: it was not busy
}

// work writes whenever it is woken. A goroutine that lives on keeps the deep
// stack that a write needs.
func (m *committer) work() {
	for {
		select {
		case <-m.wake:
			m.run()
		case <-m.halt:
			select {
			case <-m.wake: // what had gathered when it was stopped
				m.run()
			default:
			}
			return
		}
	}
}

// run writes batches until nothing has gathered.
func (m *committer) run() {
	for {
		m.mu.Lock()
		if !m.pressing() {
			m.quiet()
			m.mu.Unlock()
			return
		}
		l := load{subs: m.gather, begun: m.begun, rested: m.rested, done: m.done}
		m.gather, m.begun, m.rested, m.done = nil, nil, nil, nil
		m.mu.Unlock()
		if !m.write(l) {
			return
		}
	}
}

// quiet ends being busy, with the lock held.
func (m *committer) quiet() {
	m.busy = false
	if m.landed != nil {
		close(m.landed)
		m.landed = nil
	}
}

// load is what one batch is made of.
type load struct {
	subs   []*submission
	begun  []begun
	rested []uint64
	done   []uint64
}

// pressing says whether something has gathered that must be written now.
func (m *committer) pressing() bool {
	return len(m.gather) > 0 || len(m.begun) > 0 || len(m.rested) > 0 ||
		len(m.done) >= 256 || m.stopped && len(m.done) > 0
}

// write makes one batch durable and tells everybody. It is false when the
// partition is lost.
func (m *committer) write(l load) bool {
	b := m.batch(l)
	started := m.now()
	outcomes, err := m.persist(b)
	if err != nil {
		m.fail(l, err)
		return false
	}
	if m.observe != nil {
		m.observe(m.now().Sub(started), len(l.subs))
	}
	for i, s := range l.subs {
		s.after(outcomes[i], nil)
		if outcomes[i].Status == commit.Written && len(s.intents) > 0 {
			m.published(s)
		}
	}
	for _, w := range l.begun {
		w.then(nil)
	}
	return true
}

// batch forms the next batch and numbers its intents. Only run calls it, so
// numbers rise in the order of commits.
func (m *committer) batch(l load) commit.Batch {
	m.number++
	b := commit.Batch{
		Partition: m.partition, Epoch: m.epoch, Number: m.number, At: m.now().UnixMilli(),
		Changes: make([]commit.Change, len(l.subs)), Done: l.done, Rested: l.rested,
	}
	for i, s := range l.subs {
		s.first = m.seq + 1
		for _, in := range s.intents {
			m.seq++
			s.change.Outbox = append(s.change.Outbox, commit.Entry{
				Seq: m.seq, Kind: in.kind, Source: s.change.Entity, Target: in.target, Body: in.body,
			})
		}
		b.Changes[i] = s.change
		b.Done = append(b.Done, s.done...)
		b.Rested = append(b.Rested, s.rested...)
	}
	for _, w := range l.begun {
		b.Begun = append(b.Begun, w.seq)
	}
	b.Seq = m.seq
	return b
}

// refusals is how often a batch is repeated that the store refuses for another
// reason than being away: about 30 s in all. Then the partition is given up
// until the next start, since nothing may be decided past it.
const refusals = 40

// persist repeats the same batch until the store says what became of it.
func (m *committer) persist(b commit.Batch) ([]commit.Outcome, error) {
	refused := 0
	for attempt := 0; ; attempt++ {
		ctx, cancel := context.WithTimeout(m.ctx, commitDeadline)
		outcomes, err := m.store.Commit(ctx, b)
		cancel()
		if err == nil || errors.Is(err, commit.ErrFenced) {
			return outcomes, err
		}
		if !errors.Is(err, commit.ErrUnavailable) && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
			if refused++; refused == refusals {
				return nil, fmt.Errorf("%w: %w", errRefused, err)
			}
		}
		if attempt == 0 || attempt%60 == 0 { // once a minute at the slowest pace
			m.log.Error("the store cannot write; repeating", "partition", m.partition, "attempt", attempt, "err", err)
		}
		if !m.pause(attempt) {
			return nil, err
		}
	}
}

// pause waits before the next attempt, 5 ms to 1 s; false after stop.
func (m *committer) pause(attempt int) bool {
	t := time.NewTimer(min(5*time.Millisecond<<min(attempt, 10), time.Second))
	defer t.Stop()
	select {
	case <-m.halt:
		return false
	default:
	}
	select {
	case <-t.C:
		return true
	case <-m.halt:
		return false
	}
}

// fail ends the committer: nothing is accepted any more.
func (m *committer) fail(l load, err error) {
	m.mu.Lock()
	subs, begun := append(l.subs, m.gather...), append(l.begun, m.begun...)
	m.gather, m.begun, m.rested, m.done = nil, nil, nil, nil
	m.stopped = true
	m.mu.Unlock()
	defer func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.quiet()
	}()
	if errors.Is(err, commit.ErrFenced) || errors.Is(err, errRefused) { // first, so that nobody serves what is not ours any more
		m.fenced(err)
	}
	for _, s := range subs {
		s.after(commit.Outcome{}, err)
	}
	for _, w := range begun {
		w.then(err)
	}
}

// stop refuses new work and returns when what had gathered is durable or has
// failed; with ctx's error when the store does not say in time.
func (m *committer) stop(ctx context.Context) error {
	m.mu.Lock()
	m.stopped = true
	if !m.halted {
		if m.pressing() {
			m.start()
		}
		m.halted = true
		close(m.halt)
	}
	if m.busy && m.landed == nil {
		m.landed = make(chan struct{})
	}
	landed := m.landed
	m.mu.Unlock()
	defer m.cancel()
	if landed == nil {
		return nil
	}
	select {
	case <-landed:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop partition %d: %w", m.partition, ctx.Err())
	}
}
