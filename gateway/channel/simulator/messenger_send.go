package simulator

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// fbMessage is the "message" of a Send API call.
type fbMessage struct {
	Text         string            `json:"text"`
	Metadata     string            `json:"metadata"`
	Attachment   *fbAttachment     `json:"attachment"`
	Attachments  []fbAttachment    `json:"attachments"`
	QuickReplies []json.RawMessage `json:"quick_replies"`
}

type fbAttachment struct {
	Type    string `json:"type"`
	Payload struct {
		URL          string `json:"url"`
		AttachmentID string `json:"attachment_id"`
		IsReusable   bool   `json:"is_reusable"`
		TemplateType string `json:"template_type"`
	} `json:"payload"`
}

type fbSend struct {
	recipient struct {
		ID string `json:"id"`
	}
	message *fbMessage
	reply   struct {
		MID string `json:"mid"`
	}
	control struct {
		AppID json.Number `json:"app_id"`
		Type  string      `json:"control_type"`
	}
	kind, tag, action string
}

func readSend(p *params) (s fbSend, err error) {
	s.kind, s.tag, s.action = p.text("messaging_type"), p.text("tag"), p.text("sender_action")
	if p.has("message") {
		s.message = &fbMessage{}
		err = p.decode("message", s.message)
	}
	for key, into := range map[string]any{"recipient": &s.recipient, "reply_to": &s.reply, "thread_control": &s.control} {
		if err == nil {
			err = p.decode(key, into)
		}
	}
	return s, err
}

func (w *World) messengerSend(rw http.ResponseWriter, r *http.Request, a *account, p *params) {
	s, err := readSend(p)
	if err != nil {
		w.refuseGraph(rw, a, graphRefusal(400, 100, 0, "(#100) "+err.Error()))
		return
	}
	c := a.find(s.recipient.ID)
	if c == nil {
		w.refuseGraph(rw, a, graphRefusal(400, 100, 2018001, "(#100) No matching user found"))
		return
	}
	if w.upset(rw, a) {
		return
	}
	if bad := c.messengerForbids(s); bad != nil {
		w.refuseGraph(rw, a, bad)
		return
	}
	if s.action != "" {
		w.messengerAction(rw, a, c, p, s.action)
		return
	}
	answer, bad := w.messengerAnswer(r.Context(), a, p, s)
	if bad != nil {
		w.refuseGraph(rw, a, bad)
		return
	}
	answer = c.accept(answer)
	if s.control.Type != "" {
		c.moveThread(s.control.Type, s.control.AppID.String())
	}
	w.finish(rw, r, c, answer, func() {
		out := obj{"recipient_id": c.id, "message_id": answer.ID}
		if s.message.Attachment != nil && s.message.Attachment.Payload.IsReusable {
			id := a.newUploadID()
			a.uploads.put(id, answer.Attachments[0].Upload)
			out["attachment_id"] = id
		}
		writeJSON(rw, http.StatusOK, out)
	})
}

// messengerForbids applies thread ownership, reachability and the window, in the provider's order.
func (c *Customer) messengerForbids(s fbSend) *Refusal {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.acc.w.cfg.Now()
	var bad Refusal
	since := now.Sub(c.wrote)
	week := s.kind == "MESSAGE_TAG" && s.tag == "HUMAN_AGENT" && since <= 7*24*time.Hour
	switch {
	case c.wrote.IsZero():
		return graphRefusal(400, 100, 2018001, "(#100) No matching user found")
	case c.standby(now):
		bad = ThreadNotOwned()
	case c.blocked:
		bad = PersonUnavailable()
	case s.kind == "MESSAGE_TAG" && s.tag != "HUMAN_AGENT":
		return graphRefusal(400, 100, 0, "(#100) Invalid parameter: this message tag is not available")
	case since > c.acc.w.cfg.Window && !week:
		bad = WindowClosed()
	default:
		return nil
	}
	return &bad
}

func (w *World) messengerAction(rw http.ResponseWriter, a *account, c *Customer, p *params, action string) {
	done := Action{}
	switch action {
	case "typing_on", "typing_off":
		done.Kind = strings.Replace(action, "_on", "", 1)
	case "mark_seen":
		done.Kind = "seen"
	case "react", "unreact":
		var payload struct {
			MID      string `json:"message_id"`
			Reaction string `json:"reaction"`
		}
		if err := p.decode("payload", &payload); err != nil || payload.MID == "" {
			w.refuseGraph(rw, a, graphRefusal(400, 100, 0, "(#100) payload must name a message_id"))
			return
		}
		done = Action{Kind: "reaction", Target: payload.MID, Emoji: payload.Reaction}
	default:
		w.refuseGraph(rw, a, graphRefusal(400, 100, 0, "(#100) Invalid sender_action"))
		return
	}
	c.act(done)
	writeJSON(rw, http.StatusOK, obj{"recipient_id": c.id})
}

