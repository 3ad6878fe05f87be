package actors

import (
	"errors"
	"sync"
	"time"

	"parley/actors/chat"
)

// giveUpAfter is how long a message is tried when the provider keeps saying
// "later".
const giveUpAfter = 24 * time.Hour

// deliveries hands messages to providers: in order within a conversation,
// many conversations at once.
type deliveries struct {
	w      *works
	places chan struct{}

	mu    sync.Mutex
	lanes map[string][]job // by conversation; present while somebody works on it
}

func newDeliveries(w *works) *deliveries {
	return &deliveries{w: w, places: make(chan struct{}, deliveriesAtOnce), lanes: make(map[string][]job)}
}

func (d *deliveries) add(j job) {
	d.mu.Lock()
	defer d.mu.Unlock()
	id := j.source.ID
	if list, busy := d.lanes[id]; busy {
		d.lanes[id] = append(list, j)
		return
	}
	d.lanes[id] = nil
	if !d.w.spawn(func() { d.work(id, j) }) {
		delete(d.lanes, id)
	}
}

// work delivers one conversation's messages until none is left.
func (d *deliveries) work(id string, j job) {
	for {
		if !d.deliver(j) {
			return // stopping: the rest stays in the outbox
		}
		d.mu.Lock()
		list := d.lanes[id]
		if len(list) == 0 {
			delete(d.lanes, id)
			d.mu.Unlock()
			return
		}
		j, d.lanes[id] = list[0], list[1:]
		d.mu.Unlock()
	}
}

// deliver brings one message to an end: taken, refused or unknown. False when
// the engine stops first.
func (d *deliveries) deliver(j job) bool {
	id := j.effect.(chat.Deliver).Message
	if j.begun { // the process died while this was on its way: never blindly again
		return d.w.outcome(j, chat.Uncertain{Message: id, Error: chat.Problem{
			Code: "interrupted", Text: "the server restarted while the message was being sent",
		}})
	}
	next, tries := 0, 0 // the next part, and how often it was tried
	misses := 0         // readings that failed
	for {
		part, since, err := d.load(j, id)
		switch {
		case errors.Is(err, errSent):
			j.part.committer.finish(j.seq)
			return true
		case err != nil && unreadable(err):
			d.w.keep(j, err)
			return true
		case err != nil:
			if misses++; misses%60 == 1 { // once a minute: the store may be away for long
				d.w.engine.log.Error("a message to deliver cannot be read yet", "message", id, "attempt", misses, "err", err)
			}
			if !d.w.rest(time.Second) {
				return false
			}
			continue
		}
		part.Part = max(part.Part, next)
		out, ok := d.attempt(j, part)
		if !ok {
			return false
		}
		more, wait, ok := d.conclude(j, part, out, since, tries)
		switch {
		case !ok || !more:
			return ok
		case wait == 0:
			next, tries = part.Part+1, 0
		default:
			tries++
			if !d.w.rest(wait) {
				return false
			}
		}
	}
}

// conclude does what follows from an attempt. more asks for another: of the next
// part, or of the same one after a wait. It is not ok when the engine stops first.
func (d *deliveries) conclude(j job, part Delivery, out Outcome, since time.Time, tries int) (more bool, wait time.Duration, ok bool) {
	id := part.Message.ID
	switch out.Verdict {
	case Taken:
		taken := chat.Accepted{Message: id, Provider: out.Provider, Part: part.Part + 1, Parts: out.Parts}
		if taken.Part < out.Parts {
			return true, 0, d.w.progress(j, taken)
		}
		return false, 0, d.w.outcome(j, taken)
	case Again:
		if time.Since(since) > giveUpAfter {
			return false, 0, d.w.outcome(j, chat.Rejected{Message: id, Error: chat.Problem{
				Code: "expired", Text: "the provider did not take the message for a day",
			}})
		}
		j.part.committer.rest(j.seq)
		return true, max(out.After, d.w.engine.spread(backoff(tries))), true
	case Rejected:
		return false, 0, d.w.outcome(j, chat.Rejected{Message: id, Error: out.Error, Blocked: out.Blocked, Lost: out.Lost})
	default:
		return false, 0, d.w.outcome(j, chat.Uncertain{Message: id, Error: out.Error})
	}
}

// errSent says that a message does not wait to be sent any more.
var errSent = errors.New("actors: not queued any more")

// load reads the message and the address it goes to, and since when it waits to
// be sent: an operator's retry begins anew, a restart does not.
func (d *deliveries) load(j job, id string) (part Delivery, since time.Time, err error) {
	h := d.w.engine.history()
	state, _, err := h.conversation(d.w.ctx, j.source.ID)
	if err != nil {
		return Delivery{}, time.Time{}, err
	}
	m, found, err := h.message(d.w.ctx, id)
	switch {
	case err != nil:
		return Delivery{}, time.Time{}, err
	case !found || m.State != chat.Queued:
		return Delivery{}, time.Time{}, errSent
	}
	part = Delivery{
		Conversation: state.ID, Channel: state.Channel, Address: state.Address, Message: m, LastIn: state.LastIn, Part: len(m.Providers),
	}
	if parent, ok, err := h.message(d.w.ctx, m.ReplyTo); err == nil && ok && len(parent.Providers) > 0 {
		part.ReplyTo = parent.Providers[0]
	}
	since = m.At
	for _, o := range state.Outgoing {
		if o.Message == id {
			since = o.At
		}
	}
	return part, since, nil
}

// attempt sends one part after the durable mark that it is about to leave. It
// is not ok when the engine stops, or the partition is lost, before that.
func (d *deliveries) attempt(j job, part Delivery) (out Outcome, ok bool) {
	for d.w.engine.outside.Pace(d.w.begin, part) != nil {
		if !d.w.rest(time.Second) {
			return Outcome{}, false
		}
	}
	select {
	case d.places <- struct{}{}:
	case <-d.w.halt:
		return Outcome{}, false
	}
	defer func() { <-d.places }()
	marked := make(chan error, 1)
	j.part.committer.begin(j.seq, func(err error) { marked <- err })
	select {
	case err := <-marked:
		if err != nil || j.part.lost.Load() {
			return Outcome{}, false
		}
	case <-d.w.over:
		return Outcome{}, false
	}
	if d.w.halted() { // marked, but nothing leaves any more
		j.part.committer.rest(j.seq)
		return Outcome{}, false
	}
	return d.w.engine.outside.Deliver(d.w.ctx, part), true
}
