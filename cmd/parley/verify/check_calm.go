package verify

import (
	"context"
	"maps"
	"slices"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/codec"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/queue"
	"parley/actors/route"
)

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// unnoticed is how long ago something must have been due that nobody has done
// while the world was calm.
const unnoticed = 10 * time.Second

// peace says whether nothing is on its way.
func (w *world) peace() bool { return w.unrest() == "" }

// unrest names what still is on its way.
func (w *world) unrest() string {
	switch {
	case w.starting != nil || w.now == nil:
		return "no process serves"
	case w.now.fenced.Load():
		return "the process has lost a partition"
	case w.asked > 0:
		return "commands are not answered"
	case w.configuring || w.now.told != w.company:
		return "the company is not known yet"
	case w.desk.len() > 0:
		return "tickets wait"
	}
	for _, p := range w.operators {
		for _, t := range p.live() {
			if t.cut.Load() || t.full {
				return "a connection is broken"
			}
		}
	}
	for _, l := range w.lives {
		if l != w.now && !l.ended {
			return "another process lives"
		}
	}
	return ""
}

// checkCalm compares what everybody believes once everything has arrived.
func (w *world) checkCalm() {
	if w.log.failed() {
		return
	}
	w.companies = []*actors.Catalogue{w.company}
	for _, c := range w.customers {
		if k := w.kept.conversations[c.id]; k != nil {
			w.checkCalmChat(k)
		}
	}
	for _, p := range w.operators {
		k := w.kept.operators[p.id]
		if k == nil {
			w.fail("I6: nothing is kept of %s", p.id)
			return
		}
		w.checkCalmOperator(p, k.state)
	}
	for _, id := range w.queueIDs() {
		w.checkCalmQueue(id, w.kept.queues[id])
	}
	w.checkLedger()
	w.checkStore()
	w.checkScreens()
	w.trim()
}

// trim forgets processes that have ended.
func (w *world) trim() {
	w.lives = slices.DeleteFunc(w.lives, func(l *life) bool { return l.ended && l != w.now })
	for _, p := range w.operators {
		p.tabs = slices.DeleteFunc(p.tabs, func(t *tab) bool { return t.over && t.detach == nil })
	}
}

// checkCalmChat: a chat that waits is in its queue, one in progress in its
// owner's slots; what is queued for its provider will be sent.
func (w *world) checkCalmChat(k *keptConversation) {
	s := k.state
	if s.Transfer.ID != "" {
		w.fail("S43: the transfer of %s never ended: %+v", s.Chat.ID, s.Transfer)
	}
	w.saw("calm with a chat " + s.Chat.Phase.String())
	switch s.Chat.Phase {
	case chat.Waiting:
		if q := w.kept.queues[s.Chat.Queue]; q == nil || q.entries[s.Chat.ID].Chat == "" {
			w.fail("S28: %s waits and %s does not know it", s.Chat.ID, s.Chat.Queue)
		}
	case chat.InProgress:
		x, ok := w.kept.operators[s.Chat.Owner.ID].state.Slot(s.Chat.ID)
		if !ok || x.Kind != operator.Live {
			w.fail("I2: %s has %s without a slot", s.Chat.Owner.ID, s.Chat.ID)
		}
	}
	w.checkTimeout(s.Chat)
	w.checkQueued(k)
}

// checkTimeout: a chat whose time has come has ended (S35, I6).
func (w *world) checkTimeout(c chat.Chat) {
	if c.Phase != chat.InProgress && c.Phase != chat.Bot || w.retimed[c.Queue] {
		return
	}
	timeout := w.patienceOf(c.Queue, c.Phase == chat.Bot)
	last := c.LastAt
	if c.AcceptedAt.After(last) {
		last = c.AcceptedAt
	}
	if timeout > 0 && time.Since(last) > timeout+unnoticed {
		w.fail("I6: %s is %s, %v after its last message; its limit is %v", c.ID, c.Phase, time.Since(last), timeout)
	}
}

// checkQueued: an answer is in exactly one state, and one that is queued has
// its work in the outbox.
func (w *world) checkQueued(k *keptConversation) {
	work := map[string]bool{}
	for _, entries := range w.kept.outbox {
		for _, e := range entries {
			if e.Kind == ofWork && e.Source.ID == k.state.ID {
				if effect, err := codec.Work(e.Body); err == nil {
					if d, ok := effect.(chat.Deliver); ok {
						work[d.Message] = true
					}
				}
			}
		}
	}
	for _, id := range sorted(k.lines) {
		for _, m := range k.lines[id] {
			if m.State == chat.Queued && !work[m.ID] {
				w.fail("I5: %s is queued, and nobody will send it", m.ID)
			}
			if m.Direction == chat.Out && m.State == chat.NoDelivery && m.Author.Kind == chat.Operator {
				w.fail("S38: %s is in no state", m.ID)
			}
		}
	}
}

