package simulator

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// act is what a customer does, before it takes the provider's form.
type act struct {
	kind     Kind
	text     string // text, caption, title or new text
	target   string // id of the message it is about
	payload  string // postback, quick reply, referral
	emoji    string // reaction; "" removes
	media    *medium
	lat, lon float64
	card     Card
	fwd      bool
	newPhone string
	lead     *lead
	foreign  func(stamp) fragment // made by another app
	numbered bool                 // a marker follows the text
}

// stamp is what the world adds to an act.
type stamp struct {
	id      string // mid, wamid, "chat:message"
	message int64  // Telegram message_id
	at      time.Time
	seq     int
}

// Card is a contact card a customer shares.
type Card struct {
	First, Last, Phone string
	Own                bool // the customer's own card (Telegram)
}

// lead is a referral that rides on a first message (WhatsApp click-to-chat ads).
type lead struct{ source, id, headline string }

// perform gives the act its place in the customer's order and sends it on its way.
func (c *Customer) perform(ctx context.Context, a act) (EventRef, error) {
	if c.acc.w.ctx.Err() != nil {
		return EventRef{}, ErrClosed
	}
	if err := c.acc.out.reserve(ctx, c.acc.w.ctx.Done()); err != nil {
		return EventRef{}, fmt.Errorf("customer %s/%d: %w", c.acc.ID, c.N, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	st := stamp{at: c.tick(), seq: c.seq + 1}
	st.id, st.message = c.newID(a.kind)
	if a.numbered {
		a.text += " " + Marker{Channel: c.acc.ID, Customer: c.N, Seq: st.seq}.String()
	}
	frag, err := c.acc.item(c, st, a)
	if err != nil {
		<-c.acc.out.slots
		return EventRef{}, err
	}
	c.seq = st.seq
	if a.kind.opensWindow() {
		c.wrote = st.at
	}
	if c.acc.Provider == WhatsApp && a.kind.Line() {
		c.acc.wrote(st.id, c)
	}
	e := newEvent(c, st.id, a.kind, st.seq, frag, st.at)
	e.text = a.text
	c.events = trimmed(append(c.events, e), c.acc.w.cfg.Keep)
	c.acc.out.push(c.out, e)
	return EventRef{ID: st.id, Customer: c.id, Seq: st.seq, ev: e}, nil
}

// newID makes the id of a message; on Telegram only what becomes a message takes a message_id. c.mu is held.
func (c *Customer) newID(kind Kind) (string, int64) {
	a := c.acc
	if a.Provider != Telegram {
		return a.newID(), 0
	}
	if !kind.Line() || kind == KindPostback {
		return "event:" + strconv.Itoa(a.nextSerial()), 0
	}
	c.messages++
	return c.id + ":" + strconv.FormatInt(c.messages, 10), c.messages
}

// newID makes a mid or a wamid.
func (a *account) newID() string {
	n := a.nextSerial()
	if a.Provider == WhatsApp {
		return a.w.run.wamid(a.ID+"/wamid", n)
	}
	return "m_" + a.w.run.token(a.ID+"/mid", n)
}

// item gives an act the form of the account's provider.
func (a *account) item(c *Customer, st stamp, act act) (fragment, error) {
	if act.foreign != nil {
		return act.foreign(st), nil
	}
	switch a.Provider {
	case Messenger:
		return c.messengerItem(st, act)
	case WhatsApp:
		return c.whatsappItem(st, act)
	default:
		return c.telegramItem(st, act)
	}
}

// Text writes a line.
func (c *Customer) Text(ctx context.Context, text string) (EventRef, error) {
	return c.perform(ctx, act{kind: KindText, text: text})
}

// Reply writes a line that quotes a message: one of the customer's own or one of ours, by its id.
func (c *Customer) Reply(ctx context.Context, to, text string) (EventRef, error) {
	return c.perform(ctx, act{kind: KindText, text: text, target: to})
}

// Forward writes a line marked as forwarded (WhatsApp and Telegram; Messenger does not tell).
func (c *Customer) Forward(ctx context.Context, text string) (EventRef, error) {
	return c.perform(ctx, act{kind: KindText, text: text, fwd: true})
}

// Image sends a picture with a caption, which Messenger sends as no text at all.
func (c *Customer) Image(ctx context.Context, caption string) (EventRef, error) {
	return c.sendMedia(ctx, KindImage, caption)
}

// Audio sends a sound file.
func (c *Customer) Audio(ctx context.Context) (EventRef, error) {
	return c.sendMedia(ctx, KindAudio, "")
}

// Voice sends a voice note (on Messenger a plain audio).
func (c *Customer) Voice(ctx context.Context) (EventRef, error) {
	return c.sendMedia(ctx, KindVoice, "")
}

// Video sends a film with a caption.
func (c *Customer) Video(ctx context.Context, caption string) (EventRef, error) {
	return c.sendMedia(ctx, KindVideo, caption)
}

// File sends a PDF with a caption.
func (c *Customer) File(ctx context.Context, caption string) (EventRef, error) {
	return c.sendMedia(ctx, KindFile, caption)
}

// Document sends a file of the customer's own making under any name and type, as somebody hostile would.
func (c *Customer) Document(ctx context.Context, name, mime string, data []byte) (EventRef, error) {
	return c.perform(ctx, act{kind: KindFile, media: c.acc.w.media.keep(c.acc, name, mime, data)})
}

// Sticker sends a sticker.
func (c *Customer) Sticker(ctx context.Context) (EventRef, error) {
	return c.sendMedia(ctx, KindSticker, "")
}

func (c *Customer) sendMedia(ctx context.Context, kind Kind, caption string) (EventRef, error) {
	if c.acc.Provider == Messenger {
		caption = ""
	}
	return c.perform(ctx, act{kind: kind, text: caption, media: c.acc.w.media.make(c.acc, kind)})
}

// Location sends a place; title may be empty.
func (c *Customer) Location(ctx context.Context, lat, lon float64, title string) (EventRef, error) {
	return c.perform(ctx, act{kind: KindLocation, lat: lat, lon: lon, text: title})
}

// Contact sends a contact card (not on Messenger).
func (c *Customer) Contact(ctx context.Context, card Card) (EventRef, error) {
	return c.perform(ctx, act{kind: KindContact, card: card})
}

// QuickReply taps a button that writes its own text: a quick reply on Messenger, a template's button on WhatsApp, a reply
// keyboard on Telegram, where only the text arrives.
func (c *Customer) QuickReply(ctx context.Context, text, payload string) (EventRef, error) {
	return c.perform(ctx, act{kind: KindQuickReply, text: text, payload: payload})
}

// Postback taps a button under one of our messages (target, may be empty).
func (c *Customer) Postback(ctx context.Context, target, title, payload string) (EventRef, error) {
	return c.perform(ctx, act{kind: KindPostback, text: title, payload: payload, target: target})
}

// React puts an emoji on a message, or takes it away when emoji is empty.
func (c *Customer) React(ctx context.Context, target, emoji string) (EventRef, error) {
	return c.perform(ctx, act{kind: KindReaction, target: target, emoji: emoji})
}

// Edit changes a text the customer has sent.
func (c *Customer) Edit(ctx context.Context, ref EventRef, text string) (EventRef, error) {
	return c.perform(ctx, act{kind: KindEdit, target: ref.ID, text: text})
}

// Delete takes back a message the customer has sent (Telegram never tells of it).
func (c *Customer) Delete(ctx context.Context, ref EventRef) (EventRef, error) {
	return c.perform(ctx, act{kind: KindDelete, target: ref.ID})
}

// Referral arrives through a link with a reference: an event of its own on Messenger, "/start <ref>" on Telegram. On
// WhatsApp it is a first message that carries the advertisement.
func (c *Customer) Referral(ctx context.Context, ref string) (EventRef, error) {
	switch c.acc.Provider {
	case Telegram:
		return c.Text(ctx, strings.TrimSpace("/start "+ref))
	case WhatsApp:
		return c.perform(ctx, act{kind: KindText, text: "Hello! I saw your offer.", lead: &lead{source: "https://example.com/ad", id: ref, headline: "Offer"}})
	}
	return c.perform(ctx, act{kind: KindReferral, payload: ref})
}

// Unsupported sends something the provider only names: a template on Messenger, an unknown type on WhatsApp, a poll on
// Telegram. A chat shows a placeholder for it.
func (c *Customer) Unsupported(ctx context.Context) (EventRef, error) {
	return c.perform(ctx, act{kind: KindUnsupported})
}

// Block makes the customer unreachable; only Telegram tells the company by an event.
func (c *Customer) Block(ctx context.Context) error { return c.block(ctx, true, KindBlock) }

// Unblock lets the company write again; only Telegram tells.
func (c *Customer) Unblock(ctx context.Context) error { return c.block(ctx, false, KindUnblock) }

func (c *Customer) block(ctx context.Context, blocked bool, kind Kind) error {
	c.SetBlocked(blocked)
	if c.acc.Provider != Telegram {
		return nil
	}
	_, err := c.perform(ctx, act{kind: kind})
	return err
}

// ChangeNumber moves a WhatsApp customer with a visible number to another one; later sends to the old number fail.
func (c *Customer) ChangeNumber(ctx context.Context, number string) (EventRef, error) {
	if c.acc.Provider != WhatsApp || c.Phone() == "" {
		return EventRef{}, ErrUnavailable
	}
	ref, err := c.perform(ctx, act{kind: KindNewNumber, newPhone: digits(number)})
	if err != nil {
		return ref, err
	}
	c.mu.Lock()
	old := c.phone
	c.phone = digits(number)
	c.mu.Unlock()
	c.acc.rename(c, old, digits(number))
	return ref, nil
}
