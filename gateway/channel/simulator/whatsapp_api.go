package simulator

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// serveWhatsApp answers for the phone number, the business account and media ids.
func (w *World) serveWhatsApp(rw http.ResponseWriter, r *http.Request, a *account, p *params, id, edge string) {
	post := r.Method == http.MethodPost
	switch {
	case id == a.PhoneNumberID && post && edge == "messages":
		w.whatsappMessages(rw, r, a, p)
	case id == a.PhoneNumberID && post && edge == "media":
		w.whatsappUpload(rw, a, p)
	case id == a.PhoneNumberID && edge == "":
		writeJSON(rw, http.StatusOK, obj{"id": id, "display_phone_number": a.DisplayNumber, "verified_name": a.ID,
			"quality_rating": "GREEN", "code_verification_status": "VERIFIED"})
	case id == a.WABAID && edge == "subscribed_apps":
		w.subscribedApps(rw, r, a, p)
	case edge == "":
		w.whatsappMedia(rw, r, a, id)
	default:
		w.unknownObject(rw, r, a, id)
	}
}

func (w *World) whatsappMessages(rw http.ResponseWriter, r *http.Request, a *account, p *params) {
	if p.text("messaging_product") != "whatsapp" {
		w.refuseGraph(rw, a, graphRefusal(400, 100, 0, "(#100) The parameter messaging_product is required."))
		return
	}
	if p.text("status") != "" {
		w.whatsappRead(rw, a, p)
		return
	}
	c, bad := a.whatsappRecipient(p)
	if bad != nil {
		w.refuseGraph(rw, a, bad)
		return
	}
	if w.upset(rw, a) {
		return
	}
	answer, bad := w.whatsappAnswer(r.Context(), a, p)
	if bad == nil {
		bad = c.whatsappForbids(answer.Kind)
	}
	if bad != nil {
		w.refuseGraph(rw, a, bad)
		return
	}
	if answer.Kind == KindReaction {
		answer.ID = a.newID()
		c.act(Action{Kind: "reaction", Target: answer.ReplyTo, Emoji: answer.Text})
		writeJSON(rw, http.StatusOK, c.whatsappSent(p, answer))
		return
	}
	answer = c.accept(answer)
	w.finish(rw, r, c, answer, func() { writeJSON(rw, http.StatusOK, c.whatsappSent(p, answer)) })
}

// whatsappSent is the answer "accepted": a bsuid recipient gets its user_id back and no wa_id.
func (c *Customer) whatsappSent(p *params, a Answer) obj {
	contact := obj{"input": p.text("to"), "wa_id": digits(p.text("to"))}
	if p.text("to") == "" {
		contact = obj{"input": p.text("recipient"), "user_id": c.bsuid}
	}
	return obj{"messaging_product": "whatsapp", "contacts": []obj{contact}, "messages": []obj{{"id": a.ID}}}
}

// whatsappRecipient finds whom "to" (a number) or "recipient" (a bsuid) names.
func (a *account) whatsappRecipient(p *params) (*Customer, *Refusal) {
	to, recipient := p.text("to"), p.text("recipient")
	switch {
	case to == "" && recipient == "":
		return nil, whatsappDetail(131008, "The parameter to is required.")
	case to != "" && strings.Contains(to, "."):
		return nil, whatsappDetail(131009, "Param to must be a phone number; use recipient for a user id.")
	case to != "" && digits(to) == a.DisplayNumber:
		return nil, whatsappRefusal(131021)
	}
	id := recipient
	if to != "" {
		id = digits(to)
	}
	if c := a.find(id); c != nil {
		return c, nil
	}
	return nil, whatsappRefusal(131026)
}

func whatsappDetail(code int, details string) *Refusal {
	r := whatsappRefusal(code)
	r.Details = details
	return r
}

// whatsappForbids applies the window and the pair limit. Templates may be sent at any time.
func (c *Customer) whatsappForbids(kind Kind) *Refusal {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.acc.w.cfg.Now()
	if kind != KindTemplate && (c.wrote.IsZero() || now.Sub(c.wrote) > c.acc.w.cfg.Window) {
		return whatsappRefusal(131047)
	}
	if c.acc.w.cfg.StrictPairing && now.Sub(c.sendAt) < 6*time.Second {
		return whatsappRefusal(131056)
	}
	return nil
}

// whatsappRead marks the customer's messages read and may show that we are typing.
func (w *World) whatsappRead(rw http.ResponseWriter, a *account, p *params) {
	target := p.text("message_id")
	c := a.writer(target)
	if p.text("status") != "read" || c == nil {
		w.refuseGraph(rw, a, whatsappDetail(131009, "Param message_id does not name a message of a user."))
		return
	}
	c.act(Action{Kind: "seen", Target: target})
	if p.has("typing_indicator") {
		c.act(Action{Kind: "typing", Target: target})
	}
	writeJSON(rw, http.StatusOK, obj{"success": true})
}

type waFile struct {
	ID       string `json:"id"`
	Link     string `json:"link"`
	Caption  string `json:"caption"`
	Filename string `json:"filename"`
}

