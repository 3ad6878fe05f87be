package chat

import "time"

// Change is what a command does: the next state, the facts, and the work that
// follows once the facts are durable.
type Change struct {
	State   State
	Events  []Event
	Effects []Effect
	Keys    []Key     // idempotency keys this command uses up
	Due     time.Time // when to send Tick; zero = never
	Reply   any       // for the caller: Message (Send, Retry), Handed (Hand), nil
	Later   string    // set: the reply comes with a later Change whose Answer has this ID
	Answer  *Answer   // reply to an earlier command that was answered "later"
}

// Key is an idempotency key and the note kept with it (the id of the message it made).
type Key struct{ ID, Note string }

// Answer resolves an earlier command (a transfer to an operator).
type Answer struct {
	ID    string
	Reply any
	Err   error
}

// Handed is the reply to a transfer.
type Handed struct{ Child string }

// Event is a fact: the only thing stored and shown.
type Event interface{ event() }

type (
	// Opened says that a chat began.
	Opened struct{ Chat Chat }
	// Moved says that the chat changed (phase, owner, contact, unread, draft ...).
	Moved struct{ Chat Chat }
	// Added says that a message was appended; it becomes history.
	Added struct{ Message Message }
	// Changed says that a stored message changed; it replaces the one with its id.
	Changed struct{ Message Message }
	// Ended says that a chat completed.
	Ended struct{ Chat Chat }
)

func (Opened) event()  {}
func (Moved) event()   {}
func (Added) event()   {}
func (Changed) event() {}
func (Ended) event()   {}

// Effect is work for after the commit.
type Effect interface{ effect() }

// Durable effects: they become outbox entries of the same commit.
type (
	// Enqueue puts a waiting chat into its queue.
	Enqueue struct {
		Queue string
		Chat  string
		Since time.Time
	}
	// Dequeue takes a chat out of its queue: taken By somebody, or completed.
	Dequeue struct {
		Queue string
		Chat  string
		Why   string // taken, completed, transferred
		By    Person
	}
	// Grant tells an operator that the chat is his.
	Grant struct {
		Operator string
		Chat     string
		Queue    string
		Why      string // accepted, transferred, initiated
		Transfer string // id of the transfer whose reservation becomes the slot
	}
	// Refuse tells an operator that an Assign came too late or was not his.
	Refuse struct {
		Operator string
		Chat     string
		Code     string // taken, gone, not_offered
		By       Person // owner, for taken
	}
	// Release tells an operator that a chat of his has ended.
	Release struct {
		Operator string
		Chat     string
		Reason   Reason
		Child    string
	}
	// Reserve asks an operator to hold a slot for a transfer.
	Reserve struct{ Operator, Chat, Transfer string }
	// Unreserve lets a held slot go.
	Unreserve struct{ Operator, Chat, Transfer string }
	// Deliver hands a message to the provider.
	Deliver struct{ Message string }
	// Fetch brings an incoming attachment here.
	Fetch struct{ Message, Attachment string }
	// Identify finds or makes the contact of a new conversation (S5, S6), and
	// tells the directory of a known customer's new ids.
	Identify struct {
		Contact string // proposal
		Name    string
		Address Address
		Profile Profile
	}
	// Alias makes another conversation id forward here.
	Alias struct{ Conversation string }
	// Index brings the row of a chat up to date in the chats section (S80).
	Index struct{ Chat Chat }
)

// Notify shows an event on an operator's feed; it may be lost, a reconnecting
// client resumes or gets a snapshot. Only owners are ever named (I8).
type Notify struct {
	Operator string
	Event    Event
}

// Touch tells a queue that the row of a waiting chat changed (more messages, a
// contact's name). It may be lost.
type Touch struct{ Queue, Chat string }

func (Enqueue) effect()   {}
func (Dequeue) effect()   {}
func (Grant) effect()     {}
func (Refuse) effect()    {}
func (Release) effect()   {}
func (Reserve) effect()   {}
func (Unreserve) effect() {}
func (Deliver) effect()   {}
func (Fetch) effect()     {}
func (Identify) effect()  {}
func (Alias) effect()     {}
func (Index) effect()     {}
func (Notify) effect()    {}
func (Touch) effect()     {}
