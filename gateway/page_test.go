package gateway

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/valyala/fasthttp"
)

const pageSource = `<!doctype html><meta property="csp-nonce" nonce="PARLEY-NONCE"><meta name="parley-cookie" content="PARLEY-COOKIE"><script nonce="PARLEY-NONCE" src="/assets/main-1.js"></script><p>the workspace`

// builtWorkspace is what Vite leaves behind, in small, and some things that are nobody's.
func builtWorkspace() fstest.MapFS {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return fstest.MapFS{
		"index.html": file(pageSource), "index.html.br": file("a page whose nonce is known"),
		"favicon.svg": file("<svg/>"), "favicon.svg.gz": file("svg in gzip"), "manifest.webmanifest": file("{}"), "empty.txt": file(""), "empty.txt.br": file("nothing in brotli"),
		"assets/main-1.js": file("script"), "assets/main-1.js.br": file("script in brotli"), "assets/main-1.js.gz": file("script in gzip"),
		"assets/style-2.css": file("style"), "assets/style-2.css.gz": file("style in gzip"), "assets/_inner/text-3.woff2": file("font"),
		"assets/alone.gz": file("packed from nothing"),
		".env":            file("secret"), "src/main.ts": file("secret"), "x": file("outside"),
	}
}

func withWorkspace(f fs.FS) func(*Config, *Deps) {
	return func(_ *Config, d *Deps) { d.Workspace = f }
}

var pageCSP = regexp.MustCompile(`^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-([A-Z2-7]{26})'; img-src 'self' blob:; media-src 'self'; font-src 'self'; ` +
	`connect-src 'self'; manifest-src 'self'; worker-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$`)

// strictCSP stands on every answer that is not the page.
const strictCSP = "default-src 'none'; frame-ancestors 'none'"

func TestThePageHasANonceOfItsOwn(t *testing.T) {
	t.Parallel()
	b := setup(t, withWorkspace(builtWorkspace()))
	seen := map[string]bool{}
	for _, path := range []string{"/", "/", "/?lang=ru", "/chat/conv.1", "/chat/conv.1?x=/assets/main-1.js", "/chat/a/b", "/chat/", "/chat", "/chat/%2e%2e/api/v1/session"} {
		res, body := b.call("GET", path, nil)
		expect(t, res, body, 200, "")
		m := pageCSP.FindStringSubmatch(res.Header.Get("Content-Security-Policy"))
		if m == nil || seen[m[1]] {
			t.Fatalf("%s: policy %q, after %v", path, res.Header.Get("Content-Security-Policy"), seen)
		}
		seen[m[1]] = true
		if body != strings.NewReplacer("PARLEY-NONCE", m[1], "PARLEY-COOKIE", "none").Replace(pageSource) {
			t.Errorf("%s: %s", path, body)
		}
	}
}

// The page learns that a cookie came with the request for it, and nothing about it.
func TestThePageKnowsWhetherACookieCame(t *testing.T) {
	t.Parallel()
	b := setup(t, withWorkspace(builtWorkspace()))
	for cookie, want := range map[string]string{"": "none", "other=x": "none", "parley=": "none", "parley=of-nobody": "sent", "a=b; parley=of-nobody": "sent"} {
		res, body := b.call("GET", "/", nil, "Cookie", cookie)
		expect(t, res, body, 200, "")
		if !strings.Contains(body, `<meta name="parley-cookie" content="`+want+`">`) || strings.Contains(body, "of-nobody") {
			t.Errorf("with %q: %s", cookie, body)
		}
	}
}

func TestThePageIsHardened(t *testing.T) {
	t.Parallel()
	b := setup(t, withWorkspace(builtWorkspace()), func(c *Config, _ *Deps) { c.PublicURL = "https://chat.example" })
	res, body := b.call("GET", "/", nil, "Accept-Encoding", "br, gzip", "Cookie", "parley=x", "If-None-Match", "*")
	expect(t, res, body, 200, "")
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Cross-Origin-Opener-Policy": "same-origin",
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin",
		"Strict-Transport-Security": "max-age=31536000", "Set-Cookie": "", "Content-Encoding": "", "Etag": "", "Access-Control-Allow-Origin": "",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, power := range []string{"camera", "microphone", "geolocation", "payment", "usb"} {
		if p := ", " + res.Header.Get("Permissions-Policy") + ","; !strings.Contains(p, " "+power+"=(),") {
			t.Errorf("%s is not denied: %s", power, p)
		}
	}
	plain := setup(t, withWorkspace(builtWorkspace()))
	if res, _ := plain.call("GET", "/", nil); res.Header.Get("Strict-Transport-Security") != "" || res.Header.Get("X-Frame-Options") != "DENY" {
		t.Errorf("without TLS: %v", res.Header)
	}
}

