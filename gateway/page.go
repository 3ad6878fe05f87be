package gateway

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// The workspace is one page with its files. The page is public: it holds
// nothing of anybody, and whoever opens it signs in over the API like every
// other client. Its routes change nothing, need no cookie and are no part of the
// API, so they are not in the table of endpoints.

// nonceMark is what the build writes wherever the page needs the nonce of the
// answer it comes in.
const nonceMark = "PARLEY-NONCE"

// cookieMark is what stands in the page where it learns whether a session's cookie
// came with the request for it: where none did, it need not ask the API when it
// loads who is signed in, and no refusal stands in the browser's console.
const cookieMark = "PARLEY-COOKIE"

// What takes the place of cookieMark. Whose cookie came, and whether it opens anything, the page does not say.
const (
	cookieSent = "sent"
	noCookie   = "none"
)

// pageRoutes adds the workspace behind everything else: what the API, the
// webhooks and the watchers answer is never taken for a page or a file of it.
func (s *Server) pageRoutes(app *fiber.App) {
	page := s.page
	if s.workspace == nil {
		page = absentPage
	}
	app.Get("/", page)
	app.Get("/chat/*", page) // an address of the workspace: the page reads it by itself
	if s.workspace != nil {
		// Not a route with a wildcard: addresses that are no file stay what they were, for every method.
		app.Use(s.workspaceFile)
	}
}

// page sends the workspace's page with a nonce that no other answer has.
func (s *Server) page(c *fiber.Ctx) error {
	nonce := rand.Text()
	c.Set(fiber.HeaderContentSecurityPolicy, pagePolicy(nonce))
	c.Set(fiber.HeaderPermissionsPolicy, pagePowers)
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set(fiber.HeaderCacheControl, "no-store") // or a nonce would be used twice
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	page := s.workspace.page
	if c.Cookies(s.cookieName()) == "" {
		page = s.workspace.strangerPage
	}
	return c.Send(bytes.Join(page, []byte(nonce)))
}

// pagePolicy lets the page load its own files and speak to its own server, and
// nothing else. Styles made while it runs carry the nonce; script never is. Pictures
// of a message that is only just being written are blobs, and so is the icon with the
// number on it.
func pagePolicy(nonce string) string {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self' 'nonce-" + nonce + "'",
		"img-src 'self' blob:",
		"media-src 'self'",
		"font-src 'self'",
		"connect-src 'self'", // the websocket of this origin among it
		"manifest-src 'self'",
		"worker-src 'none'",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
	}, "; ")
}

// pagePowers denies the page what it never asks for, whatever should get into it.
const pagePowers = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), " +
	"magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()"

// workspaceFile sends a file of the workspace, if the address is that of one.
func (s *Server) workspaceFile(c *fiber.Ctx) error {
	if unsafeMethod(c.Method()) {
		return c.Next()
	}
	// The address is only compared with names that were read at the start: there is no path to leave.
	f, ok := s.workspace.files[c.Path()]
	if !ok {
		return c.Next()
	}
	return f.send(c)
}

// absentPage says what to do when the program was built without the workspace.
func absentPage(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Status(http.StatusServiceUnavailable).SendString(absent)
}

// absent needs neither script nor style: it stands under the policy that allows nothing.
const absent = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley: the workspace is not built in</title>
</head>
<body>
<h1>The workspace is not built into this program</h1>
<p>The server itself works: it takes webhooks and answers the API. Only the operators' web workspace is missing.</p>
<p>To build it in, run these where the source of Parley is. It needs Node.js 20.19 or newer of its line, or 22.12 or newer.</p>
<pre>make workspace
make build</pre>
<p>(<code>make run</code> instead of <code>make build</code> starts the demo company.) Then start the server again.</p>
</body>
</html>
`
