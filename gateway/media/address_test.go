package media

import (
	"net/netip"
	"net/url"
	"testing"
)

func TestOnlyPublicAddressesAreConnectedTo(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"93.184.216.34": true, "8.8.8.8": true, "2606:2800:220:1::1": true, "2a00:1450:4001::5": true, "100.63.0.1": true, "172.32.0.1": true,

		"127.0.0.1": false, "127.8.9.1": false, "0.0.0.0": false, "0.1.2.3": false, "10.0.0.1": false, "172.16.0.1": false, "172.31.255.255": false,
		"192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "100.127.255.255": false, "224.0.0.1": false, "239.1.1.1": false,
		"255.255.255.255": false, "240.0.0.1": false, "198.18.0.1": false, "192.0.0.8": false, "192.0.2.1": false, "203.0.113.9": false,
		"::": false, "::1": false, "::127.0.0.1": false, "::ffff:127.0.0.1": false, "::ffff:8.8.8.8": false, "fe80::1": false, "fe80::1%eth0": false, "fec0::1": false,
		"fc00::1": false, "fd12:3456::1": false, "ff02::1": false, "64:ff9b::7f00:1": false, "64:ff9b:1::a00:1": false,
		"2002:7f00:1::": false, "2001:0:7f00:1::": false, "2001:db8::1": false, "100::1": false,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("public(%s) = %v", address, got)
		}
	}
	if public(netip.Addr{}) {
		t.Error("the zero address is public")
	}
}

func TestNumbersInDisguise(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"127.1": true, "2130706433": true, "0x7f000001": true, "0x7f.1": true, "0177.0.0.1": true, "127.0.0.1.": true, "1.2.3.4.5": true, "0x": true,
		"127.0.0.1": false, "::1": false, "example.com": false, "1.example.com": false, "a1": false, "0xyz.com": false,
	} {
		if got := numeric(host); got != want {
			t.Errorf("numeric(%q) = %v", host, got)
		}
	}
}

func TestTokensGoOnlyToHostsThatMayHaveThem(t *testing.T) {
	t.Parallel()
	c := New(Config{InsideHosts: []string{"127.0.0.1:9000", "sim:80"}, BearerHosts: []string{"graph.facebook.com", ".fbcdn.net"}})
	for raw, want := range map[string]bool{
		"https://graph.facebook.com/1": true, "https://GRAPH.facebook.com/1": true, "https://x.fbcdn.net/1": true, "http://127.0.0.1:9000/1": true, "http://sim/1": true,
		"https://evil-fbcdn.net/1": false, "https://fbcdn.net/1": false, "https://graph.facebook.com.evil.org/": false, "http://127.0.0.1:9001/": false,
		"https://www.facebook.com/": false,
	} {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.request(t.Context(), u, "secret").Header.Get("Authorization") != ""; got != want {
			t.Errorf("token sent to %s: %v", raw, got)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{"https://127.1/", "http://localhost", "https://a@b/", "https://[::1]/", "https:///x", "gopher://x", "https://0x7f.1", "\x00", "https://[fe80::1%25eth0]/"} {
		f.Add(s)
	}
	c := New(Config{})
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := parse(raw)
		if err != nil || c.check(u) != nil {
			return
		}
		if u.Scheme != "https" || u.User != nil || u.Hostname() == "" {
			t.Fatalf("let through: %q", raw)
		}
	})
}
