// Package exchange makes one HTTP exchange with a provider and tells, when it fails, whether the provider may have
// received the whole request. On that hangs whether a message may be sent again.
package exchange
