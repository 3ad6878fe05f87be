package actors

import (
	"time"

	"parley/actors/commit"
)

// envelope carries one command to an entity. done is called exactly once,
// after the command is durable or has failed; nil when nobody waits.
type envelope struct {
	to      commit.Entity
	command any
	arrived time.Time
	// received is when its cause reached the process, for measuring; zero = unknown.
	received time.Time
	done     func(reply any, err error)

	// A durable step of another entity: the numbers by which it is known.
	from int    // source partition
	seq  uint64 // outbox number; 0 = not a step
	// finishes is the outbox entry of the entity's own partition that this
	// outcome closes; 0 = none.
	finishes uint64
	// rests is an outbox entry of the entity's own partition that will be tried
	// again and is not on its way outside meanwhile; 0 = none.
	rests uint64
}

// outcome says whether the command brings the outcome of work on the outside.
func (e *envelope) outcome() bool { return e.finishes != 0 || e.rests != 0 }

func (e *envelope) resolve(reply any, err error) {
	if e.done != nil {
		e.done(reply, err)
	}
}

// steps are durable steps from one partition to one entity, in order.
type steps struct {
	to   commit.Entity
	list []*envelope
}

// The actors' own messages.
type (
	committed struct{ flight *flight } // to the shell: its change is on disk (or refused)
	retire    struct{}                 // parent to shell: may you stop?
	retired   struct{ entity commit.Entity }
	staying   struct{ entity commit.Entity }
	sweep     struct{} // to the partition: ask idle actors to retire
	failed    struct{} // to a body: its shell has failed inside, what it shows may have gaps
	lost      struct{} // to the partition and its shells: somebody else owns them now
	local     struct { // a message for the shell itself (feed, board), not a command
		to      commit.Entity
		message any
	}
)
