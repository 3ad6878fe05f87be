package actors

import (
	"context"
	"time"

	"parley/actors/chat"
	"parley/actors/commit"
)

// Store keeps live state: what one commit writes is durable as a whole. Every
// method may be called from many goroutines; Commit of one partition is called
// by one at a time.
type Store interface {
	// Claim raises the partition's epoch, durably: every older owner is fenced.
	Claim(ctx context.Context, partition int) (commit.Claim, error)
	// Commit writes a batch and answers one outcome per change. Errors wrap
	// commit.ErrFenced or commit.ErrUnavailable (outcome unknown: repeat the same batch).
	Commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error)
	// Load reads an entity's record; version 0 = none. Wraps commit.ErrCorrupt.
	Load(ctx context.Context, partition int, e commit.Entity) (commit.Record, error)
	// Items reads items by key, nil for absent ones.
	Items(ctx context.Context, partition int, e commit.Entity, keys []commit.ItemKey) ([][]byte, error)
	// Range reads items in order.
	Range(ctx context.Context, partition int, e commit.Entity, r commit.Range) ([]commit.Item, error)
	// Outbox reads unfinished entries after a number, ascending.
	Outbox(ctx context.Context, partition int, after uint64, limit int) ([]commit.Entry, error)
	// Dues reads due times after one, ascending.
	Dues(ctx context.Context, partition int, after commit.DueEntity, limit int) ([]commit.DueEntity, error)
}

// Outside does the work that leaves the engine. Its methods run off the actors
// and may block until ctx ends; they do one attempt.
type Outside interface {
	// Pace returns when a part may leave as far as the provider's limits go, or
	// with ctx's error. It is asked before the part is marked as about to leave.
	Pace(ctx context.Context, d Delivery) error
	// Deliver hands one part of a message to the channel's provider. Parts are
	// counted from 0; a message has at least one.
	Deliver(ctx context.Context, d Delivery) Outcome
	// Fetch brings an incoming attachment to the file store under its id.
	// Repeating it is harmless.
	Fetch(ctx context.Context, f Fetch) Fetched
	// Identify finds or makes the contact (S5). Repeating it is harmless.
	Identify(ctx context.Context, i Identify) (chat.Contact, error)
	// Profile asks the provider for the public profile and gives the contact as
	// it then is (S6). ok is false when there is nothing to learn.
	Profile(ctx context.Context, i Identify) (c chat.Contact, ok bool, err error)
	// Index brings rows of the chats section up to date (S80). An older version
	// never replaces a newer one.
	Index(ctx context.Context, rows []Row) error
}

// Delivery is one part of a message on its way to a provider.
type Delivery struct {
	Conversation string
	Channel      string
	Address      chat.Address
	Message      chat.Message
	ReplyTo      string    // provider's id of the message replied to, empty when none
	LastIn       time.Time // of the customer, for the provider's window
	Part         int
}

// Verdict says what came of an attempt.
type Verdict uint8

// Verdicts of an attempt.
const (
	Taken    Verdict = iota // the provider has it
	Again                   // it certainly has not; try again after Outcome.After
	Rejected                // it never will
	Nobody                  // nobody knows: never repeated blindly
)

// Outcome of one attempt to deliver.
type Outcome struct {
	Verdict  Verdict
	Provider string // the provider's id, when Taken
	Parts    int    // how many parts the message has on this channel
	After    time.Duration
	Error    chat.Problem
	Blocked  bool // the customer cannot be reached any more
	Lost     bool // another application controls the thread
}

// Fetch is an attachment to bring here.
type Fetch struct {
	Conversation string
	Channel      string
	Message      string
	Attachment   chat.Attachment
}

// Fetched is what came of it. Again asks for another attempt.
type Fetched struct {
	State      chat.AttachmentState
	Name, Mime string
	Size       int64
	Again      bool
	After      time.Duration
}

// Identify is a contact to find.
type Identify struct {
	Conversation string
	Channel      string
	Contact      string // proposed id
	Name         string
	Address      chat.Address
	Profile      chat.Profile // what the first message told
}

// Row is a chat for the chats section.
type Row struct {
	Conversation string
	Version      uint64
	Channel      string
	Contact      chat.Contact
	Chat         chat.Chat
}

// Observer is told what happens, for metrics. All fields may be nil.
type Observer struct {
	Commit     func(took time.Duration, changes int)
	InFlight   func(n int)
	DeadLetter func(kind string)
	Waiting    func(queue string, n int)
}
