// Package queue is the pure machine of one queue, the router: waiting chats in
// order, what it knows of its members, the single offers it has made, and the
// rule that chooses.
//
//	waiting chat:  Wait --> [waiting] --rule chooses one--> [asked] --Held--> [held]
//	                           ^                               |                |
//	                           +------- Declined --------------+----------------+
//	               any state --Leave (taken, completed, transferred)--> gone
//
// With rule everyone nothing is asked or reserved: the waiting list itself is
// the offer, a view that every eligible member sees (design.md part 1).
//
// The limit is not kept here but by each operator's own machine; what this
// machine knows of a member may be old, so a member may refuse, and the chat
// goes to the next (S25). Distribution runs inside every Step: it is never a
// poll (S27).
//
// What one entity tells another must arrive in the order in which it was told
// (an Ask before its TakeBack); arriving twice is harmless.
//
// Unlike the other machines a queue can be large (50,000 waiting chats), so
// Step takes the state over: the State given to it must not be used again, only
// the one in Change. A domain error leaves it as it was. What changed is in
// Events, item by item, so that a commit writes only that.
package queue
