// Package messenger speaks Facebook Messenger: page webhooks in, the Send API out, and the thread control calls by which
// a page's applications hand a conversation to each other.
package messenger
