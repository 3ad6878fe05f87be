// Package outside does the engine's work on the world: it hands messages to
// providers, brings media here, finds contacts and keeps the chats section up to
// date. One attempt per call; the engine decides what is tried again, and what
// comes of an attempt goes back to it as a command.
package outside
