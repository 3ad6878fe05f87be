// Package actors is the engine: it orders commands per entity, runs the pure
// machines, makes what they decide durable in one commit, and does the work
// that follows.
//
// The path of one command, by file:
//
//	start.go       claims the partitions, takes up what was under way
//	door.go        Do: in-flight limit, waits for the reply
//	partition.go   finds or wakes the entity's actor; passivates idle ones
//	shell.go       one actor per entity: runs the machine over what has gathered
//	conversation.go, operator.go, queue.go   what each kind adds to the shell
//	committer.go   group commit of a partition; answers, notifies, hands on
//	lanes.go       durable steps to other entities, in order, until acknowledged
//	works.go       work on the outside (deliver, fetch, identify, index)
//	clock.go       due times
//	feed.go        an operator's numbered events to all connections
//	board.go       what a queue shows to its members
//	stop.go        ends all of it in order, or one partition that is lost
//
// Nothing calls back against the ring: outcomes come in as new commands. PIDs
// never leave this package.
package actors
