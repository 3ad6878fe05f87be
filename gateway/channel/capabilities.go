package channel

import (
	"fmt"
	"strings"
	"time"
)

// Capabilities says what a provider can carry and how fast.
type Capabilities struct {
	MaxText    int           // characters of one text, an emoji counting as two
	MaxCaption int           // characters of a caption, 0 = files have none
	Window     time.Duration // how long after the customer's last message we may answer, 0 = for ever
	Delivered  bool          // tells when a message was delivered
	Read       bool          // tells when a message was read
	Files      map[AttachmentKind]FileRule
	Limits     LimitsConfig // pace that keeps clear of the provider's own limits
}

// FileRule says which files of a kind the provider takes.
type FileRule struct {
	MaxSize int64    // bytes
	Mimes   []string // allowed types; an entry "image/*" allows all of them; empty = any
	Caption bool     // may carry a caption
}

// accepts refuses a file the provider would refuse.
func (c Capabilities) accepts(f OutFile) error {
	rule, ok := c.Files[f.Kind]
	if !ok {
		return refuse(ClassMedia, CodeBadFile, fmt.Sprintf("this channel cannot send %s", f.Kind))
	}
	if f.Size > rule.MaxSize {
		return refuse(ClassMedia, CodeTooBig, fmt.Sprintf("the file is larger than %d MB", rule.MaxSize>>20))
	}
	if !rule.allows(f.Mime) {
		return refuse(ClassMedia, CodeBadFile, fmt.Sprintf("this channel cannot send %s of type %s", f.Kind, f.Mime))
	}
	return nil
}

func (r FileRule) allows(mime string) bool {
	if len(r.Mimes) == 0 {
		return true
	}
	mime, _, _ = strings.Cut(strings.ToLower(mime), ";")
	for _, m := range r.Mimes {
		if family, ok := strings.CutSuffix(m, "*"); m == mime || (ok && strings.HasPrefix(mime, family)) {
			return true
		}
	}
	return false
}

func (c Capabilities) captions(f OutFile, text string) bool {
	return c.Files[f.Kind].Caption && textLen(text) <= c.MaxCaption
}

// textLen counts as the providers do: in UTF-16 units, so an emoji is two.
func textLen(s string) int {
	n := 0
	for _, r := range s {
		if n++; r > 0xFFFF {
			n++
		}
	}
	return n
}

// Fit returns the kind a file can be sent as: its own where the provider takes it so, else File where that works, so
// that an image too big or of an odd type still arrives as a document. ok is false when it cannot be sent at all.
func (c Capabilities) Fit(f OutFile) (kind AttachmentKind, ok bool) {
	if c.accepts(f) == nil {
		return f.Kind, true
	}
	f.Kind = File
	return File, c.accepts(f) == nil
}
