package actors

import (
	"context"
	"errors"
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

	mu      sync.Mutex
	gather  []*submission
	done    []uint64
	begun   []begun
	flying  bool
	stopped bool
	idle    *sync.Cond

	epoch  uint64
	number uint64
	seq    uint64
}

// begun asks for the mark that an entry is about to leave; then runs when it is durable.
type begun struct {
	seq  uint64
	then func(error)
}

func newCommitter(store Store, partition int, c commit.Claim) *committer {
	m := &committer{store: store, partition: partition, epoch: c.Epoch, seq: c.Seq, now: time.Now}
	m.idle = sync.NewCond(&m.mu)
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

func (m *committer) start() {
	if !m.flying {
		m.flying = true
		go m.run()
	}
}

// run writes batches until nothing has gathered.
func (m *committer) run() {
	for {
		m.mu.Lock()
		if len(m.gather) == 0 && len(m.begun) == 0 && (len(m.done) < 256 && !m.stopped || len(m.done) == 0) {
			m.flying = false
			m.idle.Broadcast()
			m.mu.Unlock()
			return
		}
		subs, begun, done := m.gather, m.begun, m.done
		m.gather, m.begun, m.done = nil, nil, nil
		m.mu.Unlock()
		if !m.write(subs, begun, done) {
			return
		}
	}
}

// write makes one batch durable and tells everybody. It is false when the
// partition is lost.
func (m *committer) write(subs []*submission, begun []begun, done []uint64) bool {
	b := m.batch(subs, begun, done)
	started := m.now()
	outcomes, err := m.persist(b)
	if err != nil {
		m.fail(subs, begun, err)
		return false
	}
	if m.observe != nil {
		m.observe(m.now().Sub(started), len(subs))
	}
	for i, s := range subs {
		s.after(outcomes[i], nil)
		if outcomes[i].Status == commit.Written && len(s.intents) > 0 {
			m.published(s)
		}
	}
	for _, w := range begun {
		w.then(nil)
	}
	return true
}

// batch forms the next batch and numbers its intents. Only run calls it, so
// numbers rise in the order of commits.
func (m *committer) batch(subs []*submission, begun []begun, done []uint64) commit.Batch {
	m.number++
	b := commit.Batch{
		Partition: m.partition, Epoch: m.epoch, Number: m.number, At: m.now().UnixMilli(),
		Changes: make([]commit.Change, len(subs)), Done: done,
	}
	for i, s := range subs {
		s.first = m.seq + 1
		for _, in := range s.intents {
			m.seq++
			s.change.Outbox = append(s.change.Outbox, commit.Entry{
				Seq: m.seq, Kind: in.kind, Source: s.change.Entity, Target: in.target, Body: in.body,
			})
		}
		b.Changes[i] = s.change
		b.Done = append(b.Done, s.done...)
	}
	for _, w := range begun {
		b.Begun = append(b.Begun, w.seq)
	}
	b.Seq = m.seq
	return b
}

// persist repeats the same batch until the store says what became of it.
func (m *committer) persist(b commit.Batch) ([]commit.Outcome, error) {
	pause := 5 * time.Millisecond
	for {
		ctx, cancel := context.WithTimeout(context.Background(), commitDeadline)
		outcomes, err := m.store.Commit(ctx, b)
		cancel()
		if err == nil || errors.Is(err, commit.ErrFenced) {
			return outcomes, err
		}
		if m.isStopped() {
			return nil, err
		}
		time.Sleep(pause)
		pause = min(2*pause, time.Second)
	}
}

func (m *committer) isStopped() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.stopped
}

// fail ends the committer: nothing is accepted any more.
func (m *committer) fail(subs []*submission, begun []begun, err error) {
	m.mu.Lock()
	subs, begun = append(subs, m.gather...), append(begun, m.begun...)
	m.gather, m.begun = nil, nil
	m.stopped, m.flying = true, false
	m.idle.Broadcast()
	m.mu.Unlock()
	for _, s := range subs {
		s.after(commit.Outcome{}, err)
	}
	for _, w := range begun {
		w.then(err)
	}
	if errors.Is(err, commit.ErrFenced) && m.fenced != nil {
		m.fenced(err)
	}
}

// stop refuses new work and returns when what had gathered is durable or has failed.
func (m *committer) stop() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stopped = true
	if len(m.done) > 0 {
		m.start()
	}
	for m.flying {
		m.idle.Wait()
	}
}
