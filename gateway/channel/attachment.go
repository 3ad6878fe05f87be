package channel

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// AttachmentKind says how an attachment is shown.
type AttachmentKind string

// Kinds of attachments.
const (
	Image       AttachmentKind = "image"
	Video       AttachmentKind = "video"
	Audio       AttachmentKind = "audio"
	Voice       AttachmentKind = "voice"
	File        AttachmentKind = "file"
	Sticker     AttachmentKind = "sticker"
	Place       AttachmentKind = "location"
	ContactCard AttachmentKind = "contact"
	Template    AttachmentKind = "template"
	Unsupported AttachmentKind = "unsupported"
)

// Attachment is a file, place or card in a message. Files are not in it: MediaSource.Locate tells where to fetch them,
// at once, because addresses and ids expire.
type Attachment struct {
	Kind     AttachmentKind
	Mime     string  // as told by the provider, parameters included; may be empty or wrong
	Name     string  // cleaned file name (CleanName), may be empty
	Size     int64   // bytes, 0 = not told
	SHA256   string  // as told by the provider (base64 or hex), may be empty
	URL      string  // direct address, may be empty
	MediaID  string  // provider id of the file, may be empty
	Lat, Lon float64 // Place: degrees, zero is a value
	Title    string  // place, sticker emoji, song, or the provider's word for what is unsupported
	Address  string  // Place: postal address
	Card     *Card   // ContactCard
}

// Fetchable reports whether there is a file behind the attachment.
func (a Attachment) Fetchable() bool { return a.URL != "" || a.MediaID != "" }

// Card is a contact somebody sent.
type Card struct {
	Name   string
	Phones []string
	Emails []string
	UserID string // provider's id of that person, may be empty
}

// Location is where an attachment can be downloaded now. URL may contain a token: it is neither stored nor logged.
type Location struct {
	URL     string
	Bearer  string // value for "Authorization: Bearer", empty = none; only ever set for trusted hosts
	Trusted bool   // configuration names this host, so an internal address is all right (see Account.Trusts)
	Size    int64  // bytes, 0 = not told
	Mime    string
	SHA256  string // as told by the provider, may be empty
}

// CleanName makes a provider's file name safe to keep and show: no folders, no control or direction marks, at most 150
// bytes with the extension kept.
func CleanName(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\\", "/")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, path.Base(s))
	s = strings.TrimSpace(strings.TrimLeft(s, "."))
	if s == "/" {
		return ""
	}
	const limit = 150
	if len(s) <= limit {
		return s
	}
	ext := path.Ext(s)
	if len(ext) > 20 {
		ext = ""
	}
	return cut(s[:len(s)-len(ext)], limit-len(ext)) + ext
}

// cut shortens s to at most n bytes without splitting a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
