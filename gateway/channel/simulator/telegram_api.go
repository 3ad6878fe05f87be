package simulator

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// serveTelegram answers the Bot API. A token of the wrong shape is 404, a wrong token 401, an unknown method 404.
func (w *World) serveTelegram(rw http.ResponseWriter, r *http.Request, token, method string) {
	a := w.byBot(token)
	if a == nil {
		bad := &Refusal{HTTP: 401, Title: "Unauthorized"}
		if !strings.Contains(token, ":") {
			bad = &Refusal{HTTP: 404, Title: "Not Found"}
		}
		w.refuseTelegram(rw, nil, bad)
		return
	}
	a.countCall()
	p, err := readParams(rw, r)
	if err != nil {
		w.refuseTelegram(rw, a, tgBad("Bad Request: can't parse the request: "+err.Error()))
		return
	}
	if w.telegramPlain(rw, a, p, strings.ToLower(method)) {
		return
	}
	w.telegramSend(rw, r, a, p, strings.ToLower(method))
}

func tgBad(why string) *Refusal { return &Refusal{HTTP: http.StatusBadRequest, Title: why} }

func (w *World) byBot(token string) *account {
	for _, a := range w.order {
		if a.Provider == Telegram && a.Token == token {
			return a
		}
	}
	return nil
}

func tgOK(rw http.ResponseWriter, result any) {
	writeJSON(rw, http.StatusOK, obj{"ok": true, "result": result})
}

// telegramPlain answers the methods that write to nobody; false when the method is none of them.
func (w *World) telegramPlain(rw http.ResponseWriter, a *account, p *params, method string) bool {
	switch method {
	case "getme":
		me := a.tgBot()
		me["can_join_groups"], me["can_read_all_group_messages"], me["supports_inline_queries"] = true, false, false
		tgOK(rw, me)
	case "setwebhook":
		w.telegramHook(rw, a, p)
	case "deletewebhook":
		none := ""
		a.setHook("", &none)
		writeJSON(rw, http.StatusOK, obj{"ok": true, "result": true, "description": "Webhook was deleted"})
	case "getwebhookinfo":
		hook, _ := a.hook()
		a.out.mu.Lock()
		waiting := a.out.tally.Events - a.out.tally.Acked
		a.out.mu.Unlock()
		tgOK(rw, obj{"url": hook, "has_custom_certificate": false, "pending_update_count": waiting, "max_connections": w.cfg.Connections})
	case "getupdates":
		w.telegramPoll(rw, a)
	case "getfile":
		w.telegramFile(rw, a, p)
	case "getuserprofilephotos":
		w.telegramPhotos(rw, a, p)
	case "answercallbackquery":
		c := a.released(p.text("callback_query_id"))
		if c == nil {
			w.refuseTelegram(rw, a, tgBad("Bad Request: query is too old and response timeout expired or query ID is invalid"))
			break
		}
		c.act(Action{Kind: "callback"})
		tgOK(rw, true)
	default:
		return false
	}
	return true
}

func (w *World) telegramHook(rw http.ResponseWriter, a *account, p *params) {
	secret := p.text("secret_token")
	if len(secret) > 256 || strings.Trim(secret, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") != "" {
		w.refuseTelegram(rw, a, tgBad("Bad Request: secret token contains unallowed characters"))
		return
	}
	target := p.text("url")
	if target != "" && !strings.HasPrefix(target, "https://") && !strings.HasPrefix(target, "http://") {
		w.refuseTelegram(rw, a, tgBad("Bad Request: bad webhook: An HTTPS URL must be provided for webhook"))
		return
	}
	a.setHook(target, &secret)
	writeJSON(rw, http.StatusOK, obj{"ok": true, "result": true, "description": "Webhook was set"})
}

