// Package commit is the vocabulary of the one atomic write: entities, what a
// commit changes about them, and what the store answers.
//
// It holds data and the two pure functions every store must agree on (how an
// entity finds its partition, how a key finds its generation), so that the
// engine and the stores share words without importing each other.
package commit
