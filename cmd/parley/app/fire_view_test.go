package app_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The frames of the operator protocol as far as a workspace folds them.
type (
	frameSeen struct {
		ID       *int            `json:"id"`
		OK       bool            `json:"ok"`
		Seq      *uint64         `json:"seq"`
		Type     string          `json:"type"`
		Epoch    string          `json:"epoch"`
		Resumed  bool            `json:"resumed"`
		Snapshot *snapshotSeen   `json:"snapshot"`
		Data     json.RawMessage `json:"data"`
		Error    *struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	snapshotSeen struct {
		Operator statusSeen     `json:"operator"`
		Offers   []chatSeen     `json:"offers"`
		Waiting  map[string]int `json:"waiting"`
		Chats    []assignedSeen `json:"chats"`
	}
	statusSeen struct {
		Preferred string `json:"preferred"`
		Effective string `json:"effective"`
		Load      int    `json:"load"`
		Limit     int    `json:"limit"`
	}
	assignedSeen struct {
		Chat     chatSeen      `json:"chat"`
		Messages []messageSeen `json:"messages"`
	}
	chatSeen struct {
		ID      string `json:"id"`
		State   string `json:"state"`
		Unread  int    `json:"unread"`
		Draft   string `json:"draft"`
		Last    int    `json:"last_position"`
		Preview string `json:"preview"`
	}
	messageSeen struct {
		ID        string          `json:"id"`
		Position  int             `json:"position"`
		Chat      string          `json:"chat"`
		Direction string          `json:"direction"`
		Text      string          `json:"text"`
		State     *string         `json:"state"`
		ClientID  *string         `json:"client_id"`
		Reactions json.RawMessage `json:"reactions"`
	}
)

// pageOf is how many of a chat's newest messages a snapshot shows.
const pageOf = 50

// fold is what a workspace makes of the frames of one feed.
type fold struct {
	epoch   string
	seq     uint64
	status  statusSeen
	offers  map[string]chatSeen
	waiting map[string]int
	chats   map[string]*assignedSeen
	wrong   func(format string, args ...any)
}

// hello takes the first frame of a connection in.
func (v *fold) hello(f frameSeen) {
	if f.Resumed {
		if f.Epoch != v.epoch || *f.Seq != v.seq || f.Snapshot != nil {
			v.wrong("resumed %s at %d, the client is in %s at %d", f.Epoch, *f.Seq, v.epoch, v.seq)
		}
		return
	}
	if f.Snapshot == nil {
		v.wrong("a hello without a snapshot")
		return
	}
	v.epoch, v.seq, v.status, v.waiting = f.Epoch, *f.Seq, f.Snapshot.Operator, f.Snapshot.Waiting
	v.offers, v.chats = map[string]chatSeen{}, map[string]*assignedSeen{}
	for _, c := range f.Snapshot.Offers {
		v.offers[c.ID] = c
	}
	for _, a := range f.Snapshot.Chats {
		v.chats[a.Chat.ID] = &a
		v.inOrder(a)
	}
}

// inOrder: a page holds the newest messages of the chat itself without a hole.
func (v *fold) inOrder(a assignedSeen) {
	last := 0
	for _, m := range a.Messages {
		if m.Chat == a.Chat.ID {
			if last != 0 && m.Position != last+1 {
				v.wrong("%s: %d follows %d in a page", m.Chat, m.Position, last)
			}
			last = m.Position
		}
	}
}

// push takes a numbered frame in.
func (v *fold) push(f frameSeen) {
	if *f.Seq != v.seq+1 {
		v.wrong("%s has number %d after %d", f.Type, *f.Seq, v.seq)
	}
	v.seq = *f.Seq
	var d struct {
		Chat     json.RawMessage `json:"chat"`
		Message  messageSeen     `json:"message"`
		Messages []messageSeen   `json:"messages"`
		Waiting  map[string]int  `json:"waiting"`
	}
	if err := json.Unmarshal(f.Data, &d); err != nil {
		v.wrong("%s: %v", f.Type, err)
		return
	}
	var id string
	var row chatSeen
	if json.Unmarshal(d.Chat, &id) != nil {
		_ = json.Unmarshal(d.Chat, &row)
	}
	switch f.Type {
	case "chat.offered":
		v.offers[row.ID] = row
	case "chat.withdrawn":
		delete(v.offers, id)
	case "chat.assigned":
		delete(v.offers, row.ID)
		a := &assignedSeen{Chat: row, Messages: d.Messages}
		v.chats[row.ID] = a
		v.inOrder(*a)
	case "chat.message":
		v.said(id, d.Message)
	case "chat.message_updated":
		v.amended(d.Message)
	case "chat.updated":
		if _, ok := v.offers[row.ID]; ok {
			v.offers[row.ID] = row
		}
		if a := v.chats[row.ID]; a != nil {
			a.Chat = row
		}
	case "chat.completed":
		delete(v.chats, id)
	case "queue.waiting":
		v.waiting = d.Waiting
	case "operator.status":
		_ = json.Unmarshal(f.Data, &v.status)
	default:
		v.wrong("an unknown push: %s", f.Type)
	}
}

func (v *fold) said(id string, m messageSeen) {
	a := v.chats[id]
	if a == nil {
		return // it had ended when the snapshot was taken; the word of it is on its way
	}
	last := 0
	for _, o := range slices.Backward(a.Messages) {
		if o.Chat == id {
			last = o.Position
			break
		}
	}
	if m.Position != last+1 {
		v.wrong("message %s follows position %d", m.ID, last)
	}
	a.Messages = append(a.Messages, m)
	if m.Position > a.Chat.Last { // else the chat has counted it already
		a.Chat.Last = m.Position
		if m.Direction == "in" {
			a.Chat.Unread++
		}
	}
}

// amended finds the message wherever it is shown: a child shows its parents'.
func (v *fold) amended(m messageSeen) {
	order := []string{"queued", "sent", "delivered", "read"}
	for _, a := range v.chats {
		for i, o := range a.Messages {
			if o.ID != m.ID {
				continue
			}
			if o.State != nil && m.State != nil && slices.Index(order, *m.State) < slices.Index(order, *o.State) {
				v.wrong("%s went from %s to %s", m.ID, *o.State, *m.State)
			}
			a.Messages[i] = m
		}
	}
}

// picture spells what the workspace shows, line by line.
func (v *fold) picture() string {
	lines := []string{fmt.Sprintf("status %+v", v.status), fmt.Sprintf("waiting %v", v.waiting)}
	for _, o := range v.offers {
		lines = append(lines, fmt.Sprintf("offer %+v", o))
	}
	for _, a := range v.chats {
		line := fmt.Sprintf("chat %s unread %d draft %q last %d", a.Chat.ID, a.Chat.Unread, a.Chat.Draft, a.Chat.Last)
		for _, m := range a.Messages[max(0, len(a.Messages)-pageOf):] {
			state := "-"
			if m.State != nil {
				state = *m.State
			}
			line += fmt.Sprintf("\n  %s %s %q %s", m.ID, state, m.Text, m.Reactions)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// unlike names the lines only one of two pictures has.
func unlike(a, b string) string {
	var out []string
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for _, l := range as {
		if !slices.Contains(bs, l) {
			out = append(out, "server "+l)
		}
	}
	for _, l := range bs {
		if !slices.Contains(as, l) {
			out = append(out, "client "+l)
		}
	}
	return strings.Join(out, "\n")
}
