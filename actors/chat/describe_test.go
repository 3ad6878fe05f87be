package chat

import (
	"fmt"
	"strings"
)

// describe writes a Change for people: events, then effects (>), keys, reply,
// due time. An Index or Notify names only what it is about.
func (w *world) describe(c Change) string {
	var b strings.Builder
	say := func(format string, a ...any) { fmt.Fprintf(&b, format+"\n", a...) }
	for _, e := range c.Events {
		say("%s", event(e))
	}
	for _, e := range c.Effects {
		say("> %s", effect(e))
	}
	for _, k := range c.Keys {
		say("key %s %s", k.ID, k.Note)
	}
	switch r := c.Reply.(type) {
	case Message:
		say("reply %s %s", r.ID, r.State)
	case nil:
	default:
		say("reply %v", r)
	}
	if c.Later != "" {
		say("later %s", c.Later)
	}
	if c.Answer != nil {
		say("answer %s %v %v", c.Answer.ID, c.Answer.Reply, c.Answer.Err)
	}
	if !c.Due.IsZero() {
		say("due in %s", c.Due.Sub(w.now))
	}
	if b.Len() == 0 {
		say("nothing")
	}
	return b.String()
}

func event(e Event) string {
	switch e := e.(type) {
	case Opened:
		return "Opened " + row(e.Chat)
	case Moved:
		return "Moved " + row(e.Chat)
	case Ended:
		return "Ended " + row(e.Chat)
	case Added:
		return "Added " + lineOf(e.Message)
	case Changed:
		return "Changed " + lineOf(e.Message)
	}
	return fmt.Sprintf("%T", e)
}

func effect(e Effect) string {
	switch e := e.(type) {
	case Index:
		return "Index " + e.Chat.ID + " " + e.Chat.Phase.String()
	case Notify:
		name, _, _ := strings.Cut(event(e.Event), " ")
		return "Notify " + e.Operator + " " + name
	case Enqueue:
		return fmt.Sprintf("Enqueue %s %s since %s", e.Queue, e.Chat, e.Since.Sub(start))
	}
	untold := fmt.Sprintf(" Profile:%+v", Profile{}) // of most customers: it would only make the lines longer
	return strings.Replace(strings.TrimPrefix(fmt.Sprintf("%T%+v", e, e), "chat."), untold, "", 1)
}

func row(c Chat) string {
	parts := []string{c.ID, c.Phase.String(), "queue=" + c.Queue}
	add := func(name, value string) {
		if value != "" && value != "0" {
			parts = append(parts, name+"="+value)
		}
	}
	add("owner", c.Owner.ID)
	add("parent", c.Parent)
	add("child", c.Child)
	add("reason", string(c.Reason))
	add("unread", fmt.Sprint(c.Unread))
	if c.Preview != "" {
		add("preview", fmt.Sprintf("%q", c.Preview))
	}
	if c.Draft != "" {
		add("draft", fmt.Sprintf("%q", c.Draft))
	}
	add("source", c.Source)
	return strings.Join(parts, " ")
}

func lineOf(m Message) string {
	s := fmt.Sprintf("%s %s %q", m.ID, [...]string{"", "customer", "operator", "bot", "system"}[m.Author.Kind], m.Text)
	if m.State != NoDelivery {
		s += " " + m.State.String()
	}
	if m.Error.Code != "" {
		s += " error=" + m.Error.Code
	}
	if len(m.Providers) > 0 {
		s += " providers=" + strings.Join(m.Providers, ",")
	}
	if m.ReplyTo != "" {
		s += " reply_to=" + m.ReplyTo
	}
	for _, a := range m.Attachments {
		s += fmt.Sprintf(" file=%s/%s/%d/%s", a.ID, a.Kind, a.State, a.Mime)
	}
	for _, r := range m.Reactions {
		s += " reaction=" + r.By + ":" + r.Emoji
	}
	if m.Edited {
		s += " edited"
	}
	if m.Deleted {
		s += " deleted"
	}
	return s
}
