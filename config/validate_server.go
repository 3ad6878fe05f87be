package config

import (
	"net/netip"
	"slices"
	"strconv"
	"time"
)

func (v *validator) server() {
	v.listen("listen", v.cfg.Listen)
	v.publicURL()
	if v.cfg.Data == "" {
		v.fail("data", "is empty", "name a folder, such as ./data")
	}
	v.oneOf("log_level", v.cfg.LogLevel, "a log level", []string{"debug", "info", "warn", "error"})
	v.oneOf("durability", v.cfg.Durability, "a durability", []string{"strict", "relaxed"})
	if v.cfg.Durability == "relaxed" && v.cfg.Store.Kind() == "pebble" {
		v.warn("durability", "means nothing to the embedded store, which is always strict", "remove it")
	}
	if v.cfg.MetricsListen != "" && v.listen("metrics_listen", v.cfg.MetricsListen) &&
		v.cfg.MetricsListen == v.cfg.Listen && fixedPort(v.cfg.Listen) {
		v.fail("metrics_listen", "is the same address as listen", "use another port, or remove it: then listen serves /metrics")
	}
	if host, _, ok := splitListen(v.cfg.Listen); v.cfg.MetricsListen == "" && ok && !loopback(host) {
		v.warn("metrics_listen", "is not set: whoever reaches this server can read /metrics", "give it an address that only your monitoring reaches, such as 127.0.0.1:9090")
	}
	for i, network := range v.cfg.TrustedProxies {
		if _, err := netip.ParsePrefix(network); err != nil {
			v.fail(at("trusted_proxies", i), clip(network)+" is not a network", "write it as a CIDR, such as 10.0.0.0/8 or 192.0.2.7/32")
		}
	}
}

// listen checks an address to listen on: host:port, the host may be empty, the port is a number.
func (v *validator) listen(key, address string) bool {
	if _, _, ok := splitListen(address); ok {
		return true
	}
	v.fail(key, clip(address)+" is not an address to listen on", "write host:port, such as 127.0.0.1:8080 or :8080")
	return false
}

func (v *validator) publicURL() {
	const remedy = "write the address under which browsers and providers reach this server, such as https://chat.example.com"
	raw := v.cfg.PublicURL
	if raw == "" {
		if fixedPort(v.cfg.Listen) {
			v.fail("public_url", "is missing", remedy)
		}
		return
	}
	u, message := webURL(raw)
	switch {
	case message != "":
		v.fail("public_url", message, remedy)
	case u.Path != "":
		v.fail("public_url", "has a path: Parley must be at the root of its host", remedy)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		v.warn("public_url", "is not encrypted: passwords can be read on the way, and providers call https only",
			"put a TLS proxy in front and write https://")
	}
}

func (v *validator) stores() {
	address := func(key string, a Address, built string, coming ...string) {
		switch kind := a.Kind(); {
		case a == Address(built):
		case kind == "":
			v.fail(key, "is missing", "write "+key+": "+built)
		case slices.Contains(coming, kind):
			v.fail(key, kind+" is not in this release", "write "+key+": "+built)
		default:
			v.fail(key, clip(a.String())+" is not a known "+key, "write "+key+": "+built)
		}
	}
	switch kind := v.cfg.Store.Kind(); {
	case v.cfg.Store == "pebble":
	case kind == "":
		v.fail("store", "is missing", "write store: pebble")
	case slices.Contains(redisKinds(), kind):
		v.redis()
	default:
		v.fail("store", clip(v.cfg.Store.String())+" is not a known store", "write store: pebble, or redis://host:port")
	}
	address("archive", v.cfg.Archive, "sqlite", "postgres", "postgresql")
}

func (v *validator) cluster() {
	c := v.cfg.Cluster
	if c == nil {
		return
	}
	v.fail("cluster", "several nodes need a shared store, which is not in this release", "remove the cluster section")
	if !idForm.MatchString(c.Node) {
		v.fail("cluster.node", clip(c.Node)+" is not a node's name", "use 1 to 64 of the characters a-z A-Z 0-9 . _ -")
	}
	v.listen("cluster.listen", c.Listen)
}

func (v *validator) settings() {
	s, l := v.cfg.Settings, v.cfg.Limits
	v.notNegative("settings.accept_timeout", &s.AcceptTimeout)
	v.notNegative("settings.disconnect_grace", &s.DisconnectGrace)
	v.notNegative("settings.bot_completion_timeout", &s.BotCompletionTimeout)
	v.language("settings.language", s.Language)
	v.positive("limits.in_flight", l.InFlight)
	v.positive("limits.media_bytes", l.MediaBytes)
	if l.FreeBytes < 0 {
		v.fail("limits.free_bytes", "is negative", "write bytes, or 0 for the greater of 5 % and 512 MB")
	}
	if l.CompletedHistoryBytes < 64<<20 {
		v.fail("limits.completed_history_bytes", strconv.Itoa(l.CompletedHistoryBytes)+" is less than an empty history needs", "write at least 67108864 (64 MB), or remove the line for 20 GB")
	}
	v.positive("limits.upload_bytes", l.UploadBytes)
	if l.AddressConnections < 0 {
		v.fail("limits.address_connections", "is negative", "give a number of connections, or 0 for no bound")
	}
}

func (v *validator) positive(key string, limit int) {
	if limit <= 0 {
		v.fail(key, strconv.Itoa(limit)+" lets nothing through", "use a number above 0, or remove the line for the default")
	}
}

// notNegative checks a timeout; nil is one that was not given.
func (v *validator) notNegative(key string, d *time.Duration) {
	if d != nil && *d < 0 {
		v.fail(key, "is negative", "use a duration such as 5m, or 0 to turn it off")
	}
}
