package messenger

import (
	"time"

	"parley/gateway/channel"
	"parley/gateway/channel/graph"
	"parley/gateway/channel/loose"
)

// Parse reads one webhook body. Every entry and every event in it is looked at; an event is told by which key it has.
func (a *Adapter) Parse(acc channel.Account, body []byte, receivedAt time.Time) channel.Parsed {
	batch, entries := graph.Entries(acc, body, "page")
	for entry := range entries {
		p := parser{Batch: batch, page: entry.Get("id").ID(), at: entry.Get("time").Time()}
		if p.at.IsZero() {
			p.at = receivedAt.UTC()
		}
		p.entry(entry)
	}
	return batch.Parsed()
}

// parser reads the events of one entry.
type parser struct {
	*graph.Batch
	page string
	at   time.Time // of the entry, for events without a time
}

func (p *parser) entry(entry loose.Value) {
	if !entry.IsObject() {
		p.Bad(channel.BadEnvelope, "", entry)
		return
	}
	messaging, standby := entry.Get("messaging"), entry.Get("standby")
	if !messaging.Exists() && !standby.Exists() {
		p.Ignore(1) // page feed, and the dashboard's test button
		return
	}
	if p.page == "" || p.page != p.Account.PageID {
		p.Bad(channel.BadUnknownChannel, p.page, entry)
		return
	}
	p.list(messaging, false)
	p.list(standby, true)
}

func (p *parser) list(events loose.Value, standby bool) {
	if events.Exists() && !events.IsArray() {
		p.Bad(channel.BadEnvelope, p.page, events)
		return
	}
	for ev := range events.Items() {
		if p.Sound(p.page, ev) {
			p.event(ev, standby)
		}
	}
}

// event dispatches on the key that is present.
func (p *parser) event(ev loose.Value, standby bool) {
	e := p.frame(ev, standby)
	for _, k := range readers {
		body := ev.Get(k.key)
		if !body.Exists() {
			continue
		}
		if !body.IsObject() || !k.read(p, &e, ev, body) || (k.personal && e.Customer == "") {
			p.Bad(channel.BadShape, p.page, ev)
			return
		}
		if e.Key == "" {
			e.Key = key(e.Kind, p.page, ev.Fingerprint())
		}
		p.Add(e)
		return
	}
	if ev.Get("message").IsNull() || ev.Get("postback").IsNull() {
		p.Bad(channel.BadShape, p.page, ev)
		return
	}
	p.Ignore(1) // account_linking, optin and whatever is yet to come
}

// reader reads the event under one key into e; false when it lacks what makes it usable.
type reader struct {
	key      string
	personal bool // means nothing without a customer
	read     func(p *parser, e *channel.Event, ev, body loose.Value) bool
}

// readers is in the order of how often the events come.
var readers = []reader{
	{"message", true, (*parser).message},
	{"read", true, (*parser).readMark},
	{"delivery", true, (*parser).delivery},
	{"postback", true, (*parser).postback},
	{"reaction", true, (*parser).reaction},
	{"message_edit", true, (*parser).edit},
	{"referral", true, (*parser).referral},
	{"pass_thread_control", false, (*parser).pass},
	{"take_thread_control", false, (*parser).take},
	{"request_thread_control", false, (*parser).request},
	{"app_roles", false, (*parser).roles},
	{"policy_enforcement", false, (*parser).policy},
	{"policy-enforcement", false, (*parser).policy},
}

// frame fills what all events share. The customer is whoever of sender and recipient is not the page.
func (p *parser) frame(ev loose.Value, standby bool) channel.Event {
	e := channel.Event{ChannelID: p.Account.ID, AccountID: p.page, Standby: standby, At: ev.Get("timestamp").Time()}
	if e.At.IsZero() {
		e.At = p.at
	}
	who := ev.Get("sender", "id").ID()
	if who == "" || who == p.page {
		who = ev.Get("recipient", "id").ID()
	}
	if who != "" && who != p.page {
		e.Customer = who
		e.Contact.IDs = []channel.ContactID{{Type: channel.PSID, Value: who}}
	}
	return e
}

// key joins the parts of a dedupe key; kind and page are always in it, since an edit or a reaction carries the mid of
// another event.
func key(kind channel.Kind, page string, parts ...string) string {
	n := len(kind) + 1 + len(page)
	for _, s := range parts {
		n += 1 + len(s)
	}
	b := make([]byte, 0, n)
	b = append(b, kind...)
	b = append(append(b, ':'), page...)
	for _, s := range parts {
		b = append(append(b, ':'), s...)
	}
	return string(b)
}
