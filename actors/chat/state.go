package chat

import "time"

// Phase is where a chat stands (S30).
type Phase uint8

// Phases are stored: their numbers never change.
const (
	None       Phase = 0 // no chat yet
	Bot        Phase = 1 // a bot platform answers; in no operator's list
	Waiting    Phase = 2 // waits in its queue for an operator
	InProgress Phase = 3 // has an owner
	Completed  Phase = 4 // final
)

// String gives the phase as the contract spells it.
func (p Phase) String() string {
	return [...]string{"", "bot", "waiting", "in_progress", "completed"}[p]
}

// Reason says why a chat completed (S39).
type Reason string

// The reasons of a completion.
const (
	ByOperator      Reason = "operator"
	ByTimeout       Reason = "timeout"
	ByTransfer      Reason = "transfer"
	ByHandover      Reason = "bot_handover"
	ByControlTaken  Reason = "control_taken"
	ByAdministrator Reason = "administrator"
)

// State is everything the rules of a conversation need; message bodies are
// history and not here. It is a value: Step never changes the one it is given.
type State struct {
	ID       string   // of the conversation
	Forward  string   // set: this conversation is known under another id; commands belong there
	Aliases  []string // ids of conversations that forward to this one
	Channel  string
	Provider string
	Address  Address
	Contact  Contact
	Opened   int        // chats so far; also the number of the newest chat
	Chat     Chat       // the newest chat, open or completed; Phase None before the first
	LastIn   time.Time  // last customer action that opens the provider's window (channels.md part 5)
	Outgoing []Outgoing // messages whose state can still move, oldest first, at most MaxOutgoing
	Early    []Early    // receipts that came before the provider's id was known here, at most MaxEarly
	Marks    Marks      // the newest watermarks of the provider
	UnreadAt []int      // positions of the newest chat's unread customer messages, oldest first, at most MaxUnread
	Past     []Past     // who had the chats before the newest, newest last, at most MaxPast
	Transfer Transfer   // pending transfer to an operator, zero when none
	Lost     bool       // another application controls the thread: sending is refused (S93)
	Blocked  bool       // the customer has blocked us

	Policy Policy // what the directory says now; filled by the shell before each Step, never stored
}

// Bounds of the lists in State; the oldest are let go first.
const (
	MaxOutgoing = 128
	MaxEarly    = 16
	MaxUnread   = 256
	MaxPast     = 4
)

// Address is where the customer is reached on the channel: the ids of the
// provider by type (psid, wa_phone, bsuid, tg_user), opaque to the machine.
type Address struct {
	IDs []AddressID
}

// AddressID is one id of the customer at the provider.
type AddressID struct{ Type, Value string }

// Contact is the person as far as rows show it.
type Contact struct {
	ID    string
	Name  string
	Photo string // file id, empty when none
	// Linked says that the directory has confirmed the contact; before that ID is a proposal (S5).
	Linked bool
}

// Chat is one episode.
type Chat struct {
	ID          string
	Number      int // 1, 2, ... within the conversation
	Root        int // number of the first chat of the chain this one continues; its own when it continues none
	Phase       Phase
	Queue       string
	Owner       Person // empty ID unless InProgress (kept on Completed)
	Parent      string // chat this one continues, empty when none
	Child       string // chat that continues this one
	Reason      Reason
	CreatedAt   time.Time
	AcceptedAt  time.Time
	CompletedAt time.Time
	LastAt      time.Time // last message in either direction (S35)
	Preview     string    // of the last customer message, at most PreviewLen characters
	Position    int       // of the newest message
	ReadTo      int       // the owner has read up to here
	Unread      int       // customer messages after ReadTo
	Draft       string    // unsent reply of the owner (S36)
	Source      string    // referral: where the customer came from
}

// PreviewLen is the greatest length of a preview in characters.
const PreviewLen = 80

// Open says whether the chat is in any phase but Completed.
func (c Chat) Open() bool { return c.Phase == Bot || c.Phase == Waiting || c.Phase == InProgress }

// Person is an operator (or another author) by id and the name to show.
type Person struct{ ID, Name string }

// Outgoing is what the rules remember of a message that is on its way.
type Outgoing struct {
	Message string // id
	State   Delivery
	At      time.Time // when it was last queued; the provider's time once an echo has told it
	Partial bool      // some parts are taken and not all: receipts of those say nothing of the whole
}

// Early is a receipt whose message is not known by that provider id yet.
type Early struct {
	Provider string
	State    Delivery
	Error    Problem
	At       time.Time
}

// Marks are the provider's times up to which everything is delivered and read.
type Marks struct{ Delivered, Read time.Time }

// Past remembers a former chat just enough to give its owner the right error.
type Past struct {
	Chat   string
	Owner  string // operator id, empty when nobody had it
	Reason Reason
}

// Transfer is a transfer to an operator that waits for that operator's slot.
type Transfer struct {
	ID   string // of the request; empty = none pending
	From Person
	To   Person
	Note string
	At   time.Time
}

// Policy is what settings, channel and queue say at this moment.
type Policy struct {
	CompletionTimeout    time.Duration // of the chat's queue; 0 = operator chats are never closed by time
	BotCompletionTimeout time.Duration // for phase Bot when the queue has none
	Window               time.Duration // provider's reply window; 0 = none
	MaxText              int           // longest text the provider takes, characters (UTF-16 units where the provider counts so); 0 = no limit
	Receipts             bool          // provider tells delivered and read
}
