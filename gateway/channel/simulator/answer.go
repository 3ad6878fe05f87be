package simulator

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// Answer is one message of the company's that a provider accepted for a customer.
type Answer struct {
	ID          string // provider's id: mid, wamid, "chat:message"
	Seq         int    // 1, 2, ... per customer
	At          time.Time
	Kind        Kind
	Text        string // text or caption
	Attachments []Attachment
	ReplyTo     string
	OurID       string // metadata (Messenger), biz_opaque_callback_data (WhatsApp); Telegram has none
	Tag         string // Messenger message tag
	Unanswered  bool   // accepted, but the caller never got the HTTP answer
}

// Attachment is one file, place or card of an answer.
type Attachment struct {
	Kind Kind
	Upload
	Link     string // when the company gave a URL
	Lat, Lon float64
}

// Action is something the company did that is no message.
type Action struct {
	Kind   string // typing, seen, reaction, callback (a pressed button was answered)
	Target string // message id, may be empty
	Emoji  string
	At     time.Time
}

func (c *Customer) act(a Action) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a.At = c.acc.w.cfg.Now()
	c.actions = trimmed(append(c.actions, a), max(c.acc.w.cfg.Keep, 1000))
	c.notify()
}

// accept records an answer, gives it its id and plans what the provider says about it later.
func (c *Customer) accept(a Answer) Answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	a.At = c.tick()
	c.sendAt = a.At
	if c.acc.Provider == Telegram {
		c.messages++
		a.ID = c.id + ":" + strconv.FormatInt(c.messages, 10)
	} else {
		a.ID = c.acc.newID()
	}
	if c.acc.Provider == WhatsApp && (c.blocked || c.failWith != 0) { // accepted, and then reported as failed
		code := c.failWith
		if code == 0 {
			code = 131026
		}
		c.failWith = 0
		c.later(KindReceipt, a.ID, c.waStatus(a, "failed", code, a.At), c.acc.w.cfg.ReceiptDelay)
		return a
	}
	c.got++
	a.Seq = c.got
	c.answers = trimmed(append(c.answers, a), c.acc.w.cfg.Keep)
	c.acc.countAnswer()
	c.notify()
	return a
}

func (a *account) countAnswer() {
	a.out.mu.Lock()
	defer a.out.mu.Unlock()
	a.out.tally.Answers++
}

// finish answers the call with ok, or, by fault, never; the echo and the receipts follow either way.
func (w *World) finish(rw http.ResponseWriter, r *http.Request, c *Customer, a Answer, ok func()) {
	if a.Seq == 0 { // accepted, and already reported as failed
		ok()
		return
	}
	echoed := c.acc.Provider == Messenger && w.dice.strike(EchoFirst)
	if echoed {
		w.echoFirst(r.Context(), c, a)
	}
	if w.dice.strike(TimeoutAfterAccept) {
		c.unanswered(a.ID)
		c.follow(a, echoed)
		w.silence(r)
	}
	ok()
	c.follow(a, echoed)
}

// follow plans the echo, unless it has gone out, and the receipts.
func (c *Customer) follow(a Answer, echoed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.acc.Provider == Messenger && !echoed {
		c.later(KindEcho, a.ID, c.messengerEcho(a, c.acc.AppID, a.At), c.acc.w.cfg.ReceiptDelay/4)
	}
	c.receipts(a)
}

func (c *Customer) unanswered(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.answers {
		if c.answers[i].ID == id {
			c.answers[i].Unanswered = true
		}
	}
}

// silence holds the connection until the caller gives up (or Hang has passed) and closes it without an answer.
func (w *World) silence(r *http.Request) {
	t := time.NewTimer(w.cfg.Hang)
	defer t.Stop()
	select {
	case <-r.Context().Done():
	case <-w.ctx.Done():
	case <-t.C:
	}
	panic(http.ErrAbortHandler)
}

// echoFirst delivers the echo and waits until it is acknowledged, so that it surely precedes the HTTP answer.
func (w *World) echoFirst(ctx context.Context, c *Customer, a Answer) {
	c.mu.Lock()
	frag := c.messengerEcho(a, c.acc.AppID, a.At)
	c.mu.Unlock()
	e := newEvent(c, a.ID, KindEcho, 0, frag, time.Now())
	c.acc.out.push(&lane{}, e)
	t := time.NewTimer(2 * time.Second)
	defer t.Stop()
	select {
	case <-e.acked:
	case <-t.C:
	case <-ctx.Done():
	case <-w.ctx.Done():
	}
}

// later queues a receipt or an echo on the customer's second lane. c.mu is held.
func (c *Customer) later(kind Kind, id string, frag fragment, wait time.Duration) {
	e := newEvent(c, id, kind, 0, frag, time.Now())
	e.notBefore = time.Now().Add(wait)
	c.acc.out.push(c.rcp, e)
}

// receipts plans what the provider tells about an accepted answer: sent, delivered, read for WhatsApp, the two watermarks
// for Messenger, nothing for Telegram. By fault they come the other way round. c.mu is held.
func (c *Customer) receipts(a Answer) {
	if c.acc.Provider == Telegram {
		return
	}
	now := c.acc.w.cfg.Now()
	var frags []fragment
	if c.acc.Provider == Messenger {
		frags = []fragment{c.messengerWatermark("delivery", a, now), c.messengerWatermark("read", a, now)}
	} else {
		for _, status := range []string{"sent", "delivered", "read"} {
			frags = append(frags, c.waStatus(a, status, 0, now))
		}
	}
	if c.acc.w.dice.strike(ReceiptsOutOfOrder) {
		for i, j := 0, len(frags)-1; i < j; i, j = i+1, j-1 {
			frags[i], frags[j] = frags[j], frags[i]
		}
	}
	for i, f := range frags {
		c.later(KindReceipt, a.ID, f, time.Duration(i+1)*c.acc.w.cfg.ReceiptDelay)
	}
}
