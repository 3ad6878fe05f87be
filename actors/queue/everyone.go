package queue

// Everyone offers every waiting chat to every Active member below the limit;
// the first to accept owns it (S21).
type Everyone struct{}

// Single is false: nothing is asked or reserved.
func (Everyone) Single() bool { return false }

// Choose chooses nobody.
func (Everyone) Choose(Entry, []Member) int { return -1 }
