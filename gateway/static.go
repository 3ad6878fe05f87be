package gateway

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// The workspace's files are few and never change while the program runs, so they
// are held in memory in every form they are sent in, and sent without a copy.

// webApp is the workspace as it is served.
type webApp struct {
	page         [][]byte              // index.html, cut where the nonce goes
	strangerPage [][]byte              // the same, for a browser that sent no session's cookie
	files        map[string]staticFile // the others, by their path in the address
}

// staticFile is one file with its forms, the best packed first and the plain one last.
type staticFile struct {
	kind  string // Content-Type
	cache string // Cache-Control
	forms []form
}

// form is a file as it is sent in one content coding.
type form struct {
	coding string
	tag    string // strong, so every form has its own
	body   []byte
}

// plain is the coding of a file as it is.
const plain = "identity"

const (
	indexFile   = "index.html"
	assetFolder = "assets/" // names in it carry a hash of the content
)

// readWebApp reads a built workspace; the error says what is wrong with the build.
func readWebApp(from fs.FS) (*webApp, error) {
	all := make(map[string][]byte)
	err := fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		all[name], err = fs.ReadFile(from, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the workspace: %w", err)
	}
	index, ok := all[indexFile]
	if !ok {
		return nil, errors.New("the workspace has no " + indexFile)
	}
	out := &webApp{page: pageOf(index, cookieSent), strangerPage: pageOf(index, noCookie), files: make(map[string]staticFile)}
	for name, body := range all {
		if asked(name) && !packed(name, all) {
			out.files["/"+name] = fileOf(name, body, all)
		}
	}
	return out, nil
}

// pageOf gives the page in the pieces between which the nonce stands.
func pageOf(index []byte, cookie string) [][]byte {
	return bytes.Split(bytes.ReplaceAll(index, []byte(cookieMark), []byte(cookie)), []byte(nonceMark))
}

// asked says whether browsers ask for a file by its name: those of the root and
// the assets. The page has a nonce to be filled in, and a dot is for tools.
func asked(name string) bool {
	if strings.HasPrefix(name, assetFolder) {
		return true
	}
	return name != indexFile && !strings.Contains(name, "/") && !strings.HasPrefix(name, ".")
}

// packings are the codings a sibling's ending stands for, the smallest first.
func packings() [2]struct{ ending, coding string } {
	return [2]struct{ ending, coding string }{{".br", "br"}, {".gz", "gzip"}}
}

// packed says whether a file is only another form of its neighbour.
func packed(name string, all map[string][]byte) bool {
	for _, p := range packings() {
		base, ok := strings.CutSuffix(name, p.ending)
		if _, there := all[base]; ok && there {
			return true
		}
	}
	return false
}

func fileOf(name string, body []byte, all map[string][]byte) staticFile {
	f := staticFile{kind: contentTypeOf(name), cache: "no-cache"} // asked for again each time, by its tag
	if strings.HasPrefix(name, assetFolder) {
		f.cache = "public, max-age=31536000, immutable"
	}
	for _, p := range packings() {
		if small, ok := all[name+p.ending]; ok {
			f.forms = append(f.forms, formOf(p.coding, small))
		}
	}
	f.forms = append(f.forms, formOf(plain, body))
	return f
}

func formOf(coding string, body []byte) form {
	sum := sha256.Sum256(body)
	return form{coding: coding, body: body, tag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
}

// contentTypeOf knows what a build holds; the tables of the machine it runs on are not asked.
func contentTypeOf(name string) string {
	switch path.Ext(name) {
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return fiber.MIMETextHTMLCharsetUTF8
	case ".txt":
		return fiber.MIMETextPlainCharsetUTF8
	case ".json", ".map":
		return fiber.MIMEApplicationJSON
	case ".webmanifest":
		return "application/manifest+json"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".webp":
		return "image/webp"
	case ".ico":
		return "image/x-icon"
	case ".woff2":
		return "font/woff2"
	case ".mp3":
		return "audio/mpeg"
	case ".wav":
		return "audio/wav"
	}
	return fiber.MIMEOctetStream
}

// send answers with the form the client likes best, or that it has it already.
func (f staticFile) send(c *fiber.Ctx) error {
	best := f.pick(c.Get(fiber.HeaderAcceptEncoding))
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderCacheControl, f.cache)
	c.Set(fiber.HeaderETag, best.tag)
	if has(c.Get(fiber.HeaderIfNoneMatch), best.tag) {
		return c.Status(http.StatusNotModified).Send(nil)
	}
	c.Set(fiber.HeaderContentType, f.kind)
	if best.coding != plain {
		c.Set(fiber.HeaderContentEncoding, best.coding)
	}
	return c.Send(best.body)
}
