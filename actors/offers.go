package actors

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"parley/actors/chat"
	"parley/actors/operator"
	"parley/actors/queue"
	"parley/actors/view"
)

// countEvery is how often waiting counts are pushed at the most.
const countEvery = 500 * time.Millisecond

// goneChat says why a chat left its queue.
type goneChat struct {
	why   string
	by    chat.Person
	spelt []byte // the push, before it has a number; nil where it was in nobody's list
}

func (g goneChat) body(id string) view.Body {
	return view.Withdrawn{Chat: id, Reason: g.why, By: g.by}
}

// note takes over what a new board says of chats that left or changed.
func (f *feed) note(b *board) {
	if !f.live {
		return
	}
	for id := range f.offers { // a board may be of thousands that have gone
		if g, ok := b.gone[id]; ok {
			f.gone[id] = g
		}
	}
	for id := range f.past {
		if !f.listed(id) {
			delete(f.past, id)
		}
	}
	for _, id := range b.changed {
		if r := b.row(id); r != nil {
			f.renew(r.chat)
		}
	}
	f.count()
}

// refresh shows a waiting chat's row anew.
func (f *feed) refresh(id string) {
	if !f.live {
		return
	}
	if f.offers[id] == nil {
		return
	}
	if c, ok := f.row(id); ok && c.Chat.Phase == chat.Waiting {
		f.renew(c)
	}
}

// renew shows a newer row in place of the one that is shown.
func (f *feed) renew(c view.Chat) {
	o := f.offers[c.Chat.ID]
	if o == nil {
		return
	}
	if slot, held := f.o.state.Slot(c.Chat.ID); held {
		c.Deadline = slot.Deadline
	}
	o.row = &c
	f.push(view.Updated{Chat: c})
}

// settle brings the shown rows of everyone queues in line with what the
// operator may take now: the oldest waiting chats of his queues while he is
// Active and below the limit. It works on settled state only.
func (f *feed) settle() {
	if !f.live || f.o.shell.flight != nil {
		return
	}
	rows := f.pullRows()
	f.settled++
	for _, r := range rows {
		if o := f.offers[r.chat.Chat.ID]; o != nil {
			o.may = f.settled
		}
	}
	room := queue.ViewLen
	for id, o := range f.offers {
		if o.single {
			continue
		}
		if o.may != f.settled {
			f.leave(id, o)
		}
		if f.offers[id] != nil {
			room--
		}
	}
	for _, r := range rows {
		if f.offers[r.chat.Chat.ID] == nil && room > 0 {
			f.offers[r.chat.Chat.ID] = &shownOffer{queue: r.chat.Queue.ID, row: &r.chat}
			f.pushSpelt(r.spelt, view.Offered{Chat: r.chat})
			room--
		}
	}
	for id := range f.gone { // of one that is being accepted the reason is still wanted
		if _, shown := f.offers[id]; !shown {
			delete(f.gone, id)
		}
	}
	f.why = ""
}

// leave withdraws a row of an everyone queue, with the best known reason.
func (f *feed) leave(id string, o *shownOffer) {
	if slot, ok := f.o.state.Slot(id); ok {
		if slot.Kind == operator.Live {
			delete(f.offers, id)
		}
		return // being accepted: the answer decides
	}
	if g, ok := f.gone[id]; ok {
		delete(f.offers, id)
		f.pushSpelt(g.spelt, g.body(id))
		return
	}
	if b := f.boards[o.queue]; b != nil && b.has(id) && !b.shows(id) && f.may(id, o) {
		return // it has gone on, and the word of how is on its way
	}
	f.withdraw(id, f.reason(id, o), chat.Person{})
}

// may says whether the operator could take a row's chat if it is there.
func (f *feed) may(id string, o *shownOffer) bool {
	return slices.Contains(f.visible(), o.queue) && !slices.Contains(f.o.state.Declined, id)
}

