package queue_test

import (
	"slices"
	"time"

	"parley/actors/operator"
	"parley/actors/queue"
)

// check compares what everybody believes once all letters have arrived.
func (r *ring) check() {
	if len(r.owed) > 0 {
		r.t.Fatalf("accepts without an answer: %v", r.owed)
	}
	for _, id := range operatorIDs {
		r.checkOperator(id)
	}
	for _, id := range queueIDs {
		r.checkQueue(id)
	}
	for _, c := range r.chats {
		_, waits := r.queues[c.queue].Entry(c.id)
		if waits != (c.phase == "waiting") {
			r.t.Fatalf("%+v waits: %v", c, waits)
		}
		if c.phase != "in progress" {
			continue
		}
		if s, ok := r.operators[c.owner].Slot(c.id); !ok || s.Kind != operator.Live {
			r.t.Fatalf("%s has no slot for %+v: %+v", c.owner, c, r.operators[c.owner].Slots)
		}
	}
}

func (r *ring) checkOperator(id string) {
	for _, s := range r.operators[id].Slots {
		c := r.chats[s.Chat]
		switch s.Kind {
		case operator.Live:
			if c.phase != "in progress" || c.owner != id {
				r.t.Fatalf("%s believes to have %+v", id, c)
			}
		case operator.Offered:
			e, ok := r.queues[s.Queue].Entry(s.Chat)
			if !ok || e.Offer.Operator != id || !e.Offer.Held {
				r.t.Fatalf("%s holds an offer nobody made: %+v, %+v", id, s, e)
			}
		default:
			r.t.Fatalf("%s still has %+v", id, s)
		}
	}
}

func (r *ring) checkQueue(id string) {
	q := r.queues[id]
	for _, m := range q.Members() {
		s := r.operators[m.Operator]
		if m.Asked != 0 || m.Version != s.Version && (m.Version != 0 || s.Effective() == operator.Active) {
			r.t.Fatalf("%s knows %+v of %+v", id, m, s)
		}
		took := s.LastTook
		if !q.Single() {
			took = time.Time{} // a queue that chooses nobody is not told
		}
		if m.Version != 0 && (m.Active != (s.Effective() == operator.Active) || m.Load != s.Load() ||
			m.InProgress != s.InProgress() || m.Limit != r.limitIn(s, id) || !m.LastTook.Equal(took)) {
			r.t.Fatalf("%s knows %+v of %+v", id, m, s)
		}
	}
	for _, e := range q.Entries() {
		if e.Offer.Operator != "" {
			if s, ok := r.operators[e.Offer.Operator].Slot(e.Chat); !ok || s.Kind != operator.Offered || !e.Offer.Held {
				r.t.Fatalf("%s waits for %+v, who has %+v", id, e, s)
			}
			continue
		}
		if q.Single() {
			r.checkNobodyAble(q, e)
		}
	}
}

func (r *ring) checkNobodyAble(q *queue.State, e queue.Entry) {
	for _, m := range q.Members() {
		s := r.operators[m.Operator]
		limit := r.limitIn(s, q.ID())
		if s.Effective() == operator.Active && (limit <= 0 || s.Load() < limit) && !slices.Contains(e.Declined, m.Operator) {
			r.t.Fatalf("%s waits while %s could be asked: %+v", e.Chat, m.Operator, s)
		}
	}
}
