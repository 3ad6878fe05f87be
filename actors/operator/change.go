package operator

import "time"

// Change is what a command does.
type Change struct {
	State   State
	Events  []Event
	Effects []Effect
	Due     time.Time // when to send Tick; zero = never
	Reply   any       // StatusReply for SetStatus, SignIn; nil otherwise
	Later   string    // set: the reply is the Answer with this ID, of a later Change or of this one; several Accepts of one chat wait for the same ID
	Answer  *Answer
}

// Answer resolves an earlier Accept: Err nil = the chat is his.
type Answer struct {
	ID   string
	Chat string
	Err  error
}

// StatusReply is the reply to SetStatus.
type StatusReply struct{ Preferred, Effective Status }

// Event is a fact for the operator's own feed.
type Event interface{ event() }

type (
	// StatusChanged carries operator.status (S12, S25): also whenever load or limit change.
	StatusChanged struct {
		Preferred, Effective Status
		Reason               string // chosen, offer_expired, session
		Load, Limit          int
	}
	// ChatOffered says that a single offer holds a slot until Deadline.
	ChatOffered struct {
		Chat     string
		Queue    string
		Deadline time.Time
	}
	// ChatWithdrawn says that an offer is gone.
	ChatWithdrawn struct {
		Chat string
		Why  string // taken, expired, completed, transferred, inactive, limit, declined
		By   Person
	}
	// ChatAssigned says that a chat is in progress with this operator.
	ChatAssigned struct{ Chat, Why string }
	// ChatEnded says that a chat of this operator has completed.
	ChatEnded struct{ Chat, Reason, Child string }
	// ViewChanged says that what the operator may see of everyone queues changed
	// (status, limit, membership): the shell shows or withdraws. Why is the
	// reason for what disappears.
	ViewChanged struct{ Why string }
)

func (StatusChanged) event() {}
func (ChatOffered) event()   {}
func (ChatWithdrawn) event() {}
func (ChatAssigned) event()  {}
func (ChatEnded) event()     {}
func (ViewChanged) event()   {}

// Effect is a durable intention; it becomes an outbox entry.
type Effect interface{ effect() }

type (
	// Claim asks the conversation for a chat (chat.Assign).
	Claim struct {
		Chat    string
		Queues  []string // where the operator may pull
		Offered bool
	}
	// Held tells a queue that its offer holds a slot. Version is that of the
	// Availability which counts it.
	Held struct {
		Queue    string
		Chat     string
		Deadline time.Time
		Version  uint64
	}
	// Declines tells a queue that its offer is not (any more) held here: refused
	// at once (inactive, limit, unknown), declined, expired, or withdrawn by
	// this side (inactive, limit). Chats that were taken are told by the conversation.
	// Version is that of the Availability in force after it.
	Declines struct {
		Queue   string
		Chat    string
		Why     string // inactive, limit, declined, expired
		Version uint64
	}
	// Tell gives a queue the operator's availability.
	Tell struct {
		Queue        string
		Availability Availability
	}
	// Confirm and Deny answer a transfer's Reserve.
	Confirm struct{ Chat, Transfer string }
	Deny    struct{ Chat, Transfer string }
)

func (Claim) effect()    {}
func (Held) effect()     {}
func (Declines) effect() {}
func (Tell) effect()     {}
func (Confirm) effect()  {}
func (Deny) effect()     {}
