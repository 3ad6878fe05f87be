package operator

import "time"

// Status of an operator (S10).
type Status uint8

// Statuses are stored.
const (
	Inactive Status = 0
	Active   Status = 1
)

// String gives the status as the contract spells it.
func (s Status) String() string {
	if s == Active {
		return "active"
	}
	return "inactive"
}

// State is a value: Step never changes the one it is given.
type State struct {
	ID        string
	Name      string
	Limit     int // simultaneous chats; <= 0 = no limit (S26)
	Grace     time.Duration
	Queues    []Queue
	Preferred Status    // chosen, or set to Inactive by an ignored offer (S25)
	Reason    string    // why the status last changed: chosen, offer_expired, session
	Present   bool      // a session lives
	Connected bool      // at least one live connection
	AbsentAt  time.Time // when presence ends unless a connection comes; zero while connected or absent
	Slots     []Slot    // in the order in which they were taken
	Declined  []string  // chats of everyone queues this operator does not want to see, newest last, at most MaxDeclined
	LastTook  time.Time // when a chat was last taken (S22)
	Version   uint64    // of what the queues are told; rises with every Availability
}

// MaxDeclined bounds State.Declined.
const MaxDeclined = 200

// Queue is a membership.
type Queue struct {
	ID       string
	Pull     bool // rule everyone: the operator may take any waiting chat of it
	Limit    int  // the queue's own override of the limit, used when HasLimit
	HasLimit bool
}

// Slot holds a chat for the operator.
type Slot struct {
	Chat     string
	Queue    string
	Kind     Kind
	Since    time.Time
	Deadline time.Time // Offered only; zero = never expires
	Request  string    // Asking: the request to answer; Reserved, and Live by a transfer: the transfer
	Offered  bool      // Asking: the slot was a single offer before, and from when it expires nothing follows
}

// Kind of slot.
type Kind uint8

// Kinds are stored.
const (
	Offered  Kind = 1 // a queue's single offer
	Asking   Kind = 2 // accepted here, the conversation has not answered yet
	Reserved Kind = 3 // held for a transfer on its way
	Live     Kind = 4 // a chat in progress
)

// Effective is the status distribution looks at (S13, S14).
func (s State) Effective() Status {
	if !s.Present {
		return Inactive
	}
	return s.Preferred
}

// Load is what counts against the limit: in progress, being taken, reserved and offered.
func (s State) Load() int { return len(s.Slots) }

// InProgress is what makes the transfer menu grey (S42): chats in progress and
// those already on their way here.
func (s State) InProgress() int {
	n := 0
	for _, slot := range s.Slots {
		if slot.Kind != Offered {
			n++
		}
	}
	return n
}

// Slot finds the slot of a chat.
func (s State) Slot(chat string) (Slot, bool) {
	for _, slot := range s.Slots {
		if slot.Chat == chat {
			return slot, true
		}
	}
	return Slot{}, false
}

// Availability is what queues know of an operator.
type Availability struct {
	Operator   string
	Version    uint64 // an older one than known is ignored
	Active     bool
	Load       int // Load above
	InProgress int
	Limit      int
	LastTook   time.Time
}
