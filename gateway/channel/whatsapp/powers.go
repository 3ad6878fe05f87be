package whatsapp

import (
	"context"
	"net/url"

	"parley/gateway/channel"
)

type indicator struct {
	Type string `json:"type"`
}

type readRequest struct {
	Product   string     `json:"messaging_product"`
	Status    string     `json:"status"`
	MessageID string     `json:"message_id"`
	Typing    *indicator `json:"typing_indicator,omitempty"`
}

// MarkRead shows the customer that everything up to the message was read.
func (a *Adapter) MarkRead(ctx context.Context, acc channel.Account, _ channel.ContactRef, messageID string) error {
	return a.read(ctx, acc, readRequest{MessageID: messageID})
}

// Typing shows for up to 25 s that an answer is being written; the provider marks the message as read by it.
func (a *Adapter) Typing(ctx context.Context, acc channel.Account, _ channel.ContactRef, messageID string) error {
	return a.read(ctx, acc, readRequest{MessageID: messageID, Typing: &indicator{Type: "text"}})
}

func (a *Adapter) read(ctx context.Context, acc channel.Account, call readRequest) error {
	if call.MessageID == "" {
		return &channel.SendError{Class: channel.ClassRequest, Code: channel.CodeBadID, Text: "there is no message to mark"}
	}
	call.Product, call.Status = "whatsapp", "read"
	if _, err := a.api.Post(ctx, acc, a.messages(acc), encode(call), true); err != nil {
		return err
	}
	return nil
}

// Locate asks for a download address by the media id; it lives five minutes and wants the same bearer, which is only
// given for trusted hosts. An address that came with the webhook serves where there is no id.
func (a *Adapter) Locate(ctx context.Context, acc channel.Account, att channel.Attachment) (channel.Location, error) {
	loc := channel.Location{URL: att.URL, Size: att.Size, Mime: att.Mime, SHA256: att.SHA256}
	if att.MediaID != "" {
		query := url.Values{"phone_number_id": {acc.PhoneNumberID}}
		doc, err := a.api.Get(ctx, acc, a.api.URL(acc, query, att.MediaID))
		if err != nil {
			if err.Class == channel.ClassRequest {
				err.Class = channel.ClassMedia
			}
			return channel.Location{}, err
		}
		loc = channel.Location{
			URL: doc.Get("url").Text(), Size: max(doc.Get("file_size").Int(), 0),
			Mime: doc.Get("mime_type").Text(), SHA256: doc.Get("sha256").Text(),
		}
	}
	if loc.URL == "" {
		return channel.Location{}, &channel.SendError{Class: channel.ClassMedia, Text: "the provider gave no address for the file"}
	}
	if loc.Trusted = acc.Trusts(loc.URL, a.api.BaseOf(acc), "lookaside.fbsbx.com"); loc.Trusted {
		loc.Bearer = acc.AccessToken
	}
	return loc, nil
}
