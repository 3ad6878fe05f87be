package chat

import "time"

// Direction of a message, seen from the company.
type Direction uint8

// Directions are stored.
const (
	In  Direction = 1
	Out Direction = 2
)

// AuthorKind says who wrote a message (S38).
type AuthorKind uint8

// Author kinds are stored.
const (
	Customer AuthorKind = 1
	Operator AuthorKind = 2
	Robot    AuthorKind = 3 // "bot" on the outside
	System   AuthorKind = 4
)

// Author of a message.
type Author struct {
	Kind AuthorKind
	ID   string
	Name string
}

// Delivery is the state of an outgoing message (S38).
type Delivery uint8

// Deliveries are stored; see Delivery.Moves for their order.
const (
	NoDelivery Delivery = 0 // incoming messages and notes
	Queued     Delivery = 1
	Sent       Delivery = 2
	Delivered  Delivery = 3
	Read       Delivery = 4
	Failed     Delivery = 5
	Unknown    Delivery = 6
)

// Message is one line of a chat. Its ID is MessageID(Chat, Position).
type Message struct {
	ID          string
	Chat        string
	Position    int // 1, 2, ... within the chat
	At          time.Time
	Direction   Direction
	Author      Author
	Text        string
	Attachments []Attachment
	ReplyTo     string   // message id, empty when none or the parent is unknown
	Providers   []string // ids the provider gave it, one per part
	State       Delivery
	Error       Problem
	ClientID    string // chosen by the operator's client
	Edited      bool
	Deleted     bool
	Reactions   []Reaction
	Sub         string // what kind of text: "", quick_reply, command, form, order, postback, unsupported
	Payload     string // of a postback or quick reply
}

// Attachment of a message. File is empty until it is stored.
type Attachment struct {
	ID     string // file id; given from the start, so that a stored file can be joined to it
	Kind   string // image, video, audio, voice, file, sticker, location, contact, unsupported
	Name   string
	Mime   string
	Size   int64
	State  AttachmentState
	Source Source // incoming: where to fetch it
	Lat    float64
	Lon    float64
	Card   string // contact cards, as JSON text
}

// Source says where the provider keeps an incoming attachment.
type Source struct {
	URL     string
	MediaID string
	SHA256  string
}

// AttachmentState says whether the file is here.
type AttachmentState uint8

// Attachment states are stored.
const (
	Pending     AttachmentState = 1
	Stored      AttachmentState = 2
	FetchFailed AttachmentState = 3
	TooBig      AttachmentState = 4
)

// Problem is why a message failed: a stable class and words for people.
type Problem struct{ Code, Text string }

// Reaction to a message by the customer or an operator.
type Reaction struct {
	By    string // "customer" or an operator id
	Emoji string
}
