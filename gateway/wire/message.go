package wire

import (
	"encoding/json"

	"parley/actors/chat"
)

// Message is one line of a chat.
type Message struct {
	ID          string       `json:"id"`
	Position    int          `json:"position"`
	Chat        string       `json:"chat"`
	At          Time         `json:"at"`
	Direction   string       `json:"direction" enum:"in,out"`
	Author      Author       `json:"author"`
	Text        string       `json:"text"`
	Attachments []Attachment `json:"attachments"`
	ReplyTo     *string      `json:"reply_to"`
	State       *string      `json:"state" enum:"queued,sent,delivered,read,failed,unknown"` // null when incoming
	Error       *Problem     `json:"error"`
	ClientID    *string      `json:"client_id"`
	Edited      bool         `json:"edited"`
	Deleted     bool         `json:"deleted"`
	Reactions   []Reaction   `json:"reactions"`
	Kind        string       `json:"kind"` // "" for plain text; quick_reply, command, form, order, postback, unsupported
}

// Author says who wrote a message.
type Author struct {
	Kind string `json:"kind" enum:"customer,operator,bot,system"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Problem is why a message failed.
type Problem struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Reaction to a message; By is "customer" or an operator's id.
type Reaction struct {
	By    string `json:"by"`
	Emoji string `json:"emoji"`
}

// Attachment of a message.
type Attachment struct {
	ID    string          `json:"id"` // file id
	Kind  string          `json:"kind" enum:"image,video,audio,voice,file,sticker,location,contact,unsupported"`
	Name  string          `json:"name"`
	Mime  string          `json:"mime"`
	Size  int64           `json:"size"`
	State string          `json:"state" enum:"pending,stored,failed,too_big"`
	Lat   *float64        `json:"lat"`
	Lon   *float64        `json:"lon"`
	Card  json.RawMessage `json:"card"` // a contact card, else null
}

// MessageOf spells a message. What its author took back is told to nobody.
func MessageOf(m chat.Message) Message {
	if m.Deleted {
		m.Text, m.Attachments = "", nil
	}
	return Message{
		ID:          m.ID,
		Position:    m.Position,
		Chat:        m.Chat,
		At:          At(m.At),
		Direction:   direction(m.Direction),
		Author:      Author{Kind: authorKind(m.Author.Kind), ID: m.Author.ID, Name: m.Author.Name},
		Text:        m.Text,
		Attachments: attachments(m.Attachments),
		ReplyTo:     orNull(m.ReplyTo),
		State:       delivery(m.State),
		Error:       problem(m.Error),
		ClientID:    orNull(m.ClientID),
		Edited:      m.Edited,
		Deleted:     m.Deleted,
		Reactions:   reactions(m.Reactions),
		Kind:        kindOf(m.Sub),
	}
}

// MessagesOf spells a page of messages; never null.
func MessagesOf(in []chat.Message) []Message {
	out := make([]Message, len(in))
	for i, m := range in {
		out[i] = MessageOf(m)
	}
	return out
}

func direction(d chat.Direction) string {
	if d == chat.Out {
		return "out"
	}
	return "in"
}

func authorKind(k chat.AuthorKind) string {
	switch k {
	case chat.Operator:
		return "operator"
	case chat.Robot:
		return "bot"
	case chat.System:
		return "system"
	default:
		return "customer"
	}
}

// kindOf hides the inner word for plain text.
func kindOf(sub string) string {
	if sub == "text" {
		return ""
	}
	return sub
}

func delivery(d chat.Delivery) *string {
	names := [...]string{"", "queued", "sent", "delivered", "read", "failed", "unknown"}
	if d == chat.NoDelivery || int(d) >= len(names) {
		return nil
	}
	return &names[d]
}

func problem(p chat.Problem) *Problem {
	if p == (chat.Problem{}) {
		return nil
	}
	return &Problem{Code: p.Code, Text: p.Text}
}

func reactions(in []chat.Reaction) []Reaction {
	out := make([]Reaction, len(in))
	for i, r := range in {
		out[i] = Reaction(r)
	}
	return out
}

func attachments(in []chat.Attachment) []Attachment {
	out := make([]Attachment, len(in))
	for i, a := range in {
		out[i] = attachment(a)
	}
	return out
}

func attachment(a chat.Attachment) Attachment {
	out := Attachment{ID: a.ID, Kind: a.Kind, Name: a.Name, Mime: a.Mime, Size: a.Size, State: attachmentState(a.State)}
	if a.Kind == "location" {
		out.Lat, out.Lon = &a.Lat, &a.Lon
	}
	if a.Card != "" && json.Valid([]byte(a.Card)) {
		out.Card = json.RawMessage(a.Card)
	}
	return out
}

func attachmentState(s chat.AttachmentState) string {
	switch s {
	case chat.Pending:
		return "pending"
	case chat.FetchFailed:
		return "failed"
	case chat.TooBig:
		return "too_big"
	default:
		return "stored"
	}
}
