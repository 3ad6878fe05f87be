package whatsapp

import (
	"cmp"
	"strings"

	"parley/gateway/channel"
	"parley/gateway/channel/loose"
)

// incoming reads a message of the customer; false keeps it aside.
func (p *parser) incoming(m loose.Value) bool {
	if m.Get("group_id").Exists() {
		p.Ignore(1)
		return true
	}
	e := p.frame(m, channel.MessageIn)
	if !p.customer(&e, m.Get("from").ID(), m.Get("from_user_id").ID()) {
		return false
	}
	e.MessageID = m.Get("id").ID()
	typ := m.Get("type").Text()
	if typ == "system" {
		return p.system(e, m)
	}
	context := m.Get("context")
	e.ReplyTo = context.Get("id").ID()
	e.Forwarded = context.Get("forwarded").Bool() || context.Get("frequently_forwarded").Bool()
	e.Referral = referral(m.Get("referral"))
	if err := m.Get("errors").Index(0); err.IsObject() {
		e.Error = reason(err)
	}
	if typ == "" || !p.body(&e, m, typ) {
		return false
	}
	p.finish(e, m)
	return true
}

// echo reads a message that a phone on our number wrote.
func (p *parser) echo(m loose.Value) bool {
	e := p.frame(m, channel.MessageEcho)
	e.Author, e.MessageID = channel.AuthorPhoneApp, m.Get("id").ID()
	if !p.customer(&e, m.Get("to").ID(), m.Get("to_user_id").ID()) || !p.body(&e, m, m.Get("type").Text()) {
		return false
	}
	if e.Kind == channel.MessageIn || e.Kind == channel.Postback {
		e.Kind = channel.MessageEcho
	}
	p.finish(e, m)
	return true
}

// finish gives the event its key. The kind is part of it: a reaction's wamid is its own, an edit's may repeat.
func (p *parser) finish(e channel.Event, m loose.Value) {
	id := e.MessageID
	if id == "" {
		id = m.Fingerprint()
	}
	e.Key = key(e.Kind, p.number, id)
	if e.Kind == channel.Reaction || e.Kind == channel.MessageEdited || e.Kind == channel.MessageDeleted {
		e.MessageID = ""
	}
	p.Add(e)
}

// body reads what the message's type names.
func (p *parser) body(e *channel.Event, m loose.Value, typ string) bool {
	e.Sub = channel.SubText
	b := m.Get(typ)
	switch typ {
	case "text":
		e.Text = b.Get("body").Text()
		return e.Text != ""
	case "image", "video", "audio", "voice", "document", "sticker":
		e.Text, e.Attachments = b.Get("caption").Text(), []channel.Attachment{media(typ, b)}
		return b.IsObject()
	case "location":
		e.Attachments = []channel.Attachment{place(b)}
		return b.IsObject()
	case "contacts":
		e.Attachments = cards(b)
		return len(e.Attachments) > 0
	case "interactive":
		return p.interactive(e, b)
	case "button":
		e.Kind, e.Sub, e.Text, e.Payload = channel.Postback, "", b.Get("text").Text(), b.Get("payload").Text()
		return b.IsObject()
	case "reaction":
		return reaction(e, b)
	case "order":
		return order(e, b)
	case "edit":
		return p.edit(e, b)
	case "revoke":
		e.Kind, e.Sub, e.Target = channel.MessageDeleted, "", b.Get("original_message_id").ID()
		return e.Target != ""
	}
	if typ == "unsupported" {
		typ = b.Get("type").Text()
	}
	p.unsupported(e, typ)
	return true
}

// unsupported is a visible placeholder: the operator sees that something came. The reason may be with the message or
// with the change.
func (p *parser) unsupported(e *channel.Event, what string) {
	e.Sub = channel.SubUnsupported
	e.Attachments = []channel.Attachment{{Kind: channel.Unsupported, Title: what}}
	if err := p.errors.Index(0); e.Error == nil && err.IsObject() {
		e.Error = reason(err)
	}
}

func (p *parser) interactive(e *channel.Event, b loose.Value) bool {
	switch typ := b.Get("type").Text(); typ {
	case "button_reply", "list_reply":
		r := b.Get(typ)
		e.Kind, e.Sub, e.Text, e.Payload = channel.Postback, "", r.Get("title").Text(), r.Get("id").Text()
		if d := r.Get("description").Text(); d != "" {
			e.Text += "\n" + d
		}
		return r.IsObject()
	case "nfm_reply":
		r := b.Get(typ)
		e.Sub, e.Text, e.Payload = channel.SubForm, r.Get("body").Text(), r.Get("response_json").Text()
		return r.IsObject()
	default:
		p.unsupported(e, typ)
		return true
	}
}

func reaction(e *channel.Event, b loose.Value) bool {
	e.Kind, e.Sub, e.Target, e.Emoji = channel.Reaction, "", b.Get("message_id").ID(), b.Get("emoji").Text()
	e.Added = e.Emoji != ""
	return e.Target != ""
}

// order is told in words; the whole of it is in the payload.
func order(e *channel.Event, b loose.Value) bool {
	e.Sub, e.Payload = channel.SubOrder, string(b.Raw())
	var lines []string
	if t := b.Get("text").Text(); t != "" {
		lines = append(lines, t)
	}
	for item := range b.Get("product_items").Items() {
		lines = append(lines, strings.TrimSpace(item.Get("quantity").ID()+" × "+item.Get("product_retailer_id").Text()+
			" "+item.Get("item_price").ID()+" "+item.Get("currency").Text()))
	}
	e.Text = strings.Join(lines, "\n")
	return b.IsObject()
}

// edit carries the message in its new form; only its text and media matter.
func (p *parser) edit(e *channel.Event, b loose.Value) bool {
	e.Kind, e.Sub, e.Target = channel.MessageEdited, "", b.Get("original_message_id").ID()
	m := b.Get("message")
	typ := m.Get("type").Text()
	switch part := m.Get(typ); typ {
	case "text", "":
		e.Text = m.Get("text", "body").Text()
	case "image", "video", "audio", "voice", "document", "sticker":
		e.Text, e.Attachments = part.Get("caption").Text(), []channel.Attachment{media(typ, part)}
	}
	return e.Target != ""
}

// system tells that a customer's number, user id or both changed; it is no message of theirs.
func (p *parser) system(e channel.Event, m loose.Value) bool {
	b := m.Get("system")
	phone, user := digits(b.Get("wa_id").ID()), b.Get("user_id").ID()
	if phone == "" {
		phone = digits(b.Get("new_wa_id").ID())
	}
	if isBSUID(phone) {
		phone, user = "", cmp.Or(user, phone)
	}
	e.Kind = channel.Identity
	if phone != e.Contact.Phone {
		e.NewIDs = add(e.NewIDs, channel.WAPhone, phone)
	}
	if user != e.Contact.ID(channel.BSUID) {
		e.NewIDs = add(e.NewIDs, channel.BSUID, user)
	}
	if len(e.NewIDs) == 0 {
		p.Ignore(1) // a new device, or a kind of system message yet to come
		return true
	}
	p.finish(e, m)
	return true
}

func referral(r loose.Value) *channel.ReferralInfo {
	if !r.IsObject() {
		return nil
	}
	return &channel.ReferralInfo{
		Source: r.Get("source_type").Text(), AdID: r.Get("source_id").ID(), URL: r.Get("source_url").Text(),
		Headline: r.Get("headline").Text(), ClickID: r.Get("ctwa_clid").Text(),
	}
}
