package actors

import (
	"math/rand/v2"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// Schedule runs the turns of actors: run must be called once, soon, by whoever
// it likes. An actor never has two turns at once. A simulator orders them here.
type Schedule func(who string, run func())

// turns is how many messages an actor takes before it lets others go first.
const turns = 300

// scheduled is a dispatcher that leaves the order of turns to a Schedule.
type scheduled struct {
	who string
	run Schedule
}

// Schedule hands on an actor's turn.
func (d scheduled) Schedule(turn func()) { d.run(d.who, turn) }

// Throughput is the length of a turn in messages.
func (d scheduled) Throughput() int { return turns }

// props are an actor's: its turns are run by the engine's workers, or by its Schedule.
func (e *Engine) props(who string, produce actor.Producer, options ...actor.PropsOption) *actor.Props {
	var turns actor.Dispatcher = e.workers
	if e.schedule != nil {
		turns = scheduled{who, e.schedule}
	}
	options = append(options, actor.WithDispatcher(turns))
	return actor.PropsFromProducer(produce, options...)
}

// jittered spreads a wait over its upper half, so that what failed together
// does not come back together.
func jittered(d time.Duration) time.Duration {
	return d/2 + rand.N(d/2+1)
}
