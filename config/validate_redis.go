package config

import (
	"net"
	"strings"
)

// redisKinds are the schemes of a Redis store.
func redisKinds() []string { return []string{"redis", "rediss", "redis+cluster"} }

// redis looks at a Redis store's address as far as it can be without a connection.
func (v *validator) redis() {
	const form = "write redis://[user:password@]host:port/db, or redis+cluster://host:port,host:port"
	kind, rest, ok := strings.Cut(v.cfg.Store.Reveal(), "://")
	credentials, hosts := "", rest
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		credentials, hosts = rest[:i], rest[i+1:]
	}
	hosts, database, _ := strings.Cut(hosts, "/")
	names := strings.Split(hosts, ",")
	switch {
	case !ok || hosts == "":
		v.fail("store", "names no Redis server", form)
		return
	case strings.ContainsAny(hosts+database, "?#"):
		v.fail("store", "has parameters, of which there are none", form)
		return
	case len(names) > 1 && kind != "redis+cluster":
		v.fail("store", "names several servers, which "+kind+" cannot have", form)
		return
	}
	if _, password, _ := strings.Cut(credentials, ":"); password != "" {
		return
	}
	for _, name := range names {
		if host, _, err := net.SplitHostPort(name); err == nil {
			name = host
		}
		if !loopback(strings.Trim(name, "[]")) {
			v.warn("store", "has no password: whoever reaches "+clip(name)+" can read and change all chats", "set one on the Redis server and write redis://user:password@host")
			return
		}
	}
}
