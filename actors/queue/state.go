package queue

import "time"

// Entry is a waiting chat.
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
