package operator

import "slices"

// configure takes over what the directory says. Chats in progress stay whatever
// it says; offers of queues he has left and offers above a lowered limit go.
func (t *turn) configure(c Configure) {
	t.is.Name = c.Name
	t.is.Limit = c.Limit
	t.is.Grace = c.Grace
	t.is.Queues = distinct(c.Queues)
	t.giveBackAll(whyInactive, func(s Slot) bool {
		_, member := t.is.membership(s.Queue)
		return !member
	})
	t.trim()
}

// distinct copies memberships; of two of the same queue the first counts.
func distinct(queues []Queue) []Queue {
	out := make([]Queue, 0, len(queues))
	for _, q := range queues {
		if !slices.ContainsFunc(out, func(known Queue) bool { return known.ID == q.ID }) {
			out = append(out, q)
		}
	}
	return out
}
