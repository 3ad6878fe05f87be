package channeltest

import (
	"fmt"
	"strings"
	"time"

	"parley/gateway/channel"
)

// Describe tells an event in one line: its kind, then every field that is not zero, in a fixed order. Left out are what
// all events share (ChannelID, AccountID, Key) and the time, which the runner checks by themselves.
func Describe(e channel.Event) string {
	d := &line{}
	d.b.WriteString(string(e.Kind))
	if e.Sub != "" {
		d.b.WriteString("/" + string(e.Sub))
	}
	d.flag("standby", e.Standby)
	d.text("from", e.Customer)
	for _, id := range e.Contact.Aliases() {
		d.text("also", id.Value)
	}
	d.text("name", e.Contact.Name)
	d.text("id", e.MessageID)
	d.text("text", e.Text)
	d.text("payload", e.Payload)
	d.text("reply", e.ReplyTo)
	d.flag("forwarded", e.Forwarded)
	d.text("album", e.AlbumID)
	for _, a := range e.Attachments {
		d.b.WriteString(" " + attachment(a))
	}
	if r := e.Referral; r != nil {
		d.text("ref", strings.Join(nonEmpty(r.Source, r.Type, r.Ref, r.AdID), ","))
	}
	d.text("callback", e.CallbackID)
	d.text("target", e.Target)
	d.time("upto", e.Watermark)
	d.text("state", string(e.State))
	if e.Error != nil {
		fmt.Fprintf(&d.b, " error=%s/%d", e.Error.Class, e.Error.Code)
	}
	d.text("emoji", e.Emoji)
	d.flag("added", e.Added)
	if e.Edit != 0 {
		fmt.Fprintf(&d.b, " edit=%d", e.Edit)
	}
	d.text("author", string(e.Author))
	d.text("app", e.AppID)
	d.text("our", e.OurID)
	if e.Part != 0 {
		fmt.Fprintf(&d.b, " part=%d", e.Part)
	}
	d.text("thread", string(e.Thread))
	d.text("fromapp", e.FromApp)
	d.text("toapp", e.ToApp)
	d.text("meta", e.Metadata)
	if e.Roles != nil {
		fmt.Fprintf(&d.b, " roles=%v", e.Roles)
	}
	d.flag("blocked", e.Blocked)
	for _, id := range e.NewIDs {
		d.text("new", id.Value)
	}
	return d.b.String()
}

type line struct{ b strings.Builder }

func (d *line) text(name, s string) {
	if s == "" {
		return
	}
	if strings.ContainsAny(s, " \n\"") {
		s = fmt.Sprintf("%q", s)
	}
	d.b.WriteString(" " + name + "=" + s)
}

func (d *line) flag(name string, on bool) {
	if on {
		d.b.WriteString(" " + name)
	}
}

func (d *line) time(name string, t time.Time) {
	if !t.IsZero() {
		d.text(name, fmt.Sprint(t.UnixMilli()))
	}
}

// attachment tells one in brackets: kind, then what it has.
func attachment(a channel.Attachment) string {
	d := &line{}
	d.b.WriteString("[" + string(a.Kind))
	d.text("id", a.MediaID)
	d.text("url", a.URL)
	d.text("mime", a.Mime)
	d.text("name", a.Name)
	if a.Size != 0 {
		fmt.Fprintf(&d.b, " size=%d", a.Size)
	}
	if a.Kind == channel.Place {
		fmt.Fprintf(&d.b, " at=%v,%v", a.Lat, a.Lon)
	}
	d.text("title", a.Title)
	d.text("address", a.Address)
	if a.Card != nil {
		d.text("phones", strings.Join(a.Card.Phones, ";"))
	}
	return d.b.String() + "]"
}

func nonEmpty(in ...string) []string {
	var out []string
	for _, s := range in {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
