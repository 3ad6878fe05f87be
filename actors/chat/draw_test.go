package chat

import (
	"fmt"
	"strconv"
	"time"

	"pgregory.net/rapid"
)

// draw gives a random command: mostly about what exists, at times about what
// does not.
func (m *model) draw() Command {
	chat := m.state.Chat
	if m.often("on with it") {
		switch {
		case !chat.Open():
			return Receive{Key: m.fresh("key"), Channel: support, Sender: maria, Message: m.incoming(), Standby: m.dice("standby") == 0}
		case chat.Phase == Waiting:
			return Assign{Operator: pick(m, "who", anna, boris), Chat: chat.ID, Offered: true}
		case m.state.Transfer.ID != "" && m.slots[m.state.Transfer.ID] && m.dice("confirm") < 2:
			return SlotReserved{Operator: m.state.Transfer.To.ID, Transfer: m.state.Transfer.ID}
		}
	}
	switch m.dice("side") {
	case 0, 1:
		return m.fromCustomer()
	case 2, 3, 4:
		return m.fromOperator()
	case 5, 6:
		return m.fromProvider()
	default:
		return m.fromInside()
	}
}

// dice is even from 0 to 7; rapid's own ranges prefer small numbers.
func (m *model) dice(label string) int {
	n := 0
	for range 3 {
		n = 2*n + map[bool]int{true: 1}[rapid.Bool().Draw(m.t, label)]
	}
	return n
}

// often is three times in four.
func (m *model) often(label string) bool { return m.dice(label) > 1 }

func pick[T any](m *model, label string, of ...T) T {
	return rapid.SampledFrom(of).Draw(m.t, label)
}

func (m *model) flag(label string) bool { return rapid.Bool().Draw(m.t, label) }

func (m *model) fresh(kind string) string {
	m.mids++
	return kind + strconv.Itoa(m.mids)
}

// person is the owner as a rule.
func (m *model) person() Person {
	if m.state.Chat.Phase == InProgress && m.often("owner") {
		return m.state.Chat.Owner
	}
	return pick(m, "who", anna, boris, clara, Person{})
}

// chat gives the newest chat as a rule.
func (m *model) chat() string {
	n := m.state.Opened
	if m.often("newest") {
		return ChatID("k1", n)
	}
	return pick(m, "chat", ChatID("k1", n), ChatID("k1", n), ChatID("k1", n), ChatID("k1", n-1), ChatID("k1", n+1), "k2.1", "")
}

// target gives a provider's id, known or not.
func (m *model) target() string {
	ids := []string{"nobody", "", "p" + strconv.Itoa(m.mids+2)} // the last may come to be known
	for _, msg := range m.history {
		ids = append(ids, msg.Providers...)
	}
	if m.often("newest") {
		return ids[len(ids)-1]
	}
	return rapid.SampledFrom(ids).Draw(m.t, "target")
}

// own gives one of our message ids, known or not.
func (m *model) own() string {
	ids := []string{"k1.9.9", "x"}
	for _, msg := range m.history {
		if msg.Direction == Out {
			ids = append(ids, msg.ID)
		}
	}
	if m.often("newest") {
		return ids[len(ids)-1]
	}
	return rapid.SampledFrom(ids).Draw(m.t, "own")
}

func (m *model) when() time.Time {
	return pick(m, "at", time.Time{}, m.now, m.now.Add(-time.Hour), m.now.Add(-30*24*time.Hour), m.now.Add(time.Hour))
}

func (m *model) incoming() Incoming {
	in := Incoming{Provider: m.fresh("m"), At: m.when(), Text: pick(m, "text", "", "Hello", "a\nb", "ж\xff"), ReplyTo: m.target()}
	if m.flag("file") {
		in.Attachments = []Attachment{{ID: in.Provider + "f", Kind: "image", Source: Source{URL: "u"}}}
	}
	return in
}

func (m *model) fromCustomer() Command {
	key := m.fresh("key")
	switch (m.dice("customer")*8 + m.dice("customer too")) % 12 {
	case 0, 1, 2, 3:
		return Receive{Key: key, Channel: support, Sender: maria, Message: m.incoming(), Standby: pick(m, "standby", false, false, true)}
	case 4:
		return Echo{Key: key, Channel: support, Sender: maria, Message: m.incoming(), Standby: m.flag("standby"), Author: Author{Kind: Operator}}
	case 5:
		return Edit{Key: key, Target: m.target(), Text: "edited"}
	case 6:
		return Delete{Key: key, Target: m.target()}
	case 7:
		return React{Key: key, Target: m.target(), Emoji: pick(m, "emoji", "", "x", "y"), Added: m.flag("added"), Opens: m.flag("opens"), At: m.when()}
	case 8:
		return Refer{Key: key, Source: "ad"}
	case 9:
		return Control{Key: key, Lost: m.flag("lost")}
	case 10:
		return Block{Key: key, Blocked: m.flag("blocked")}
	default:
		return Rebind{Key: key, Address: Address{IDs: []AddressID{{"psid", key}, {"phone", key}}}, Aliases: []string{"", key}}
	}
}