// Who is not the page, and no file of it, is answered as ever.
func TestThePageStandsForNothingElse(t *testing.T) {
	t.Parallel()
	for name, with := range map[string]fs.FS{"built": builtWorkspace(), "not built": nil} {
		b := setup(t, withWorkspace(with))
		for _, c := range []struct {
			method, path string
			status       int
			code         string
		}{
			{"GET", "/api", 404, "not_found"}, {"GET", "/api/", 404, "not_found"}, {"GET", "/api/v1/", 404, "not_found"}, {"GET", "/api/v1/nothing", 404, "not_found"},
			{"GET", "/api/v1/chats", 401, "unauthorized"}, {"GET", "/hooks/messenger/nobody", 404, "not_found"}, {"GET", "/nothing", 404, "not_found"},
			{"GET", "/index.html", 404, "not_found"}, {"GET", "/index.html.br", 404, "not_found"}, {"GET", "/Chat/conv.1", 404, "not_found"}, {"GET", "/chats", 404, "not_found"},
			{"GET", "//", 404, "not_found"}, {"GET", "/assets", 404, "not_found"}, {"GET", "/assets/", 404, "not_found"}, {"GET", "/assets/main-2.js", 404, "not_found"},
			{"GET", "/.env", 404, "not_found"}, {"GET", "/src/main.ts", 404, "not_found"}, {"GET", "/assets/main-1.js.br", 404, "not_found"}, {"GET", "/ASSETS/main-1.js", 404, "not_found"},
			{"GET", "/assets/main-1.js/", 404, "not_found"}, {"GET", "/assets//main-1.js", 404, "not_found"}, {"GET", "/assets/..", 404, "not_found"},
			{"POST", "/", 405, "method_not_allowed"}, {"DELETE", "/chat/conv.1", 405, "method_not_allowed"}, {"POST", "/assets/main-1.js", 404, "not_found"}, {"PUT", "/nothing", 404, "not_found"},
		} {
			res, body := b.call(c.method, c.path, nil, "Accept", "text/html")
			t.Run(name+" "+c.method+" "+c.path, func(t *testing.T) { expect(t, res, body, c.status, c.code) })
			if res.Header.Get("Content-Security-Policy") != strictCSP || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Etag") != "" {
				t.Errorf("%s %s: %v", c.method, c.path, res.Header)
			}
		}
	}
}

// raw sends an address as it is: a client of Go's would tidy it.
func (b *bundle) raw(method, target string) (*http.Response, string) {
	b.t.Helper()
	conn, err := net.Dial("tcp", b.Addr().String())
	if err != nil {
		b.t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", method, target)
	res, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		b.t.Fatalf("%s: %v", target, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return res, string(body)
}

func TestNoAddressLeadsOutOfTheWorkspace(t *testing.T) {
	t.Parallel()
	b := setup(t, withWorkspace(builtWorkspace()))
	if res, body := b.raw("GET", "/assets/main-1.js"); res.StatusCode != 200 || body != "script" {
		t.Fatalf("the raw client is wrong: %d %s", res.StatusCode, body)
	}
	for _, target := range []string{
		"/assets/../../x", "/assets/../x", "/assets/../.env", "/assets/../src/main.ts", "/assets/./main-1.js", "/./assets/main-1.js", "/../assets/main-1.js", "/assets/../assets/main-1.js",
		"/assets/%2e%2e/x", "/assets/%2e%2e%2fx", "/assets/..%2fx", "/assets%2f..%2fx", "/assets/%252e%252e/x", "/assets/%2e%2e/%2e%2e/etc/passwd",
		`/assets/..\x`, `/assets\..\x`, "/assets/..%5cx", "/assets/%c0%ae%c0%ae/x", "/assets/main-1.js%00", "/assets/main-1.js%00.css", "/assets/main-1%2ejs", "//assets/main-1.js", "/%2eenv", "/..;/x",
	} {
		res, body := b.raw("GET", target)
		t.Run(target, func(t *testing.T) { expect(t, res, body, 404, "not_found") })
	}
}

func TestWithoutAWorkspaceThePageSaysHowToBuildIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, path := range []string{"/", "/chat/conv.1"} {
		res, body := b.call("GET", path, nil)
		expect(t, res, body, 503, "")
		h := res.Header
		if h.Get("Content-Type") != "text/html; charset=utf-8" || h.Get("Content-Security-Policy") != strictCSP || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, h)
		}
		for _, words := range []string{"not built into this program", "server itself works", "make workspace", "make build", "make run", "Node.js 20.19", "22.12"} {
			if !strings.Contains(body, words) {
				t.Errorf("%s does not say %q: %s", path, words, body)
			}
		}
		if strings.Contains(body, "<script") || strings.Contains(body, "style") || strings.Contains(body, "nonce") {
			t.Errorf("the policy forbids what is in %s", body)
		}
	}
	if res, body := b.call("HEAD", "/", nil); res.StatusCode != 503 || body != "" {
		t.Errorf("HEAD: %d %s", res.StatusCode, body)
	}
	if strings.Contains(b.logs.String(), "level=ERROR") {
		t.Errorf("that is no fault: %s", b.logs)
	}
}

func TestABrokenBuildIsNoWorkspace(t *testing.T) {
	t.Parallel()
	if _, err := New(Config{}, Deps{Workspace: fstest.MapFS{"assets/main-1.js": {}}}); err == nil || !strings.Contains(err.Error(), "index.html") {
		t.Errorf("without a page: %v", err)
	}
}

func TestFilesOfTheWorkspaceMayTakeTheirTime(t *testing.T) {
	t.Parallel()
	s, err := New(Config{}, Deps{})
	if err != nil {
		t.Fatal(err)
	}
	for uri, want := range map[string]string{"/assets/main-1.js": "10s 1m0s", "/assetsx": "10s 10s", "/": "10s 10s", "/api/v1/files/f": "10s 5m0s"} {
		var h fasthttp.RequestHeader
		h.SetRequestURI(uri)
		if c := s.onHeader(&h); fmt.Sprint(c.ReadTimeout, c.WriteTimeout) != want {
			t.Errorf("%s: %v to read, %v to write, want %s", uri, c.ReadTimeout, c.WriteTimeout, want)
		}
	}
}
