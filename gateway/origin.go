package gateway

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// originOf spells an address's origin as browsers do: lower case, without the scheme's own port.
func originOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	return u.Scheme + "://" + host
}

// allowedOrigin says whether a page of that origin may speak to us: the public
// address's, or the one the request itself was sent to.
func (s *Server) allowedOrigin(origin, host string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil || u.Path != "" || u.RawQuery != "" {
		return false // "null" among them
	}
	given := originOf(u)
	if given == s.site.origin {
		return true
	}
	if s.site.secure && u.Scheme != "https" {
		return false // a page without TLS on our host is not ours
	}
	return given == originOf(&url.URL{Scheme: u.Scheme, Host: host})
}

// fromOurPage says whether an unsafe request that rides on a cookie comes from a
// page of ours. A browser always sends Origin or Sec-Fetch-Site with it; if both, both must agree.
func (s *Server) fromOurPage(c *fiber.Ctx) bool {
	told := c.Get(fiber.HeaderOrigin) != "" || c.Get(headerSite) != ""
	return told && !s.fromForeignPage(c)
}

// headerSite is where a browser says how the page stands to the address it asks (Fetch Metadata).
const headerSite = "Sec-Fetch-Site"

// fromForeignPage says whether a browser told that the page is not ours. A program tells nothing.
func (s *Server) fromForeignPage(c *fiber.Ctx) bool {
	if origin := c.Get(fiber.HeaderOrigin); origin != "" && !s.allowedOrigin(origin, string(c.Request().Host())) {
		return true
	}
	site := c.Get(headerSite)
	return site != "" && site != "same-origin" && site != "none"
}

// clientIP gives the address of who is asking: the connection's, or what trusted
// proxies say of it. The forwarding header is read from its end, where our own
// proxies wrote; whatever the client put before that is not believed.
func (s *Server) clientIP(c *fiber.Ctx) string {
	addr, ok := netip.AddrFromSlice(c.Context().RemoteIP())
	if !ok {
		return ""
	}
	addr = addr.Unmap()
	if !s.trusted(addr) {
		return addr.String()
	}
	hops := strings.Split(c.Get(fiber.HeaderXForwardedFor), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		if addr = hop.Unmap(); !s.trusted(addr) {
			break
		}
	}
	return addr.String()
}

func (s *Server) trusted(a netip.Addr) bool {
	for _, p := range s.proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
