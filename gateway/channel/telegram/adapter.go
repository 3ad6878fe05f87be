package telegram

import (
	"crypto/subtle"
	"net/http"
	"strings"

	"parley/gateway/channel"
	"parley/gateway/channel/exchange"
)

// DefaultAPI is the base address of calls and downloads.
const DefaultAPI = "https://api.telegram.org"

// SecretHeader carries the secret given to setWebhook.
const SecretHeader = "X-Telegram-Bot-Api-Secret-Token"

// Adapter is Telegram's channel.Adapter. It also is a Verifier, Capable, Profiler, MediaSource, CallbackAnswerer and Typer.
type Adapter struct {
	http *http.Client
}

// New returns an adapter that calls through client.
func New(client *http.Client) *Adapter { return &Adapter{http: exchange.Guard(client)} }

var (
	_ channel.Adapter          = (*Adapter)(nil)
	_ channel.Verifier         = (*Adapter)(nil)
	_ channel.Screener         = (*Adapter)(nil)
	_ channel.Capable          = (*Adapter)(nil)
	_ channel.Profiler         = (*Adapter)(nil)
	_ channel.MediaSource      = (*Adapter)(nil)
	_ channel.CallbackAnswerer = (*Adapter)(nil)
	_ channel.Typer            = (*Adapter)(nil)
)

// Screen decides: the secret is in a header, the body adds nothing.
func (a *Adapter) Screen(acc channel.Account, header func(string) string) bool {
	return a.Verify(acc, header, nil)
}

// Verify compares the webhook's secret header in constant time; an account without a secret accepts nothing.
func (a *Adapter) Verify(acc channel.Account, header func(string) string, _ []byte) bool {
	given, right := []byte(header(SecretHeader)), false
	for _, secret := range []string{acc.SecretToken, acc.OldSecretToken} {
		right = secret != "" && subtle.ConstantTimeCompare(given, []byte(secret)) == 1 || right
	}
	return right
}

// Capabilities says what Telegram carries: 4096 characters, captions of 1024, no window and no receipts.
func (a *Adapter) Capabilities() channel.Capabilities {
	const big = 50 << 20
	return channel.Capabilities{
		MaxText:    4096,
		MaxCaption: 1024,
		Files: map[channel.AttachmentKind]channel.FileRule{
			channel.Image:   {MaxSize: 10 << 20, Mimes: []string{"image/jpeg", "image/png", "image/webp"}, Caption: true},
			channel.Video:   {MaxSize: big, Mimes: []string{"video/mp4"}, Caption: true},
			channel.Audio:   {MaxSize: big, Mimes: []string{"audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/m4a"}, Caption: true},
			channel.Voice:   {MaxSize: big, Mimes: []string{"audio/ogg", "audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/m4a"}, Caption: true},
			channel.File:    {MaxSize: big, Caption: true},
			channel.Sticker: {MaxSize: 512 << 10, Mimes: []string{"image/webp"}},
		},
		Limits: channel.LimitsConfig{ChannelRate: 28, ChannelBurst: 30, RecipientRate: 1, RecipientBurst: 5},
	}
}

// botID is the account an update belongs to: the bot's id, which also begins its token.
func botID(acc channel.Account) string {
	if acc.BotID != "" {
		return acc.BotID
	}
	if id, _, ok := strings.Cut(acc.Token, ":"); ok {
		return id
	}
	return acc.ID
}
