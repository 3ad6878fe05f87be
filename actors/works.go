package actors

import (
	"context"
	"fmt"
	"sync"
	"time"

	"parley/actors/chat"
	"parley/actors/commit"
)

// Kinds of outbox entries; they are stored.
const (
	kindStep byte = 1 // a command for another entity
	kindWork byte = 2 // work on the outside
)

const (
	deliveriesAtOnce = 256
	fetchesAtOnce    = 8
	identifiesAtOnce = 4
	workRest         = 8 * time.Second // attempts under way may end when the engine stops
)

// job is one outbox entry of work on the outside.
type job struct {
	part   *partition
	seq    uint64
	source commit.Entity
	effect chat.Effect
	begun  bool // an attempt may have reached the outside before a restart
}

// works does what leaves the engine, off the actors, at least once. Outcomes
// come back as commands that close the outbox entry in their own commit.
type works struct {
	engine *Engine
	ctx    context.Context // ends when attempts under way must end
	cancel context.CancelFunc
	begin  context.Context // ends when no new attempt may begin
	halt   <-chan struct{} // its Done
	stopIt context.CancelFunc

	fetches    chan struct{}
	identifies chan struct{}
	deliver    *deliveries
	index      *indexer

	mu      sync.Mutex
	stopped bool
	wg      sync.WaitGroup
}

func newWorks(e *Engine) *works {
	w := &works{
		engine:  e,
		fetches: make(chan struct{}, fetchesAtOnce), identifies: make(chan struct{}, identifiesAtOnce),
	}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	w.begin, w.stopIt = context.WithCancel(w.ctx)
	w.halt = w.begin.Done()
	w.deliver = newDeliveries(w)
	w.index = newIndexer(w)
	return w
}

// add takes a job over; it never blocks.
func (w *works) add(j job) {
	switch j.effect.(type) {
	case chat.Deliver:
		w.deliver.add(j)
	case chat.Index:
		w.index.add(j)
	case chat.Fetch:
		w.spawn(func() { w.pooled(w.fetches, j, w.fetch) })
	case chat.Identify:
		w.spawn(func() { w.pooled(w.identifies, j, w.identify) })
	default:
		w.engine.log.Error("unknown work in the outbox", "work", fmt.Sprintf("%T", j.effect), "entity", j.source.String())
		w.engine.deadLetter("work")
	}
}

// spawn runs a goroutine that stop waits for; false after stop.
func (w *works) spawn(f func()) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return false
	}
	w.wg.Add(1)
	go func() {
		defer w.wg.Done()
		f()
	}()
	return true
}

func (w *works) pooled(places chan struct{}, j job, do func(job)) {
	select {
	case places <- struct{}{}:
	case <-w.halt:
		return
	}
	defer func() { <-places }()
	do(j)
}

// rest waits; false when the engine stops.
func (w *works) rest(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-w.halt:
		return false
	}
}

func (w *works) halted() bool {
	select {
	case <-w.halt:
		return true
	default:
		return false
	}
}

// outcome brings a job's outcome back as a command. seq closes the entry in the
// same commit, 0 leaves it open. It repeats until the command is decided.
func (w *works) outcome(j job, command any, seq uint64) bool {
	pause := 20 * time.Millisecond
	for {
		done := make(chan error, 1)
		w.engine.enter(&envelope{
			to: j.source, command: command, arrived: time.Now(), finishes: seq,
			done: func(_ any, err error) { done <- err },
		})
		err := <-done
		if !retryable(err) {
			if err != nil && seq != 0 {
				j.part.committer.finish(seq) // refused for good: nothing more will come of it
			}
			return err == nil
		}
		if !w.rest(pause) {
			return false
		}
		pause = min(2*pause, time.Second)
	}
}

// fetch brings an attachment here.
func (w *works) fetch(j job) {
	f := j.effect.(chat.Fetch)
	for attempt := 0; !w.halted(); attempt++ {
		state, _, err := w.engine.history().conversation(w.ctx, j.source.ID)
		if err != nil {
			if !w.rest(time.Second) {
				return
			}
			continue
		}
		m, ok, err := w.engine.history().message(w.ctx, f.Message)
		if err == nil && !ok {
			j.part.committer.finish(j.seq)
			return
		}
		a, found := attachment(m, f.Attachment)
		if err == nil && (!found || a.State == chat.Stored) {
			j.part.committer.finish(j.seq)
			return
		}
		got := Fetched{Again: true, After: time.Second}
		if err == nil {
			got = w.engine.outside.Fetch(w.ctx, Fetch{Conversation: j.source.ID, Channel: state.Channel, Message: f.Message, Attachment: a})
		}
		if !got.Again {
			w.outcome(j, chat.Fetched{
				Message: f.Message, Attachment: f.Attachment, State: got.State, Name: got.Name, Mime: got.Mime, Size: got.Size,
			}, j.seq)
			return
		}
		if attempt >= 9 {
			w.outcome(j, chat.Fetched{Message: f.Message, Attachment: f.Attachment, State: chat.FetchFailed}, j.seq)
			return
		}
		if !w.rest(max(got.After, backoff(attempt))) {
			return
		}
	}
}

func attachment(m chat.Message, id string) (chat.Attachment, bool) {
	for _, a := range m.Attachments {
		if a.ID == id {
			return a, true
		}
	}
	return chat.Attachment{}, false
}

// identify links the conversation to its contact, then fills the contact from
// the provider's public profile, best effort (S5, S6).
func (w *works) identify(j job) {
	i := j.effect.(chat.Identify)
	state, _, err := w.engine.history().conversation(w.ctx, j.source.ID)
	for err != nil {
		if !w.rest(time.Second) {
			return
		}
		state, _, err = w.engine.history().conversation(w.ctx, j.source.ID)
	}
	who := Identify{Conversation: j.source.ID, Channel: state.Channel, Contact: i.Contact, Name: i.Name, Address: i.Address}
	contact, err := w.engine.outside.Identify(w.ctx, who)
	for attempt := 0; err != nil; attempt++ {
		w.engine.log.Warn("a contact cannot be found or made yet", "conversation", j.source.ID, "err", err)
		if !w.rest(backoff(attempt)) {
			return
		}
		contact, err = w.engine.outside.Identify(w.ctx, who)
	}
	contact.Linked = true
	if !w.outcome(j, chat.Link{Contact: contact}, 0) {
		return
	}
	who.Contact = contact.ID
	w.profile(j, who)
}

func (w *works) profile(j job, who Identify) {
	for attempt := 0; attempt < 5; attempt++ {
		contact, ok, err := w.engine.outside.Profile(w.ctx, who)
		if err == nil {
			if ok {
				contact.Linked = true
				w.outcome(j, chat.Link{Contact: contact}, j.seq)
				return
			}
			break
		}
		w.engine.log.Info("a profile cannot be read yet", "conversation", who.Conversation, "err", err)
		if !w.rest(backoff(attempt)) {
			return
		}
	}
	j.part.committer.finish(j.seq)
}

// backoff grows from half a second to five minutes.
func backoff(attempt int) time.Duration {
	return min(500*time.Millisecond<<min(attempt, 10), 5*time.Minute)
}

// stop begins no new attempt, gives those under way some time, and returns when
// all have ended. What is not finished stays in the outbox.
func (w *works) stop() {
	w.mu.Lock()
	w.stopped = true
	w.mu.Unlock()
	w.stopIt()
	timer := time.AfterFunc(workRest, w.cancel)
	w.wg.Wait()
	timer.Stop()
	w.cancel()
}
