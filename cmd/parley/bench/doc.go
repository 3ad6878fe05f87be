// Package bench measures one thing at a time, beside its ceiling, in one run.
//
// A figure alone says little on a machine that is busy with other things. So every bench runs what it measures and
// what bounds it in turns, in short slices of one run, and gives the ratio of the two. A cheap load generator sits in
// the same process and shares the processors, which bounds both sides alike.
//
// Beside rates and times every bench gives the processor time of one thing done (cpu_us, of the whole process and so
// with the generator's share): other work on the machine disturbs it least, so it is the figure to compare by.
//
//	name       what is measured                                   its ceiling
//	http       Fiber: body, HMAC, JSON, 200                       the generator against an empty handler
//	store      group commit of a message into the real store      raw synced Pebble batches of the same bytes
//	pipeline   webhook, HMAC, JSON, durable commit, 200           the lower of the two above
//	ingest     the webhook path of a complete server              pipeline
//	answer     a webhook until its 200, at half of ingest's pace  the store's commits at that pace (p99)
//	deliver    webhook in to operator's frame out, given rate     the webhooks' own answers (p99)
//	route      assignments of a waiting backlog, both rules   raw synced Pebble commits of the same bytes
//	accept     all accept the same chat at once, over and over all ask at once for what changes nothing
//	resume     from the dial to every missed event, under load the dial and the upgrade (p99)
//	memory     bytes for an actor, an idle operator          the state decoded, a bare TCP connection
//	recover    from the start behind a kill to serving      a first start on the same chats
//	soak       growth of memory, goroutines, descriptors    the pace at first; the load is 30 % of it
//
//	webhook.go, connection.go, load.go   the generator: signed webhooks over keep-alive connections
//	alternate.go, meter.go, histogram.go slices in turns, and what they counted
//	sample.go, gather.go, raw.go         what a message writes, and two ways to write it
//	company.go, provider.go, rest.go     a complete server's configuration, the provider it calls, a client
//	pace.go                              when one of many is due to write
//	open.go                              customers who write at a rate, however long answers take
//	stock.go, world.go, tape.go          a store filled beforehand, an engine alone, what it wrote to write again
//	operator.go, floor.go, audit.go      operators at websockets, what each frame must be, what is stored in the end
//
// Load goes to loopback only, everything is kept in a temporary folder that is removed, and every run ends by itself.
package bench
