package actors

import "fmt"

// undelivered answers whoever waits for a message that found no actor. Only
// messages that come after Stop do; one before it is a fault of the engine.
func (e *Engine) undelivered(message any) {
	switch message.(type) {
	case *envelope, *steps:
		if !e.stopping.Load() {
			e.log.Error("a message found no actor", "message", fmt.Sprintf("%T", message))
			e.deadLetter("mailbox")
		}
	}
	refuseMessage(message, fmt.Errorf("%w: %w", ErrUnavailable, ErrStopping))
}

// The library is told to leave such messages to us: its own log of them keeps a
// goroutine and a ticker.

// IgnoreDeadLetterLogging implements actor.IgnoreDeadLetterLogging.
func (*envelope) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging implements actor.IgnoreDeadLetterLogging.
func (*steps) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging implements actor.IgnoreDeadLetterLogging.
func (local) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging implements actor.IgnoreDeadLetterLogging.
func (committed) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging implements actor.IgnoreDeadLetterLogging.
func (retire) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging implements actor.IgnoreDeadLetterLogging.
func (retired) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging implements actor.IgnoreDeadLetterLogging.
func (staying) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging implements actor.IgnoreDeadLetterLogging.
func (sweep) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging implements actor.IgnoreDeadLetterLogging.
func (lost) IgnoreDeadLetterLogging() {}
