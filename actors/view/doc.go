// Package view is what the engine shows: chats with the names people read,
// pushes of an operator's feed, snapshots, counts. Plain data; how it is
// spelled on the wire is the gateway's business.
package view
