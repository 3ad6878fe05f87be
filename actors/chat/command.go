package chat

import "time"

// Command is a wish.
type Command interface{ command() }

// From the customer's side. Key is the provider's dedupe key: a command whose
// key has been seen changes nothing (I4).
type (
	// Receive is a message (or postback) of the customer. It opens a chat when
	// none is open (S2, S3), otherwise it is appended (S4).
	Receive struct {
		Key     string
		Channel Channel
		Sender  Sender
		Message Incoming
		Standby bool // a bot platform holds the thread: the chat opens in phase Bot
		// Inactive says that the channel opens no chats any more (S1): ErrInactive when this message would.
		Inactive bool
	}
	// Echo is a message that left the company's account: by us (it confirms our
	// send), or by a bot, the page inbox or a phone (a line of the transcript).
	Echo struct {
		Key     string
		Channel Channel
		Sender  Sender // the customer
		OurID   string // our message id, from metadata; empty when not ours
		Author  Author
		Message Incoming
		Standby bool

		Inactive bool // as in Receive
	}
	// Edit replaces the text of an earlier message of the customer.
	Edit struct {
		Key    string
		Target string // provider's message id
		Text   string
		Found  []Message
	}
	// Delete marks an earlier message as deleted by its author.
	Delete struct {
		Key    string
		Target string
		Found  []Message
	}
	// React adds or removes the customer's reaction.
	React struct {
		Key    string
		Target string
		Emoji  string
		Added  bool
		Opens  bool // the provider counts it as a customer action for the window
		At     time.Time
		Found  []Message
	}
	// Receipt moves the state of outgoing messages: of Target, of OurID, or of
	// all up to Watermark.
	Receipt struct {
		Key       string
		Target    string
		OurID     string
		Watermark time.Time
		State     Delivery // Sent, Delivered, Read or Failed
		Error     Problem
		Found     []Message
	}
	// Refer says where the customer came from; it never opens a chat (S7).
	Refer struct {
		Key    string
		Source string
	}
	// Control is a change of thread control (S93): lost to another application, or back.
	Control struct {
		Key  string
		Lost bool
	}
	// Block says that the customer has blocked us or let us in again.
	Block struct {
		Key     string
		Blocked bool
	}
	// Rebind says that the customer's address changed (a new number).
	Rebind struct {
		Key     string
		Address Address  // the ids from now on; types left out stay as they are
		Aliases []string // other conversation ids the same customer may be known under, old and new
	}
)

// Channel is what a command needs to know of the channel it came by.
type Channel struct{ ID, Provider, Queue string }

// Sender is what the provider says of the customer.
type Sender struct {
	Address Address
	Contact string   // proposed contact id for a first message
	Name    string   // may be empty
	Aliases []string // other conversation ids the same customer may be known under
	Profile Profile
}

// Profile is what a provider tells of a customer beside the name; an empty field is unknown. The conversation only hands
// it on to the directory: some providers tell it in messages and never on request.
type Profile struct {
	First, Last, Username string
	Language              string // BCP 47 as given
}

// Incoming is the content of a message from outside.
type Incoming struct {
	Provider    string // provider's message id
	At          time.Time
	Text        string
	Attachments []Attachment
	ReplyTo     string // provider's message id
	Sub         string
	Payload     string
	Source      string    // referral that came with it
	Found       []Message // the message ReplyTo names
}

// From an operator. By is who asks.
type (
	// Send is an answer. The same ClientID again is the same message.
	Send struct {
		By          Person
		Chat        string
		ClientID    string
		Text        string
		Attachments []Attachment
		ReplyTo     string // message id
	}
	// Retry sends a failed or unknown message again.
	Retry struct {
		By      Person
		Chat    string
		Message string
		Found   []Message
	}
	// Finish completes a chat (S34).
	Finish struct {
		By   Person
		Chat string
	}
	// Close completes a chat in any open phase; administrators only (S30), checked at the edge.
	Close struct {
		By   Person
		Chat string
	}
	// MarkRead says the owner has read up to a position.
	MarkRead struct {
		By       Person
		Chat     string
		Position int
	}
	// Draft keeps an unsent reply (S36).
	Draft struct {
		By   Person
		Chat string
		Text string
	}
	// Hand transfers a chat to a queue or to an operator (S40-S46). Exactly one
	// of ToQueue and ToOperator is set. ID is the request's, for the reply.
	Hand struct {
		ID         string
		By         Person
		Chat       string
		ToQueue    string
		ToOperator Person
		Note       string
	}
)

// From other entities and from the outside's outcome.
type (
	// Assign asks for a waiting chat on behalf of an operator who has reserved a
	// slot for it (S31). Queues are those whose waiting chats the operator may
	// take; Offered says that a queue has offered this very chat to him.
	Assign struct {
		Operator Person
		Chat     string
		Queues   []string
		Offered  bool
	}
	// SlotReserved says that the target of the pending transfer holds a slot.
	SlotReserved struct{ Operator, Transfer string }
	// SlotRefused says that the target of the pending transfer is full.
	SlotRefused struct{ Operator, Transfer string }
	// Accepted says that the provider has taken part Part of Parts (from 1) of a message.
	Accepted struct {
		Message  string
		Provider string // the provider's id for it
		Part     int
		Parts    int
		Found    []Message
	}
	// Rejected says that the provider will not take a message.
	Rejected struct {
		Message string
		Error   Problem
		Blocked bool // the customer cannot be reached any more
		Lost    bool // another application has the thread
		Found   []Message
	}
	// Uncertain says that nobody knows whether the provider took a message.
	Uncertain struct {
		Message string
		Error   Problem
		Found   []Message
	}
	// Fetched says what became of an incoming attachment.
	Fetched struct {
		Message    string
		Attachment string // file id
		State      AttachmentState
		Name, Mime string // as found out; empty = keep
		Size       int64
		Found      []Message
	}
	// Link joins the conversation to a contact of the directory, or brings its new name and photo.
	Link struct {
		Contact Contact
	}
	// ForwardTo makes this conversation an alias of another one; ignored when it has chats of its own.
	ForwardTo struct{ Conversation string }
	// Tick says that the due time has come.
	Tick struct{}
)

func (Receive) command()      {}
func (Echo) command()         {}
func (Edit) command()         {}
func (Delete) command()       {}
func (React) command()        {}
func (Receipt) command()      {}
func (Refer) command()        {}
func (Control) command()      {}
func (Block) command()        {}
func (Rebind) command()       {}
func (Send) command()         {}
func (Retry) command()        {}
func (Finish) command()       {}
func (Close) command()        {}
func (MarkRead) command()     {}
func (Draft) command()        {}
func (Hand) command()         {}
func (Assign) command()       {}
func (SlotReserved) command() {}
func (SlotRefused) command()  {}
func (Accepted) command()     {}
func (Rejected) command()     {}
func (Uncertain) command()    {}
func (Fetched) command()      {}
func (Link) command()         {}
func (ForwardTo) command()    {}
func (Tick) command()         {}
