package operator

import "time"

// Command is a wish.
type Command interface{ command() }

type (
	// Configure brings what the directory says of the operator. Sent at start and at every change.
	Configure struct {
		Name   string
		Limit  int
		Grace  time.Duration
		Queues []Queue
	}
	// SetStatus is the operator's own choice (S12).
	SetStatus struct{ Status Status }
	// SignIn says that a session was opened (S14).
	SignIn struct{}
	// SignOut says that a session ended; Last that no other session lives (S13).
	SignOut struct{ Last bool }
	// Connect says that the first live connection came; Disconnect that the last one went.
	Connect    struct{}
	Disconnect struct{}
	// Accept takes an offered chat (S31). ID is the request's; the reply comes later.
	Accept struct{ ID, Chat string }
	// Decline refuses an offer.
	Decline struct{ Chat string }
	// Offer is a queue's single offer (S22). Timeout 0 = never expires (S24).
	Offer struct {
		Queue   string
		Chat    string
		Timeout time.Duration
	}
	// Withdraw takes a queue's offer back.
	Withdraw struct {
		Queue string
		Chat  string
		Why   string // taken, completed, transferred, expired
		By    Person
	}
	// Granted says that the conversation made the chat this operator's.
	Granted struct {
		Chat     string
		Queue    string
		Why      string // accepted, transferred, initiated
		Transfer string
	}
	// Refused says that an Accept came too late.
	Refused struct {
		Chat string
		Code string
		By   Person
	}
	// Released says that a chat in progress has ended.
	Released struct {
		Chat   string
		Reason string
		Child  string
	}
	// Reserve asks for a slot for a transfer (S43); Unreserve lets it go.
	Reserve   struct{ Chat, Transfer string }
	Unreserve struct{ Chat, Transfer string }
	// Tick says that the due time has come.
	Tick struct{}
)

// Person is somebody by id and name.
type Person struct{ ID, Name string }

func (Configure) command()  {}
func (SetStatus) command()  {}
func (SignIn) command()     {}
func (SignOut) command()    {}
func (Connect) command()    {}
func (Disconnect) command() {}
func (Accept) command()     {}
func (Decline) command()    {}
func (Offer) command()      {}
func (Withdraw) command()   {}
func (Granted) command()    {}
func (Refused) command()    {}
func (Released) command()   {}
func (Reserve) command()    {}
func (Unreserve) command()  {}
func (Tick) command()       {}
