package simulate

import (
	"encoding/json"
	"fmt"
	"time"
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
	ended                map[string]chatRow // of them, those that ended while the operator was away, or with files still to come
	reviewed             time.Time
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
		v.o.rec.late(m.Message)
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
		if len(d.pending) > 0 {
			v.ended[e.Chat] = d.chat
		}
		delete(v.desks, e.Chat)
	}
	delete(v.offers, e.Chat)
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
