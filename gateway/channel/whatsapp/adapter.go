package whatsapp

import (
	"net/http"
	"time"

	"parley/gateway/channel"
	"parley/gateway/channel/exchange"
	"parley/gateway/channel/graph"
)

// DefaultAPI is the base address of calls.
const DefaultAPI = "https://graph.facebook.com/v24.0"

// Adapter is WhatsApp's channel.Adapter. It also is a Verifier, Handshaker, Capable, MediaSource, Reader and Typer; the
// Cloud API has no profiles, names come with the messages.
type Adapter struct {
	api graph.API
}

// New returns an adapter that calls through client.
func New(client *http.Client) *Adapter {
	return &Adapter{api: graph.API{HTTP: exchange.Guard(client), Base: DefaultAPI, Classify: classify}}
}

var (
	_ channel.Adapter     = (*Adapter)(nil)
	_ channel.Verifier    = (*Adapter)(nil)
	_ channel.Screener    = (*Adapter)(nil)
	_ channel.Handshaker  = (*Adapter)(nil)
	_ channel.Capable     = (*Adapter)(nil)
	_ channel.MediaSource = (*Adapter)(nil)
	_ channel.Reader      = (*Adapter)(nil)
	_ channel.Typer       = (*Adapter)(nil)
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

// Capabilities says what WhatsApp carries: 4096 characters, captions of 1024, 24 hours to answer.
func (a *Adapter) Capabilities() channel.Capabilities {
	audio := channel.FileRule{MaxSize: 16 << 20, Mimes: []string{"audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg"}}
	return channel.Capabilities{
		MaxText:    4096,
		MaxCaption: 1024,
		Window:     24 * time.Hour,
		Delivered:  true,
		Read:       true,
		Files: map[channel.AttachmentKind]channel.FileRule{
			channel.Image:   {MaxSize: 5 << 20, Mimes: []string{"image/jpeg", "image/png"}, Caption: true},
			channel.Video:   {MaxSize: 16 << 20, Mimes: []string{"video/mp4", "video/3gpp"}, Caption: true},
			channel.Audio:   audio,
			channel.Voice:   audio,
			channel.File:    {MaxSize: 100 << 20, Caption: true},
			channel.Sticker: {MaxSize: 500 << 10, Mimes: []string{"image/webp"}},
		},
		Limits: channel.LimitsConfig{ChannelRate: 70, ChannelBurst: 70, RecipientRate: 1.0 / 6, RecipientBurst: 20},
	}
}
