package messenger

import (
	"net/http"
	"time"

	"parley/gateway/channel"
	"parley/gateway/channel/exchange"
	"parley/gateway/channel/graph"
)

// DefaultAPI is the base address of calls.
const DefaultAPI = "https://graph.facebook.com/v24.0"

// Adapter is Messenger's channel.Adapter. It also is a Verifier, Handshaker, Capable, Profiler, MediaSource, Reader,
// Typer and ThreadController.
type Adapter struct {
	api graph.API
}

// New returns an adapter that calls through client.
func New(client *http.Client) *Adapter {
	return &Adapter{api: graph.API{HTTP: exchange.Guard(client), Base: DefaultAPI, Proof: true, Classify: classify}}
}

var (
	_ channel.Adapter          = (*Adapter)(nil)
	_ channel.Verifier         = (*Adapter)(nil)
	_ channel.Screener         = (*Adapter)(nil)
	_ channel.Handshaker       = (*Adapter)(nil)
	_ channel.Capable          = (*Adapter)(nil)
	_ channel.Profiler         = (*Adapter)(nil)
	_ channel.MediaSource      = (*Adapter)(nil)
	_ channel.Reader           = (*Adapter)(nil)
	_ channel.Typer            = (*Adapter)(nil)
	_ channel.ThreadController = (*Adapter)(nil)
)

// Screen says whether the request carries a signature at all.
func (a *Adapter) Screen(_ channel.Account, header func(string) string) bool {
	_, ok := graph.Signature(header)
	return ok
}

// Verify checks the webhook's signature.
func (a *Adapter) Verify(acc channel.Account, header func(string) string, body []byte) bool {
	return graph.Verify(acc, header, body)
}

// Handshake answers the subscription check.
func (a *Adapter) Handshake(acc channel.Account, query func(string) string) (string, bool) {
	return graph.Handshake(acc, query)
}

// Capabilities says what Messenger carries: 2000 characters, files of 25 MB without captions, 24 hours to answer.
func (a *Adapter) Capabilities() channel.Capabilities {
	file := channel.FileRule{MaxSize: 25 << 20}
	return channel.Capabilities{
		MaxText:   2000,
		Window:    24 * time.Hour,
		Delivered: true,
		Read:      true,
		Files: map[channel.AttachmentKind]channel.FileRule{
			channel.Image: {MaxSize: 25 << 20, Mimes: []string{"image/jpeg", "image/png", "image/gif", "image/webp"}},
			channel.Video: {MaxSize: 25 << 20, Mimes: []string{"video/*"}},
			channel.Audio: {MaxSize: 25 << 20, Mimes: []string{"audio/*"}},
			channel.Voice: {MaxSize: 25 << 20, Mimes: []string{"audio/*"}},
			channel.File:  file,
		},
		Limits: channel.LimitsConfig{
			ChannelRate: 250, ChannelBurst: 50, MediaRate: 10, MediaBurst: 10, RecipientRate: 5, RecipientBurst: 10,
		},
	}
}
