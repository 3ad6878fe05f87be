package gateway

import (
	"encoding/binary"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
)

// maxPixels is the largest picture a browser is asked to unpack (R11): 40 million
// are 160 MB. A file of a few bytes may claim far more.
const maxPixels = 40_000_000

// bomb says whether a picture claims more pixels than a browser should unpack, or
// does not say how many. Nothing is unpacked here: only the header is read.
func bomb(content io.ReadSeeker, sniffed string) bool {
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return true
	}
	var (
		size image.Config
		err  error
	)
	switch sniffed {
	case "image/png":
		size, err = png.DecodeConfig(content)
	case "image/jpeg":
		size, err = jpeg.DecodeConfig(content)
	case "image/gif":
		size, err = gif.DecodeConfig(content)
	case "image/webp":
		size, err = webpSize(content)
	}
	return err != nil || int64(size.Width)*int64(size.Height) > maxPixels
}

// webpSize reads the canvas of a WebP file in its three forms (RFC 9649, 2.5 to 2.7).
func webpSize(file io.Reader) (size image.Config, err error) {
	head := make([]byte, 30)
	if _, err := io.ReadFull(file, head); err != nil {
		return size, err
	}
	little := binary.LittleEndian
	switch string(head[12:16]) {
	case "VP8X":
		size.Width = 1 + (int(head[24]) | int(head[25])<<8 | int(head[26])<<16)
		size.Height = 1 + (int(head[27]) | int(head[28])<<8 | int(head[29])<<16)
	case "VP8L":
		bits := little.Uint32(head[21:25])
		size.Width, size.Height = 1+int(bits&0x3fff), 1+int(bits>>14&0x3fff)
	case "VP8 ":
		size.Width, size.Height = int(little.Uint16(head[26:28])&0x3fff), int(little.Uint16(head[28:30])&0x3fff)
	default:
		err = image.ErrFormat
	}
	return size, err
}
