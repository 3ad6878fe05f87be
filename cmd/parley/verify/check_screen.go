package verify

import (
	"maps"
	"slices"
	"strings"

	"parley/actors/chat"
	"parley/actors/operator"
	"parley/actors/queue"
)

// checkScreens: every client shows exactly what the server has (S102).
func (w *world) checkScreens() {
	for _, p := range w.operators {
		for _, t := range p.live() {
			if !t.full {
				w.checkScreen(t, w.kept.operators[p.id].state)
			}
		}
	}
}

func (w *world) checkScreen(t *tab, s operator.State) {
	w.saw("screen compared")
	sc := t.screen
	sc.mu.Lock()
	defer sc.mu.Unlock()
	st := sc.status
	if st.Preferred != s.Preferred.String() || st.Effective != s.Effective().String() || st.Load != s.Load() || st.Limit != s.Limit {
		w.failLocked(sc, "S102: %s shows %+v, true is %s, %s, %d of %d", t.name, st, s.Preferred, s.Effective(), s.Load(), s.Limit)
	}
	var owned []string
	for _, x := range s.Slots {
		if x.Kind == operator.Live {
			owned = append(owned, x.Chat)
		}
	}
	slices.Sort(owned)
	if shown := sorted(sc.chats); !slices.Equal(shown, owned) {
		w.failLocked(sc, "S102: %s shows the chats %v, he has %v", t.name, shown, owned)
		return
	}
	for _, id := range owned {
		w.checkShownChat(t.name, sc.chats[id])
	}
	if shown, want := sorted(sc.offers), w.offersOf(s); !slices.Equal(shown, want) {
		w.failLocked(sc, "S102: %s shows the offers %v, there are %v", t.name, shown, want)
	}
	counts := map[string]int{}
	for _, q := range s.Queues {
		counts[q.ID] = len(w.kept.queues[q.ID].entries)
	}
	if !maps.Equal(counts, sc.waiting) {
		w.failLocked(sc, "S83: %s shows %v waiting, there are %v", t.name, sc.waiting, counts)
	}
}

// failLocked is fail for whoever holds a screen.
func (w *world) failLocked(_ *screen, format string, args ...any) { w.fail(format, args...) }

func (w *world) checkShownChat(tab string, o *open) {
	c, _ := w.kept.chat(o.chat.Chat.ID)
	is := o.chat.Chat
	if is.Phase != c.Phase || is.Owner != c.Owner || is.Draft != c.Draft || is.Unread != c.Unread {
		w.fail("S102: %s shows %s as %s of %q, draft %q, unread %d; true is %s of %q, draft %q, unread %d",
			tab, c.ID, is.Phase, is.Owner.ID, is.Draft, is.Unread, c.Phase, c.Owner.ID, c.Draft, c.Unread)
	}
	conversation, _, _ := chat.ParseChat(c.ID)
	lines := w.kept.conversations[conversation].lines[c.ID]
	if o.last != len(lines) {
		w.fail("S102: %s shows %s up to position %d of %d", tab, c.ID, o.last, len(lines))
	}
	for _, id := range sorted(o.lines) {
		shown := o.lines[id]
		true, ok := w.kept.message(id)
		if shown.Chat != c.ID {
			continue // a parent's: it may change without being shown anew
		}
		if !ok || shown.Text != true.Text || shown.State != true.State || shown.Deleted != true.Deleted ||
			shown.Edited != true.Edited || len(shown.Reactions) != len(true.Reactions) || states(shown) != states(true) {
			w.fail("S102: %s shows %+v, true is %+v", tab, shown, true)
		}
	}
}

// states spells what has become of a message's attachments.
func states(m chat.Message) string {
	var out strings.Builder
	for _, a := range m.Attachments {
		out.WriteByte('0' + byte(a.State))
	}
	return out.String()
}

// offersOf lists what an operator may take now.
func (w *world) offersOf(s operator.State) []string {
	want := map[string]bool{}
	for _, x := range s.Slots {
		if x.Kind == operator.Offered {
			want[x.Chat] = true
		}
	}
	for _, q := range s.Visible() {
		for id := range w.kept.queues[q].entries {
			if _, mine := s.Slot(id); !mine && !slices.Contains(s.Declined, id) && len(want) < queue.ViewLen {
				want[id] = true
			}
		}
	}
	return sorted(want)
}
