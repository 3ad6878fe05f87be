package gateway

import (
	"context"
	"errors"
	"io"
	"time"

	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/view"
	"parley/gateway/channel"
	"parley/gateway/template"
)

// Engine is the door of package actors.
type Engine interface {
	// Do carries out one command; what it decided is durable when it returns.
	Do(ctx context.Context, e commit.Entity, command any) (reply any, err error)
	// Chat gives a chat as it stands now; actors.ErrNotFound.
	Chat(ctx context.Context, chatID string) (view.Chat, error)
	// History gives up to limit messages older than the message before (empty =
	// the newest), parents' included, oldest first.
	History(ctx context.Context, chatID, before string, limit int) (view.Page, error)
	// Message gives one stored message; actors.ErrNotFound.
	Message(ctx context.Context, messageID string) (chat.Message, error)
	// Resolve says which of the ids one customer may be known under exists; the first if none.
	Resolve(ctx context.Context, candidates []string) (string, error)
	// Operators and Queues are read models in memory.
	Operators() []view.Operator
	Queues() []view.Queue
	// Attach joins a connection to an operator's feed; hello and what was missed go into sink first.
	Attach(ctx context.Context, operatorID, epoch string, seq uint64, sink view.Sink) (detach func(), err error)
}

// Channels knows the configured channels. It is asked on every webhook, so it answers from memory.
type Channels interface {
	Channel(provider, id string) (Channel, bool)
	// All gives every channel, inactive ones among them, in no order.
	All() []Channel
}

// Channel is a configured channel with the adapter that speaks for it.
type Channel struct {
	Account channel.Account
	Name    string // as people call it
	Adapter channel.Adapter
	Queue   string // where its chats wait
	// Language is what its customers are taken to speak who say nothing of it; a code such as en or pt-BR.
	Language string
	// Inactive says that it opens no chats any more (S1). What belongs to an open chat is taken all the same.
	Inactive bool
}

// Quarantine keeps authentic input that could not be understood.
type Quarantine interface {
	// Keep stores an item durably; the same ID again changes nothing.
	Keep(ctx context.Context, item Kept) error
	// Kept lists newest first; next is empty at the end.
	Kept(ctx context.Context, cursor string, limit int) (items []Kept, next string, err error)
}

// Kept is one quarantined piece of input.
type Kept struct {
	ID       string
	At       time.Time
	Provider string
	Channel  string // our channel it came by
	Account  string // provider account it speaks of, when known
	Reason   string
	Size     int // bytes received; a list may hold only the beginning of Raw
	Raw      []byte
}

// Sessions knows operators' passwords and who is signed in.
type Sessions interface {
	// Verify checks a login and a password; ErrCredentials for a wrong or unknown
	// one, after the same time. It is slow on purpose: the gateway caps how many run.
	Verify(ctx context.Context, login, password string) (Operator, error)
	// Open starts a session with a fresh token.
	Open(ctx context.Context, operatorID string) (token string, s Session, err error)
	// Find gives the session of a token; ErrNoSession when it never was, has ended or has expired.
	Find(ctx context.Context, token string) (Session, error)
	// End ends a session; last says that its operator has no other. ErrNoSession.
	End(ctx context.Context, token string) (last bool, err error)
	// Living counts the sessions of an operator that have not ended.
	Living(ctx context.Context, operatorID string) (int, error)
}

// Session is one sign-in.
type Session struct {
	ID       string // names the session and opens nothing
	Operator Operator
	Expires  time.Time // zero = not said
}

// Operator is who is signed in.
type Operator struct {
	ID, Name    string
	Roles       []string // operator, supervisor, administrator
	Permissions []string // named permissions (S111)
	Language    string   // code such as en or pt-BR, as it is administered; empty = not said
}

// Files keeps attachments.
type Files interface {
	// Put stores up to maxBytes of r for the operator who uploads it; ErrFileTooBig.
	Put(ctx context.Context, by string, r io.Reader, name, mime string, maxBytes int64) (File, error)
	// Attach notes durably that a file stands in a chat.
	Attach(ctx context.Context, id, chat string) error
	// Open gives a file's content; ErrNoFile.
	Open(ctx context.Context, id string) (io.ReadSeekCloser, File, error)
	// Stat describes a file; ErrNoFile.
	Stat(ctx context.Context, id string) (File, error)
}

// File describes a stored file.
type File struct {
	ID, Name, Mime string
	Sniffed        string // type found in the content: decides whether a browser may render it
	Size           int64
	By             string   // operator who uploaded it
	Of             []string // chats it stands in; a contact's photo has neither
}

// Templates are the quick replies (S37), answered from memory.
type Templates interface {
	// Templates gives all of them, in no order.
	Templates() []template.Template
	// Language is the language of the house, which counts where neither contact nor channel has a template's text.
	Language() string
}

// Contacts knows more of a customer than stands in a chat.
type Contacts interface {
	// Contact describes a contact; the zero Contact when there is none.
	Contact(ctx context.Context, id string) (Contact, error)
}

// Contact is what is known of a customer; an empty field means unknown.
type Contact struct {
	Name                         string // empty while there is only a number or an id to call them by
	First, Last, Username, Phone string
	Language                     string // as the provider gives it
}

// Index is the chats section: rows of all chats, open and completed.
type Index interface {
	Chats(ctx context.Context, q ChatQuery) (chats []view.Chat, next string, err error)
}

// ChatQuery narrows a list of chats; zero fields do not, several values of one field are alternatives.
type ChatQuery struct {
	State, Channel, Queue, Operator, Contact []string
	From, To                                 time.Time // creation, from inclusive, to exclusive
	Text                                     string
	Sort                                     string // created_at, accepted_at, completed_at, or with a leading minus; empty = -created_at
	Cursor                                   string
	Limit                                    int
}

// Readiness tells what the process stands on.
type Readiness interface {
	Parts() []Part
}

// Part is one thing readiness depends on.
type Part struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
}

// What implementations of the ports answer besides faults of their own.
var (
	ErrCredentials = errors.New("gateway: wrong login or password")
	ErrNoSession   = errors.New("gateway: no such session")
	ErrNoFile      = errors.New("gateway: no such file")
	ErrFileTooBig  = errors.New("gateway: the file is too big")
	ErrBadCursor   = errors.New("gateway: the cursor does not belong to this list")
)
