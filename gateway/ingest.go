package gateway

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"parley/actors/chat"
	"parley/gateway/channel"
)

// command translates one event of a provider into the command of its
// conversation; nil for what no conversation needs to know. others are the ids
// the same customer may also be known under.
func command(ch Channel, e *channel.Event, conversation string, others []string) chat.Command {
	switch e.Kind {
	case channel.MessageIn, channel.Postback:
		return chat.Receive{Key: e.Key, Channel: channelOf(ch), Sender: senderOf(ch, e, others), Message: incoming(ch, e, conversation), Standby: e.Standby, Inactive: ch.Inactive}
	case channel.MessageEcho:
		return chat.Echo{Key: e.Key, Channel: channelOf(ch), Sender: senderOf(ch, e, others), OurID: e.OurID, Author: echoAuthor(e), Message: incoming(ch, e, conversation), Standby: e.Standby, Inactive: ch.Inactive}
	case channel.MessageEdited:
		return chat.Edit{Key: e.Key, Target: e.Target, Text: e.Text}
	case channel.MessageDeleted:
		return chat.Delete{Key: e.Key, Target: e.Target}
	case channel.Reaction:
		return chat.React{Key: e.Key, Target: e.Target, Emoji: e.Emoji, Added: e.Added, Opens: e.Inbound(), At: e.At}
	case channel.Receipt:
		return receipt(e)
	case channel.Referral:
		return chat.Refer{Key: e.Key, Source: source(e.Referral)}
	case channel.ThreadControl:
		return control(ch, e)
	case channel.Membership:
		return chat.Block{Key: e.Key, Blocked: e.Blocked}
	case channel.Identity:
		return chat.Rebind{Key: e.Key, Address: addressOf(nowKnownBy(e)), Aliases: others}
	}
	return nil
}

// nowKnownBy are a customer's ids after a change: the new ones, and the old ones
// of types that did not change.
func nowKnownBy(e *channel.Event) []channel.ContactID {
	ids := slices.Clone(e.NewIDs)
	for _, old := range e.Contact.IDs {
		if !slices.ContainsFunc(e.NewIDs, func(id channel.ContactID) bool { return id.Type == old.Type }) {
			ids = append(ids, old)
		}
	}
	return leading(ids)
}

func channelOf(ch Channel) chat.Channel {
	return chat.Channel{ID: ch.Account.ID, Provider: ch.Account.Provider, Queue: ch.Queue}
}

func senderOf(ch Channel, e *channel.Event, others []string) chat.Sender {
	ids := leading(e.Contact.IDs)
	if len(ids) == 0 {
		ids = []channel.ContactID{{Value: e.Customer}}
	}
	return chat.Sender{
		Address: addressOf(ids),
		Contact: contactID(ch.Account.Provider, cmp.Or(e.AccountID, ch.Account.ID), ids[0]),
		Name:    nameOf(e.Contact),
		Aliases: others,
		Profile: chat.Profile{First: e.Contact.First, Last: e.Contact.Last, Username: e.Contact.Username, Language: e.Contact.Language},
	}
}

// nameOf is what the message itself tells of the sender's name.
func nameOf(c channel.ContactRef) string {
	return cmp.Or(strings.TrimSpace(c.Name), strings.TrimSpace(c.First+" "+c.Last), c.Username)
}

func incoming(ch Channel, e *channel.Event, conversation string) chat.Incoming {
	out := chat.Incoming{
		Provider: e.MessageID, At: e.At, Text: e.Text, ReplyTo: e.ReplyTo,
		Sub: subOf(e), Payload: e.Payload, Source: source(e.Referral),
	}
	for i, a := range e.Attachments {
		out.Attachments = append(out.Attachments, attachment(a, fileID(ch.Account, conversation, cmp.Or(e.MessageID, e.Key), i)))
	}
	return out
}

