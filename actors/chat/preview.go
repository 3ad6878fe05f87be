package chat

import (
	"strings"
	"unicode"
)

// preview gives the one line a message is shown by before acceptance (S32):
// its text, else its file's name, else its kind.
func preview(m Message) string {
	if line := oneLine(m.Text); line != "" {
		return line
	}
	for _, a := range m.Attachments {
		if name := oneLine(a.Name); name != "" {
			return name
		}
		if a.Kind != "" {
			return oneLine("[" + a.Kind + "]")
		}
	}
	if m.Sub != "" {
		return oneLine("[" + m.Sub + "]")
	}
	return ""
}

// oneLine cuts a text to PreviewLen characters, white space and control
// characters made single spaces. It reads no more of a long text than it needs.
func oneLine(text string) string {
	var b strings.Builder
	n, gap := 0, false
	for _, r := range text {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			gap = n > 0
			continue
		}
		if gap && n < PreviewLen-1 {
			b.WriteByte(' ')
			n++
		} else if gap {
			break
		}
		gap = false
		if n == PreviewLen {
			break
		}
		b.WriteRune(r) // an invalid byte becomes the replacement character
		n++
	}
	return b.String()
}
