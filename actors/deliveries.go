package actors

import (
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
		}}, j.seq)
	}
	for attempt := 0; ; attempt++ {
		part, ok := d.load(j, id)
		if !ok {
			return !d.w.halted()
		}
		if part.Message.State != chat.Queued {
			j.part.committer.finish(j.seq)
			return true
		}
		again, after, ok := d.attempt(j, part)
		if !ok || !again {
			return ok
		}
		if time.Since(part.Message.At) > giveUpAfter {
			return d.w.outcome(j, chat.Rejected{Message: id, Error: chat.Problem{
				Code: "expired", Text: "the provider did not take the message for a day",
			}}, j.seq)
		}
		if !d.w.rest(after) {
			return false
		}
	}
}

// load reads the message and the address it goes to.
func (d *deliveries) load(j job, id string) (Delivery, bool) {
	h := d.w.engine.history()
	for {
		state, _, err := h.conversation(d.w.ctx, j.source.ID)
		var m chat.Message
		found := false
		if err == nil {
			m, found, err = h.message(d.w.ctx, id)
		}
		if err == nil && !found {
			j.part.committer.finish(j.seq)
			return Delivery{Message: chat.Message{State: chat.Failed}}, true
		}
		if err == nil {
			out := Delivery{
				Conversation: state.ID, Channel: state.Channel, Address: state.Address, Message: m, LastIn: state.LastIn, Part: len(m.Providers),
			}
			if parent, ok, err := h.message(d.w.ctx, m.ReplyTo); err == nil && ok && len(parent.Providers) > 0 {
				out.ReplyTo = parent.Providers[0]
			}
			return out, true
		}
		if !d.w.rest(time.Second) {
			return Delivery{}, false
		}
	}
}

// attempt sends one part after the durable mark that it is about to leave.
func (d *deliveries) attempt(j job, part Delivery) (again bool, after time.Duration, ok bool) {
	if err := d.w.engine.outside.Pace(d.w.begin, part); err != nil {
		return false, 0, false
	}
	select {
	case d.places <- struct{}{}:
	case <-d.w.halt:
		return false, 0, false
	}
	defer func() { <-d.places }()
	marked := make(chan error, 1)
	j.part.committer.begin(j.seq, func(err error) { marked <- err })
	if err := <-marked; err != nil {
		return false, 0, false
	}
	out := d.w.engine.outside.Deliver(d.w.ctx, part)
	id := part.Message.ID
	switch out.Verdict {
	case Taken:
		last := part.Part+1 >= out.Parts
		seq := uint64(0)
		if last {
			seq = j.seq
		}
		done := d.w.outcome(j, chat.Accepted{Message: id, Provider: out.Provider, Part: part.Part + 1, Parts: out.Parts}, seq)
		return !last, 0, done
	case Again:
		return true, out.After, true
	case Rejected:
		return false, 0, d.w.outcome(j, chat.Rejected{Message: id, Error: out.Error, Blocked: out.Blocked, Lost: out.Lost}, j.seq)
	default:
		return false, 0, d.w.outcome(j, chat.Uncertain{Message: id, Error: out.Error}, j.seq)
	}
}
