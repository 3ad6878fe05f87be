// Package telegram speaks the Telegram Bot API. Only private chats are customers; groups and channels are ignored.
// Telegram never tells what was delivered, read or deleted, and a send cannot be joined with anything later, so an
// unknown outcome stays unknown.
package telegram
