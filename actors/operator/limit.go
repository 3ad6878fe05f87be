package operator

// membership finds the operator's membership of a queue.
func (s State) membership(queue string) (Queue, bool) {
	for _, q := range s.Queues {
		if q.ID == queue {
			return q, true
		}
	}
	return Queue{}, false
}

// limitIn is the limit that holds for chats of a queue: the queue's own where
// it has one, stricter or looser, else the operator's (S26). <= 0 = none.
func (s State) limitIn(q Queue) int {
	if q.HasLimit {
		return q.Limit
	}
	return s.Limit
}

// room says whether one more chat of a queue stays within its limit.
func (s State) room(q Queue) bool {
	limit := s.limitIn(q)
	return limit <= 0 || s.Load() < limit
}

// above says whether the load exceeds the limit of a queue.
func (s State) above(queue string) bool {
	q, _ := s.membership(queue)
	limit := s.limitIn(q)
	return limit > 0 && s.Load() > limit
}

// Full says whether the operator is grey in the transfer menu (S42): chats in
// progress alone have reached the limit.
func (s State) Full() bool { return s.Limit > 0 && s.InProgress() >= s.Limit }

// Pulls says whether the operator may take waiting chats of at least one queue
// of rule everyone, whatever status and limit say at the moment.
func (s State) Pulls() bool {
	for _, q := range s.Queues {
		if q.Pull {
			return true
		}
	}
	return false
}

// Visible gives the queues of rule everyone whose waiting chats the operator
// sees and may take now: none while Inactive, none without room (S21).
func (s State) Visible() []string {
	if s.Effective() != Active {
		return nil
	}
	var ids []string
	for _, q := range s.Queues {
		if q.Pull && s.room(q) {
			ids = append(ids, q.ID)
		}
	}
	return ids
}
