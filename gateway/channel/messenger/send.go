package messenger

import (
	"context"
	"encoding/json"
	"net/http"

	"parley/gateway/channel"
	"parley/gateway/channel/exchange"
	"parley/gateway/channel/loose"
)

type recipient struct {
	ID string `json:"id"`
}

type replyTo struct {
	MID string `json:"mid"`
}

type message struct {
	Text       string     `json:"text,omitempty"`
	Attachment *attachRef `json:"attachment,omitempty"`
	Metadata   string     `json:"metadata,omitempty"`
}

type attachRef struct {
	Type    string   `json:"type"`
	Payload struct{} `json:"payload"`
}

// sendRequest is a call of the Send API: a message, or a sender action alone.
type sendRequest struct {
	Recipient     recipient `json:"recipient"`
	MessagingType string    `json:"messaging_type,omitempty"`
	Tag           string    `json:"tag,omitempty"`
	Message       *message  `json:"message,omitempty"`
	ReplyTo       *replyTo  `json:"reply_to,omitempty"`
	SenderAction  string    `json:"sender_action,omitempty"`
}

// Send hands one part to the page's messages edge. The part's mark travels as metadata and comes back in the echo, so an
// unknown outcome is settled by the echo.
func (a *Adapter) Send(ctx context.Context, acc channel.Account, out channel.Outbound) (channel.Sent, error) {
	req, err := a.request(ctx, acc, out)
	if err != nil {
		return channel.Sent{}, err
	}
	doc, serr := a.api.Do(acc, req, false)
	if serr != nil {
		return channel.Sent{}, serr
	}
	return sent(doc)
}

func (a *Adapter) request(ctx context.Context, acc channel.Account, out channel.Outbound) (*http.Request, error) {
	if err := out.CheckPart(); err != nil {
		return nil, err
	}
	call, err := envelope(acc, out)
	if err != nil {
		return nil, err
	}
	address := a.api.URL(acc, nil, page(acc), "messages")
	call.Message = &message{Text: out.Text, Metadata: out.Mark()}
	if len(out.Files) == 0 {
		req, serr := exchange.JSON(ctx, address, encode(call))
		return req, orNil(serr)
	}
	if out.Text != "" {
		return nil, &channel.SendError{Class: channel.ClassRequest, Code: channel.CodeNotSplit, Text: "files have no caption on this channel"}
	}
	call.Message.Attachment = &attachRef{Type: attachmentType(out.Files[0].Kind)}
	req, serr := exchange.Multipart(ctx, address, formFields(call), "filedata", out.Files[0])
	return req, orNil(serr)
}

// envelope says to whom and by which right: an answer inside the window, or the human agent's tag outside of it.
func envelope(acc channel.Account, out channel.Outbound) (sendRequest, error) {
	call := sendRequest{Recipient: recipient{ID: out.To.ID(channel.PSID)}, MessagingType: "RESPONSE"}
	if call.Recipient.ID == "" {
		return call, &channel.SendError{Class: channel.ClassRequest, Code: channel.CodeNoRecipient, Text: "the recipient has no Messenger id"}
	}
	if out.OutsideWindow {
		if !acc.HumanAgent {
			return call, &channel.SendError{Class: channel.ClassWindowClosed, Code: channel.CodeWindow, Text: "more than 24 hours have passed since the customer last wrote"}
		}
		call.MessagingType, call.Tag = "MESSAGE_TAG", "HUMAN_AGENT"
	}
	if out.ReplyTo != "" {
		call.ReplyTo = &replyTo{MID: out.ReplyTo}
	}
	return call, nil
}

// formFields is the same call as form fields, the nested ones as JSON.
func formFields(call sendRequest) []exchange.Field {
	fields := []exchange.Field{
		{Name: "recipient", Value: string(encode(call.Recipient))},
		{Name: "messaging_type", Value: call.MessagingType},
		{Name: "message", Value: string(encode(call.Message))},
	}
	if call.Tag != "" {
		fields = append(fields, exchange.Field{Name: "tag", Value: call.Tag})
	}
	if call.ReplyTo != nil {
		fields = append(fields, exchange.Field{Name: "reply_to", Value: string(encode(call.ReplyTo))})
	}
	return fields
}

func attachmentType(k channel.AttachmentKind) string {
	switch k {
	case channel.Image, channel.Video, channel.Audio:
		return string(k)
	case channel.Voice:
		return "audio"
	}
	return "file"
}

// sent needs a message_id: without one nothing says that the message was taken.
func sent(doc loose.Value) (channel.Sent, error) {
	id := doc.Get("message_id").ID()
	if id == "" {
		return channel.Sent{}, &channel.SendError{Class: channel.ClassUnknown, Status: http.StatusOK, Text: "the provider did not confirm the message"}
	}
	return channel.Sent{MessageID: id}, nil
}

// page is the node calls go to; "me" is the page the token belongs to.
func page(acc channel.Account) string {
	if acc.PageID != "" {
		return acc.PageID
	}
	return "me"
}

// encode cannot fail for the structs of this package.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// orNil keeps a nil *SendError from becoming an error that is not nil.
func orNil(e *channel.SendError) error {
	if e == nil {
		return nil
	}
	return e
}
