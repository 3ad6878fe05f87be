package config

import (
	"net"
	"net/url"
	"regexp"
	"strconv"
)

// splitListen takes an address to listen on apart: host (empty, a name or an IP) and port (0 is any).
func splitListen(address string) (host string, port uint16, ok bool) {
	host, text, err := net.SplitHostPort(address)
	n, bad := strconv.ParseUint(text, 10, 16)
	if err != nil || bad != nil || (host != "" && !hostForm(host)) {
		return "", 0, false
	}
	return host, uint16(n), true
}

// fixedPort says whether the port is known before somebody listens.
func fixedPort(listen string) bool {
	_, port, _ := splitListen(listen)
	return port != 0
}

// ownURL is how this machine reaches itself; empty if the port is not known yet.
func ownURL(listen string) string {
	host, port, ok := splitListen(listen)
	if !ok || port == 0 {
		return ""
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(int(port)))
}

// webURL reads an absolute http(s) URL and says what is wrong with it, without repeating it: it may
// hold credentials. A trailing slash is no path.
func webURL(raw string) (*url.URL, string) {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return nil, "is not a URL"
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, "does not begin with http:// or https://"
	case !hostForm(u.Hostname()) || !portForm(u.Port()):
		return nil, "has no valid host"
	case u.User != nil:
		return nil, "holds a user or password"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, "has a query or fragment"
	}
	return u, ""
}

var hostName = regexp.MustCompile(`^[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?(\.[a-zA-Z0-9_]([a-zA-Z0-9_-]*[a-zA-Z0-9_])?)*$`)

// hostForm says whether text is a host name or an IP address.
func hostForm(text string) bool {
	return len(text) <= 253 && (hostName.MatchString(text) || net.ParseIP(text) != nil)
}

// portForm says whether text is a port, or none.
func portForm(text string) bool {
	_, err := strconv.ParseUint(text, 10, 16)
	return text == "" || err == nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
