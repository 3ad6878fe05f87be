package telegram

import (
	"strings"

	"parley/gateway/channel"
	"parley/gateway/channel/loose"
)

func (p *parser) message(m loose.Value) (channel.Event, outcome) {
	e, o := p.frame(channel.MessageIn, m.Get("chat"), m.Get("from"), m.Get("date").Time())
	if o != taken {
		return e, o
	}
	e.Sub, e.MessageID = channel.SubText, messageRef(e.Customer, m.Get("message_id"))
	if e.MessageID == "" {
		return e, broken
	}
	e.ReplyTo = messageRef(e.Customer, m.Get("reply_to_message", "message_id"))
	e.AlbumID = m.Get("media_group_id").ID()
	e.Forwarded = m.Get("forward_origin").Exists() || m.Get("forward_date").Exists() || m.Get("forward_from").Exists()
	content(&e, m)
	if e.Text != "" || len(e.Attachments) > 0 || e.Payload != "" {
		return e, taken
	}
	return e, placeholder(&e, m)
}

// edited tells the new form of a message; a live location that moves comes this way too.
func (p *parser) edited(m loose.Value) (channel.Event, outcome) {
	at := m.Get("edit_date").Time()
	if at.IsZero() {
		at = m.Get("date").Time()
	}
	e, o := p.frame(channel.MessageEdited, m.Get("chat"), m.Get("from"), at)
	if o != taken {
		return e, o
	}
	content(&e, m)
	e.Sub, e.Payload = "", ""
	if e.Target = messageRef(e.Customer, m.Get("message_id")); e.Target == "" {
		return e, broken
	}
	return e, taken
}

// content reads text and attachments. Two contents have an older twin beside them, which is left out.
func content(e *channel.Event, m loose.Value) {
	if e.Text = m.Get("text").Text(); e.Text != "" {
		command(e)
		return
	}
	e.Text = m.Get("caption").Text()
	switch {
	case m.Get("photo").IsArray():
		e.Attachments = photo(m.Get("photo"))
	case m.Get("animation").IsObject():
		e.Attachments = file(channel.Video, m.Get("animation"))
	case m.Get("document").IsObject():
		e.Attachments = file(channel.File, m.Get("document"))
	case m.Get("voice").IsObject():
		e.Attachments = file(channel.Voice, m.Get("voice"))
	case m.Get("audio").IsObject():
		e.Attachments = file(channel.Audio, m.Get("audio"))
	case m.Get("video").IsObject():
		e.Attachments = file(channel.Video, m.Get("video"))
	case m.Get("video_note").IsObject():
		e.Attachments = file(channel.Video, m.Get("video_note"))
	case m.Get("sticker").IsObject():
		e.Attachments = file(channel.Sticker, m.Get("sticker"))
	case m.Get("venue").IsObject():
		e.Attachments = venue(m.Get("venue"))
	case m.Get("location").IsObject():
		e.Attachments = place(m.Get("location"))
	case m.Get("contact").IsObject():
		e.Attachments = card(e, m.Get("contact"))
	case m.Get("web_app_data").IsObject():
		e.Sub, e.Text = channel.SubForm, m.Get("web_app_data", "button_text").Text()
		e.Payload = m.Get("web_app_data", "data").Text()
	}
}

// command takes "/start ref" apart; the text stays whole.
func command(e *channel.Event) {
	if len(e.Text) < 2 || e.Text[0] != '/' || e.Text[1]|0x20 < 'a' || e.Text[1]|0x20 > 'z' {
		return
	}
	e.Sub = channel.SubCommand
	if i := strings.IndexAny(e.Text, " \n"); i > 0 {
		e.Payload = strings.TrimSpace(e.Text[i:])
	}
}

// unshown are contents a customer can send that we cannot show; anything else without content is a service message.
var unshown = []string{
	"dice", "poll", "game", "story", "invoice", "successful_payment", "paid_media", "checklist", "giveaway",
	"passport_data", "users_shared", "chat_shared", "gift", "unique_gift",
	"photo", "animation", "document", "voice", "audio", "video", "video_note", "sticker", "venue", "location", "contact", "web_app_data",
}

func placeholder(e *channel.Event, m loose.Value) outcome {
	for _, key := range unshown {
		if m.Get(key).Exists() {
			e.Sub = channel.SubUnsupported
			e.Attachments = []channel.Attachment{{Kind: channel.Unsupported, Title: key}}
			return taken
		}
	}
	text := m.Get("text")
	if text.Exists() || text.IsNull() {
		return broken
	}
	return ignored
}
