package simulator

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf16"
)

// telegramMedia maps a send method to what it sends, its parameter and its limit in bytes.
func telegramMedia(method string) (kind Kind, field string, limit int64) {
	switch method {
	case "sendphoto":
		return KindImage, "photo", 10 << 20
	case "senddocument":
		return KindFile, "document", 50 << 20
	case "sendvideo":
		return KindVideo, "video", 50 << 20
	case "sendaudio":
		return KindAudio, "audio", 50 << 20
	case "sendvoice":
		return KindVoice, "voice", 50 << 20
	case "sendsticker":
		return KindSticker, "sticker", 512 << 10
	}
	return "", "", 0
}

// telegramSend answers the methods that reach a person.
func (w *World) telegramSend(rw http.ResponseWriter, r *http.Request, a *account, p *params, method string) {
	kind, _, _ := telegramMedia(method)
	switch method {
	case "sendmessage", "sendlocation", "sendmediagroup", "sendchataction", "setmessagereaction", "editmessagetext", "deletemessage":
	default:
		if kind == "" {
			w.refuseTelegram(rw, a, &Refusal{HTTP: 404, Title: "Not Found"})
			return
		}
	}
	c, bad := a.telegramRecipient(p)
	if bad != nil {
		w.refuseTelegram(rw, a, bad)
		return
	}
	if w.upset(rw, a) {
		return
	}
	switch method {
	case "sendchataction":
		c.act(Action{Kind: "typing"})
		tgOK(rw, true)
	case "setmessagereaction":
		w.telegramReact(rw, c, p)
	case "editmessagetext":
		w.telegramEdit(rw, c, p)
	case "deletemessage":
		tgOK(rw, true)
	case "sendmediagroup":
		w.telegramAlbum(rw, r, c, p)
	default:
		w.telegramMessageCall(rw, r, c, p, method)
	}
}

func (a *account) telegramRecipient(p *params) (*Customer, *Refusal) {
	id := p.text("chat_id")
	if id == "" {
		return nil, tgBad("Bad Request: chat_id is empty")
	}
	c := a.find(id)
	if c == nil {
		return nil, tgBad("Bad Request: chat not found")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.blocked:
		return nil, &Refusal{HTTP: http.StatusForbidden, Title: "Forbidden: bot was blocked by the user"}
	case c.wrote.IsZero():
		return nil, &Refusal{HTTP: http.StatusForbidden, Title: "Forbidden: bot can't initiate conversation with a user"}
	}
	return c, nil
}

func (w *World) telegramMessageCall(rw http.ResponseWriter, r *http.Request, c *Customer, p *params, method string) {
	answer, bad := w.telegramAnswer(r.Context(), c, p, method)
	if bad != nil {
		w.refuseTelegram(rw, c.acc, bad)
		return
	}
	answer = c.accept(answer)
	w.finish(rw, r, c, answer, func() { tgOK(rw, c.telegramMessage(answer)) })
}

func (w *World) telegramAnswer(ctx context.Context, c *Customer, p *params, method string) (Answer, *Refusal) {
	a := Answer{Kind: KindText, Text: p.text("text")}
	var reply struct {
		MessageID json.Number `json:"message_id"`
	}
	if err := p.decode("reply_parameters", &reply); err != nil {
		return a, tgBad("Bad Request: can't parse reply parameters JSON object")
	}
	if id := reply.MessageID.String() + p.text("reply_to_message_id"); id != "" {
		a.ReplyTo = c.id + ":" + id
	}
	switch method {
	case "sendmessage":
		if strings.TrimSpace(a.Text) == "" {
			return a, tgBad("Bad Request: message text is empty")
		}
		if units(a.Text) > 4096 {
			return a, tgBad("Bad Request: message is too long")
		}
		return a, nil
	case "sendlocation":
		lat, err1 := strconv.ParseFloat(p.text("latitude"), 64)
		lon, err2 := strconv.ParseFloat(p.text("longitude"), 64)
		if err1 != nil || err2 != nil {
			return a, tgBad("Bad Request: latitude or longitude is wrong")
		}
		a.Kind, a.Attachments = KindLocation, []Attachment{{Kind: KindLocation, Lat: lat, Lon: lon}}
		return a, nil
	}
	kind, field, limit := telegramMedia(method)
	at, bad := w.telegramAttachment(ctx, c.acc, p, kind, p.text(field), field, limit)
	a.Kind, a.Text, a.Attachments = kind, p.text("caption"), []Attachment{at}
	if bad == nil && units(a.Text) > 1024 {
		bad = tgBad("Bad Request: message caption is too long")
	}
	return a, bad
}

