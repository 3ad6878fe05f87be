// Package chat is the pure machine of a conversation: one customer on one
// channel, whose chats run one after another.
//
// Step takes a state, a command (a wish) and the time, and gives a Change
// (facts and work) or a domain error. It has no clock, no I/O, no goroutine and
// no randomness; equal input gives equal output.
//
//	          Receive                      Receive (standby)
//	             |                               |
//	             v        Assign                 v
//	none --> [waiting] ----------> [in progress] [bot]
//	             |                     |     |     |
//	       Close |    Finish, timeout, |     |     | timeout,
//	(administrator)   Close            |     |     | pass of control
//	             v                     v     |     v
//	        [completed] <--------------+     |  [completed] + child [waiting]
//	                                         |
//	                   Transfer: [completed] + child [waiting]      (to a queue)
//	                             [completed] + child [in progress]  (to an operator,
//	                             once the operator has reserved a slot)
//
// Control taken by another application does not complete a chat in this
// release: State.Lost is set and sending is refused until it comes back.
//
// A transfer completes the chat and creates the child in one Change, so nobody
// ever sees two open chats or none (S46). A conversation holds at most one
// open chat because State has room for only one (I1).
//
// The caller's duties, in this order: find the stored messages Needs names and
// hand them in; Step; make Change durable as one commit (events that add or
// change messages become history, Keys become idempotency keys, effects that
// are not Notify become outbox entries); only then answer, notify and work.
package chat
