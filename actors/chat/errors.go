package chat

import "fmt"

// Error is a domain error: a stable code of the contract, and who has the chat
// when the code is "taken".
type Error struct {
	Code string
	By   Person
	Text string
}

// Error gives code and text.
func (e *Error) Error() string { return fmt.Sprintf("chat: %s: %s", e.Code, e.Text) }

// Is compares by code, so that errors.Is works with the values below.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// The domain errors of a conversation.
var (
	ErrForbidden    = &Error{Code: "forbidden", Text: "no such chat for you"}
	ErrNotOwner     = &Error{Code: "not_owner", Text: "the chat is not yours"}
	ErrCompleted    = &Error{Code: "completed", Text: "the chat is completed"}
	ErrWindowClosed = &Error{Code: "window_closed", Text: "the provider's reply window has closed"}
	ErrNoThread     = &Error{Code: "thread_not_owned", Text: "another application controls the conversation"}
	ErrTooLong      = &Error{Code: "too_long", Text: "the text is longer than the channel takes"}
	ErrBadRequest   = &Error{Code: "bad_request", Text: "the request makes no sense here"}
	ErrLimit        = &Error{Code: "limit", Text: "the operator has reached the limit of chats"}
	ErrSelf         = &Error{Code: "self", Text: "a chat cannot be transferred to its owner"}
	ErrUnknownTgt   = &Error{Code: "unknown_target", Text: "no such queue or operator"}
	ErrInactive     = &Error{Code: "inactive_channel", Text: "the channel opens no chats any more"}
	ErrForwarded    = &Error{Code: "forwarded", Text: "the conversation is known under another id"}
)
