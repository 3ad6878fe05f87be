// Package chaos ends the real program in all the ways a process can end, and
// compares what is there afterwards with what had been acknowledged before. It
// holds tests only.
//
//	parent: the test                              child: the server
//	  World (providers, customers) --webhooks-->    app.Serve on a kept data folder
//	  desks (operators)            <--feeds---->      with traps between its parts
//	  record of every 200 and every reply
//
// The child is the test's own binary, started again. Whatever was acknowledged
// is known to the parent alone, which no kill reaches. A child ends when its
// parent does: it reads its orders from its standard input.
//
// A trap ends the child at a named point of reliability.md part 2.2 by sending
// itself SIGKILL. Traps are wrappers round the ports (app.Seams); the product
// holds no hooks.
//
// The seed of a run is printed. PARLEY_CHAOS_SEED sets it, PARLEY_CHAOS_KILLS
// sets how many random kills a run has, and PARLEY_CHAOS_LOG keeps the
// children's logs in the folder it names.
package chaos
