package config

import (
	"strings"
	"time"
)

// Default gives the configuration of an installation that was told nothing.
func Default() Config {
	return Config{
		Listen:     "127.0.0.1:8080",
		Data:       "./data",
		Store:      "pebble",
		Archive:    "sqlite",
		LogLevel:   "info",
		Durability: "strict",
		Limits: Limits{
			InFlight:              4096,
			MediaBytes:            100 << 20, // the largest document WhatsApp delivers
			AddressConnections:    2048,
			UploadBytes:           25 << 20, // the largest attachment Messenger takes
			CompletedHistoryBytes: 20 << 30, // some hundred million short messages
		},
		Settings: Settings{
			SimultaneousChats:    5,
			AcceptTimeout:        5 * time.Minute,
			DisconnectGrace:      30 * time.Second,
			BotCompletionTimeout: time.Hour,
			Language:             "en",
		},
	}
}

// defaultChannel is what a channel of the file starts from.
func defaultChannel() Channel { return Channel{Active: true} }

// Complete fills what follows from other values: the public URL, names, rules, roles, languages and the
// providers' addresses; space around the texts of templates goes. Load has done it; call it on a Config made in code. It may be called again.
func (c *Config) Complete() {
	if c.PublicURL == "" {
		c.PublicURL = ownURL(c.Listen)
	}
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	for i := range c.Operators {
		o := &c.Operators[i]
		orElse(&o.Name, o.ID)
		orElse(&o.Language, c.Settings.Language)
		if len(o.Roles) == 0 {
			o.Roles = []string{"operator"}
		}
	}
	for i := range c.Groups {
		orElse(&c.Groups[i].Name, c.Groups[i].ID)
	}
	for i := range c.Queues {
		orElse(&c.Queues[i].Name, c.Queues[i].ID)
		orElse(&c.Queues[i].Rule, "everyone")
	}
	for i := range c.Channels {
		ch := &c.Channels[i]
		orElse(&ch.Name, ch.ID)
		orElse(&ch.Language, c.Settings.Language)
		ch.completeURLs()
	}
	for i := range c.Templates {
		orElse(&c.Templates[i].Name, c.Templates[i].ID)
		c.Templates[i].Texts = trimmed(c.Templates[i].Texts)
	}
}

// trimmed takes off the line end that a block of YAML leaves: it would stand in the reply box.
func trimmed(texts map[string]string) map[string]string {
	out := make(map[string]string, len(texts))
	for language, text := range texts {
		out[language] = strings.TrimSpace(text)
	}
	return out
}

func (ch *Channel) completeURLs() {
	r := requirements()[ch.Provider]
	orElse(&ch.APIURL, r.apiURL)
	ch.APIURL = strings.TrimRight(ch.APIURL, "/")
	if r.files && ch.APIURL != "" {
		orElse(&ch.FileURL, ch.APIURL)
	}
	ch.FileURL = strings.TrimRight(ch.FileURL, "/")
}

func orElse(value *string, otherwise string) {
	if *value == "" {
		*value = otherwise
	}
}
