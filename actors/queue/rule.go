package queue

// Rule decides who gets a waiting chat (S23). A rule is a value without state:
// what it needs it reads from its arguments, so equal input gives equal output.
type Rule interface {
	// Single says that a chat is offered to one member at a time, chosen by
	// Choose. Otherwise every able member sees the waiting list itself and
	// Choose is never called.
	Single() bool
	// Choose gives the index in able of the member to ask for a chat, or -1 for
	// nobody, in which case it is asked again when another member becomes able.
	// able has at least one member, in no particular order, and must not be
	// changed or kept: each is Active, below the limit, and has not declined the
	// chat.
	Choose(chat Entry, able []Member) int
}

// Rules are the rules a queue's settings may name.
type Rules map[string]Rule

// Builtin gives the rules that come with the product; a caller adds its own.
func Builtin() Rules {
	return Rules{
		"everyone":   Everyone{},
		"least_busy": LeastBusy{},
	}
}
