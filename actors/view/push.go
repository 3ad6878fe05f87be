package view

import "parley/actors/chat"

// Push is one event of an operator's feed. All connections of an operator see
// the same numbers; Seq rises by one per push.
type Push struct {
	Seq  uint64
	Body Body
}

// Body is one of the kinds of pushes below (contract.md part 4).
type Body interface{ body() }

type (
	// Offered shows a row: a single offer or a waiting chat of an everyone queue.
	Offered struct{ Chat Chat }
	// Withdrawn takes a row away: taken, expired, completed, transferred, inactive, limit, declined.
	Withdrawn struct {
		Chat   string
		Reason string
		By     chat.Person // for taken; empty ID = nobody
	}
	// Took says that the chat is in progress with this operator: accepted, transferred, initiated.
	Took struct {
		Chat     Chat
		Messages []chat.Message // the newest 50, parents included
		Why      string
	}
	// Said is a new message of an owned chat.
	Said struct {
		Chat    string
		Message chat.Message
	}
	// Amended is a message that changed: state, edit, deletion, reaction, attachment.
	Amended struct {
		Chat    string
		Message chat.Message
	}
	// Updated is a chat that changed: contact, unread, draft, thread control. Also for offered rows.
	Updated struct{ Chat Chat }
	// Ended says that an owned chat completed.
	Ended struct{ Chat, Reason, Child string }
	// Waiting counts the waiting chats of the operator's queues; at most twice a second.
	Waiting struct{ Counts map[string]int }
	// Status is the operator's own status.
	Status struct {
		Preferred, Effective string
		Reason               string // chosen, offer_expired, session
		Load, Limit          int
	}
)

func (Offered) body()   {}
func (Withdrawn) body() {}
func (Took) body()      {}
func (Said) body()      {}
func (Amended) body()   {}
func (Updated) body()   {}
func (Ended) body()     {}
func (Waiting) body()   {}
func (Status) body()    {}

// Hello opens a connection: where the feed stands, and a snapshot unless the
// client's position could be resumed (then the missed pushes follow).
type Hello struct {
	Epoch    string
	Seq      uint64 // of the last push the client has after this frame (resumed: its own; else the snapshot's)
	Resumed  bool
	Snapshot *Snapshot
}

// Snapshot is everything an operator's workspace shows.
type Snapshot struct {
	Operator Operator
	Offers   []Chat // at most the 50 oldest
	Waiting  map[string]int
	Chats    []Assigned
}

// Operator is an operator's status with what counts for the limit.
type Operator struct {
	ID, Name             string
	Preferred, Effective string // active, inactive
	Reason               string // chosen, offer_expired, session
	Load                 int    // in progress + offered
	InProgress           int
	Limit                int  // <= 0 = none
	Full                 bool // in-progress chats have reached the limit: grey in the transfer menu (S42)
}

// Queue is a queue with its counts.
type Queue struct {
	ID, Name string
	Waiting  int
	Free     int
	OldestMS int64 // Unix milliseconds of the oldest waiting chat, 0 = none
}

// Encoder spells a push and a hello on the wire; called once per push however
// many connections are open.
type Encoder interface {
	Push(Push) []byte
	Hello(Hello) []byte
}

// Sink is one connection of an operator. Send must not block: false means that
// its queue is full and that it wants no more. It is called from the feed's
// own goroutine, one frame after another.
type Sink interface {
	Send(frame []byte) bool
}
