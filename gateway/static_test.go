package gateway

import (
	"strconv"
	"testing"
)

const (
	forever = "public, max-age=31536000, immutable"
	script  = "/assets/main-1.js"
)

func TestFilesOfTheWorkspace(t *testing.T) {
	t.Parallel()
	b := setup(t, withWorkspace(builtWorkspace()))
	for path, want := range map[string]struct{ body, kind, cache string }{
		script:                        {"script", "text/javascript; charset=utf-8", forever},
		"/assets/style-2.css":         {"style", "text/css; charset=utf-8", forever},
		"/assets/_inner/text-3.woff2": {"font", "font/woff2", forever},
		"/assets/alone.gz":            {"packed from nothing", "application/octet-stream", forever},
		"/favicon.svg":                {"<svg/>", "image/svg+xml", "no-cache"},
		"/manifest.webmanifest":       {"{}", "application/manifest+json", "no-cache"},
		"/empty.txt":                  {"", "text/plain; charset=utf-8", "no-cache"},
		"/x":                          {"outside", "application/octet-stream", "no-cache"},
	} {
		res, body := b.call("GET", path+"?v=1", nil)
		h := res.Header
		if res.StatusCode != 200 || body != want.body || h.Get("Content-Type") != want.kind || h.Get("Cache-Control") != want.cache {
			t.Errorf("%s: %d %q %v", path, res.StatusCode, body, h)
		}
		if h.Get("Vary") != "Accept-Encoding" || h.Get("Content-Encoding") != "" || h.Get("Content-Security-Policy") != strictCSP || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", path, h)
		}
		head, none := b.call("HEAD", path, nil)
		if head.StatusCode != 200 || none != "" || (want.body != "" && head.Header.Get("Content-Length") != strconv.Itoa(len(want.body))) || head.Header.Get("Etag") != h.Get("Etag") {
			t.Errorf("HEAD %s: %d %q %v", path, head.StatusCode, none, head.Header)
		}
	}
}

func TestContentTypes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"a.js": "text/javascript; charset=utf-8", "a.mjs": "text/javascript; charset=utf-8", "a.css": "text/css; charset=utf-8", "a.html": "text/html; charset=utf-8",
		"a.svg": "image/svg+xml", "a.json": "application/json", "a.js.map": "application/json", "a.woff2": "font/woff2", "a.webmanifest": "application/manifest+json",
		"a.png": "image/png", "a": "application/octet-stream", "a.exe": "application/octet-stream",
	} {
		if got := contentTypeOf(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestCodingsAreNegotiated(t *testing.T) {
	t.Parallel()
	b := setup(t, withWorkspace(builtWorkspace()))
	for _, c := range []struct{ path, accept, coding string }{
		{script, "", ""}, {script, "gzip, deflate, br, zstd", "br"}, {script, "gzip", "gzip"}, {script, "GZIP ; Q=1", "gzip"}, {script, "deflate, zstd", ""},
		{script, "br;q=0, gzip", "gzip"}, {script, "br;q=0,gzip;q=0.0", ""}, {script, "br;q=0.1, gzip;q=0.9", "gzip"}, {script, "br;q=0.5, gzip;q=0.5", "br"},
		{script, "identity, br;q=0.5", ""}, {script, "identity;q=0.5, br;q=0.5", "br"}, {script, "*", "br"}, {script, "br;q=0, *", "gzip"}, {script, "*;q=0", ""},
		{script, "*;q=0, gzip;q=0.001", "gzip"}, {script, "gzip, *;q=0", "gzip"}, {script, "identity;q=0, br", "br"}, {script, "identity;q=0", ""},
		{script, "br;q=2", ""}, {script, "br;q=-1, gzip", "gzip"}, {script, "br;q=NaN", ""}, {script, "br;q=x", ""}, {script, "br;q", ""}, {script, "br;level=9", "br"},
		{script, "br;level=9;q=0", ""}, {script, ",, ;q=1, br ,", "br"}, {script, "brotli, xgzip", ""}, {script, "br q=0", ""},
		{"/assets/style-2.css", "br, gzip", "gzip"}, {"/assets/style-2.css", "br", ""}, {"/favicon.svg", "br, gzip;q=0.2", "gzip"},
		{"/manifest.webmanifest", "br, gzip", ""}, {"/empty.txt", "br", "br"},
	} {
		res, body := b.call("GET", c.path, nil, "Accept-Encoding", c.accept)
		if got := res.Header.Get("Content-Encoding"); res.StatusCode != 200 || got != c.coding {
			t.Errorf("%s for %q: %d %q %q", c.path, c.accept, res.StatusCode, got, body)
		}
		form := map[string]string{"": "script", "br": "script in brotli", "gzip": "script in gzip"}[c.coding]
		if c.path == script && (body != form || res.Header.Get("Content-Length") != strconv.Itoa(len(form))) {
			t.Errorf("for %q: %q", c.accept, body)
		}
		if res.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("for %q: vary %q", c.accept, res.Header.Get("Vary"))
		}
	}
}

func TestFilesThatAreKnownAreNotSentAgain(t *testing.T) {
	t.Parallel()
	b := setup(t, withWorkspace(builtWorkspace()))
	tag := func(accept string) string {
		res, _ := b.call("GET", script, nil, "Accept-Encoding", accept)
		return res.Header.Get("Etag")
	}
	plain, br, gz := tag(""), tag("br"), tag("gzip")
	if len(plain) < 10 || plain == br || br == gz || plain == gz {
		t.Fatalf("tags %s %s %s", plain, br, gz)
	}
	for _, c := range []struct {
		match, accept string
		status        int
	}{
		{plain, "", 304}, {br, "br", 304}, {gz, "gzip", 304}, {"W/" + gz, "gzip", 304}, {`"other", ` + br, "br, gzip", 304}, {"*", "", 304},
		{br, "", 200}, {plain, "br", 200}, {`"other"`, "", 200}, {"", "", 200}, {plain[1 : len(plain)-1], "", 200},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			res, body := b.call(method, script, nil, "If-None-Match", c.match, "Accept-Encoding", c.accept)
			if res.StatusCode != c.status || (c.status == 304 && body != "") {
				t.Errorf("%s %s for %q: %d %q", method, c.match, c.accept, res.StatusCode, body)
			}
			if h := res.Header; h.Get("Etag") == "" || h.Get("Vary") != "Accept-Encoding" || h.Get("Cache-Control") != forever || h.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s %s for %q: %v", method, c.match, c.accept, h)
			}
		}
	}
	res, _ := b.call("GET", "/favicon.svg", nil)
	res, body := b.call("GET", "/favicon.svg", nil, "If-None-Match", res.Header.Get("Etag"))
	if res.StatusCode != 304 || body != "" || res.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("a file of the root: %d %q %v", res.StatusCode, body, res.Header)
	}
}
