package gateway

import (
	"context"
	"strings"
	"testing"
	"time"

	"parley/gateway/channel"
)

// capable is an adapter that says what it can carry.
type capable struct{ fakeAdapter }

func (capable) Capabilities() channel.Capabilities {
	return channel.Capabilities{
		MaxText: 2000, MaxCaption: 100, Window: 24 * time.Hour, Delivered: true,
		Files: map[channel.AttachmentKind]channel.FileRule{
			channel.Image: {MaxSize: 5 << 20, Mimes: []string{"image/png"}, Caption: true}, channel.File: {MaxSize: 100 << 20},
		},
	}
}

// oneChannel lists a channel that is full of secrets.
type oneChannel struct{ fakeChannels }

func (oneChannel) All() []Channel {
	acc := channel.Account{ID: "acme", Provider: "whatsapp", AccessToken: "hush", AppSecrets: []string{"hush"}, VerifyToken: "hush", Token: "hush", SecretToken: "hush", APIURL: "http://hush"}
	return []Channel{{Account: acc, Name: "Acme", Adapter: capable{}, Queue: "support"}}
}

func TestChannelsSayWhatCanBeSent(t *testing.T) {
	t.Parallel()
	b := setup(t, func(c *Config, d *Deps) { c.UploadBytes, d.Channels = 25<<20, oneChannel{} })
	res, body := b.call("GET", "/api/v1/channels", nil, b.bearer("anna")...)
	expect(t, res, body, 200, "")
	const want = `{"items":[{"id":"acme","name":"Acme","provider":"whatsapp","active":true,` +
		`"limits":{"text":2000,"caption":100,"attachments":10,"window_ms":86400000,"files":[` +
		`{"kind":"file","max_size":26214400,"mimes":[],"caption":false},{"kind":"image","max_size":5242880,"mimes":["image/png"],"caption":true}]},` +
		`"receipts":{"delivered":true,"read":false}}],"next":null}`
	if body != want {
		t.Errorf("channels %s", body)
	}
	if strings.Contains(body, "hush") {
		t.Error("a secret is shown")
	}
	res, body = b.call("GET", "/api/v1/channels", nil)
	expect(t, res, body, 401, "unauthorized")
}

func TestChannelsAreInOrder(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, body := b.call("GET", "/api/v1/channels", nil, b.bearer("anna")...)
	const bare = `"limits":{"text":1000,"caption":0,"attachments":10,"files":[]},"receipts":{"delivered":false,"read":false}}`
	want := `{"items":[{"id":"acme-fb","name":"Acme's page","provider":"messenger","active":true,` + bare + `,{"id":"acme-tg","name":"Acme's bot","provider":"telegram","active":false,` + bare + `],"next":null}`
	if body != want {
		t.Errorf("channels %s", body)
	}
}

// What the list says is enough to know what becomes of a file: the words of
// ChannelLimits, carried out by a client, agree with Fit.
func TestAClientForeseesWhatBecomesOfAFile(t *testing.T) {
	t.Parallel()
	caps := capable{}.Capabilities()
	caps.Files[channel.Video] = channel.FileRule{MaxSize: 100, Mimes: []string{"video/*"}}
	limits := map[string]FileLimit{}
	for _, l := range fileLimits(caps, 25<<20) {
		limits[l.Kind] = l
	}
	takes := func(kind string, f UploadedFile) bool {
		rule, ok := limits[kind]
		mime, _, _ := strings.Cut(strings.ToLower(f.Mime), ";")
		fits := len(rule.Mimes) == 0
		for _, m := range rule.Mimes {
			family, all := strings.CutSuffix(m, "*")
			fits = fits || m == mime || all && strings.HasPrefix(mime, family)
		}
		return ok && f.Size <= rule.MaxSize && fits
	}
	for _, f := range []UploadedFile{
		{Kind: "image", Mime: "image/png", Size: 1}, {Kind: "image", Mime: "IMAGE/PNG; x=y", Size: 5 << 20}, {Kind: "image", Mime: "image/png", Size: 5<<20 + 1},
		{Kind: "image", Mime: "image/webp", Size: 1}, {Kind: "audio", Mime: "audio/ogg", Size: 1}, {Kind: "video", Mime: "video/mp4", Size: 100},
		{Kind: "video", Mime: "video/mp4", Size: 101}, {Kind: "video", Mime: "videos/mp4", Size: 1}, {Kind: "file", Mime: "", Size: 25 << 20},
	} {
		kind, ok := caps.Fit(channel.OutFile{Kind: channel.AttachmentKind(f.Kind), Mime: f.Mime, Size: f.Size})
		foreseen, sent := f.Kind, takes(f.Kind, f)
		if !sent {
			foreseen, sent = "file", takes("file", f)
		}
		if string(kind) != foreseen || ok != sent {
			t.Errorf("%+v: %s %v, foreseen %s %v", f, kind, ok, foreseen, sent)
		}
	}
}

func TestWhoIsSignedInIsToldLanguageAndPermissions(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for who, want := range map[string]string{
		"anna":  `"roles":["operator"],"permissions":[],"language":"","status":"active"}`,
		"boris": `"roles":["supervisor"],"permissions":["chats.read_live"],"language":"ru","status":"active"}`,
	} {
		if _, body := b.signIn(who, who+"-password"); !strings.HasSuffix(body, want+"}") {
			t.Errorf("signed in %s", body)
		}
		token, _, _ := b.sessions.Open(context.Background(), who)
		if _, body := b.call("GET", "/api/v1/session", nil, "Authorization", "Bearer "+token); !strings.HasSuffix(body, want) {
			t.Errorf("session %s", body)
		}
	}
	for code, want := range map[string]string{"en": "en", "ru": "ru", "RU-ru": "ru", "en-GB": "en", "pt-BR": "", "rus": "", "": ""} {
		if got := spoken(code); got != want {
			t.Errorf("%s: %q", code, got)
		}
	}
}