func (m *model) fromOperator() Command {
	by, chat := m.person(), m.chat()
	switch (m.dice("operator")*8 + m.dice("operator too")) % 12 {
	case 0, 1, 2:
		return Send{By: by, Chat: chat, ClientID: m.fresh("x"), Text: pick(m, "text", "Hi", "Hi", ""), ReplyTo: pick(m, "reply", "", "", m.own()), Attachments: pick(m, "files", nil, []Attachment{{ID: "f"}})}
	case 3:
		return Retry{By: by, Chat: chat, Message: m.own()}
	case 4:
		if m.flag("go on") {
			return Draft{By: by, Chat: chat, Text: "not yet"}
		}
		return Finish{By: by, Chat: chat}
	case 5:
		if m.often("go on") {
			return MarkRead{By: by, Chat: chat, Position: m.state.Chat.Position}
		}
		return Close{By: by, Chat: chat}
	case 6:
		return MarkRead{By: by, Chat: chat, Position: rapid.IntRange(-1, 9).Draw(m.t, "position")}
	case 7:
		return Draft{By: by, Chat: chat, Text: pick(m, "draft", "", "d", "dd")}
	case 8:
		return Hand{ID: m.fresh("h"), By: by, Chat: chat, ToQueue: pick(m, "queue", "sales", "support"), Note: pick(m, "note", "", "n")}
	default:
		return Hand{ID: m.fresh("h"), By: by, Chat: chat, ToOperator: m.person(), Note: pick(m, "note", "", "n")}
	}
}

func (m *model) fromProvider() Command {
	message := m.own()
	problem := Problem{Code: "c"}
	switch m.dice("provider") {
	case 0, 1:
		parts := rapid.IntRange(1, 2).Draw(m.t, "parts")
		return Accepted{Message: message, Provider: m.fresh("p"), Part: rapid.IntRange(1, parts).Draw(m.t, "part"), Parts: parts}
	case 2:
		return Rejected{Message: message, Error: problem, Lost: m.flag("lost"), Blocked: m.flag("blocked")}
	case 3:
		return Uncertain{Message: message, Error: problem}
	case 4:
		return Echo{Key: m.fresh("key"), Channel: support, Sender: maria, OurID: message, Message: Incoming{Provider: m.fresh("p"), At: m.when()}}
	default:
		r := Receipt{Key: m.fresh("key"), State: pick(m, "state", Sent, Delivered, Read, Failed, Unknown, Queued), Error: problem}
		r.Target, r.OurID = pick(m, "by target", "", m.target()), pick(m, "by id", "", message)
		r.Watermark = m.when()
		return r
	}
}

func (m *model) fromInside() Command {
	transfer := pick(m, "transfer", m.state.Transfer.ID, m.state.Transfer.ID, "h0")
	operator := pick(m, "target", m.state.Transfer.To.ID, m.state.Transfer.To.ID, "clara")
	switch (m.dice("inside")*8 + m.dice("inside too")) % 10 {
	case 0, 1, 2:
		return Assign{Operator: m.person(), Chat: m.chat(), Queues: []string{pick(m, "queue", "support", "sales")}, Offered: m.flag("offered")}
	case 3, 4:
		return SlotReserved{Operator: operator, Transfer: transfer}
	case 5:
		delete(m.slots, transfer) // the operator holds none
		return SlotRefused{Operator: operator, Transfer: transfer}
	case 6:
		if len(m.history) == 0 {
			return Tick{}
		}
		msg := rapid.SampledFrom(m.history).Draw(m.t, "message")
		return Fetched{Message: msg.ID, Attachment: fmt.Sprint(append(msg.Providers, "")[0], "f"), State: pick(m, "state", Stored, FetchFailed)}
	case 7:
		return Link{Contact: Contact{ID: pick(m, "contact", "c1", "c2"), Name: pick(m, "name", "", "Maria")}}
	case 8:
		return ForwardTo{Conversation: pick(m, "conversation", "", "k1")} // never away: that would end the story
	default:
		return Tick{}
	}
}
