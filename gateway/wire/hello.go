package wire

import "parley/actors/view"

// Hello is the first frame of every connection. Its fields' order is relied on by Position.
type Hello struct {
	Type     string    `json:"type" enum:"hello"`
	Epoch    string    `json:"epoch"`
	Seq      uint64    `json:"seq"`
	Resumed  bool      `json:"resumed"`
	Snapshot *Snapshot `json:"snapshot,omitempty"`
}

// Snapshot is everything an operator's workspace shows.
type Snapshot struct {
	Operator Self           `json:"operator"`
	Offers   []Row          `json:"offers"`
	Waiting  map[string]int `json:"waiting"`
	Chats    []Assigned     `json:"chats"`
}

// Self is the operator's own status.
type Self struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Preferred string `json:"preferred" enum:"active,inactive"`
	Effective string `json:"effective" enum:"active,inactive"`
	Reason    string `json:"reason" enum:"chosen,offer_expired,session"`
	Load      int    `json:"load"`
	Limit     int    `json:"limit"`
}

// Assigned is a chat with its newest messages; also the reply to chat.accept.
type Assigned struct {
	Chat     Full      `json:"chat"`
	Messages []Message `json:"messages"`
}

// Ping is the heartbeat; Seq is that of the last push the connection was sent.
type Ping struct {
	Type string `json:"type" enum:"ping"`
	Seq  uint64 `json:"seq"`
}

// AssignedOf spells an accepted chat.
func AssignedOf(a view.Assigned) Assigned {
	return Assigned{Chat: FullOf(a.Chat), Messages: MessagesOf(a.Messages)}
}

// HelloOf spells the first frame.
func HelloOf(h view.Hello) Hello {
	out := Hello{Type: "hello", Epoch: h.Epoch, Seq: h.Seq, Resumed: h.Resumed}
	if h.Snapshot != nil {
		s := SnapshotOf(*h.Snapshot)
		out.Snapshot = &s
	}
	return out
}

// SnapshotOf spells a snapshot.
func SnapshotOf(s view.Snapshot) Snapshot {
	o := s.Operator
	out := Snapshot{
		Operator: Self{ID: o.ID, Name: o.Name, Preferred: o.Preferred, Effective: o.Effective, Reason: o.Reason, Load: o.Load, Limit: o.Limit},
		Offers:   make([]Row, len(s.Offers)),
		Waiting:  counts(s.Waiting),
		Chats:    make([]Assigned, len(s.Chats)),
	}
	for i, c := range s.Offers {
		out.Offers[i] = RowOf(c)
	}
	for i, a := range s.Chats {
		out.Chats[i] = AssignedOf(a)
	}
	return out
}
