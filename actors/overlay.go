package actors

import "parley/actors/chat"

// overlay holds the messages of the change in the making, which the store does
// not have yet. Most changes have one, so maps are made only when there are many.
type overlay struct {
	list       []chat.Message
	byID       map[string]int    // index into list
	byProvider map[string]string // the provider's id -> ours
}

// put keeps the last word on a message.
func (o *overlay) put(m chat.Message) {
	i := o.find(m.ID)
	if i < 0 {
		i = len(o.list)
		o.list = append(o.list, m)
	}
	o.list[i] = m
	switch {
	case o.byID != nil:
		o.index(i)
	case len(o.list) > few:
		o.byID, o.byProvider = make(map[string]int, 4*few), make(map[string]string, 4*few)
		for i := range o.list {
			o.index(i)
		}
	}
}

func (o *overlay) index(i int) {
	m := &o.list[i]
	o.byID[m.ID] = i
	for _, p := range m.Providers {
		if _, known := o.byProvider[p]; !known {
			o.byProvider[p] = m.ID
		}
	}
}

func (o *overlay) find(id string) int {
	if o.byID != nil {
		if i, ok := o.byID[id]; ok {
			return i
		}
		return -1
	}
	for i := range o.list {
		if o.list[i].ID == id {
			return i
		}
	}
	return -1
}

// message gives a message by our id.
func (o *overlay) message(id string) (chat.Message, bool) {
	if i := o.find(id); i >= 0 {
		return o.list[i], true
	}
	return chat.Message{}, false
}

// provided gives our id of the message a provider knows by its own, or "".
func (o *overlay) provided(id string) string {
	if o.byID != nil {
		return o.byProvider[id]
	}
	for i := range o.list {
		for _, p := range o.list[i].Providers {
			if p == id {
				return o.list[i].ID
			}
		}
	}
	return ""
}
