package simulate

import (
	"encoding/json"
	"fmt"
	"time"

	"parley/gateway/channel/simulator"
)

// view is what the operator's page shows, kept by the rules of the contract. What breaks them is complained of.
type view struct {
	o                    *operator
	epoch                string
	seq                  uint64
	preferred, effective string
	load, limit          int
	offers               map[string]*offer
	desks                map[string]*desk   // owned open chats
	was                  map[string]bool    // chats that were owned
	ended                map[string]chatRow // of them, those that ended while the operator was away
}

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
	reading  bool                // older messages are being fetched
}

// sending is an answer that the server has not acknowledged.
type sending struct {
	text  string
	asked bool
	due   time.Time
}

func newView(o *operator) view {
	return view{o: o, offers: map[string]*offer{}, desks: map[string]*desk{}, was: map[string]bool{}, ended: map[string]chatRow{}}
}

// hello begins a connection: with what was missed to follow, or with everything anew.
func (v *view) hello(f frame) {
	if f.Resumed {
		if f.Epoch != v.epoch {
			v.o.complain(BadFrame, "", "", "resumed under another epoch")
		}
		v.o.rec.count(func(op *Operating) { op.Resumed++ })
		return
	}
	v.o.rec.count(func(op *Operating) { op.Snapshots++ })
	v.epoch, v.seq = f.Epoch, *f.Seq
	s := f.Snapshot
	v.preferred, v.effective, v.load, v.limit = s.Operator.Preferred, s.Operator.Effective, s.Operator.Load, s.Operator.Limit
	v.offers = map[string]*offer{}
	for _, row := range s.Offers {
		v.offered(row)
	}
	before := v.desks
	v.desks = map[string]*desk{}
	for _, a := range s.Chats {
		v.open(a.Chat, a.Messages, before[a.Chat.ID])
	}
	for id, d := range before {
		if v.desks[id] == nil {
			v.closed(d)
			v.ended[id] = d.chat
		}
	}
}

// heartbeat checks the number of the last push.
func (v *view) heartbeat(seq uint64) {
	if seq != v.seq {
		v.o.complain(FeedGap, "", "", fmt.Sprintf("the heartbeat says %d, %d has come", seq, v.seq))
		v.seq = max(v.seq, seq)
	}
}

// push takes one numbered event in.
func (v *view) push(f frame) {
	switch seq := *f.Seq; {
	case seq <= v.seq:
		v.o.complain(FeedDouble, "", "", fmt.Sprintf("%s has number %d after %d", f.Type, seq, v.seq))
		return
	case seq > v.seq+1:
		v.o.complain(FeedGap, "", "", fmt.Sprintf("%s has number %d after %d", f.Type, seq, v.seq))
	}
	v.seq = *f.Seq
	if err := v.apply(f); err != nil {
		v.o.complain(BadFrame, "", "", f.Type+": "+err.Error())
	}
}

func (v *view) apply(f frame) error {
	switch f.Type {
	case "chat.offered":
		return with(f.Data, func(d rowData) { v.offered(d.Chat) })
	case "chat.withdrawn":
		return with(f.Data, func(d endedData) { delete(v.offers, d.Chat) })
	case "chat.assigned":
		return with(f.Data, v.assigned)
	case "chat.message":
		return with(f.Data, v.said)
	case "chat.message_updated":
		return with(f.Data, v.amended)
	case "chat.updated":
		return with(f.Data, func(d rowData) { v.updated(d.Chat) })
	case "chat.completed":
		return with(f.Data, v.completed)
	case "operator.status":
		return with(f.Data, v.status)
	}
	return nil // queue.waiting, and what later versions add
}

func with[T any](raw json.RawMessage, do func(T)) error {
	var data T
	if err := json.Unmarshal(raw, &data); err != nil {
		return err
	}
	do(data)
	return nil
}

func (v *view) offered(row chatRow) {
	ours := v.o.rec.ours(row)
	if ours {
		v.o.rec.offered(row.Queue.ID)
	}
	if old := v.offers[row.ID]; old != nil {
		old.row = row
		return
	}
	v.offers[row.ID] = &offer{row: row, due: time.Now().Add(time.Duration(v.o.rnd.Int64N(int64(80 * time.Millisecond))))}
}

func (v *view) updated(c chatRow) {
	if of := v.offers[c.ID]; of != nil {
		of.row = c
		v.offered(c)
	}
	if d := v.desks[c.ID]; d != nil {
		d.chat = c
	}
}

func (v *view) status(s statusData) {
	v.preferred, v.effective, v.load, v.limit = s.Preferred, s.Effective, s.Load, s.Limit
}

func (v *view) assigned(a assignedData) {
	delete(v.offers, a.Chat.ID)
	if v.desks[a.Chat.ID] != nil || v.was[a.Chat.ID] {
		v.o.complain(ShownTwice, a.Chat.ID, "", "assigned again")
	}
	v.open(a.Chat, a.Messages, nil)
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

func (v *view) said(m messageData) {
	d := v.desks[m.Chat]
	switch {
	case d == nil || m.Message.Chat != m.Chat:
		v.o.complain(ShownStranger, m.Chat, m.Message.ID, "a message of a chat that is not in the view")
		return
	case m.Message.Position <= d.last:
		v.o.complain(ShownTwice, m.Chat, m.Message.ID, fmt.Sprintf("position %d was shown before", m.Message.Position))
		return
	case m.Message.Position > d.last+1:
		v.o.complain(ShownHole, m.Chat, m.Message.ID, fmt.Sprintf("position %d after %d", m.Message.Position, d.last))
	}
	if d.first == 0 {
		d.first, d.oldest = m.Message.Position, m.Message.ID
	}
	d.last = m.Message.Position
	d.moved, d.patience = time.Now(), v.o.patience()
	v.show(d, m.Message)
}

func (v *view) amended(m messageData) {
	d := v.desks[m.Chat]
	if d == nil {
		d = v.showing(m.Message.ID)
	}
	switch {
	case d == nil && v.was[m.Chat]: // a late word of a chat that has ended
		return
	case d == nil:
		v.o.complain(ShownStranger, m.Chat, m.Message.ID, "an update ("+m.Message.Direction+" "+m.Message.state()+") of a message that is not in the view")
		return
	case m.Message.Chat == d.chat.ID && m.Message.Position > d.last:
		v.o.complain(ShownHole, m.Chat, m.Message.ID, "updated before it was shown")
	}
	v.show(d, m.Message)
}

// showing finds the chat in whose view a message stands: messages of the chats it was transferred from stand there too.
func (v *view) showing(msg string) *desk {
	for _, d := range v.desks {
		if _, ok := d.states[msg]; ok {
			return d
		}
	}
	return nil
}

func (v *view) completed(e endedData) {
	if d := v.desks[e.Chat]; d != nil {
		v.closed(d)
		delete(v.desks, e.Chat)
	}
	delete(v.offers, e.Chat)
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

// interrupted forgets what was asked on a connection that has ended: no reply comes any more.
func (v *view) interrupted() {
	v.o.statusAsked = time.Time{}
	for _, of := range v.offers {
		of.asked = false
	}
	for _, d := range v.desks {
		d.leaving, d.reading = false, false
		for _, s := range d.sending {
			s.asked = false
		}
	}
}
