package queue

import "time"

// Change is what a command does.
type Change struct {
	State   *State
	Events  []Event
	Effects []Effect
	Due     time.Time
	Reply   any // Explanation, Counts or nil
}

// Event is a fact. Together with the header (State.Header) the events of a
// Change are all that must be written: an entity's items are its entries and
// members.
type Event interface{ event() }

type (
	// EntryPut replaces or adds a waiting chat.
	EntryPut struct{ Entry Entry }
	// EntryGone removes it. Why and By are for those who see it disappear.
	EntryGone struct {
		Chat string
		Why  string
		By   Person
	}
	// MemberPut replaces or adds a member; MemberGone removes one.
	MemberPut  struct{ Member Member }
	MemberGone struct{ Operator string }
	// Configured says that the header changed.
	Configured struct{}
)

func (EntryPut) event()   {}
func (EntryGone) event()  {}
func (MemberPut) event()  {}
func (MemberGone) event() {}
func (Configured) event() {}

// Effect is a durable intention; it becomes an outbox entry.
type Effect interface{ effect() }

type (
	// Ask offers a chat to one operator.
	Ask struct {
		Operator string
		Chat     string
		Timeout  time.Duration
	}
	// TakeBack withdraws an offer.
	TakeBack struct {
		Operator string
		Chat     string
		Why      string // taken, completed, transferred, expired (the queue's rule or members changed)
		By       Person
	}
)

func (Ask) effect()      {}
func (TakeBack) effect() {}

// Counts is the reply to Overview.
type Counts struct {
	Waiting int
	Oldest  time.Time // zero when nothing waits
	Free    int       // free slots of Active members; members without a limit count as one each
	Active  int
}

// Explanation is the reply to Explain (S29).
type Explanation struct {
	Chat     string
	Rule     string
	Problem  string // why nobody at all is considered, e.g. the rule is not known; empty = none
	Position int    // in the waiting list, from 1; 0 = not waiting here
	Since    time.Time
	Offer    Offer
	Members  []Considered
	Passed   []Pass
}

// Considered is one member's part in an explanation.
type Considered struct {
	Operator Person
	Able     bool
	Why      string // "", inactive, limit, declined, asked (has this offer)
	Load     int    // with offers he has not answered yet
	Limit    int    // <= 0 = none
}
