package view

import (
	"time"

	"parley/actors/chat"
)

// Chat is a chat as it stands after its newest commit. Before acceptance only
// the row's part of it may be shown (S32).
type Chat struct {
	Conversation string
	Version      uint64 // of the conversation; rises with every commit
	Channel      Channel
	Queue        Named
	Contact      chat.Contact
	Chat         chat.Chat
	WindowCloses time.Time // zero where the provider has no window or nothing came in yet
	Lost         bool      // another application controls the thread
	Deadline     time.Time // of a single offer to the operator it is shown to; zero otherwise
}

// Channel names a channel.
type Channel struct{ ID, Provider, Name string }

// Named is an id with the name to show.
type Named struct{ ID, Name string }

// Page is a stretch of history, oldest first, parents' messages before the
// chat's own.
type Page struct {
	Messages []chat.Message
	More     bool // older ones exist
}

// Assigned is an accepted chat with its newest messages.
type Assigned struct {
	Chat     Chat
	Messages []chat.Message
}
