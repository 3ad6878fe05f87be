package queue

// wait puts a chat into the line; once is enough.
func (t *turn) wait(c Wait) {
	if _, known := t.entries[c.Chat]; known {
		return
	}
	w := &waiting{Entry: Entry{Chat: c.Chat, Since: c.Since}}
	t.admit(w)
	t.came = append(t.came, w)
	t.changedEntry(w)
}

// leave takes a chat out. Who was offered it is told, even when it is he who has
// it now: he may have taken it of his own accord and finished it before the
// offer reached him, and would hold the offer for ever.
func (t *turn) leave(c Leave) {
	w, known := t.entries[c.Chat]
	if !known {
		return
	}
	if asked := w.Offer.Operator; asked != "" && (asked != c.By.ID || w.Offer.Held) {
		t.effect(TakeBack{Operator: asked, Chat: c.Chat, Why: c.Why, By: c.By})
	}
	t.answered(w)
	t.open.remove(w)
	t.all.remove(w)
	for _, operator := range w.Declined {
		t.unmark(operator, w)
	}
	delete(t.entries, c.Chat)
	w.gone = true
	t.event(EntryGone{Chat: c.Chat, Why: c.Why, By: c.By})
}
