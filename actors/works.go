package actors

import (
	"context"
	"errors"
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
	fetchAttempts    = 10
	profileAttempts  = 5
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
	over   chan struct{} // closed when stop has returned: no outcome is waited for any more

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
		engine: e, over: make(chan struct{}),
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
		w.repeat(w.fetches, w.fetch(j))
	case chat.Identify:
		w.repeat(w.identifies, w.identify(j))
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

// attempt is one try of a piece of work: again asks for another after a while.
type attempt func(n int) (again bool, after time.Duration)

// repeat tries until it is done or the engine stops. A place is taken only for
// the try itself, so that what waits for its next one is in nobody's way.
func (w *works) repeat(places chan struct{}, try attempt) {
	w.spawn(func() {
		for n := 0; ; n++ {
			select {
			case places <- struct{}{}:
			case <-w.halt:
				return
			}
			again, after := try(n)
			<-places
			if !again || !w.rest(max(after, w.engine.spread(backoff(n)))) {
				return
			}
		}
	})
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

// outcome brings a job's outcome back as a command whose commit closes the
// outbox entry. It repeats until the command is decided; false when the engine
// stops first.
func (w *works) outcome(j job, command any) bool {
	return w.report(j, &envelope{to: j.source, command: command, finishes: j.seq})
}

// progress is outcome for work that goes on: the entry stays, but is not on its
// way outside any more.
func (w *works) progress(j job, command any) bool {
	return w.report(j, &envelope{to: j.source, command: command, rests: j.seq})
}

func (w *works) report(j job, env *envelope) bool {
	pause := 20 * time.Millisecond
	for !j.part.lost.Load() {
		err, ok := w.ask(*env)
		switch {
		case !ok:
			return false
		case errors.Is(err, ErrQuarantined):
			w.keep(j, err)
			return true
		case !retryable(err):
			if err != nil && env.finishes != 0 {
				j.part.committer.finish(env.finishes) // refused for good: nothing more will come of it
			}
			return true
		}
		if !w.rest(pause) {
			return false
		}
		pause = min(2*pause, time.Second)
	}
	return false
}

// ask puts a command into the ring and waits for what becomes of it; not ok when
// the engine stops without saying.
func (w *works) ask(env envelope) (err error, ok bool) {
	done := make(chan error, 1)
	env.arrived = time.Now()
	env.done = func(_ any, err error) { done <- err }
	w.engine.enter(&env)
	select {
	case err = <-done:
		return err, true
	case <-w.over:
		return nil, false
	}
}

// keep leaves an entry in the outbox whose conversation cannot be understood:
// it is counted, and taken up again by the next start.
func (w *works) keep(j job, err error) {
	w.engine.damaged(j.source, false, err)
	w.engine.log.Error("work is set aside: its conversation cannot be read", "work", fmt.Sprintf("%T", j.effect), "conversation", j.source.ID, "err", err)
	w.engine.deadLetter("work")
}

// fetch brings an attachment here.
func (w *works) fetch(j job) attempt {
	f := j.effect.(chat.Fetch)
	return func(n int) (again bool, after time.Duration) {
		state, _, err := w.engine.history().conversation(w.ctx, j.source.ID)
		var m chat.Message
		var found bool
		if err == nil {
			m, found, err = w.engine.history().message(w.ctx, f.Message)
		}
		switch {
		case err != nil && unreadable(err):
			w.keep(j, err)
			return false, 0
		case err != nil:
			return true, time.Second
		}
		a, wanted := attachment(m, f.Attachment)
		if !found || !wanted || a.State == chat.Stored {
			j.part.committer.finish(j.seq)
			return false, 0
		}
		got := w.engine.outside.Fetch(w.ctx, Fetch{Conversation: j.source.ID, Channel: state.Channel, Message: f.Message, Attachment: a})
		if got.Again && n < fetchAttempts-1 {
			return true, got.After
		}
		if got.Again {
			got = Fetched{State: chat.FetchFailed}
		}
		w.outcome(j, chat.Fetched{
			Message: f.Message, Attachment: f.Attachment, State: got.State, Name: got.Name, Mime: got.Mime, Size: got.Size,
		})
		return false, 0
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
func (w *works) identify(j job) attempt {
	i := j.effect.(chat.Identify)
	who := Identify{Conversation: j.source.ID, Contact: i.Contact, Name: i.Name, Address: i.Address, Profile: i.Profile}
	linked, asked := false, 0
	return func(int) (again bool, after time.Duration) {
		if linked {
			asked++
			return w.profile(j, who, asked), 0
		}
		state, _, err := w.engine.history().conversation(w.ctx, j.source.ID)
		if err != nil && unreadable(err) {
			w.keep(j, err)
			return false, 0
		}
		var contact chat.Contact
		if err == nil {
			who.Channel = state.Channel
			contact, err = w.engine.outside.Identify(w.ctx, who)
		}
		if err != nil {
			w.engine.log.Warn("a contact cannot be found or made yet", "conversation", j.source.ID, "err", err)
			return true, 0
		}
		contact.Linked = true
		if !w.progress(j, chat.Link{Contact: contact}) {
			return false, 0
		}
		linked, who.Contact, asked = true, contact.ID, 1
		return w.profile(j, who, asked), 0
	}
}

// profile asks for the public profile and says whether to ask again.
func (w *works) profile(j job, who Identify, asked int) (again bool) {
	contact, ok, err := w.engine.outside.Profile(w.ctx, who)
	switch {
	case err == nil && ok:
		contact.Linked = true
		w.outcome(j, chat.Link{Contact: contact})
		return false
	case err != nil && asked < profileAttempts:
		w.engine.log.Info("a profile cannot be read yet", "conversation", who.Conversation, "err", err)
		return true
	}
	j.part.committer.finish(j.seq)
	return false
}

// backoff grows from a quarter of a second to five minutes.
func backoff(attempt int) time.Duration {
	return min(250*time.Millisecond<<min(attempt, 11), 5*time.Minute)
}

// stop begins no new attempt, gives those under way some time, and returns when
// all have ended, or with ctx's error. What is not finished stays in the outbox.
func (w *works) stop(ctx context.Context) error {
	w.mu.Lock()
	w.stopped = true
	w.mu.Unlock()
	w.stopIt()
	cut := time.AfterFunc(workRest, w.cancel)
	defer cut.Stop()
	ended := make(chan struct{})
	go func() {
		w.wg.Wait()
		close(ended)
	}()
	var err error
	select {
	case <-ended:
	case <-ctx.Done():
		err = fmt.Errorf("stop the work on the outside: %w", ctx.Err())
	}
	w.cancel()
	close(w.over)
	return err
}
