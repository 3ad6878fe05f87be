package queue

// Counts gives what Overview replies.
func (s *State) Counts() Counts { return s.counts() }
