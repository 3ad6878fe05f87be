package redisstore

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// address is where the server or the nodes of a cluster are.
type address struct {
	hosts          []string // host:port
	user, password string
	db             int
	tls, cluster   bool
}

// parseAddress reads redis://[user:password@]host[:port][/db], rediss:// for
// TLS, or redis+cluster://[user:password@]host:port,host:port for a cluster.
func parseAddress(text string) (address, error) {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok {
		return address{}, errors.New("is not redis://, rediss:// or redis+cluster://")
	}
	a := address{tls: scheme == "rediss", cluster: scheme == "redis+cluster"}
	if scheme != "redis" && !a.tls && !a.cluster {
		return address{}, errors.New("is not redis://, rediss:// or redis+cluster://")
	}
	rest, path, _ := strings.Cut(rest, "/")
	if strings.ContainsAny(rest+path, "?#") {
		return address{}, errors.New("has parameters, of which there are none")
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		user, password, _ := strings.Cut(rest[:at], ":")
		var errs [2]error
		a.user, errs[0] = url.PathUnescape(user)
		a.password, errs[1] = url.PathUnescape(password)
		if errors.Join(errs[:]...) != nil {
			return address{}, errors.New("holds a user or password that is not percent-encoded")
		}
		rest = rest[at+1:]
	}
	for _, host := range strings.Split(rest, ",") {
		if host = withPort(host); host == "" {
			return address{}, errors.New("names no host, or a wrong port")
		}
		a.hosts = append(a.hosts, host)
	}
	if !a.cluster && len(a.hosts) > 1 {
		return address{}, errors.New("names several hosts: write redis+cluster:// for a cluster")
	}
	return a, a.database(path)
}

func (a *address) database(path string) (err error) {
	if path == "" {
		return nil
	}
	if a.db, err = strconv.Atoi(path); err != nil || a.db < 0 {
		return errors.New("does not end with the number of a database")
	}
	if a.cluster && a.db != 0 {
		return errors.New("names a database, of which a cluster has only 0")
	}
	return nil
}

// withPort completes host:port; empty when it makes no sense.
func withPort(host string) string {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), "6379"
		if strings.Contains(name, ":") && !strings.HasPrefix(host, "[") {
			return "" // an IPv6 address without brackets, or an empty port
		}
	}
	if n, err := strconv.Atoi(port); name == "" || err != nil || n < 1 || n > 65535 {
		return ""
	}
	return net.JoinHostPort(name, port)
}

// exposed names a host beyond this machine that is spoken to without a password.
func (a address) exposed() string {
	if a.password != "" {
		return ""
	}
	for _, h := range a.hosts {
		name, _, _ := net.SplitHostPort(h)
		ip, err := netip.ParseAddr(name)
		if name != "localhost" && (err != nil || !ip.IsLoopback()) {
			return h
		}
	}
	return ""
}

// String names the servers without credentials.
func (a address) String() string {
	s := strings.Join(a.hosts, ",")
	if a.db != 0 {
		s += fmt.Sprintf("/%d", a.db)
	}
	return s
}
