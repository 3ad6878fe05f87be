package channel

import (
	"errors"
	"fmt"
	"time"
)

// Class says what a failed send means for what happens next.
type Class string

// Classes of failures.
const (
	ClassTransient          Class = "transient"           // try again later
	ClassRateRecipient      Class = "rate_recipient"      // too fast for this customer: wait, others go on
	ClassRateChannel        Class = "rate_channel"        // too fast for the account, or it is barred for a time: all wait
	ClassWindowClosed       Class = "window_closed"       // the customer's last message is too old
	ClassThreadNotOwned     Class = "thread_not_owned"    // another application has the conversation
	ClassContactUnreachable Class = "contact_unreachable" // this customer cannot be written to
	ClassMedia              Class = "media"               // the file is the problem
	ClassRequest            Class = "request"             // this message is the problem, or the provider chose not to deliver it
	ClassChannelFault       Class = "channel_fault"       // token, permission, payment: an administrator must act
	ClassUnknown            Class = "unknown"             // may have been sent: never repeated blindly
)

// Codes of refusals made on our side, before any call. They are negative so that no provider's code is mistaken for them.
const (
	CodeEmpty       = -1
	CodeTooLong     = -2
	CodeNoRecipient = -3
	CodeBadID       = -4
	CodeBadFile     = -5
	CodeTooBig      = -6
	CodeNotSplit    = -7
	CodeWindow      = -8
	CodeConfig      = -9
)

// SendError is why a call to a provider failed and what to do next. It carries no secret: addresses with tokens are
// taken out of Err before it gets here.
type SendError struct {
	Class      Class
	Code       int           // provider code, or one of ours (negative); 0 = none
	Subcode    int           // Graph error_subcode
	Status     int           // HTTP status, 0 = no answer
	RetryAfter time.Duration // the provider's own wish; 0 = none told
	Stop       bool          // nothing can be sent on this channel until somebody repairs it
	Text       string        // what a person may read
	Err        error         // cause, may be nil
}

// Error describes the failure for logs.
func (e *SendError) Error() string {
	s := fmt.Sprintf("send: %s", e.Class)
	if e.Code != 0 || e.Subcode != 0 {
		s += fmt.Sprintf(" (code %d/%d)", e.Code, e.Subcode)
	}
	if e.Status != 0 {
		s += fmt.Sprintf(" (http %d)", e.Status)
	}
	if e.Text != "" {
		s += ": " + e.Text
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }

// Retry reports whether the same part may be sent again (later).
func (e *SendError) Retry() bool {
	return e.Class == ClassTransient || e.Class == ClassRateRecipient || e.Class == ClassRateChannel
}

// Unknown reports whether the provider may have taken the message although we have no proof.
func (e *SendError) Unknown() bool { return e.Class == ClassUnknown }

// StopsChannel reports whether sending on this channel is pointless until somebody repairs it.
func (e *SendError) StopsChannel() bool { return e.Stop }

// PausesChannel reports whether the whole channel has to wait for RetryAfter (or a back-off).
func (e *SendError) PausesChannel() bool { return e.Class == ClassRateChannel }

// Reason is the part of the error an operator may see.
func (e *SendError) Reason() Reason {
	return Reason{Class: e.Class, Code: e.Code, Subcode: e.Subcode, Text: e.Text}
}

// AsSendError returns err as a *SendError; anything else is taken as unknown, the careful reading. nil stays nil.
func AsSendError(err error) *SendError {
	if err == nil {
		return nil
	}
	var se *SendError
	if errors.As(err, &se) {
		return se
	}
	return &SendError{Class: ClassUnknown, Err: err}
}

func refuse(class Class, code int, text string) *SendError {
	return &SendError{Class: class, Code: code, Text: text}
}
