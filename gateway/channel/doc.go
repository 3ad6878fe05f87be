// Package channel is the model every messaging provider is translated into: accounts, events in, messages out, errors
// that say what to do next.
//
// A provider is an Adapter with two methods: Parse turns an authentic webhook body into Events, Send hands one part of
// an answer to the provider. What only some providers can do is a one-method interface beside it (Verifier, Handshaker,
// Profiler, MediaSource ...) and is found by type assertion. Adapters live in the folders messenger, whatsapp and
// telegram and are joined in a Set by whoever builds the program; adding a provider is one folder and one line there.
//
// Nothing in this package or its adapters keeps state, starts a goroutine or logs.
package channel
