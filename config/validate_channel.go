package config

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

func (v *validator) channels() {
	v.ids("channels", len(v.cfg.Channels), func(i int) string { return v.cfg.Channels[i].ID })
	accounts := map[string]int{}
	for i, ch := range v.cfg.Channels {
		v.channel(i, ch)
		v.account(i, ch, accounts)
	}
}

func (v *validator) channel(i int, ch Channel) {
	key := at("channels", i)
	known := requirements()
	v.oneOf(key+".provider", ch.Provider, "a provider", sortedKeys(known))
	if r, ok := known[ch.Provider]; ok {
		v.provider(key, ch, r)
	}
	switch {
	case ch.Queue == "":
		v.fail(key+".queue", "is missing", "name the queue its chats go to")
	case !slices.ContainsFunc(v.cfg.Queues, func(q Queue) bool { return q.ID == ch.Queue }):
		v.fail(key+".queue", "there is no queue "+clip(ch.Queue), "add it to queues, or correct the id")
	}
	v.inherited(key+".language", ch.Language)
	for j, host := range ch.MediaHosts {
		if !hostForm(strings.TrimPrefix(host, "*.")) {
			v.fail(at(key+".media_hosts", j), clip(host)+" is not a host name", "write the bare name, such as lookaside.fbsbx.com")
		}
	}
	if ch.Rate < 0 {
		v.fail(key+".rate", "is negative", "give sends per second, or 0 for the provider's own limit")
	}
}

// provider checks the keys one provider needs, and that no key of another one stands there.
func (v *validator) provider(key string, ch Channel, r requirement) {
	values := ch.providerKeys()
	for _, name := range r.required {
		switch value := values[name]; {
		case value == "" || value == "...":
			v.fail(key+"."+name, "is missing: "+ch.Provider+" needs it", "copy it from the provider's page; a secret may be ${ENV_NAME} or file:PATH")
		default:
			v.form(key, name, value)
		}
	}
	for _, name := range r.optional {
		v.form(key, name, values[name])
	}
	for _, name := range sortedKeys(values) {
		if values[name] != "" && !slices.Contains(r.required, name) && !slices.Contains(r.optional, name) {
			v.warn(key+"."+name, "means nothing to "+ch.Provider, "remove it")
		}
	}
	v.apiURL(key+".api_url", ch.APIURL)
	if r.files && ch.FileURL != ch.APIURL { // derived: told above
		v.apiURL(key+".file_url", ch.FileURL)
	}
}

var (
	botToken    = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)
	secretToken = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
)

// form checks that a value can be what the provider gave, by its published form where there is one.
func (v *validator) form(key, name, value string) {
	switch {
	case strings.ContainsFunc(value, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }):
		v.fail(key+"."+name, "has a space or control character in it", "copy it again from the provider's page")
	case name == "secret_token_previous" && value != "" && !secretToken.MatchString(value):
		v.fail(key+".secret_token_previous", "has characters Telegram does not take", "copy the token the webhook was set with, or remove it")
	case name == "token" && !botToken.MatchString(value):
		v.fail(key+".token", "is not a bot token", "copy it from @BotFather: digits, a colon, letters")
	case name == "secret_token" && !secretToken.MatchString(value):
		v.fail(key+".secret_token", "has characters Telegram does not take", "use 1 to 256 of A-Z a-z 0-9 _ -")
	}
}

func (v *validator) apiURL(key, raw string) {
	u, message := webURL(raw)
	switch {
	case message != "":
		v.fail(key, message, "write the base address with its version, or remove it for the provider's own")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		v.warn(key, "is not encrypted: the channel's token can be read on the way", "write https://")
	}
}

// account refuses two channels of one provider account: each event would open two chats.
func (v *validator) account(i int, ch Channel, seen map[string]int) {
	r, ok := requirements()[ch.Provider]
	if !ok || r.account(ch) == "" || r.account(ch) == "..." {
		return
	}
	account := ch.Provider + " " + r.account(ch)
	if before, twice := seen[account]; twice {
		v.fail(at("channels", i), "is the same "+ch.Provider+" account as "+v.where("channels", before),
			"remove one of them: the provider delivers to one channel only")
		return
	}
	seen[account] = i
}
