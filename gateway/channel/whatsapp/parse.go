package whatsapp

import (
	"time"

	"parley/gateway/channel"
	"parley/gateway/channel/graph"
	"parley/gateway/channel/loose"
)

// Parse reads one webhook body: messages, statuses and errors of the account's number; other fields are ignored.
func (a *Adapter) Parse(acc channel.Account, body []byte, receivedAt time.Time) channel.Parsed {
	batch, entries := graph.Entries(acc, body, "whatsapp_business_account")
	for entry := range entries {
		changes := entry.Get("changes")
		if !changes.IsArray() {
			batch.Bad(channel.BadEnvelope, "", entry)
			continue
		}
		for change := range changes.Items() {
			p := parser{Batch: batch, at: receivedAt.UTC()}
			p.change(change)
		}
	}
	return batch.Parsed()
}

// parser reads one change.
type parser struct {
	*graph.Batch
	number   string // phone_number_id
	at       time.Time
	contacts loose.Value
	errors   loose.Value // value.errors: why something is missing
}

func (p *parser) change(change loose.Value) {
	field, value := change.Get("field"), change.Get("value")
	echoes := field.Is("smb_message_echoes")
	if !field.Is("messages") && !echoes {
		if field.IsString() {
			p.Ignore(1)
			return
		}
		p.Bad(channel.BadEnvelope, "", change)
		return
	}
	p.number = value.Get("metadata", "phone_number_id").ID()
	if p.number == "" || p.number != p.Account.PhoneNumberID {
		reason := channel.BadUnknownChannel
		if p.number == "" {
			reason = channel.BadEnvelope
		}
		p.Bad(reason, p.number, change)
		return
	}
	p.contacts, p.errors = value.Get("contacts"), value.Get("errors")
	if echoes {
		p.list(value.Get("message_echoes"), p.echo)
		return
	}
	p.list(value.Get("messages"), p.incoming)
	p.list(value.Get("statuses"), p.status)
	if !value.Get("messages").Exists() {
		p.list(p.errors, p.notice)
	}
}

// list reads the elements one by one; what read refuses is kept aside.
func (p *parser) list(events loose.Value, read func(loose.Value) bool) {
	if events.Exists() && !events.IsArray() {
		p.Bad(channel.BadEnvelope, p.number, events)
		return
	}
	for ev := range events.Items() {
		if p.Sound(p.number, ev) && !read(ev) {
			p.Bad(channel.BadShape, p.number, ev)
		}
	}
}

// frame fills what all events share.
func (p *parser) frame(ev loose.Value, kind channel.Kind) channel.Event {
	e := channel.Event{Kind: kind, ChannelID: p.Account.ID, AccountID: p.number, At: ev.Get("timestamp").Time()}
	if e.At.IsZero() {
		e.At = p.at
	}
	return e
}

// notice is an error of the account itself, without a message.
func (p *parser) notice(ev loose.Value) bool {
	e := p.frame(ev, channel.Notice)
	e.Error = reason(ev)
	e.Key = key(e.Kind, p.number, ev.Fingerprint())
	p.Add(e)
	return true
}

// reason reads one element of an errors list.
func reason(ev loose.Value) *channel.Reason {
	f := graph.ReadFault(ev)
	return &channel.Reason{Class: classify(f).Class, Code: f.Code, Subcode: f.Subcode, Text: f.Text()}
}

func key(kind channel.Kind, number string, parts ...string) string {
	n := len(kind) + 1 + len(number)
	for _, s := range parts {
		n += 1 + len(s)
	}
	b := make([]byte, 0, n)
	b = append(b, kind...)
	b = append(append(b, ':'), number...)
	for _, s := range parts {
		b = append(append(b, ':'), s...)
	}
	return string(b)
}