// whatsappAnswer checks the content of a send.
func (w *World) whatsappAnswer(ctx context.Context, a *account, p *params) (Answer, *Refusal) {
	var context struct {
		MessageID string `json:"message_id"`
	}
	if p.decode("context", &context) != nil {
		return Answer{}, whatsappDetail(131009, "Param context is not an object.")
	}
	answer := Answer{OurID: p.text("biz_opaque_callback_data"), ReplyTo: context.MessageID}
	if len(answer.OurID) > 512 {
		return answer, whatsappDetail(131009, "Param biz_opaque_callback_data must be at most 512 characters long.")
	}
	kind := p.text("type")
	if kind == "" {
		kind = "text"
	}
	if !p.has(kind) {
		return answer, whatsappDetail(131008, fmt.Sprintf("Parameter %q is mandatory for type '%s'", kind, kind))
	}
	switch kind {
	case "text":
		return whatsappText(p, answer)
	case "image", "video", "audio", "document", "sticker":
		return w.whatsappFile(ctx, a, p, kind, answer)
	case "reaction":
		var v struct {
			MessageID string `json:"message_id"`
			Emoji     string `json:"emoji"`
		}
		if p.decode(kind, &v) != nil || v.MessageID == "" {
			return answer, whatsappDetail(131009, "Param reaction['message_id'] is required.")
		}
		answer.Kind, answer.ReplyTo, answer.Text = KindReaction, v.MessageID, v.Emoji
		return answer, nil
	case "location":
		var v struct{ Latitude, Longitude json.Number }
		if p.decode(kind, &v) != nil || v.Latitude == "" || v.Longitude == "" {
			return answer, whatsappDetail(131009, "Param location needs latitude and longitude.")
		}
		lat, _ := v.Latitude.Float64()
		lon, _ := v.Longitude.Float64()
		answer.Kind = KindLocation
		answer.Attachments = []Attachment{{Kind: KindLocation, Lat: lat, Lon: lon}}
		return answer, nil
	case "contacts", "interactive", "template":
		answer.Kind = map[string]Kind{"contacts": KindContact, "interactive": KindInteractive, "template": KindTemplate}[kind]
		return answer, nil
	}
	return answer, whatsappDetail(131009, "Param type must be one of {AUDIO, CONTACTS, DOCUMENT, IMAGE, INTERACTIVE, LOCATION, REACTION, STICKER, TEMPLATE, TEXT, VIDEO}")
}

func whatsappText(p *params, answer Answer) (Answer, *Refusal) {
	var v struct {
		Body string `json:"body"`
	}
	if err := p.decode("text", &v); err != nil || v.Body == "" {
		return answer, whatsappDetail(131008, "The parameter text['body'] is required.")
	}
	if utf8.RuneCountInString(v.Body) > 4096 {
		return answer, whatsappDetail(100, "Param text['body'] must be at most 4096 characters long.")
	}
	answer.Kind, answer.Text = KindText, v.Body
	return answer, nil
}

// whatsappLimits are the provider's sizes in bytes and types by kind.
func whatsappLimits(kind string) (int64, []string) {
	switch kind {
	case "image":
		return 5 << 20, []string{"image/jpeg", "image/png"}
	case "audio":
		return 16 << 20, []string{"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}
	case "video":
		return 16 << 20, []string{"video/mp4", "video/3gpp"}
	case "sticker":
		return 500 << 10, []string{"image/webp"}
	}
	return 100 << 20, nil
}

func (w *World) whatsappFile(ctx context.Context, a *account, p *params, kind string, answer Answer) (Answer, *Refusal) {
	var f waFile
	if p.decode(kind, &f) != nil || f.ID == "" && f.Link == "" {
		return answer, whatsappDetail(131008, fmt.Sprintf("%s needs an id or a link.", kind))
	}
	if utf8.RuneCountInString(f.Caption) > 1024 {
		return answer, whatsappDetail(100, fmt.Sprintf("Param %s['caption'] must be at most 1024 characters long.", kind))
	}
	limit, types := whatsappLimits(kind)
	up, ok := a.uploads.get(f.ID)
	if f.ID == "" {
		var err error
		up, err = w.fetch(ctx, f.Link, limit)
		ok = err == nil
	}
	base, _, _ := strings.Cut(up.MIME, ";")
	switch {
	case !ok:
		return answer, whatsappDetail(131053, "Media could not be found or downloaded.")
	case up.Size > limit || types != nil && !slices.Contains(types, base):
		return answer, whatsappDetail(131053, fmt.Sprintf("Unsupported %s mime type %s or size %d.", kind, base, up.Size))
	}
	answer.Kind = Kind(kind)
	if kind == "document" {
		answer.Kind = KindFile
		if f.Filename != "" {
			up.Name = f.Filename
		}
	}
	answer.Text = f.Caption
	answer.Attachments = []Attachment{{Kind: answer.Kind, Upload: up, Link: f.Link}}
	return answer, nil
}

func (w *World) whatsappUpload(rw http.ResponseWriter, a *account, p *params) {
	if w.upset(rw, a) {
		return
	}
	file, ok := p.files["file"]
	if !ok || p.text("messaging_product") != "whatsapp" {
		w.refuseGraph(rw, a, graphRefusal(400, 100, 0, "(#100) The parameters messaging_product and file are required."))
		return
	}
	if kind := p.text("type"); kind != "" {
		file.MIME = kind
	}
	if file.Size > 100<<20 || file.MIME == "" || file.MIME == "application/octet-stream" {
		w.refuseGraph(rw, a, graphRefusal(400, 100, 0, "(#100) Param file must be a file with one of the supported types and sizes."))
		return
	}
	id := a.newUploadID()
	a.uploads.put(id, file)
	writeJSON(rw, http.StatusOK, obj{"id": id})
}
