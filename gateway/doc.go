// Package gateway is the rim of the ring: one Fiber application with the
// providers' webhooks, sign-in, REST with its OpenAPI document, the operators'
// websocket, and health, readiness and metrics.
//
// It decides nothing about chats. A request becomes a command for the engine's
// door, an answer becomes a frame or a document, and an error becomes a code and
// a status in one function (faultOf). Fiber's types stay inside; every byte that
// outlives a handler is copied at the door, because Fiber reuses its buffers.
//
//	server.go      New, Start, Shutdown        limits.go    how much of a body is read, and for how long
//	webhook.go     order of checks, answers    ingest.go    provider events to commands
//	session.go     sign-in and sign-out        auth.go      who is asking, and from where
//	socket.go      one operator's connection   writer.go    its bounded queue
//	requests*.go   the operator protocol       rest*.go     the REST calls
//	endpoint.go    the one table of routes     openapi.go   the document made from it
//	page.go        the operators' workspace    static.go    its files, as they are sent
package gateway
