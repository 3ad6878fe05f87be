package messenger

import (
	"strconv"
	"strings"

	"parley/gateway/channel"
	"parley/gateway/channel/loose"
)

// inboxApp begins the id of Meta's own page inbox; documentation prints it with and without its last digit.
const inboxApp = "26390203743090"

func (p *parser) message(e *channel.Event, _, m loose.Value) bool {
	e.Kind, e.Sub = channel.MessageIn, channel.SubText
	e.MessageID = m.Get("mid").ID()
	if m.Get("is_deleted").Bool() {
		return p.deleted(e)
	}
	e.Text = m.Get("text").Text()
	e.ReplyTo = m.Get("reply_to", "mid").ID()
	e.Attachments = attachments(m.Get("attachments"), e.Text != "")
	e.Referral = referralInfo(m.Get("referral"))
	if qr := m.Get("quick_reply"); qr.Exists() {
		e.Sub, e.Payload = channel.SubQuickReply, qr.Get("payload").Text()
	}
	if m.Get("is_echo").Bool() {
		p.echo(e, m)
	}
	if e.Text == "" && len(e.Attachments) == 0 {
		if !m.Get("is_unsupported").Bool() && e.Kind != channel.MessageEcho && !m.Get("attachments").IsArray() {
			return false
		}
		e.Sub = channel.SubUnsupported
		e.Attachments = []channel.Attachment{{Kind: channel.Unsupported}}
	}
	if e.MessageID != "" {
		e.Key = key(e.Kind, p.page, e.MessageID)
	}
	return true
}

func (p *parser) deleted(e *channel.Event) bool {
	e.Kind, e.Target, e.MessageID, e.Sub = channel.MessageDeleted, e.MessageID, "", ""
	e.Key = key(e.Kind, p.page, e.Target)
	return e.Target != ""
}

// echo is a message of the company's side. What it says of its origin is the app id; our own also bring our mark back.
func (p *parser) echo(e *channel.Event, m loose.Value) {
	e.Kind = channel.MessageEcho
	e.AppID = m.Get("app_id").ID()
	mark := m.Get("metadata").Text()
	switch {
	case e.AppID != "" && e.AppID == p.Account.AppID:
		e.Author = channel.AuthorUs
	case e.AppID != "" && e.AppID == p.Account.BotAppID:
		e.Author = channel.AuthorBot
	case e.AppID == "" || strings.HasPrefix(e.AppID, inboxApp):
		e.Author = channel.AuthorInbox
	default:
		e.Author = channel.AuthorOther
	}
	if e.Author == channel.AuthorUs || p.Account.AppID == "" {
		e.OurID, e.Part = channel.ParseMark(mark)
		return
	}
	e.Metadata = mark
}

func (p *parser) edit(e *channel.Event, ev, m loose.Value) bool {
	e.Kind, e.Target, e.Text = channel.MessageEdited, m.Get("mid").ID(), m.Get("text").Text()
	e.Edit = int(m.Get("num_edit").Int())
	e.Key = key(e.Kind, p.page, e.Target, m.Get("num_edit").ID(), ev.Get("timestamp").ID())
	return e.Target != ""
}

func (p *parser) postback(e *channel.Event, _, b loose.Value) bool {
	e.Kind, e.Text, e.Payload = channel.Postback, b.Get("title").Text(), b.Get("payload").Text()
	e.MessageID = b.Get("mid").ID()
	e.Referral = referralInfo(b.Get("referral"))
	if e.MessageID != "" {
		e.Key = key(e.Kind, p.page, e.MessageID)
	}
	return true
}

func (p *parser) reaction(e *channel.Event, ev, r loose.Value) bool {
	e.Kind, e.Target, e.Emoji = channel.Reaction, r.Get("mid").ID(), r.Get("emoji").Text()
	e.Added = r.Get("action").Is("react")
	if e.Emoji == "" {
		e.Emoji = r.Get("reaction").Text()
	}
	e.Key = key(e.Kind, p.page, e.Target, ev.Get("sender", "id").ID(), r.Get("action").ID(), ev.Get("timestamp").ID())
	return e.Target != "" && (e.Added || r.Get("action").Is("unreact"))
}

func (p *parser) readMark(e *channel.Event, _, r loose.Value) bool {
	return p.receipt(e, channel.StateRead, r)
}

// delivery is a watermark that covers the listed mids too; they are used one by one only where it is missing.
func (p *parser) delivery(e *channel.Event, _, d loose.Value) bool {
	if p.receipt(e, channel.StateDelivered, d) {
		return true
	}
	frame, found := *e, false
	for mid := range d.Get("mids").Items() {
		id := mid.ID()
		if id == "" || e.Customer == "" {
			continue
		}
		if found {
			p.Add(*e) // the last one is left to the caller
		}
		*e, found = frame, true
		e.Target, e.Key = id, key(e.Kind, p.page, string(e.State), id)
	}
	return found
}

func (p *parser) receipt(e *channel.Event, state channel.State, r loose.Value) bool {
	e.Kind, e.State, e.Watermark = channel.Receipt, state, r.Get("watermark").Time()
	e.Key = key(e.Kind, p.page, string(state), e.Customer, strconv.FormatInt(r.Get("watermark").Int(), 10))
	return !e.Watermark.IsZero()
}

func (p *parser) referral(e *channel.Event, _, r loose.Value) bool {
	e.Kind, e.Referral = channel.Referral, referralInfo(r)
	return true
}

func referralInfo(r loose.Value) *channel.ReferralInfo {
	if !r.IsObject() {
		return nil
	}
	return &channel.ReferralInfo{
		Source: r.Get("source").Text(), Type: r.Get("type").Text(), Ref: r.Get("ref").Text(), AdID: r.Get("ad_id").ID(),
		URL: r.Get("referer_uri").Text(), Headline: r.Get("ads_context_data", "ad_title").Text(),
	}
}