// checkCalmOperator: every slot has its chat or its offer, nobody is Active
// without a session, and every time-out has ended what it was for.
func (w *world) checkCalmOperator(p *person, s operator.State) {
	for _, x := range s.Slots {
		switch x.Kind {
		case operator.Live:
			if c, _ := w.kept.chat(x.Chat); c.Phase != chat.InProgress || c.Owner.ID != p.id {
				w.fail("I2: %s believes to have %s, which is %s and of %q", p.id, x.Chat, c.Phase, c.Owner.ID)
			}
		case operator.Offered:
			w.saw("calm with an offer")
			e := w.kept.queues[x.Queue].entries[x.Chat]
			if e.Offer.Operator != p.id || !e.Offer.Held || !e.Offer.Deadline.Equal(x.Deadline) {
				w.fail("S25: %s holds an offer of %s that nobody makes: %+v", p.id, x.Chat, e.Offer)
			}
			if !x.Deadline.IsZero() && time.Since(x.Deadline) > unnoticed {
				w.fail("I6: %s still holds the offer of %s, %v after its time", p.id, x.Chat, time.Since(x.Deadline))
			}
		default:
			w.fail("I3: %s still has a slot for %s that nothing holds: %+v", p.id, x.Chat, x)
		}
	}
	here := len(p.live()) > 0
	if here != s.Connected {
		w.fail("I6: %s is connected: %v, is believed to be: %v", p.id, here, s.Connected)
	}
	if !here && time.Since(p.seen) > grace+unnoticed && s.Effective() == operator.Active {
		w.fail("I6: %s is Active, and has been away for %v", p.id, time.Since(p.seen))
	}
	if p.wish != nil && s.Preferred != *p.wish && s.Reason != "offer_expired" {
		w.fail("I6: %s has chosen %s and is kept as %s (%s)", p.id, *p.wish, s.Preferred, s.Reason)
	}
}

// checkCalmQueue: it lists exactly what waits for it, knows its members as they
// are, and leaves nobody waiting who could be offered.
func (w *world) checkCalmQueue(id string, q *keptQueue) {
	if q == nil {
		w.fail("S28: nothing is kept of queue %s", id)
		return
	}
	for _, name := range sorted(q.entries) {
		e := q.entries[name]
		c, _ := w.kept.chat(e.Chat)
		if c.Phase != chat.Waiting || c.Queue != id || !e.Since.Equal(c.CreatedAt) {
			w.fail("S28: %s lists %s, which is %s in %s", id, e.Chat, c.Phase, c.Queue)
		}
		if e.Offer.Operator == "" {
			w.checkNobodyFree(id, e)
			continue
		}
		x, ok := w.kept.operators[e.Offer.Operator].state.Slot(e.Chat)
		if !ok || x.Kind != operator.Offered || x.Queue != id {
			w.fail("S27: %s waits for %s to answer for %s", id, e.Offer.Operator, e.Chat)
		}
	}
	listed := 0
	for _, name := range sorted(q.members) {
		if q.members[name].Listed {
			listed++
		}
		w.checkMember(id, q.members[name])
	}
	if want := len(w.company.Queues[id].Members); listed != want {
		w.fail("S110: %s has %d members, the company says %d", id, listed, want)
	}
}

// checkNobodyFree: under a rule that offers, a chat waits only while nobody can
// be offered it (S22, S27).
func (w *world) checkNobodyFree(queueID string, e queue.Entry) {
	if w.company.Queues[queueID].Rule != "least_busy" {
		return
	}
	for _, id := range w.company.Queues[queueID].Members {
		s, limit := w.kept.operators[id].state, w.limitIn(queueID)
		if s.Effective() == operator.Active && (limit <= 0 || len(s.Slots) < limit) && !slices.Contains(e.Declined, id) {
			w.fail("S27: %s waits in %s though %s is free", e.Chat, queueID, id)
		}
	}
}

// checkMember: what a queue knows of an operator is what is (S27).
func (w *world) checkMember(queueID string, m queue.Member) {
	k := w.kept.operators[m.Operator]
	if k == nil || !m.Listed {
		return
	}
	active := k.state.Effective() == operator.Active
	switch {
	case m.Asked != 0 || m.Active != active:
		w.fail("S27: %s knows %+v of %s, who is %s", queueID, m, m.Operator, k.state.Effective())
	case m.Version == 0 && !active:
	case m.Load != len(k.state.Slots) || max(m.Limit, 0) != limitOf(k.state, queueID):
		w.fail("S27: %s knows %+v of %s, who has %d of %d there", queueID, m, m.Operator, len(k.state.Slots), limitOf(k.state, queueID))
	}
}

// limitOf is the limit of a queue as the operator has been told it; 0 = none.
func limitOf(s operator.State, queueID string) int {
	for _, q := range s.Queues {
		if q.ID == queueID && q.HasLimit {
			return max(q.Limit, 0)
		}
	}
	return max(s.Limit, 0)
}

// checkStore: what was ever written is what is read back.
func (w *world) checkStore() {
	for _, c := range w.customers {
		if k := w.kept.conversations[c.id]; k != nil {
			w.checkVersion(route.Conversation(c.id), k.version)
		}
	}
	for _, p := range w.operators {
		w.checkVersion(route.Operator(p.id), w.kept.operators[p.id].version)
	}
	for _, id := range w.queueIDs() {
		w.checkVersion(route.Queue(id), w.kept.queues[id].version)
	}
}

func (w *world) checkVersion(e commit.Entity, version uint64) {
	rec, err := w.disk.Load(context.Background(), e.Partition(partitions), e)
	if err != nil || rec.Version != version {
		w.fail("I5: %s is stored in version %d, %d was written: %v", e, rec.Version, version, err)
	}
}