// messengerAnswer checks the content of a send.
func (w *World) messengerAnswer(ctx context.Context, a *account, p *params, s fbSend) (Answer, *Refusal) {
	m := s.message
	invalid := func(why string) (Answer, *Refusal) { return Answer{}, graphRefusal(400, 100, 0, "(#100) "+why) }
	switch {
	case m == nil:
		return invalid("param message must be non-empty.")
	case s.kind != "" && s.kind != "RESPONSE" && s.kind != "UPDATE" && s.kind != "MESSAGE_TAG":
		return invalid("Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG}")
	case utf8.RuneCountInString(m.Text) > 2000:
		return invalid("Length of param message[text] must be less than or equal to 2000")
	case utf8.RuneCountInString(m.Metadata) > 1000:
		return invalid("Length of param message[metadata] must be less than or equal to 1000")
	}
	list := m.Attachments
	if m.Attachment != nil {
		list = append(list, *m.Attachment)
	}
	if m.Text == "" && len(list) == 0 {
		return invalid("param message must be non-empty.")
	}
	if m.Text != "" && m.Attachment != nil {
		return invalid("Cannot send text and attachment in one message")
	}
	answer := Answer{Kind: KindText, Text: m.Text, OurID: m.Metadata, ReplyTo: s.reply.MID, Tag: s.tag}
	for _, at := range list {
		got, bad := w.messengerAttachment(ctx, a, p, at)
		if bad != nil {
			return Answer{}, bad
		}
		answer.Kind = got.Kind
		answer.Attachments = append(answer.Attachments, got)
	}
	return answer, nil
}

func (w *World) messengerAttachment(ctx context.Context, a *account, p *params, at fbAttachment) (Attachment, *Refusal) {
	out := Attachment{Kind: Kind(at.Type), Link: at.Payload.URL}
	switch at.Type {
	case "image", "audio", "video", "file":
	case "template":
		return out, nil
	default:
		return out, graphRefusal(400, 100, 0, "(#100) Param message[attachment][type] must be one of {AUDIO, FILE, IMAGE, TEMPLATE, VIDEO}")
	}
	limit := int64(25 << 20)
	file, isUpload := p.files["filedata"]
	switch {
	case isUpload:
		out.Upload = file
	case at.Payload.AttachmentID != "":
		up, ok := a.uploads.get(at.Payload.AttachmentID)
		if !ok {
			return out, graphRefusal(400, 100, 2018074, "(#100) The attachment id is not valid")
		}
		out.Upload = up
	case at.Payload.URL != "":
		if at.Type == "image" {
			limit = 8 << 20
		}
		up, err := w.fetch(ctx, at.Payload.URL, limit)
		if err != nil {
			return out, graphRefusal(400, 100, 2018008, "(#100) Failed to fetch the file from the url")
		}
		out.Upload = up
	default:
		return out, graphRefusal(400, 100, 0, "(#100) An attachment needs filedata, url or attachment_id")
	}
	if out.Size > limit {
		return out, graphRefusal(400, 100, 2018047, "(#100) Upload attachment failure: the file is too large")
	}
	return out, nil
}

func (w *World) messengerUpload(rw http.ResponseWriter, r *http.Request, a *account, p *params) {
	if w.upset(rw, a) {
		return
	}
	m := fbMessage{}
	if err := p.decode("message", &m); err != nil || m.Attachment == nil {
		w.refuseGraph(rw, a, graphRefusal(400, 100, 0, "(#100) param message[attachment] is required"))
		return
	}
	got, bad := w.messengerAttachment(r.Context(), a, p, *m.Attachment)
	if bad != nil {
		w.refuseGraph(rw, a, bad)
		return
	}
	id := a.newUploadID()
	a.uploads.put(id, got.Upload)
	writeJSON(rw, http.StatusOK, obj{"attachment_id": id})
}

func (a *account) newUploadID() string {
	return fmt.Sprint(1_000_000_000_000_000 + a.w.run.below(a.ID+"/upload", a.nextSerial(), 8_000_000_000_000_000))
}

// fetch gets a file the company gave by URL, as the provider would, within 10 s and the limit.
func (w *World) fetch(ctx context.Context, url string, limit int64) (Upload, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return Upload{}, fmt.Errorf("fetch media: %w", err)
	}
	res, err := w.cfg.Client.Do(req)
	if err != nil {
		return Upload{}, fmt.Errorf("fetch media: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return Upload{}, fmt.Errorf("fetch media: status %d", res.StatusCode)
	}
	return weigh(io.LimitReader(res.Body, limit+1), "", res.Header.Get("Content-Type"))
}
