package telegram

import (
	"errors"
	"strings"
	"time"

	"parley/gateway/channel"
	"parley/gateway/channel/loose"
)

// Parse reads one update, which holds one thing that happened, told by which key it has.
func (a *Adapter) Parse(acc channel.Account, body []byte, receivedAt time.Time) channel.Parsed {
	root, err := loose.Parse(body)
	switch {
	case errors.Is(err, loose.ErrComplex):
		return bad(channel.BadTooComplex, acc, body)
	case err != nil || !root.IsObject():
		return bad(channel.BadJSON, acc, body)
	case root.Height() > channel.MaxDepth:
		return bad(channel.BadTooDeep, acc, body)
	}
	p := parser{acc: acc, bot: botID(acc), update: root.Get("update_id").ID(), at: receivedAt.UTC()}
	for _, k := range readers {
		v := root.Get(k.key)
		if !v.Exists() && !v.IsNull() {
			continue
		}
		e, outcome := k.read(&p, v)
		switch {
		case !v.IsObject() || outcome == broken:
			return bad(channel.BadShape, acc, body)
		case outcome == ignored:
			return channel.Parsed{Ignored: 1}
		}
		p.finish(&e, root)
		return channel.Parsed{Events: []channel.Event{e}}
	}
	return channel.Parsed{Ignored: 1}
}

type outcome int

const (
	taken   outcome = iota // an event
	ignored                // nothing for us
	broken                 // lacks what makes it usable
)

// parser reads one update.
type parser struct {
	acc    channel.Account
	bot    string
	update string
	at     time.Time
}

var readers = []struct {
	key  string
	read func(p *parser, v loose.Value) (channel.Event, outcome)
}{
	{"message", (*parser).message},
	{"edited_message", (*parser).edited},
	{"callback_query", (*parser).callback},
	{"my_chat_member", (*parser).membership},
	{"message_reaction", (*parser).reaction},
}

func bad(reason string, acc channel.Account, body []byte) channel.Parsed {
	return channel.Parsed{Bad: []channel.Bad{{Reason: reason, AccountID: botID(acc), Raw: append([]byte(nil), body...)}}}
}

// frame fills what all events share and says whether the chat is a customer's: it has to be private. A chat without a
// type (reactions) is private when its id is not negative.
func (p *parser) frame(kind channel.Kind, chat, from loose.Value, at time.Time) (channel.Event, outcome) {
	e := channel.Event{Kind: kind, ChannelID: p.acc.ID, AccountID: p.bot, At: at}
	if at.IsZero() {
		e.At = p.at
	}
	id := chat.Get("id").ID()
	if typ := chat.Get("type"); typ.Exists() && !typ.Is("private") || strings.HasPrefix(id, "-") {
		return e, ignored
	}
	if id == "" {
		return e, broken
	}
	e.Customer = id
	e.Contact = person(chat)
	if from.IsObject() {
		e.Contact = person(from)
	}
	e.Contact.IDs = []channel.ContactID{{Type: channel.TGUser, Value: id}}
	return e, taken
}

func person(v loose.Value) channel.ContactRef {
	c := channel.ContactRef{
		First: v.Get("first_name").Text(), Last: v.Get("last_name").Text(),
		Username: v.Get("username").Text(), Language: v.Get("language_code").Text(),
	}
	c.Name = strings.TrimSpace(c.First + " " + c.Last)
	return c
}

// finish makes the dedupe key: one update is one event. Without an update id the update's bytes are the key, which a
// redelivery repeats.
func (p *parser) finish(e *channel.Event, root loose.Value) {
	id := p.update
	if id == "" {
		id = root.Fingerprint()
	}
	e.Key = string(e.Kind) + ":" + p.bot + ":" + id
}

// messageRef makes our id of a message: Telegram's own is unique only within its chat.
func messageRef(chat string, id loose.Value) string {
	if s := id.ID(); s != "" {
		return chat + ":" + s
	}
	return ""
}