// units is a length as Telegram counts it: UTF-16 code units.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

// telegramAttachment takes a file from the multipart body (directly or as attach://name), by URL or by file_id.
func (w *World) telegramAttachment(ctx context.Context, a *account, p *params, kind Kind, value, field string, limit int64) (Attachment, *Refusal) {
	at := Attachment{Kind: kind}
	name, attached := strings.CutPrefix(value, "attach://")
	if !attached {
		name = field
	}
	file, ok := p.files[name]
	switch {
	case ok && file.Size > limit && kind == KindImage:
		return at, tgBad("Bad Request: file is too big for a photo")
	case ok && file.Size > limit:
		return at, &Refusal{HTTP: http.StatusRequestEntityTooLarge, Title: "Request Entity Too Large"}
	case ok && file.Size == 0:
		return at, tgBad("Bad Request: file must be non-empty")
	case ok:
		at.Upload = file
	case attached || value == "":
		return at, tgBad(fmt.Sprintf("Bad Request: there is no %s in the request", field))
	case strings.HasPrefix(value, "http"):
		if limit = 20 << 20; kind == KindImage {
			limit = 5 << 20
		}
		up, err := w.fetch(ctx, value, limit)
		if err != nil || up.Size > limit {
			return at, tgBad("Bad Request: failed to get HTTP URL content")
		}
		at.Upload, at.Link = up, value
	default:
		m := w.media.get(strings.TrimPrefix(value, "AgACAgI"))
		if m == nil || m.acc != a {
			return at, tgBad("Bad Request: wrong file identifier/HTTP URL specified")
		}
		at.Upload = Upload{Name: m.name, MIME: m.mime, Size: int64(len(m.data)), SHA256: m.sumHex()}
	}
	return at, nil
}

// telegramAlbum sends 2 to 10 files as as many messages with one media_group_id.
func (w *World) telegramAlbum(rw http.ResponseWriter, r *http.Request, c *Customer, p *params) {
	var list []struct{ Type, Media, Caption string }
	if err := p.decode("media", &list); err != nil || len(list) < 2 || len(list) > 10 {
		w.refuseTelegram(rw, c.acc, tgBad("Bad Request: media group must have from 2 to 10 items"))
		return
	}
	answers := make([]Answer, 0, len(list))
	for _, item := range list {
		kind, _, limit := telegramMedia("send" + item.Type)
		at, bad := w.telegramAttachment(r.Context(), c.acc, p, kind, item.Media, item.Type, limit)
		if kind == "" || bad != nil {
			w.refuseTelegram(rw, c.acc, tgBad("Bad Request: can't parse InputMedia"))
			return
		}
		answers = append(answers, Answer{Kind: kind, Text: item.Caption, Attachments: []Attachment{at}})
	}
	sent := make([]obj, len(answers))
	group := strconv.Itoa(c.acc.nextSerial())
	for i := range answers {
		answers[i] = c.accept(answers[i])
		sent[i] = c.telegramMessage(answers[i])
		sent[i]["media_group_id"] = group
	}
	w.finish(rw, r, c, answers[len(answers)-1], func() { tgOK(rw, sent) })
}

func (w *World) telegramReact(rw http.ResponseWriter, c *Customer, p *params) {
	var list []struct{ Type, Emoji string }
	if err := p.decode("reaction", &list); err != nil || len(list) > 1 {
		w.refuseTelegram(rw, c.acc, tgBad("Bad Request: REACTION_INVALID"))
		return
	}
	done := Action{Kind: "reaction", Target: c.id + ":" + p.text("message_id")}
	if len(list) == 1 {
		done.Emoji = list[0].Emoji
	}
	c.act(done)
	tgOK(rw, true)
}

func (w *World) telegramEdit(rw http.ResponseWriter, c *Customer, p *params) {
	id := c.id + ":" + p.text("message_id")
	c.mu.Lock()
	var edited *Answer
	for i := range c.answers {
		if c.answers[i].ID == id {
			c.answers[i].Text = p.text("text")
			copied := c.answers[i]
			edited = &copied
		}
	}
	c.mu.Unlock()
	if edited == nil {
		w.refuseTelegram(rw, c.acc, tgBad("Bad Request: message to edit not found"))
		return
	}
	tgOK(rw, c.telegramMessage(*edited))
}
