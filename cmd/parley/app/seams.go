package app

import (
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"parley/actors"
	"parley/actors/view"
	"parley/gateway"
)

// Seams let whoever starts a server stand between its parts: tests hand in
// wrappers that fail, hold or end the process at a chosen moment, so that the
// product needs no hooks. Each function is given the real part and answers what
// is used in its place; nil leaves the part as it is.
type Seams struct {
	Disk     vfs.FS                                  // below the embedded store; nil = the real file system
	Store    func(actors.Store) actors.Store         // below the engine
	Outside  func(actors.Outside) actors.Outside     // between the engine and the world
	Encoder  func(view.Encoder) view.Encoder         // between the feeds and their connections
	Engine   func(gateway.Engine) gateway.Engine     // between the gateway and the engine
	Channels func(gateway.Channels) gateway.Channels // that the webhooks are read with
	// Completed says how long completed chats stay in Redis, and how often they are looked for; 0 = as the store does.
	Completed struct{ Rest, Every time.Duration }
}

// through gives a part with what stands before it.
func through[T any](wrap func(T) T, part T) T {
	if wrap == nil {
		return part
	}
	return wrap(part)
}
