package queue

import "time"

// Entry is a waiting chat. Its slices are replaced, never changed in place.
type Entry struct {
	Chat     string
	Since    time.Time // S27: oldest first
	Offer    Offer     // the single offer on its way or held; zero = none
	Declined []string  // members who declined this chat; not asked again while they stay Active
	Passed   []Pass    // who was offered this chat before and why it passed on, newest last, at most 20 (S29)
}

// Offer is a single offer.
type Offer struct {
	Operator string
	Held     bool      // the operator's slot holds it
	At       time.Time // when it was made
	Deadline time.Time // known once held; zero = never expires
}

// Pass is one offer that came back.
type Pass struct {
	Operator string
	Why      string // declined, expired, inactive, limit
	At       time.Time
}

// Member is what the queue knows of an operator.
type Member struct {
	Operator   string
	Name       string
	Version    uint64 // of the operator's last word
	Active     bool
	Load       int
	InProgress int
	Limit      int // <= 0 = none; already with the queue's override
	LastTook   time.Time
	Asked      int // offers of this queue the operator has not answered yet
	// Listed says that the directory names the operator as a member. Word of
	// others is kept while they are Active: the operator may hear of a new
	// membership before the queue does.
	Listed bool
}

// Busy is what counts against the limit here: the operator's own load and what
// he was asked and has not answered.
func (m Member) Busy() int { return m.Load + m.Asked }

// Able says whether the member can be asked for one more chat.
func (m Member) Able() bool {
	return m.Listed && m.Active && (m.Limit <= 0 || m.Busy() < m.Limit)
}

// Header is what a queue stores once and not item by item.
type Header struct {
	Settings Settings // without Members: they are items of their own
}

// Settings of a queue as the directory says.
type Settings struct {
	Name          string
	Rule          string
	AcceptTimeout time.Duration // 0 = off (S24)
	Limit         int           // override of S26, used when HasLimit
	HasLimit      bool
	Members       []Person
}

// Person is an operator by id and name.
type Person struct{ ID, Name string }

// ViewLen is how many waiting chats an operator is shown at the most.
const ViewLen = 50
