// Package verify runs Parley's engine against a simulated world and looks for
// broken promises: customers, operators, providers and the store are made up
// from a seed, time is virtual, and faults come wherever the engine touches
// something outside itself.
//
// The engine is the real one. What it waits for (a commit, a reading, a
// provider's answer, an actor's turn, a reply) is a ticket on the desk; the
// world picks the next ticket by its seed and lets the engine run until it
// waits again. So a seed shows the same story every time.
//
//	run.go        one seed, from start to verdict
//	desk.go       tickets; what may happen next
//	world.go      what is simulated, and the choice of the next step
//	life.go       one process of the engine: start, stop, crash, takeover
//	store.go      the store with its faults         kept.go      what it holds, decoded
//	outside.go    the providers with theirs
//	customers.go  events, redelivered until answered
//	operators.go  what operators do                 tab.go, screen.go   what they see
//	company.go    queues, operators, channels and their changes
//	ledger.go     what was acknowledged
//	check_*.go    the invariants
//	parent.go     many seeds in child processes     worker.go    the child
package verify