func (w *World) telegramPoll(rw http.ResponseWriter, a *account) {
	if hook, _ := a.hook(); hook != "" {
		w.refuseTelegram(rw, a, &Refusal{HTTP: http.StatusConflict,
			Title: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"})
		return
	}
	tgOK(rw, []any{})
}

const photoPrefix = "pic_"

// telegramFile answers getFile: a path that lives for an hour, or, by fault, is dead at once.
func (w *World) telegramFile(rw http.ResponseWriter, a *account, p *params) {
	id := p.text("file_id")
	if n, ok := strings.CutPrefix(id, photoPrefix); ok {
		tgOK(rw, obj{"file_id": id, "file_unique_id": "U" + n, "file_size": 100, "file_path": "profile/" + n + ".jpg"})
		return
	}
	m := w.media.get(strings.TrimSuffix(strings.TrimPrefix(id, "AgACAgI"), "s"))
	if m == nil || m.acc != a {
		w.refuseTelegram(rw, a, tgBad("Bad Request: wrong file_id or the file is temporarily unavailable"))
		return
	}
	if w.upset(rw, a) {
		return
	}
	folder := "documents"
	switch m.kind {
	case KindImage:
		folder = "photos"
	case KindVoice:
		folder = "voice"
	}
	if w.media.expire(m) {
		w.dice.count(ExpiredMedia)
		folder = "expired"
	}
	file := m.tgFile()
	delete(file, "mime_type")
	file["file_path"] = folder + "/" + m.id + "/" + m.name
	tgOK(rw, file)
}

func (w *World) telegramPhotos(rw http.ResponseWriter, a *account, p *params) {
	c := a.find(p.text("user_id"))
	if c == nil {
		w.refuseTelegram(rw, a, tgBad("Bad Request: user not found"))
		return
	}
	if w.upset(rw, a) {
		return
	}
	if c.N%5 == 4 { // some people have no picture
		tgOK(rw, obj{"total_count": 0, "photos": []any{}})
		return
	}
	id := strconv.Itoa(c.N)
	tgOK(rw, obj{"total_count": 1, "photos": [][]obj{{{"file_id": photoPrefix + id, "file_unique_id": "U" + id, "file_size": 100, "width": 16, "height": 16}}}})
}

// serveTelegramFile is the file host.
func (w *World) serveTelegramFile(rw http.ResponseWriter, token, path string) {
	a := w.byBot(token)
	folder, rest, _ := strings.Cut(path, "/")
	id, _, _ := strings.Cut(rest, "/")
	if a != nil && folder == "profile" {
		if n, err := strconv.Atoi(strings.TrimSuffix(id, ".jpg")); err == nil {
			rw.Header().Set("Content-Type", "image/jpeg")
			_, _ = rw.Write(picture(w.seed.number(a.ID+"/picture", n), true))
			return
		}
	}
	m := w.media.get(id)
	if a == nil || m == nil || m.acc != a || folder == "expired" {
		w.refuseTelegram(rw, a, &Refusal{HTTP: http.StatusNotFound, Title: "Not Found"})
		return
	}
	sendFile(rw, m)
}

// telegramMessage is the Message a send answers with.
func (c *Customer) telegramMessage(a Answer) obj {
	msg := obj{"message_id": messageOf(a.ID), "from": c.acc.tgBot(), "chat": c.tgChat(), "date": a.At.Unix()}
	if a.ReplyTo != "" {
		c.mu.Lock()
		msg["reply_to_message"] = c.tgQuoted(a.ReplyTo, a.At)
		c.mu.Unlock()
	}
	if a.Kind == KindText {
		msg["text"] = a.Text
		return msg
	}
	set(msg, "caption", a.Text)
	if len(a.Attachments) == 0 {
		return msg
	}
	at := a.Attachments[0]
	file := obj{"file_id": fmt.Sprintf("BQACAgI%d", messageOf(a.ID)), "file_unique_id": fmt.Sprintf("AgAD%d", messageOf(a.ID)), "file_size": at.Size}
	switch a.Kind {
	case KindLocation:
		msg["location"] = obj{"latitude": at.Lat, "longitude": at.Lon}
	case KindImage:
		file["width"], file["height"] = 16, 16
		msg["photo"] = []obj{file}
	case KindFile:
		file["file_name"] = at.Name
		msg["document"] = file
	default:
		file["duration"] = 1
		msg[string(a.Kind)] = file
	}
	return msg
}
