package files

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxNameBytes = 255
	maxExtension = 16
)

// SanitizeName makes a customer's file name safe to show and to offer for download: no folders, no control characters, no
// invisible characters that reverse or hide text (a name like "cod.exe" shown as "exe.doc"), at most 255 bytes with the extension kept.
// What is left without a name has none: whoever shows or saves it knows better what to call it.
func SanitizeName(name string) string {
	name = strings.ToValidUTF8(name, "")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(visible, name)
	name = strings.Trim(name, " .")
	if len(name) > maxNameBytes {
		name = shorten(name)
	}
	return name
}

// visible drops control, format (bidi overrides among them), line-break and private characters; joiners stay, names in Persian
// and Hindi need them.
func visible(r rune) rune {
	const nonJoiner, joiner = '\u200c', '\u200d'
	switch {
	case r == nonJoiner, r == joiner:
		return r
	case unicode.In(r, unicode.C, unicode.Zl, unicode.Zp):
		return -1
	case unicode.IsSpace(r):
		return ' '
	}
	return r
}

// shorten cuts the stem at a character boundary and keeps a short extension.
func shorten(name string) string {
	ext := path.Ext(name)
	if len(ext) > maxExtension {
		ext = ""
	}
	stem := name[:maxNameBytes-len(ext)]
	for !utf8.ValidString(stem) {
		stem = stem[:len(stem)-1]
	}
	return strings.TrimRight(stem, " .") + ext
}
