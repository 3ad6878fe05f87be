package gateway

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// FuzzUpload: whatever comes as a form, reading its file ends, gives at most what came, and breaks nothing.
func FuzzUpload(f *testing.F) {
	const kind = "multipart/form-data; boundary=x"
	good := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x--\r\n"
	for _, body := range []string{
		good, "", "--x", "--x--", strings.Repeat("--x\r\n\r\n\r\n", 20), strings.Replace(good, "a.txt", "../../etc/passwd", 1), strings.Replace(good, "a.txt", "a\x00b", 1),
		strings.Replace(good, "name=", "filename*=UTF-8''%2e%2e%2f; name=", 1), strings.TrimSuffix(good, "--x--\r\n"), strings.Replace(good, "text/plain", strings.Repeat("a", 5000), 1),
	} {
		f.Add(kind, []byte(body))
	}
	f.Add("multipart/form-data; boundary=\"\"", []byte(good))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		media, params, err := mime.ParseMediaType(kind)
		if err != nil || media != fiber.MIMEMultipartForm || params["boundary"] == "" {
			return
		}
		part, err := firstFile(multipart.NewReader(bytes.NewReader(body), params["boundary"]))
		if err != nil {
			if faultOf(err).Status != 400 {
				t.Errorf("refused with %v", err)
			}
			return
		}
		content, _ := io.ReadAll(part)
		if len(content) > len(body) {
			t.Errorf("%d bytes came out of %d", len(content), len(body))
		}
		_, disposition := presentation(File{Name: part.FileName(), Sniffed: part.Header.Get("Content-Type")})
		if strings.ContainsAny(disposition, "\r\n\"/\\\x00") {
			t.Errorf("the name %q becomes the header %q", part.FileName(), disposition)
		}
	})
}

// FuzzForwarded: R26. The address of who asks is an address whatever the forwarding
// header says, and the connection's own where the peer is no trusted proxy.
func FuzzForwarded(f *testing.F) {
	f.Add("6.6.6.6, 10.0.0.1", true)
	f.Add("6.6.6.6", false)
	f.Add("::ffff:127.0.0.1, [::1]:80, , x", true)
	f.Add(strings.Repeat("10.1.1.1,", 1000), true)
	trust, err := networks([]string{"10.0.0.0/8"})
	if err != nil {
		f.Fatal(err)
	}
	app := fiber.New()
	f.Fuzz(func(t *testing.T, header string, trusted bool) {
		peer := "192.0.2.1"
		if trusted {
			peer = "10.9.9.9"
		}
		var rc fasthttp.RequestCtx
		rc.Init(&fasthttp.Request{}, callerAddr(peer), nil)
		rc.Request.Header.Set(fiber.HeaderXForwardedFor, header)
		c := app.AcquireCtx(&rc)
		defer app.ReleaseCtx(c)
		got := (&Server{proxies: trust}).clientIP(c)
		if _, err := netip.ParseAddr(got); err != nil || (!trusted && got != peer) {
			t.Errorf("%q from %s is %q", header, peer, got)
		}
	})
}

// FuzzOrigin: no spelling of another host's origin is taken for ours.
func FuzzOrigin(f *testing.F) {
	for _, origin := range []string{"http://chat.example", "http://chat.example.evil.com", "http://evil.com/http://chat.example", "null", "http://chat.example@evil.com", "http://CHAT.example:80", "http://evil.com#chat.example"} {
		f.Add(origin)
	}
	f.Fuzz(func(t *testing.T, origin string) {
		s := &Server{site: site{origin: "http://chat.example"}}
		if !s.allowedOrigin(origin, "inside.example:8080") {
			return
		}
		switch strings.TrimSuffix(strings.ToLower(origin), ":80") {
		case "http://chat.example", "http://inside.example:8080", "https://inside.example:8080":
		default:
			t.Errorf("%q is taken for ours", origin)
		}
	})
}

// FuzzPicture: the size of a picture is read without a crash from anything.
func FuzzPicture(f *testing.F) {
	f.Add(pngOf(1, 1))
	f.Add(gifOf(3, 3, "/*"))
	f.Add(webpOf("VP8X", 0, 0, 0, 0, 255, 255, 255, 255, 255, 255))
	f.Add(webpOf("VP8L", 0x2f, 255, 255, 255, 15))
	f.Add([]byte("\xff\xd8\xff\xe0\x00\x02\xff\xc0\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, kind := range []string{"image/png", "image/jpeg", "image/gif", "image/webp"} {
			bomb(bytes.NewReader(content), kind)
		}
	})
}

func callerAddr(ip string) net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(ip), 1))
}
