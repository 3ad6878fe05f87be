package operator

import "fmt"

// Error is a domain error with a code of the contract.
type Error struct {
	Code string
	By   Person // who has the chat, for taken
	Text string
}

// Error gives code and text.
func (e *Error) Error() string { return fmt.Sprintf("operator: %s: %s", e.Code, e.Text) }

// Is compares by code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// The domain errors of an operator.
var (
	ErrTaken      = &Error{Code: "taken", Text: "somebody else has the chat"}
	ErrLimit      = &Error{Code: "limit", Text: "the limit of simultaneous chats is reached"}
	ErrNotOffered = &Error{Code: "not_offered", Text: "the chat is not offered to you"}
	ErrGone       = &Error{Code: "gone", Text: "the chat has ended"}
)
