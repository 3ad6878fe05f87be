// Package directory keeps what is looked up rather than lived through, in one SQLite file: contacts and their identities, sessions,
// the administered catalogue (operators, groups, queues, channels, settings), the chat index behind the Chats section, and the
// quarantine of input nobody could understand.
//
// One connection writes, a few read; a write is durable when its method returns (WAL with synchronous=FULL). Methods may be called
// concurrently, take a context, and start no goroutine. Times are passed in and kept in milliseconds.
package directory
