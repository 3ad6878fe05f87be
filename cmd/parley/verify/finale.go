package verify

import (
	"fmt"
	"time"

	"parley/actors/chat"
	"parley/actors/operator"
)

// settleAll ends a story: faults stop, everybody comes to work, takes what
// waits and finishes it. Nothing may be left over (S28).
func (w *world) settleAll() {
	w.note("everybody comes to work")
	w.calm = true
	w.rest()
	w.checkCalm()
	w.openAll()
	w.everybodyComes()
	w.checkCalm()
	w.takeAll()
	w.rest()
	w.checkCalm()
	w.finishAll()
	w.pass(10 * time.Minute) // attempts that rest at their longest pause
	w.rest()
	w.checkCalm()
	w.checkDone()
}

// everybodyComes signs everybody in who is not here; a process that only now
// finds itself fenced takes the connections with it.
func (w *world) everybodyComes() {
	for range 5 {
		here := true
		for _, p := range w.operators {
			if len(p.live()) > 0 && w.kept.operators[p.id].state.Preferred == operator.Active {
				continue
			}
			here = false
			p.request("signs in", "", operator.SignIn{}, nil)
			p.connect(nil)
			p.request("becomes active", "", operator.SetStatus{Status: operator.Active}, nil)
		}
		w.rest()
		if here || w.log.failed() {
			return
		}
	}
}

// openAll lets everybody take everything.
func (w *world) openAll() {
	next := *w.company
	next.Limit, next.Queues = 0, w.catalogue().Queues
	for _, id := range w.queueIDs() {
		q := next.Queues[id]
		q.Limit, q.Members = nil, nil
		for _, p := range w.operators {
			q.Members = append(q.Members, p.id)
		}
		next.Queues[id] = q
	}
	w.change(&next)
}

// takeAll accepts what waits: each must be on offer to somebody.
func (w *world) takeAll() {
	for _, c := range w.customers {
		k := w.kept.conversations[c.id]
		if w.log.failed() || k == nil || k.state.Chat.Phase != chat.Waiting {
			continue
		}
		id := k.state.Chat.ID
		taken := false
		for _, p := range w.operators {
			for _, t := range p.live() {
				if _, ok := t.screen.offers[id]; ok && !taken {
					taken = true
					w.accept(p, id)
				}
			}
		}
		if !taken && !w.declinedByAll(id, k.state.Chat.Queue) {
			w.fail("S28: %s waits, and nobody is offered it: %s", id, w.whereabouts(id))
		}
		w.rest() // one after another: an offer is withdrawn when its queue has found another taker
	}
}

// declinedByAll says whether every operator has said that he does not want it.
func (w *world) declinedByAll(id, queueID string) bool {
	for _, p := range w.operators {
		s, e := w.kept.operators[p.id].state, w.kept.queues[queueID].entries[id]
		if !contains(s.Declined, id) && !contains(e.Declined, p.id) && s.Effective() == operator.Active {
			return false
		}
	}
	return true
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// finishAll completes every chat.
func (w *world) finishAll() {
	for _, c := range w.customers {
		k := w.kept.conversations[c.id]
		if k == nil || !k.state.Chat.Open() {
			continue
		}
		id, owner := k.state.Chat.ID, w.operators[0]
		for _, p := range w.operators {
			if p.id == k.state.Chat.Owner.ID {
				owner = p
			}
		}
		if k.state.Chat.Phase == chat.InProgress {
			w.finishes(owner, id)
			continue
		}
		owner.request("closes "+id, c.id, chat.Close{By: chat.Person{ID: "root"}, Chat: id}, nil)
	}
}

// checkDone: no chat is open, nothing is queued, and the chats section says so.
func (w *world) checkDone() {
	for _, c := range w.customers {
		k := w.kept.conversations[c.id]
		if w.log.failed() || k == nil {
			continue
		}
		if k.state.Chat.Open() {
			w.fail("S34: %s was finished and is %s", k.state.Chat.ID, k.state.Chat.Phase)
		}
		for _, id := range sorted(k.lines) {
			for _, m := range k.lines[id] {
				if m.State == chat.Queued {
					w.fail("I5: %s is still queued", m.ID)
				}
				for _, a := range m.Attachments {
					if a.State == chat.Pending {
						w.fail("I5: the file of %s was never fetched", m.ID)
					}
				}
			}
		}
		for n := 1; n <= k.state.Opened; n++ {
			id := chat.ChatID(c.id, n)
			if row, ok := w.ledger.rows[id]; !ok || row.Chat.Phase != chat.Completed {
				w.fail("S80: the chats section has %s as %q", id, row.Chat.Phase)
			}
		}
	}
	for _, p := range w.operators {
		if s := w.kept.operators[p.id].state; len(s.Slots) > 0 {
			w.fail("I3: %s has slots left: %+v", p.id, s.Slots)
		}
	}
}

// whereabouts says what is known of a waiting chat.
func (w *world) whereabouts(id string) string {
	c, _ := w.kept.chat(id)
	return fmt.Sprintf("queue %s, entry %+v", c.Queue, w.kept.queues[c.Queue].entries[id])
}
