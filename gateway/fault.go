package gateway

import (
	"context"
	"errors"
	"net/http"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/gateway/wire"
)

// fault is an error as a client may read it: a stable code, a status, words.
type fault struct {
	Status int
	Code   string
	Text   string
	By     *wire.Ref     // who has the chat, for taken
	Retry  time.Duration // when to try again, 0 = not said
	Cause  error         // for the log only
}

// Error gives code and text.
func (f *fault) Error() string { return f.Code + ": " + f.Text }

// Unwrap gives the cause.
func (f *fault) Unwrap() error { return f.Cause }

func badRequest(text string) *fault {
	return &fault{Status: http.StatusBadRequest, Code: "bad_request", Text: text}
}

func forbidden() *fault {
	return &fault{Status: http.StatusForbidden, Code: "forbidden", Text: "not allowed, or no such thing"}
}

func isForbidden(err error) bool {
	var f *fault
	return errors.As(err, &f) && f.Status == http.StatusForbidden
}

func notFound(text string) *fault {
	return &fault{Status: http.StatusNotFound, Code: "not_found", Text: text}
}

func unauthorized() *fault {
	return &fault{Status: http.StatusUnauthorized, Code: "unauthorized", Text: "sign in first"}
}

func busy(cause error) *fault {
	return &fault{Status: http.StatusServiceUnavailable, Code: "busy", Text: "cannot do this now, try again", Retry: retryAfter, Cause: cause}
}

// retryAfter is what a refused client is told to wait.
const retryAfter = 5 * time.Second

// faultOf is the one place that decides what a client learns of an error.
func faultOf(err error) *fault {
	var (
		f  *fault
		ce *chat.Error
		oe *operator.Error
	)
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &ce):
		return domain(ce.Code, ce.Text, ce.By, err)
	case errors.As(err, &oe):
		return domain(oe.Code, oe.Text, chat.Person(oe.By), err)
	case errors.Is(err, wire.ErrBadRequest):
		return badRequest("the request has the wrong shape")
	case errors.Is(err, ErrBadCursor):
		return badRequest("the cursor does not belong to this list")
	case errors.Is(err, actors.ErrNotFound):
		return forbidden()
	case errors.Is(err, ErrNoFile):
		return notFound("no such file")
	case errors.Is(err, ErrNoSession):
		return unauthorized()
	case errors.Is(err, ErrFileTooBig):
		return &fault{Status: http.StatusRequestEntityTooLarge, Code: "too_large", Text: "the file is too large"}
	case transient(err):
		return busy(err)
	case damaged(err):
		return &fault{
			Status: http.StatusServiceUnavailable, Code: "quarantined", Cause: err,
			Text: "what is stored of this is damaged and set aside until an administrator has mended it",
		}
	}
	return &fault{Status: http.StatusInternalServerError, Code: "internal", Text: "something went wrong here", Cause: err}
}

// transient says that the same thing may succeed later.
func transient(err error) bool {
	return errors.Is(err, actors.ErrBusy) || errors.Is(err, actors.ErrUnavailable) || errors.Is(err, actors.ErrStopping) ||
		errors.Is(err, commit.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// damaged says that stored state cannot be read: trying again is of no use until
// it has been mended.
func damaged(err error) bool {
	return errors.Is(err, actors.ErrQuarantined) || errors.Is(err, commit.ErrCorrupt)
}

// domain gives the status of a refusal by the machines; a code the contract does not know is a fault of ours.
func domain(code, text string, by chat.Person, cause error) *fault {
	if code == forbidden().Code {
		return forbidden() // the same words whoever says it: they must not tell whether a chat exists
	}
	status, known := domainStatus(code)
	if !known {
		return &fault{Status: http.StatusInternalServerError, Code: "internal", Text: "something went wrong here", Cause: cause}
	}
	f := &fault{Status: status, Code: code, Text: text}
	if by.ID != "" {
		f.By = &wire.Ref{ID: by.ID, Name: by.Name}
	}
	return f
}

func domainStatus(code string) (status int, known bool) {
	switch code {
	case "taken", "limit", "not_offered", "gone", "not_owner", "completed", "window_closed", "thread_not_owned", "self":
		return http.StatusConflict, true
	case "too_long", "unknown_target":
		return http.StatusUnprocessableEntity, true
	case "bad_request":
		return http.StatusBadRequest, true
	case "busy":
		return http.StatusServiceUnavailable, true
	}
	return 0, false
}
