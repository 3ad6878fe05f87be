package simulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"sync"
)

// libraryLimit is how many media of customers stay available; the oldest go first.
const libraryLimit = 20_000

// medium is a file a customer sent.
type medium struct {
	id, mime, name string
	kind           Kind
	acc            *account
	data           []byte
	expired        bool // the expired-media fault still has to strike
	cdnMiss        int  // Messenger: how often the link has failed by fault
}

func (m *medium) sum() []byte      { s := sha256.Sum256(m.data); return s[:] }
func (m *medium) sum64() string    { return base64.StdEncoding.EncodeToString(m.sum()) }
func (m *medium) sumHex() string   { return hex.EncodeToString(m.sum()) }
func (m *medium) fileID() string   { return "AgACAgI" + m.id }
func (m *medium) tgUnique() string { return "AQAD" + m.id[len(m.id)-8:] }

func (m *medium) tgFile() obj {
	return obj{"file_id": m.fileID(), "file_unique_id": m.tgUnique(), "file_size": len(m.data), "mime_type": m.mime}
}

// library holds customers' media by id.
type library struct {
	mu   sync.Mutex
	byID map[string]*medium
	fifo []string
}

func newLibrary() *library { return &library{byID: map[string]*medium{}} }

// make creates a medium whose bytes follow from the world's seed, the kind and its number.
func (l *library) make(a *account, kind Kind) *medium {
	n := a.nextSerial()
	m := &medium{kind: kind, acc: a, expired: a.w.dice.roll(ExpiredMedia), id: a.mediumID(n)}
	shade := a.w.seed.below(a.ID+"/shade", n, 1<<24)
	switch kind {
	case KindImage:
		m.data, m.mime, m.name = picture(shade, true), "image/jpeg", "photo.jpg"
	case KindAudio:
		m.data, m.mime, m.name = wave(shade), "audio/wav", "sound.wav"
		if a.Provider == WhatsApp { // takes no wav
			m.data, m.mime, m.name = oggOpus(uint32(shade)), "audio/ogg; codecs=opus", "sound.ogg"
		}
	case KindVoice:
		m.data, m.mime, m.name = oggOpus(uint32(shade)), "audio/ogg; codecs=opus", "voice.ogg"
	case KindVideo:
		m.data, m.mime, m.name = film(shade), "video/mp4", "video.mp4"
	case KindSticker:
		m.data, m.mime, m.name = sticker(), "image/webp", "sticker.webp"
		if a.Provider == Messenger {
			m.data, m.mime, m.name = picture(shade, false), "image/png", "sticker.png"
		}
	default:
		m.data, m.mime, m.name = pdf(shade), "application/pdf", "document.pdf"
	}
	if a.Provider == Telegram && kind == KindVoice {
		m.mime = "audio/ogg"
	}
	l.put(m)
	return m
}

// keep holds a file whose name, type and bytes are somebody else's idea.
func (l *library) keep(a *account, name, mime string, data []byte) *medium {
	m := &medium{kind: KindFile, acc: a, id: a.mediumID(a.nextSerial()), name: name, mime: mime, data: data}
	l.put(m)
	return m
}

func (a *account) mediumID(n int) string {
	return fmt.Sprint(9_007_199_254_740_993 + a.w.run.below(a.ID+"/media", 0, 1_000_000)*1_000_000_000 + uint64(n))
}

func (l *library) put(m *medium) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.byID[m.id] = m
	l.fifo = append(l.fifo, m.id)
	if len(l.fifo) > libraryLimit {
		delete(l.byID, l.fifo[0])
		l.fifo = l.fifo[1:]
	}
}

func (l *library) get(id string) *medium {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.byID[id]
}

// picture is a real image of 16 by 16 points in one shade, as JPEG or PNG.
func picture(shade uint64, asJPEG bool) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 16, 16))
	for i := range 256 {
		img.Set(i%16, i/16, color.RGBA{uint8(shade >> 16), uint8(shade >> 8), uint8(shade) ^ uint8(i), 255})
	}
	var b bytes.Buffer
	if asJPEG {
		_ = jpeg.Encode(&b, img, nil) // a buffer does not fail
	} else {
		_ = png.Encode(&b, img)
	}
	return b.Bytes()
}

// wave is a tenth of a second of a tone: PCM, 8 kHz, 8 bit, mono.
func wave(shade uint64) []byte {
	const n = 800
	b := []byte("RIFF")
	b = binary.LittleEndian.AppendUint32(b, 36+n)
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	for _, v := range []uint16{1, 1, 8000, 0, 8000, 0, 1, 8} {
		b = binary.LittleEndian.AppendUint16(b, v)
	}
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, n)
	tone := 200 + float64(shade%800)
	for i := range n {
		b = append(b, uint8(128+100*math.Sin(2*math.Pi*tone*float64(i)/8000)))
	}
	return b
}

// oggOpus is a voice note: the two header pages and one page with a packet of silence.
func oggOpus(serial uint32) []byte {
	head := append([]byte("OpusHead"), 1, 1, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0)
	tags := append([]byte("OpusTags"), 3, 0, 0, 0, 's', 'i', 'm', 0, 0, 0, 0)
	var out []byte
	out = append(out, oggPage(2, 0, serial, 0, head)...)
	out = append(out, oggPage(0, 0, serial, 1, tags)...)
	return append(out, oggPage(4, 960, serial, 2, []byte{0xf8, 0xff, 0xfe})...)
}

func oggPage(flags byte, granule uint64, serial, number uint32, packet []byte) []byte {
	b := append([]byte("OggS"), 0, flags)
	b = binary.LittleEndian.AppendUint64(b, granule)
	b = binary.LittleEndian.AppendUint32(b, serial)
	b = binary.LittleEndian.AppendUint32(b, number)
	b = append(b, 0, 0, 0, 0, 1, byte(len(packet)))
	b = append(b, packet...)
	binary.LittleEndian.PutUint32(b[22:], oggCRC(b))
	return b
}

// oggCRC is Ogg's checksum: polynomial 0x04c11db7, most significant bit first, no inversion.
func oggCRC(b []byte) (crc uint32) {
	for _, c := range b {
		crc ^= uint32(c) << 24
		for range 8 {
			if crc&0x80000000 != 0 {
				crc = crc<<1 ^ 0x04c11db7
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}

// film has the boxes of an mp4 and no frames.
func film(shade uint64) []byte {
	box := func(kind string, body []byte) []byte {
		b := binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))
		return append(append(b, kind...), body...)
	}
	out := box("ftyp", []byte("isom\x00\x00\x02\x00isomiso2mp41"))
	out = append(out, box("free", nil)...)
	return append(out, box("mdat", binary.BigEndian.AppendUint64(nil, shade))...)
}

// sticker is a lossless WebP of one point.
func sticker() []byte {
	b, _ := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	return b
}

// pdf is a document of one empty page with a right cross-reference table.
func pdf(shade uint64) []byte {
	b := []byte("%PDF-1.4\n")
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d 100]>>", 100+shade%100)}
	var at []int
	for i, o := range objects {
		at = append(at, len(b))
		b = fmt.Appendf(b, "%d 0 obj%s\nendobj\n", i+1, o)
	}
	table := len(b)
	b = fmt.Appendf(b, "xref\n0 4\n0000000000 65535 f \n")
	for _, n := range at {
		b = fmt.Appendf(b, "%010d 00000 n \n", n)
	}
	return fmt.Appendf(b, "trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n%% %08x\n", table, crc32.ChecksumIEEE(b))
}
