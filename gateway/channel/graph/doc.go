// Package graph is what Messenger and WhatsApp share: Meta's webhook signature and handshake, calls to the Graph API and
// the form of its errors.
package graph