func subOf(e *channel.Event) string {
	switch {
	case e.Kind == channel.Postback:
		return "postback"
	case e.Sub == channel.SubText:
		return ""
	}
	return string(e.Sub)
}

// attachment keeps where a file can be fetched; what has no file is complete as it is.
func attachment(a channel.Attachment, id string) chat.Attachment {
	out := chat.Attachment{
		ID: id, Kind: string(a.Kind), Name: cmp.Or(a.Name, a.Title), Mime: a.Mime, Size: a.Size, Lat: a.Lat, Lon: a.Lon,
		State:  chat.Stored,
		Source: chat.Source{URL: a.URL, MediaID: a.MediaID, SHA256: a.SHA256},
	}
	switch a.Kind {
	case channel.Place:
		out.Name = strings.Trim(a.Title+", "+a.Address, ", ")
	case channel.ContactCard:
		out.Card = cardOf(a.Card)
	case channel.Template, channel.Unsupported:
		out.Kind = string(channel.Unsupported)
		out.Source = chat.Source{}
	default:
		out.State = chat.FetchFailed // until there is an address to fetch it from
		if a.Fetchable() {
			out.State = chat.Pending
		}
	}
	return out
}

// card is a contact card as clients read it.
type card struct {
	Name   string   `json:"name"`
	Phones []string `json:"phones"`
	Emails []string `json:"emails"`
}

func cardOf(c *channel.Card) string {
	if c == nil {
		return ""
	}
	text, err := json.Marshal(card{Name: c.Name, Phones: list(c.Phones), Emails: list(c.Emails)})
	if err != nil {
		return ""
	}
	return string(text)
}

// echoAuthor names whoever wrote for the company outside Parley.
func echoAuthor(e *channel.Event) chat.Author {
	switch e.Author {
	case channel.AuthorUs:
		return chat.Author{Kind: chat.Operator}
	case channel.AuthorBot:
		return chat.Author{Kind: chat.Robot, ID: e.AppID, Name: "Bot"}
	case channel.AuthorInbox:
		return chat.Author{Kind: chat.Robot, ID: e.AppID, Name: "Page inbox"}
	case channel.AuthorPhoneApp:
		return chat.Author{Kind: chat.Robot, ID: e.AppID, Name: "Phone"}
	}
	return chat.Author{Kind: chat.Robot, ID: e.AppID, Name: "Another application"}
}

func receipt(e *channel.Event) chat.Command {
	c := chat.Receipt{Key: e.Key, Target: e.Target, OurID: e.OurID, Watermark: e.Watermark}
	switch e.State {
	case channel.StateSent:
		c.State = chat.Sent
	case channel.StateDelivered:
		c.State = chat.Delivered
	case channel.StateRead:
		c.State = chat.Read
	case channel.StateFailed:
		c.State = chat.Failed
	default:
		return nil
	}
	if e.Error != nil {
		c.Error = chat.Problem{Code: cmp.Or(string(e.Error.Class), "failed"), Text: e.Error.Text}
	}
	return c
}

// source says in one line by which link or advertisement a customer came.
func source(r *channel.ReferralInfo) string {
	if r == nil {
		return ""
	}
	var parts []string
	for _, p := range []string{r.Source, r.Ref, r.AdID, r.Headline, r.URL} {
		if p != "" && !slices.Contains(parts, p) {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, " ")
}

// control says whether we may write to the customer after a change of thread
// control. A request changes nothing, and an event that does not name the new
// owner was sent to whom it concerns: a pass to the new owner, a take to the old one.
func control(ch Channel, e *channel.Event) chat.Command {
	if e.Thread != channel.ThreadPass && e.Thread != channel.ThreadTake {
		return nil
	}
	lost := e.Thread == channel.ThreadTake
	if e.ToApp != "" && ch.Account.AppID != "" {
		lost = e.ToApp != ch.Account.AppID
	}
	return chat.Control{Key: e.Key, Lost: lost}
}
