package media

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"time"
)

// Kind says what a failure means for the one who asked; compare with errors.Is(err, media.Blocked).
type Kind string

const (
	Blocked   Kind = "blocked"   // the address is not one we may visit; never retry
	TooBig    Kind = "too_big"   // more bytes than allowed; never retry
	Timeout   Kind = "timeout"   // too slow, at the start or on the way; may be retried
	Expired   Kind = "expired"   // 403, 404 or 410: ask the provider for a new address
	Temporary Kind = "temporary" // broken connection, 429, 5xx: retry with back-off
	Permanent Kind = "permanent" // anything a repetition will not change
)

// Error makes a Kind comparable by errors.Is.
func (k Kind) Error() string { return "media: " + string(k) }

// Error is what every failed fetch returns, from Get or from reading the body.
type Error struct {
	Kind       Kind
	Status     int           // HTTP status, 0 if there was none
	RetryAfter time.Duration // what the host asked for, 0 if nothing
	Cause      error         // never contains the URL
}

// Error names the kind, then the cause.
func (e *Error) Error() string {
	switch {
	case e.Cause != nil:
		return fmt.Sprintf("media: %s: %v", e.Kind, e.Cause)
	case e.Status != 0:
		return fmt.Sprintf("media: %s: status %d", e.Kind, e.Status)
	}
	return e.Kind.Error()
}

// Unwrap makes both the kind and the cause visible to errors.Is.
func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Cause}
}

// KindOf gives the kind of an error from this package, however wrapped; anything else is Temporary.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Temporary
}

func blocked(reason string) *Error { return &Error{Kind: Blocked, Cause: errors.New(reason)} }

// classify turns a transport error into ours. The context's own cause wins, because a cancelled read otherwise only says "canceled".
func classify(ctx context.Context, err error) *Error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	if errors.As(context.Cause(ctx), &own) {
		return own
	}
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err // the outer one prints the URL
	}
	var timeout net.Error
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return &Error{Kind: Timeout, Cause: err}
	case errors.As(err, &certificate):
		return &Error{Kind: Permanent, Cause: err}
	case errors.As(err, &timeout), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, context.Canceled):
		return &Error{Kind: Temporary, Cause: err}
	}
	return &Error{Kind: Temporary, Cause: errors.New("the host's answer could not be understood")} // its text may quote a URL
}
