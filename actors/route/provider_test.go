package route_test

import (
	"slices"
	"time"

	"parley/actors/chat"
	"parley/actors/commit"
)

// provider is the outside that messages go to.
type provider struct {
	events  []event // every event with a key, acknowledged or not
	numbers int     // of the ids it has given
	sends   map[string]int
	again   map[string]int // how often an operator wanted it sent
	reached []reached
}

// reached is a message the provider has taken, whatever we know of it.
type reached struct {
	conversation, message, id string
	at                        time.Time
}

func newProvider() provider {
	return provider{sends: map[string]int{}, again: map[string]int{}}
}

// job is work on the outside that somebody could do next.
type job struct {
	part *part
	*entry
}

// jobs lists the work that may begin or end now: messages of a conversation go
// one after another.
func (w *world) jobs() []job {
	var out []job
	for _, p := range w.parts {
		var sending []commit.Entity
		for _, e := range p.outbox {
			switch e.work.(type) {
			case nil:
				continue
			case chat.Index: // somebody else's table
				p.done[e.seq] = true
			}
			if p.done[e.seq] {
				continue
			}
			if _, ok := e.work.(chat.Deliver); ok {
				if slices.Contains(sending, e.source) {
					continue
				}
				sending = append(sending, e.source)
			}
			if !w.finishing(e) {
				out = append(out, job{p, e})
			}
		}
	}
	return out
}

// finishing says whether an outcome is on its way to the disk.
func (w *world) finishing(e *entry) bool {
	return slices.Contains(w.box(e.source).draft.finished, e.seq)
}

// do goes one step on with a job. luck chooses the outcome.
func (w *world) do(j job, luck int) {
	b, from := w.box(j.source), &origin{part: j.part, seq: j.seq, finishes: true}
	switch e := j.work.(type) {
	case chat.Fetch:
		_ = w.take(b, chat.Fetched{Message: e.Message, Attachment: e.Attachment, State: chat.Stored, Size: 1}, from)
	case chat.Identify:
		_ = w.take(b, chat.Link{Contact: chat.Contact{ID: e.Contact, Name: e.Name}}, from)
	case chat.Deliver:
		w.deliver(j, b, e.Message, from, luck)
	}
}

// deliver sends a message: first the mark that it is about to leave, then the
// attempt, whose outcome may be lost. It is never blindly tried again.
func (w *world) deliver(j job, b *box, message string, from *origin, luck int) {
	lines := w.find(b, []chat.Ref{{ID: message}})
	switch {
	case len(lines) == 0:
		w.fail("nothing to deliver: %s", message)
	case j.begun && !j.busy:
		_ = w.take(b, chat.Uncertain{Message: message, Error: chat.Problem{Code: "interrupted"}}, from)
	case lines[0].State != chat.Queued && !j.busy:
		j.part.done[j.seq] = true
	case !j.busy:
		j.begun, j.busy = true, true
		w.send(b, message, luck)
	case luck%4 == 0:
		_ = w.take(b, chat.Uncertain{Message: message, Error: chat.Problem{Code: "timeout"}}, from)
	default:
		if w.reachedBy(message) == "" {
			_ = w.take(b, chat.Rejected{
				Message: message, Error: chat.Problem{Code: "no"}, Blocked: luck == 1, Lost: luck == 2,
			}, from)
			return
		}
		_ = w.take(b, chat.Accepted{Message: message, Provider: w.reachedBy(message), Part: 1, Parts: 1}, from)
	}
}

// reachedBy is the id the provider last gave a message; empty when it never
// took it.
func (w *world) reachedBy(message string) (id string) {
	for _, r := range w.provider.reached {
		if r.message == message {
			id = r.id
		}
	}
	return id
}

// send is the moment at which the provider takes a message, or does not.
func (w *world) send(b *box, message string, luck int) {
	w.note("provider gets %s", message)
	w.provider.sends[message]++
	if n := w.provider.sends[message]; n > 1+w.provider.again[message] {
		w.fail("I4: %s left %d times", message, n)
	}
	if luck%3 > 0 {
		w.provider.reached = append(w.provider.reached, reached{b.name.ID, message, w.fresh("p"), w.now})
	}
}

// echo is the provider's word that our message left the company's account.
func (w *world) echo(r reached) error {
	return w.enter(r.conversation, chat.Echo{
		Key: "echo/" + w.fresh("e"), Channel: w.dir.channel(r.conversation), Sender: customer(r.conversation), OurID: r.message,
		Message: chat.Incoming{Provider: r.id, At: r.at},
	})
}

func (w *world) receipt(r reached, state chat.Delivery, watermark bool) error {
	c := chat.Receipt{Key: "receipt/" + w.fresh("r"), Target: r.id, State: state}
	if watermark {
		c.Target, c.Watermark = "", r.at
	}
	return w.enter(r.conversation, c)
}
