package whatsapp

import (
	"context"
	"encoding/json"
	"net/http"

	"parley/gateway/channel"
	"parley/gateway/channel/exchange"
	"parley/gateway/channel/loose"
)

type messageRef struct {
	MessageID string `json:"message_id"`
}

type textBody struct {
	Body       string `json:"body"`
	PreviewURL bool   `json:"preview_url"`
}

type mediaBody struct {
	ID       string `json:"id"`
	Caption  string `json:"caption,omitempty"`
	Filename string `json:"filename,omitempty"`
}

// sendRequest is a message; exactly one body is set. To takes a number, Recipient a business-scoped user id.
type sendRequest struct {
	Product       string      `json:"messaging_product"`
	RecipientType string      `json:"recipient_type"`
	To            string      `json:"to,omitempty"`
	Recipient     string      `json:"recipient,omitempty"`
	Type          string      `json:"type"`
	Context       *messageRef `json:"context,omitempty"`
	Callback      string      `json:"biz_opaque_callback_data,omitempty"`
	Text          *textBody   `json:"text,omitempty"`
	Image         *mediaBody  `json:"image,omitempty"`
	Video         *mediaBody  `json:"video,omitempty"`
	Audio         *mediaBody  `json:"audio,omitempty"`
	Document      *mediaBody  `json:"document,omitempty"`
	Sticker       *mediaBody  `json:"sticker,omitempty"`
}

// Send hands one part to the number's messages edge; a file is uploaded first. The part's mark travels as callback data
// and comes back in every status, so an unknown outcome is settled by the first of them.
func (a *Adapter) Send(ctx context.Context, acc channel.Account, out channel.Outbound) (channel.Sent, error) {
	call, err := envelope(out)
	if err != nil {
		return channel.Sent{}, err
	}
	if len(out.Files) == 0 {
		call.Type, call.Text = "text", &textBody{Body: out.Text}
	} else if err := a.attach(ctx, acc, &call, out); err != nil {
		return channel.Sent{}, err
	}
	doc, serr := a.api.Post(ctx, acc, a.messages(acc), encode(call), false)
	if serr != nil {
		return channel.Sent{}, serr
	}
	return sent(doc)
}

// envelope says to whom. A number is preferred where both are known: every kind of message can go to it.
func envelope(out channel.Outbound) (sendRequest, error) {
	if err := out.CheckPart(); err != nil {
		return sendRequest{}, err
	}
	if out.OutsideWindow {
		return sendRequest{}, &channel.SendError{Class: channel.ClassWindowClosed, Code: channel.CodeWindow, Text: "more than 24 hours have passed since the customer last wrote"}
	}
	call := sendRequest{Product: "whatsapp", RecipientType: "individual", Callback: out.Mark(), To: out.To.ID(channel.WAPhone)}
	if call.To == "" {
		call.Recipient = out.To.ID(channel.BSUID)
	}
	if call.To == "" && call.Recipient == "" {
		return call, &channel.SendError{Class: channel.ClassRequest, Code: channel.CodeNoRecipient, Text: "the recipient has no WhatsApp number or user id"}
	}
	if out.ReplyTo != "" {
		call.Context = &messageRef{MessageID: out.ReplyTo}
	}
	return call, nil
}

// attach uploads the file and names it in the call.
func (a *Adapter) attach(ctx context.Context, acc channel.Account, call *sendRequest, out channel.Outbound) error {
	file := out.Files[0]
	id, err := a.upload(ctx, acc, file)
	if err != nil {
		return err
	}
	body := &mediaBody{ID: id, Caption: out.Text}
	switch file.Kind {
	case channel.Image:
		call.Type, call.Image = "image", body
	case channel.Video:
		call.Type, call.Video = "video", body
	case channel.Audio, channel.Voice:
		call.Type, call.Audio, body.Caption = "audio", body, ""
	case channel.Sticker:
		call.Type, call.Sticker, body.Caption = "sticker", body, ""
	default:
		call.Type, call.Document, body.Filename = "document", body, channel.CleanName(file.Name)
	}
	if out.Text != "" && body.Caption == "" {
		return &channel.SendError{Class: channel.ClassRequest, Code: channel.CodeNotSplit, Text: "such a file has no caption on this channel"}
	}
	return nil
}

// upload may be repeated: an upload nobody sends is forgotten by the provider.
func (a *Adapter) upload(ctx context.Context, acc channel.Account, file channel.OutFile) (string, error) {
	fields := []exchange.Field{{Name: "messaging_product", Value: "whatsapp"}, {Name: "type", Value: file.Mime}}
	req, serr := exchange.Multipart(ctx, a.api.URL(acc, nil, acc.PhoneNumberID, "media"), fields, "file", file)
	if serr != nil {
		return "", serr
	}
	doc, serr := a.api.Do(acc, req, true)
	if serr != nil {
		return "", serr
	}
	id := doc.Get("id").ID()
	if id == "" {
		return "", &channel.SendError{Class: channel.ClassTransient, Status: http.StatusOK, Text: "the provider did not confirm the file"}
	}
	return id, nil
}

// sent needs a message id, and learns the recipient's other identity where the answer tells it.
func sent(doc loose.Value) (channel.Sent, error) {
	s := channel.Sent{MessageID: doc.Get("messages").Index(0).Get("id").ID()}
	if s.MessageID == "" {
		return s, &channel.SendError{Class: channel.ClassUnknown, Status: http.StatusOK, Text: "the provider did not confirm the message"}
	}
	who := doc.Get("contacts").Index(0)
	s.Learned = add(s.Learned, channel.BSUID, who.Get("user_id").ID())
	if n := who.Get("wa_id").ID(); isBSUID(n) {
		s.Learned = add(s.Learned, channel.BSUID, n)
	} else {
		s.Learned = add(s.Learned, channel.WAPhone, digits(n))
	}
	return s, nil
}

func (a *Adapter) messages(acc channel.Account) string {
	return a.api.URL(acc, nil, acc.PhoneNumberID, "messages")
}

// encode cannot fail for the structs of this package.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
