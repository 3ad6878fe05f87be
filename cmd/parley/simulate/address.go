package simulate

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// errNotLoopback is why an address is refused: the providers are played on this machine only.
var errNotLoopback = errors.New("the address must be http:// and a loopback IP with a port, such as http://127.0.0.1:9000")

// loopbackURL reads the address of a process on this machine. A name is not
// enough, not even localhost: names can be pointed elsewhere.
func loopbackURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return nil, errNotLoopback
	}
	if err := loopbackAddress(u.Host); err != nil {
		return nil, err
	}
	u.Path = ""
	return u, nil
}

// loopbackAddress checks host:port.
func loopbackAddress(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil || port == "" || port == "0" {
		return errNotLoopback
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return errNotLoopback
	}
	return nil
}

// listenAddress gives the one host:port that all the channels' api_urls name, for a World to listen on.
func listenAddress(apiURLs map[string]string) (string, error) {
	var address, from string
	for id, text := range apiURLs {
		u, err := url.Parse(text)
		if err != nil || u.Host == "" {
			return "", fmt.Errorf("channel %s: api_url %q is no address", id, text)
		}
		host := u.Host
		if name, port, err := net.SplitHostPort(host); err == nil && name == "localhost" {
			host = net.JoinHostPort("127.0.0.1", port)
		}
		if err := loopbackAddress(host); u.Scheme != "http" || err != nil {
			return "", fmt.Errorf("channel %s: api_url %s cannot be played here: %w", id, text, errNotLoopback)
		}
		if address != "" && host != address {
			return "", fmt.Errorf("channels %s and %s have api_urls on different addresses (%s, %s): one World plays them all", from, id, address, host)
		}
		address, from = host, id
	}
	if address == "" {
		return "", errors.New("the configuration has no channel to play")
	}
	return address, nil
}

func withTarget(ctx context.Context, target *url.URL) context.Context {
	return context.WithValue(ctx, targetKey{}, target)
}
