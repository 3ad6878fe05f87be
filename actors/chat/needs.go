package chat

import "slices"

// Ref names a stored message by the provider's id or by ours; one is empty.
type Ref struct{ Provider, ID string }

// Needs gives the stored messages a command speaks about. The caller looks
// them up in the conversation's history and hands what it finds to With, in
// any order; what is not found is left out.
func Needs(s State, c Command) []Ref {
	var refs []Ref
	provider := func(id string) {
		if id != "" {
			refs = append(refs, Ref{Provider: id})
		}
	}
	own := func(id string) {
		if s.hasMessage(id) {
			refs = append(refs, Ref{ID: id})
		}
	}
	switch c := c.(type) {
	case Receive:
		provider(c.Message.ReplyTo)
	case Echo:
		own(c.OurID)
		provider(c.Message.Provider)
		provider(c.Message.ReplyTo)
	case Edit:
		provider(c.Target)
	case Delete:
		provider(c.Target)
	case React:
		provider(c.Target)
	case Receipt:
		own(c.OurID)
		provider(c.Target)
		for _, o := range s.Outgoing {
			if o.State != c.State && o.Message != c.OurID && s.marked(c, o.Message) {
				own(o.Message)
			}
		}
	case Retry:
		own(c.Message)
	case Accepted:
		own(c.Message)
	case Rejected:
		own(c.Message)
	case Uncertain:
		own(c.Message)
	case Fetched:
		own(c.Message)
	}
	return refs
}

// With gives the command with the messages found for Needs. A message found by
// two of its names counts once.
func With(c Command, found []Message) Command {
	found = once(found)
	switch c := c.(type) {
	case Receive:
		c.Message.Found = found
		return c
	case Echo:
		c.Message.Found = found
		return c
	case Edit:
		c.Found = found
		return c
	case Delete:
		c.Found = found
		return c
	case React:
		c.Found = found
		return c
	case Receipt:
		c.Found = found
		return c
	case Retry:
		c.Found = found
		return c
	case Accepted:
		c.Found = found
		return c
	case Rejected:
		c.Found = found
		return c
	case Uncertain:
		c.Found = found
		return c
	case Fetched:
		c.Found = found
		return c
	default:
		return c
	}
}

func once(found []Message) []Message {
	seen := make(map[string]bool, len(found))
	unique := make([]Message, 0, len(found))
	for _, m := range found {
		if !seen[m.ID] {
			seen[m.ID] = true
			unique = append(unique, m)
		}
	}
	return unique
}

// hasMessage says whether an id could be that of a message of this conversation.
func (s State) hasMessage(id string) bool {
	chat, _, ok := ParseMessage(id)
	if !ok {
		return false
	}
	_, ok = s.number(chat)
	return ok
}

func byID(found []Message, id string) (Message, bool) {
	i := slices.IndexFunc(found, func(m Message) bool { return m.ID == id })
	if i < 0 || id == "" {
		return Message{}, false
	}
	return found[i], true
}

func byProvider(found []Message, id string) (Message, bool) {
	i := slices.IndexFunc(found, func(m Message) bool { return slices.Contains(m.Providers, id) })
	if i < 0 || id == "" {
		return Message{}, false
	}
	return found[i], true
}
