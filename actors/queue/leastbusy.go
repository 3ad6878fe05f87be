package queue

// LeastBusy offers a chat to the member with the fewest chats, in progress or
// offered; on a tie to whoever has gone longest without taking one (S22).
type LeastBusy struct{}

// Single is true.
func (LeastBusy) Single() bool { return true }

// Choose gives the least busy member.
func (LeastBusy) Choose(_ Entry, able []Member) int {
	best := 0
	for i := 1; i < len(able); i++ {
		if lessBusy(&able[i], &able[best]) {
			best = i
		}
	}
	return best
}

// lessBusy ends with the id, so that the choice never depends on the order in
// which members came.
func lessBusy(a, b *Member) bool {
	if x, y := a.Busy(), b.Busy(); x != y {
		return x < y
	}
	if c := a.LastTook.Compare(b.LastTook); c != 0 {
		return c < 0
	}
	return a.Operator < b.Operator
}
