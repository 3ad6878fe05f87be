package simulate

import (
	"time"

	"parley/gateway/channel/simulator"
)

// History is everything a run saw, as plain facts: what customers did and got, what operators were shown and said.
// Judge makes a Verdict of it.
type History struct {
	Run       string // the tag that every line of this run carries
	Operators bool   // false: customers only, so nothing was seen and nothing answered
	Killed    bool   // the server was killed meanwhile, maybe more than once
	Started   time.Time
	Lines     []Line
	Tenures   []Tenure
	Sights    []Sight
	Answers   []Answer
	Received  []Received
	Feed      []FeedFault
	Files     Files
	Tally     simulator.Tally
	Faults    map[string]int
	Operating Operating
}

// Line is a customer's act that must become a line of a chat.
type Line struct {
	simulator.EventReport
	Marked bool // its text carries a Marker; a Messenger picture cannot
}

// Marker is the name under which operators see a marked line.
func (l Line) Marker() simulator.Marker {
	return simulator.Marker{Channel: l.Channel, Customer: l.Customer, Seq: l.Seq}
}

// Tenure says that an operator was shown a chat as his own. A chat has one owner in its life.
type Tenure struct {
	Operator     string
	Chat         string
	Conversation string
	Parent       string // id of the chat it was transferred from, else empty
	Created      time.Time
	Since        time.Time // when this operator was first shown it as his
}

// Sight is one message as one operator was shown it, merged over all frames.
type Sight struct {
	Operator string
	Chat     string // the message's own chat
	Within   string // the chat it was shown in: the same, or a child of it
	Message  string
	Position int
	Out      bool
	Marker   simulator.Marker // of a customer's line; zero: none
	Key      string           // of an operator's answer; empty: none
	Files    int              // attachments
	Forged   bool
	At       time.Time // when the message was written, by the server
	First    time.Time // when it was first shown
}

// Answer is one numbered message of an operator.
type Answer struct {
	Key       string
	Operator  string
	Chat      string
	To        simulator.Marker // the line it answers
	Sent      time.Time
	Acked     time.Time // zero: the server never said that it has it
	Message   string
	Position  int
	State     string // the last one told
	Problem   string // code and text when failed or unknown
	Retries   int    // by the operator, of failed ones only
	Refused   string // the error code of a refusal that ended it
	Abandoned bool   // no reply, and the chat went before it could be asked again
}

// Received is one message that reached a customer.
type Received struct {
	Channel  string
	Customer int
	Seq      int // order of arrival at this customer
	Key      string
	At       time.Time
}

// FeedFault is something wrong with what an operator's connection brought.
type FeedFault struct {
	Kind     FeedKind
	Operator string
	Chat     string
	Message  string
	Note     string
	At       time.Time
}

// FeedKind says what is wrong with a frame.
type FeedKind string

// The kinds of faults of a feed.
const (
	FeedGap       FeedKind = "feed_gap"       // seq jumped, or a heartbeat knows of more than came
	FeedDouble    FeedKind = "feed_double"    // a seq came twice, or went back
	ShownTwice    FeedKind = "shown_twice"    // a message the view already had was pushed as new
	ShownHole     FeedKind = "shown_hole"     // a position is missing in a chat
	ShownStranger FeedKind = "shown_stranger" // a message of a chat that is not the operator's
	StateBack     FeedKind = "state_back"     // a message's state went backward
	BadFrame      FeedKind = "bad_frame"      // a frame is not what the contract says
	NoReply       FeedKind = "no_reply"       // a request on a living connection was never answered
	Refusal       FeedKind = "refusal"        // a request was refused for no reason the run knows of
)

// Files counts the attachments of customers as the operators saw them last.
type Files struct{ Stored, Pending, Failed int }

// Operating counts what the operators did.
type Operating struct {
	Accepted    int `json:"accepted"`
	Taken       int `json:"taken"` // offers that somebody else accepted first
	Finished    int `json:"finished"`
	Transferred int `json:"transferred"`
	Disconnects int `json:"disconnects"`
	Resumed     int `json:"resumed"`
	Snapshots   int `json:"snapshots"`
	Retried     int `json:"retried"`
	Reactivated int `json:"reactivated"`
}
