package messenger

import (
	"context"
	"net/url"
	"strings"

	"parley/gateway/channel"
)

// MarkRead shows the customer that the page has seen the conversation.
func (a *Adapter) MarkRead(ctx context.Context, acc channel.Account, to channel.ContactRef, _ string) error {
	return a.action(ctx, acc, to, "mark_seen")
}

// Typing shows the customer that an answer is being written.
func (a *Adapter) Typing(ctx context.Context, acc channel.Account, to channel.ContactRef, _ string) error {
	return a.action(ctx, acc, to, "typing_on")
}

func (a *Adapter) action(ctx context.Context, acc channel.Account, to channel.ContactRef, name string) error {
	call := sendRequest{Recipient: recipient{ID: to.ID(channel.PSID)}, SenderAction: name}
	_, err := a.api.Post(ctx, acc, a.api.URL(acc, nil, page(acc), "messages"), encode(call), true)
	return orNil(err)
}

// Profile asks for the customer's name and photo. A customer who did not consent gives an error of class request.
func (a *Adapter) Profile(ctx context.Context, acc channel.Account, who channel.ContactRef) (channel.Profile, error) {
	query := url.Values{"fields": {"name,first_name,last_name,profile_pic"}}
	doc, err := a.api.Get(ctx, acc, a.api.URL(acc, query, who.ID(channel.PSID)))
	if err != nil {
		if err.Code == 230 || err.Code == 100 {
			err.Class, err.Stop = channel.ClassRequest, false
		}
		return channel.Profile{}, err
	}
	p := channel.Profile{Name: doc.Get("name").Text(), First: doc.Get("first_name").Text(), Last: doc.Get("last_name").Text()}
	if p.Name == "" {
		p.Name = strings.TrimSpace(p.First + " " + p.Last)
	}
	if pic := doc.Get("profile_pic").Text(); pic != "" {
		p.Photo = &channel.Attachment{Kind: channel.Image, URL: pic}
	}
	return p, nil
}

// Locate returns the attachment's own address; it needs no bearer and gets none.
func (a *Adapter) Locate(_ context.Context, acc channel.Account, att channel.Attachment) (channel.Location, error) {
	if att.URL == "" {
		return channel.Location{}, &channel.SendError{Class: channel.ClassMedia, Text: "the provider gave no address for the file"}
	}
	return channel.Location{
		URL: att.URL, Size: att.Size, Mime: att.Mime,
		Trusted: acc.Trusts(att.URL, a.api.BaseOf(acc), "fbcdn.net", "fbsbx.com"),
	}, nil
}

type threadRequest struct {
	Recipient   recipient `json:"recipient"`
	TargetAppID string    `json:"target_app_id,omitempty"`
	Metadata    string    `json:"metadata,omitempty"`
}

// ControlThread passes, takes, requests or releases the conversation. Each is safe to repeat.
func (a *Adapter) ControlThread(ctx context.Context, acc channel.Account, op channel.ThreadOp, to channel.ContactRef, targetApp, metadata string) error {
	call := threadRequest{Recipient: recipient{ID: to.ID(channel.PSID)}, Metadata: metadata}
	switch op {
	case channel.ThreadPass:
		call.TargetAppID = targetApp
	case channel.ThreadTake, channel.ThreadRequest:
	case channel.ThreadRelease:
		call.Metadata = ""
	default:
		return &channel.SendError{Class: channel.ClassRequest, Text: "there is no such thread operation"}
	}
	_, err := a.api.Post(ctx, acc, a.api.URL(acc, nil, page(acc), string(op)+"_thread_control"), encode(call), true)
	return orNil(err)
}
