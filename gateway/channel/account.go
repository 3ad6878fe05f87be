package channel

import (
	"fmt"
	"log/slog"
	"net/url"
	"strings"
)

// Account is what an adapter must know of one configured channel. It is plain data and may be copied; its secrets are
// left out of every printed or logged form.
type Account struct {
	ID             string   // our id of the channel
	Provider       string   // name of the adapter in the Set: messenger, whatsapp, telegram
	PageID         string   // Messenger: the page; events of another page are not ours
	AppID          string   // Meta: our app, by which our own echoes are known
	PhoneNumberID  string   // WhatsApp: the business number's id
	BotID          string   // Telegram: numeric bot id; the part of Token before the colon when empty
	BotAppID       string   // Messenger: app id of an external bot platform, empty = none
	AppSecrets     []string // Meta: keys a webhook may be signed with; two during a rotation, the first signs appsecret_proof
	VerifyToken    string   // Meta: expected in the GET handshake
	AccessToken    string   // Meta: bearer of outgoing calls
	Token          string   // Telegram: bot token, part of every URL
	SecretToken    string   // Telegram: expected in the webhook's header
	OldSecretToken string   // Telegram: accepted beside it until the webhook has been set anew
	APIURL         string   // base of API calls, version included, without a trailing slash; adapters have a default
	FileURL        string   // Telegram: base of file downloads; APIURL when empty
	MediaHosts     []string // hosts (and their subdomains) a bearer may be sent to; adapters have a default
	HumanAgent     bool     // Messenger: may answer outside the window with the HUMAN_AGENT tag
}

// String names the channel and nothing secret.
func (a Account) String() string { return fmt.Sprintf("%s/%s", a.Provider, a.ID) }

// GoString names the channel and nothing secret.
func (a Account) GoString() string { return "channel.Account(" + a.String() + ")" }

// LogValue logs the channel's id and nothing secret.
func (a Account) LogValue() slog.Value { return slog.StringValue(a.String()) }

// Trusts reports whether configuration allows a bearer to be sent to raw, and a private address to be asked for it:
// its host is the API's own, or an allow-listed one (or a subdomain of it) over https.
func (a Account) Trusts(raw, api string, fallback ...string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.User != nil || u.Host == "" {
		return false
	}
	if base, err := url.Parse(api); err == nil && u.Scheme == base.Scheme && u.Host == base.Host {
		return true
	}
	hosts := a.MediaHosts
	if len(hosts) == 0 {
		hosts = fallback
	}
	for _, h := range hosts {
		if matchHost(u, h) {
			return true
		}
	}
	return false
}

// matchHost compares with one allow-list entry. An entry with a port must match it, and may then be plain http: that is
// how a simulator on this machine is written down.
func matchHost(u *url.URL, entry string) bool {
	if strings.Contains(entry, ":") {
		return strings.EqualFold(u.Host, entry) && (u.Scheme == "https" || u.Scheme == "http")
	}
	host := strings.ToLower(u.Hostname())
	entry = strings.ToLower(entry)
	return u.Scheme == "https" && entry != "" && (host == entry || strings.HasSuffix(host, "."+entry))
}
