package channel

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Outbound is an answer to a customer. As the caller makes it, it may hold text and any number of files; Split cuts it
// into parts that are one provider message each, and only parts are handed to Adapter.Send.
type Outbound struct {
	OurID         string     // our message id, travels to the provider and back where possible; at most 200 bytes, no '~'
	To            ContactRef // identities of the recipient, best first
	Text          string     // text, or the caption when the part has a file
	Files         []OutFile  // a part has at most one
	ReplyTo       string     // provider message id this answers, empty = none; on the first part only
	OutsideWindow bool       // the provider's window is over: refused, or tagged where the account may (Account.HumanAgent)
	Part, Parts   int        // set by Split: number of this part from 0, and how many there are
}

// OutFile is one file to send.
type OutFile struct {
	ID   string // our file id
	Kind AttachmentKind
	Name string
	Mime string // without parameters
	Size int64  // bytes, exact
	// Open returns the content from its beginning; it may be called more than once, and the reader is closed by the caller.
	Open func() (io.ReadCloser, error)
}

// Sent is a provider's acceptance of one part.
type Sent struct {
	MessageID string      // provider id, the same that echoes, receipts and replies will name
	Learned   []ContactID // identities of the recipient the answer told, for the alias table
	At        time.Time   // provider time, zero where it tells none
}

// Mark is what travels with the part as metadata or callback data and comes back in Event.OurID and Event.Part.
func (o Outbound) Mark() string {
	if o.Part == 0 {
		return o.OurID
	}
	return o.OurID + "~" + strconv.Itoa(o.Part)
}

// ParseMark takes a mark apart again.
func ParseMark(s string) (ourID string, part int) {
	i := strings.LastIndexByte(s, '~')
	if i < 0 {
		return s, 0
	}
	n, err := strconv.Atoi(s[i+1:])
	if err != nil || n <= 0 {
		return s, 0
	}
	return s[:i], n
}

// Split checks the whole answer against what the provider can carry and cuts it into parts, in the order they are to be
// sent: the text first, or as the caption of the only file where the provider has captions. It either returns all parts
// or refuses the answer as a whole with a *SendError, so nothing is half sent because of a file that never could be.
func (o Outbound) Split(caps Capabilities) ([]Outbound, error) {
	if err := o.check(caps); err != nil {
		return nil, err
	}
	var parts []Outbound
	add := func(text string, files []OutFile) {
		p := o
		p.Text, p.Files, p.Part = text, files, len(parts)
		if p.Part > 0 {
			p.ReplyTo = ""
		}
		parts = append(parts, p)
	}
	caption := len(o.Files) == 1 && o.Text != "" && caps.captions(o.Files[0], o.Text)
	if o.Text != "" && !caption {
		add(o.Text, nil)
	}
	for i := range o.Files {
		text := ""
		if caption {
			text = o.Text
		}
		add(text, o.Files[i:i+1:i+1])
	}
	for i := range parts {
		parts[i].Parts = len(parts)
	}
	return parts, nil
}

func (o Outbound) check(caps Capabilities) error {
	switch {
	case o.Text == "" && len(o.Files) == 0:
		return refuse(ClassRequest, CodeEmpty, "there is nothing to send")
	case textLen(o.Text) > caps.MaxText:
		return refuse(ClassRequest, CodeTooLong, fmt.Sprintf("the text is longer than %d characters", caps.MaxText))
	case len(o.To.IDs) == 0:
		return refuse(ClassRequest, CodeNoRecipient, "the recipient has no address on this channel")
	case len(o.OurID) > 200 || strings.ContainsRune(o.OurID, '~'):
		return refuse(ClassRequest, CodeBadID, "the message id cannot travel with the message")
	}
	for _, f := range o.Files {
		if err := caps.accepts(f); err != nil {
			return err
		}
	}
	return nil
}

// CheckPart reports an Outbound that is not a single part; adapters call it first.
func (o Outbound) CheckPart() error {
	if len(o.Files) > 1 {
		return refuse(ClassRequest, CodeNotSplit, "the message was not split into parts")
	}
	if o.Text == "" && len(o.Files) == 0 {
		return refuse(ClassRequest, CodeEmpty, "there is nothing to send")
	}
	return nil
}
