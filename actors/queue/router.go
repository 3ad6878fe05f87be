package queue

import (
	"slices"
	"strings"
)

// State is everything one queue knows. It belongs to whoever steps it; nothing
// it hands out refers to it.
//
// Between Steps this holds: no entry without an offer has a member who could be
// asked for it (single rules). A Step therefore looks only at entries that came
// back or came in, and walks the line only when somebody has become able.
type State struct {
	id      string
	rules   Rules
	rule    Rule // nil: the settings name one that is not known
	header  Header
	entries map[string]*waiting
	all     line // every entry
	open    line // those without an offer
	members map[string]*member
	able    []Member                         // who could be asked now, for the rule to choose from
	marks   map[string]map[*waiting]struct{} // by operator: the entries that name him in Declined
	scratch []Member
}

type member struct {
	Member
	place   int // in able, -1 = not able
	touched bool
	gone    bool
}

// New gives the state of an empty queue; Configure brings its settings.
func New(id string, rules Rules) *State {
	return &State{
		id:      id,
		rules:   rules,
		entries: map[string]*waiting{},
		members: map[string]*member{},
		marks:   map[string]map[*waiting]struct{}{},
	}
}

// Restore gives the state that was stored item by item; order does not matter.
func Restore(id string, rules Rules, header Header, entries []Entry, members []Member) *State {
	s := New(id, rules)
	s.header = header
	s.rule = rules[header.Settings.Rule]
	entries = slices.Clone(entries)
	slices.SortFunc(entries, func(a, b Entry) int { return before(&waiting{Entry: a}, &waiting{Entry: b}) })
	for _, e := range entries {
		s.admit(&waiting{Entry: e})
	}
	for _, m := range members {
		known := &member{Member: m, place: -1}
		s.members[m.Operator] = known
		s.refresh(known)
	}
	return s
}

// ID gives the queue's id.
func (s *State) ID() string { return s.id }

// Header gives what is stored beside the items.
func (s *State) Header() Header { return s.header }

// Len counts the waiting chats, offered ones included.
func (s *State) Len() int { return s.all.n }

// Single says whether chats are offered to one member at a time.
func (s *State) Single() bool { return s.rule != nil && s.rule.Single() }

// View gives the oldest ViewLen waiting chats: what an eligible operator of a
// queue of rule everyone sees.
func (s *State) View() []Entry { return s.all.oldest(ViewLen) }

// Entries gives every waiting chat, oldest first.
func (s *State) Entries() []Entry { return s.all.oldest(s.all.n) }

// Entry gives a waiting chat.
func (s *State) Entry(chat string) (Entry, bool) {
	w, ok := s.entries[chat]
	if !ok {
		return Entry{}, false
	}
	return w.Entry, true
}

// Members gives the members the directory names, by id.
func (s *State) Members() []Member {
	out := make([]Member, 0, len(s.members))
	for _, m := range s.members {
		if m.Listed {
			out = append(out, m.Member)
		}
	}
	slices.SortFunc(out, func(a, b Member) int { return strings.Compare(a.Operator, b.Operator) })
	return out
}

// admit puts an entry where it belongs.
func (s *State) admit(w *waiting) {
	s.entries[w.Chat] = w
	s.all.add(w)
	if w.Offer.Operator == "" {
		s.open.add(w)
	}
	for _, operator := range w.Declined {
		s.mark(operator, w)
	}
}

func (s *State) mark(operator string, w *waiting) {
	if s.marks[operator] == nil {
		s.marks[operator] = map[*waiting]struct{}{}
	}
	s.marks[operator][w] = struct{}{}
}

func (s *State) unmark(operator string, w *waiting) {
	delete(s.marks[operator], w)
	if len(s.marks[operator]) == 0 {
		delete(s.marks, operator)
	}
}

// refresh brings a member's place among the able up to date and says whether he
// has just become able.
func (s *State) refresh(m *member) bool {
	able := m.Able() && !m.gone
	switch {
	case able && m.place < 0:
		m.place = len(s.able)
		s.able = append(s.able, m.Member)
		return true
	case able:
		s.able[m.place] = m.Member
	case m.place >= 0:
		last := len(s.able) - 1
		s.able[m.place] = s.able[last]
		s.members[s.able[m.place].Operator].place = m.place
		s.able = s.able[:last]
		m.place = -1
	}
	return false
}
