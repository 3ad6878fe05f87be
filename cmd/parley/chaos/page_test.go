package chaos

import (
	"fmt"
	"maps"
	"slices"
)

// page is what an operator's browser shows: hello, snapshot and pushes folded by the
// rules of the contract.
type page struct {
	epoch    string
	seq      int
	operator object
	offers   map[string]object
	chats    map[string]*sheet
	settling map[string]bool // what was asked for on this connection and is not answered
}

// sheet is an owned chat with its messages, parents' first.
type sheet struct {
	chat     object
	messages []object
}

func newPage() page {
	return page{offers: map[string]object{}, chats: map[string]*sheet{}, settling: map[string]bool{}}
}

// take folds one frame in; why says what is wrong with it.
func (v *page) take(f object) (why string) {
	switch kind := text(f, "type"); {
	case kind == "hello":
		return v.hello(f)
	case kind == "ping":
		if number(f, "seq") != v.seq {
			return fmt.Sprintf("the heartbeat says %d, %d has come", number(f, "seq"), v.seq)
		}
		return ""
	case number(f, "seq") != v.seq+1:
		return fmt.Sprintf("push %d follows %d", number(f, "seq"), v.seq)
	}
	v.seq++
	return v.push(text(f, "type"), part(f, "data"))
}

func (v *page) hello(f object) string {
	if f["resumed"] == true {
		if text(f, "epoch") != v.epoch {
			return "resumed under another epoch"
		}
		return ""
	}
	s := part(f, "snapshot")
	v.epoch, v.seq, v.operator = text(f, "epoch"), number(f, "seq"), part(s, "operator")
	v.offers, v.chats = map[string]object{}, map[string]*sheet{}
	for _, row := range list(s, "offers") {
		v.offers[text(row, "id")] = part(row)
	}
	for _, c := range list(s, "chats") {
		v.open(part(c, "chat"), list(c, "messages"))
	}
	return ""
}

func (v *page) open(chat object, messages []any) {
	s := &sheet{chat: chat}
	for _, m := range messages {
		s.messages = append(s.messages, part(m))
	}
	v.chats[text(chat, "id")] = s
	delete(v.offers, text(chat, "id"))
}

func (v *page) push(kind string, d object) string {
	chat := text(d, "chat")
	if chat == "" {
		chat = text(d, "chat", "id")
	}
	owned := v.chats[chat]
	switch kind {
	case "chat.offered":
		v.offers[chat] = part(d, "chat")
	case "chat.withdrawn":
		delete(v.offers, chat)
	case "chat.assigned":
		if owned != nil {
			return "assigned again: " + chat
		}
		v.open(part(d, "chat"), list(d, "messages"))
	case "chat.message":
		return v.said(owned, chat, part(d, "message"))
	case "chat.message_updated":
		if owned != nil {
			owned.amend(part(d, "message"))
		}
	case "chat.updated":
		if owned != nil {
			owned.chat = part(d, "chat")
		} else if v.offers[chat] != nil {
			v.offers[chat] = part(d, "chat")
		}
	case "chat.completed":
		delete(v.chats, chat)
		delete(v.offers, chat)
	case "operator.status":
		for _, field := range []string{"preferred", "effective", "load", "limit"} {
			v.operator[field] = d[field]
		}
	}
	return ""
}

func (v *page) said(owned *sheet, chat string, m object) string {
	if owned == nil {
		return "a message of a chat that is not owned: " + chat
	}
	at := number(m, "position")
	if n := len(owned.messages); n > 0 && text(owned.messages[n-1], "chat") == chat && number(owned.messages[n-1], "position") != at-1 {
		return fmt.Sprintf("position %d of %s follows %d", at, chat, number(owned.messages[n-1], "position"))
	}
	owned.messages = append(owned.messages, m)
	return ""
}

func (s *sheet) amend(m object) {
	i := slices.IndexFunc(s.messages, func(old object) bool { return text(old, "id") == text(m, "id") })
	if i >= 0 {
		s.messages[i] = m
	}
}

// differs says how the page and a page loaded anew do not show the same; empty when they do.
func (v *page) differs(s object) string {
	for _, field := range []string{"preferred", "effective", "load", "limit"} {
		if a, b := spelled(v.operator[field]), spelled(dig(s, "operator", field)); a != b {
			return fmt.Sprintf("%s is %s, should be %s", field, a, b)
		}
	}
	if a, b := len(v.offers), len(list(s, "offers")); a != b {
		return fmt.Sprintf("%d offers, should be %d", a, b)
	}
	for _, row := range list(s, "offers") {
		for field, is := range part(row) { // an update of a row may carry more, all of it empty
			if a, b := spelled(v.offers[text(row, "id")][field]), spelled(is); a != b {
				return "offer " + text(row, "id") + ": " + field + " is " + a + ", should be " + b
			}
		}
	}
	if a, b := len(v.chats), len(list(s, "chats")); a != b {
		return fmt.Sprintf("%d chats, should be %d", a, b)
	}
	for _, c := range list(s, "chats") {
		if why := v.chats[text(c, "chat", "id")].differs(c); why != "" {
			return why
		}
	}
	return ""
}

func (s *sheet) differs(shown any) string {
	if s == nil {
		return "not shown: " + spelled(dig(shown, "chat"))
	}
	if a, b := standing(s.chat), standing(part(shown, "chat")); a != b {
		return "chat " + a + ", should be " + b
	}
	newest := list(shown, "messages")
	if len(s.messages) < len(newest) {
		return fmt.Sprintf("%d messages, at least %d should be shown", len(s.messages), len(newest))
	}
	for i, m := range s.messages[len(s.messages)-len(newest):] {
		if a, b := spelled(m), spelled(newest[i]); a != b {
			return "message " + a + ", should be " + b
		}
	}
	return ""
}

// standing spells what chat.updated tells of a chat; the rest follows from its messages.
func standing(chat object) string {
	out := maps.Clone(chat)
	for _, field := range []string{"last_at", "last_position", "preview", "unread", "window_closes_at"} {
		delete(out, field)
	}
	return spelled(out)
}
