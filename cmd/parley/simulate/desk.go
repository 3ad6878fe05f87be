package simulate

import (
	"fmt"
	"time"

	"parley/gateway/channel/simulator"
)

// offer is a row in the list of new chats.
type offer struct {
	row   chatRow
	due   time.Time // when the operator accepts
	asked bool
}

// desk is a chat the operator owns.
type desk struct {
	chat     chatRow
	ours     bool
	tidying  bool // an earlier run's leftover, to be finished unseen
	first    int  // the oldest and the newest position of this chat in the view
	last     int
	oldest   string             // id of the oldest message in the view
	todo     []simulator.Marker // lines nobody answers yet, oldest first
	known    map[simulator.Marker]bool
	sending  map[string]*sending // answers without a reply, by key
	failed   map[string]string   // failed answers: message id by key
	queued   map[string]bool     // ids of own answers that are still queued
	pending  map[string]bool     // attachments that have not come
	states   map[string]string   // last state by message id
	moved    time.Time           // when something happened here last
	due      time.Time           // no answer before
	patience time.Duration       // silence after which the chat is left
	leaving  bool                // a request that ends the chat is under way
	left     bool                // such a request was sent once, so the chat may be gone without our knowing
	held     bool                // an answer waits until the provider has taken others
	reading  bool                // older messages are being fetched
}

// sending is an answer that the server has not acknowledged.
type sending struct {
	text  string
	asked bool
	due   time.Time
}

// open shows a chat as it stands. before is the desk it replaces, whose unfinished work goes on.
func (v *view) open(c chatRow, list []message, before *desk) {
	d := &desk{
		chat: c, ours: v.o.rec.ours(c), known: map[simulator.Marker]bool{}, sending: map[string]*sending{}, failed: map[string]string{},
		queued: map[string]bool{}, pending: map[string]bool{}, states: map[string]string{}, moved: time.Now(),
	}
	d.tidying = !d.ours && v.o.rec.run.leftover(c.Preview)
	if before != nil {
		d.ours, d.known, d.todo, d.sending, d.failed, d.states, d.left = before.ours, before.known, before.todo, before.sending, before.failed, before.states, before.left
	} else {
		v.o.rec.tenure(v.o.in.Login, c)
	}
	d.patience = v.o.patience()
	v.desks[c.ID] = d
	v.was[c.ID] = true
	for _, m := range list {
		v.show(d, m)
		if m.Chat != c.ID {
			continue
		}
		if d.last > 0 && m.Position != d.last+1 {
			v.o.complain(ShownHole, c.ID, m.ID, fmt.Sprintf("position %d after %d in a list", m.Position, d.last))
		}
		if d.first == 0 {
			d.first, d.oldest = m.Position, list[0].ID
		}
		d.last = m.Position
	}
}

// closed is called for a chat that a snapshot no longer shows.
func (v *view) closed(d *desk) {
	for key := range d.sending {
		v.o.rec.update(key, func(a *Answer) { a.Abandoned = true })
	}
}

// show puts a message into the view and draws what it means for the work.
func (v *view) show(d *desk, m message) {
	s := v.o.rec.sight(v.o.in.Login, d.chat, m)
	if s.Marker != (simulator.Marker{}) {
		d.ours = true
		if !d.known[s.Marker] {
			d.known[s.Marker] = true
			d.todo = append(d.todo, s.Marker)
			d.due = time.Now().Add(v.o.think())
		}
	}
	for _, a := range m.Attachments {
		if a.State == "pending" && !s.Out {
			d.pending[a.ID] = true
		} else {
			delete(d.pending, a.ID)
		}
	}
	if s.Out {
		v.answerState(d, s, m)
	} else {
		d.states[m.ID] = ""
	}
}

// answerState follows one of the run's answers.
func (v *view) answerState(d *desk, s Sight, m message) {
	old, now := d.states[m.ID], m.state()
	d.states[m.ID] = now
	if !mayFollow(old, now) && d.failed[s.Key] != m.ID {
		v.o.complain(StateBack, m.Chat, m.ID, old+" became "+now)
	}
	if m.Chat != d.chat.ID || s.Key == "" {
		return
	}
	delete(d.queued, m.ID)
	switch now {
	case "queued":
		d.queued[m.ID] = true
	case "failed":
		if old != "failed" {
			d.failed[s.Key] = m.ID
			d.due = time.Now().Add(200 * time.Millisecond)
		}
	default:
		delete(d.failed, s.Key)
	}
	problem := ""
	if m.Error != nil {
		problem = m.Error.Code + " " + m.Error.Message
	}
	v.o.rec.update(s.Key, func(a *Answer) {
		a.State, a.Problem, a.Message, a.Position = now, problem, m.ID, m.Position
	})
}

// mayFollow says whether an outgoing message's state may become another: it only moves forward; failed and unknown
// may become what the provider says later.
func mayFollow(old, now string) bool {
	rank := map[string]int{"": 0, "queued": 1, "sent": 2, "delivered": 3, "read": 4}
	switch {
	case old == now || old == "":
		return true
	case old == "failed" || old == "unknown":
		return now != "queued"
	case now == "failed" || now == "unknown":
		return rank[old] < 3 && !(now == "unknown" && old != "queued")
	}
	return rank[now] > rank[old]
}