// reason says why a row goes that has not left its queue: the operator may not
// take it now, does not want it, or older chats have come before it.
func (f *feed) reason(id string, o *shownOffer) string {
	switch {
	case f.o.state.Effective() != operator.Active:
		return cmp.Or(f.why, "inactive")
	case !slices.Contains(f.visible(), o.queue):
		return cmp.Or(f.why, "limit")
	case slices.Contains(f.o.state.Declined, id):
		return "declined"
	default:
		return "limit"
	}
}

// visible lists the everyone queues whose waiting chats the operator may take now.
func (f *feed) visible() []string {
	if f.o.state.Effective() != operator.Active {
		return nil
	}
	return f.o.state.Visible()
}

// pullRows merges the boards of the visible queues: the oldest chats he may take.
func (f *feed) pullRows() []*offeredRow {
	rows := make([]*offeredRow, 0, queue.ViewLen)
	for _, q := range f.visible() {
		b := f.boards[q]
		if b == nil {
			continue
		}
		for _, r := range b.rows {
			_, mine := f.o.state.Slot(r.chat.Chat.ID)
			_, over := f.past[r.chat.Chat.ID]
			if !mine && !over && !slices.Contains(f.o.state.Declined, r.chat.Chat.ID) {
				rows = append(rows, r)
			}
		}
	}
	slices.SortFunc(rows, func(a, b *offeredRow) int { return older(&a.chat, &b.chat) })
	return rows[:min(len(rows), queue.ViewLen)]
}

// listed says whether a queue still lists a chat as waiting.
func (f *feed) listed(id string) bool {
	for _, b := range f.boards {
		if b.has(id) {
			return true
		}
	}
	return false
}

// older orders rows by age, and by id where the age is the same.
func older(a, b *view.Chat) int {
	return cmp.Or(a.Chat.CreatedAt.Compare(b.Chat.CreatedAt), strings.Compare(a.Chat.ID, b.Chat.ID))
}

// offerRows lists what is on offer now as it has been shown, oldest first, for
// a snapshot; ErrUnavailable when one cannot be read.
func (f *feed) offerRows() ([]view.Chat, error) {
	for _, slot := range f.o.state.Slots {
		if slot.Kind != operator.Offered || f.offers[slot.Chat] != nil {
			continue
		}
		if !f.offered(operator.ChatOffered{Chat: slot.Chat, Queue: slot.Queue, Deadline: slot.Deadline}) {
			return nil, ErrUnavailable
		}
	}
	rows := make([]view.Chat, 0, len(f.offers))
	for _, o := range f.offers {
		rows = append(rows, *o.row)
	}
	slices.SortFunc(rows, func(a, b view.Chat) int { return older(&a, &b) })
	return rows, nil
}

// waiting counts the waiting chats of the operator's queues.
func (f *feed) waiting() map[string]int {
	out := make(map[string]int, len(f.o.state.Queues))
	for _, q := range f.o.state.Queues {
		out[q.ID] = 0
		if b := f.boards[q.ID]; b != nil {
			out[q.ID] = b.waiting
		}
	}
	return out
}

// count pushes the waiting counts when they changed, at most twice a second.
// The push takes its number when it is sent, so numbers have no holes.
func (f *feed) count() {
	if !f.live {
		return
	}
	now := f.waiting()
	if f.counted != nil && equalCounts(f.counted, now) {
		return
	}
	if wait := countEvery - time.Since(f.countedAt); wait > 0 {
		f.countLater(wait)
		return
	}
	f.counted, f.countedAt = now, time.Now()
	f.push(view.Waiting{Counts: now})
}

func (f *feed) countLater(wait time.Duration) {
	if f.counting {
		return
	}
	f.counting = true
	root, self, entity := f.o.shell.root, f.o.shell.self, f.o.shell.entity
	time.AfterFunc(wait, func() { root.Send(self, local{entity, countTick{}}) })
}

func equalCounts(a, b map[string]int) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if w, ok := b[k]; !ok || v != w {
			return false
		}
	}
	return true
}
