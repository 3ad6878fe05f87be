package gateway

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"
)

// pngOf is a PNG's beginning that claims a size; nothing of a picture follows.
func pngOf(w, h uint32) []byte {
	chunk := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)...)
	chunk = append(chunk, 8, 6, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	return binary.BigEndian.AppendUint32(append(out, chunk...), crc32.ChecksumIEEE(chunk))
}

func gifOf(w, h uint16, rest string) []byte {
	out := binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16([]byte("GIF89a"), w), h)
	return append(append(out, 0x80, 0, 0, 0, 0, 0, 255, 255, 255), rest...)
}

// webp forms: the canvas of an extended file, a lossless and a lossy picture.
func webpOf(form string, body ...byte) []byte {
	out := append([]byte("RIFF\x20\x00\x00\x00WEBP"), form...)
	return append(append(out, 18, 0, 0, 0), append(body, make([]byte, 18)...)...)
}

// TestPixelBombsAndPolyglots: abuse case 22. A picture that would unpack to more than
// 40 million pixels is a download; one that is a script as well is only ever a picture.
func TestPixelBombsAndPolyglots(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const script = "/*=1;alert(1)//*/"
	cases := []struct {
		name, sniffed string
		content       []byte
		inline        bool
	}{
		{"a billion pixels", "image/png", pngOf(31_623, 31_623), false},
		{"sizes that overflow", "image/png", pngOf(0x7fffffff, 0x7fffffff), false},
		{"forty million", "image/png", pngOf(8000, 5000), true},
		{"a wide gif", "image/gif", gifOf(65_535, 65_535, ""), false},
		{"a gif that is a script", "image/gif", gifOf(10_799, 1, script), true},
		{"a canvas of 16 million squared", "image/webp", webpOf("VP8X", 0, 0, 0, 0, 255, 255, 255, 255, 255, 255), false},
		{"lossless, 16384 squared", "image/webp", webpOf("VP8L", 0x2f, 255, 255, 255, 15), false},
		{"lossy, 16383 squared", "image/webp", webpOf("VP8 ", 0, 0, 0, 0x9d, 1, 0x2a, 255, 63, 255, 63), false},
		{"a small canvas", "image/webp", webpOf("VP8X", 0, 0, 0, 0, 255, 3, 0, 255, 3, 0), true},
		{"no picture at all", "image/jpeg", []byte("\xff\xd8\xff nothing"), false},
		{"no canvas", "image/webp", webpOf("ALPH"), false},
		{"a page with a picture's name", "text/html; charset=utf-8", []byte("<html>"), false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b.files.put(File{ID: "f", Name: "picture", Sniffed: c.sniffed, Size: int64(len(c.content))}, c.content)
			res, body := b.call("GET", "/api/v1/files/f", nil, b.bearer("anna")...)
			if res.StatusCode != 200 || !bytes.Equal([]byte(body), c.content) {
				t.Fatalf("%d, %d bytes", res.StatusCode, len(body))
			}
			inline := strings.HasPrefix(res.Header.Get("Content-Disposition"), "inline")
			kind, sandbox := res.Header.Get("Content-Type"), res.Header.Get("Content-Security-Policy")
			if inline != c.inline || (inline && kind != c.sniffed) || (!inline && kind != "application/octet-stream") {
				t.Errorf("%s, %s", kind, res.Header.Get("Content-Disposition"))
			}
			if !strings.Contains(sandbox, "sandbox") || res.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("headers %v", res.Header)
			}
		})
	}
}
