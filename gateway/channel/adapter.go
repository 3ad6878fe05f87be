package channel

import (
	"context"
	"fmt"
	"sort"
	"time"
)

// Adapter translates one provider. Implementations are safe for concurrent use.
type Adapter interface {
	// Parse turns one authentic webhook body into events, in the provider's order. It is pure and never fails as a
	// whole: what it cannot understand is in Bad, so one bad event never loses its neighbours. It keeps no reference to
	// body. receivedAt stands in for a missing provider time.
	Parse(acc Account, body []byte, receivedAt time.Time) Parsed
	// Send hands one part (see Outbound.Split) to the provider. The error is always a *SendError.
	Send(ctx context.Context, acc Account, out Outbound) (Sent, error)
}

// Verifier checks that a webhook really comes from the provider. header returns a request header's value by name.
type Verifier interface {
	Verify(acc Account, header func(name string) string, body []byte) bool
}

// Screener tells by the headers alone that a webhook cannot be the provider's, so that its body need not be read.
// What passes is not verified yet.
type Screener interface {
	Screen(acc Account, header func(name string) string) bool
}

// Handshaker answers the provider's GET on the webhook URL. query returns a parameter by name; the answer is the exact
// body of a 200, and ok false means 403.
type Handshaker interface {
	Handshake(acc Account, query func(name string) string) (answer string, ok bool)
}

// Capable tells what a provider can carry.
type Capable interface {
	Capabilities() Capabilities
}

// Profiler looks up what the provider knows of a customer. Best effort: the error is a *SendError.
type Profiler interface {
	Profile(ctx context.Context, acc Account, who ContactRef) (Profile, error)
}

// MediaSource says where an attachment can be downloaded now. The error is a *SendError.
type MediaSource interface {
	Locate(ctx context.Context, acc Account, att Attachment) (Location, error)
}

// CallbackAnswerer ends the waiting state of a button the customer pressed (Event.CallbackID).
type CallbackAnswerer interface {
	AnswerCallback(ctx context.Context, acc Account, callbackID string) error
}

// Reader shows the customer that everything up to messageID was read.
type Reader interface {
	MarkRead(ctx context.Context, acc Account, to ContactRef, messageID string) error
}

// Typer shows the customer that an answer is being written. messageID is the customer's latest message.
type Typer interface {
	Typing(ctx context.Context, acc Account, to ContactRef, messageID string) error
}

// ThreadController moves a conversation between the applications attached to it. targetApp is used by ThreadPass only;
// empty means the provider's default application.
type ThreadController interface {
	ControlThread(ctx context.Context, acc Account, op ThreadOp, to ContactRef, targetApp, metadata string) error
}

// Parsed is the outcome of one webhook body.
type Parsed struct {
	Events  []Event // understood, in the provider's order
	Bad     []Bad   // ours to look at: authentic, not understood
	Ignored int     // understood and of no interest (groups, page comments, template reviews ...)
}

// Bad is a piece of an authentic body that was not understood; it is kept for a person to look at.
type Bad struct {
	Reason    string // one of the Bad* words
	AccountID string // the provider account it speaks of, when known
	Raw       []byte // the piece as it came
}

// Reasons of Bad.
const (
	BadJSON           = "bad_json"        // the body is no JSON, or not an object
	BadEnvelope       = "bad_envelope"    // the frame round the events is of an unknown shape
	BadShape          = "bad_shape"       // one event lacks what makes it usable
	BadTooDeep        = "too_deep"        // nested deeper than MaxDepth
	BadTooComplex     = "too_complex"     // more values than any honest body has
	BadTooMany        = "too_many_events" // events after the MaxEvents-th; Raw is the whole body, keys make a replay harmless
	BadUnknownChannel = "unknown_channel" // authentic, but of another page or number
)

// Bounds of one webhook body.
const (
	MaxEvents = 1000 // events taken from one body
	MaxDepth  = 32   // nesting of one event
)

// Set is the adapters of a program by provider name.
type Set map[string]Adapter

// Adapter returns the adapter of a provider; the error names those that exist.
func (s Set) Adapter(name string) (Adapter, error) {
	if a, ok := s[name]; ok {
		return a, nil
	}
	return nil, fmt.Errorf("channel provider %q is unknown, known are %v", name, s.Names())
}

// Names returns the provider names in order.
func (s Set) Names() []string {
	names := make([]string, 0, len(s))
	for n := range s {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// CapabilitiesOf returns what the adapter can carry; an adapter that does not say can carry plain text of 1000 characters.
func CapabilitiesOf(a Adapter) Capabilities {
	if c, ok := a.(Capable); ok {
		return c.Capabilities()
	}
	return Capabilities{MaxText: 1000}
}
