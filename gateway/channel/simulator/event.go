package simulator

import (
	"slices"
	"time"
)

// Kind says what a customer did, or what the company's message held.
type Kind string

// The kinds of customer acts and of answers.
const (
	KindText        Kind = "text"
	KindImage       Kind = "image"
	KindAudio       Kind = "audio"
	KindVoice       Kind = "voice"
	KindVideo       Kind = "video"
	KindFile        Kind = "file"
	KindSticker     Kind = "sticker"
	KindLocation    Kind = "location"
	KindContact     Kind = "contact"
	KindQuickReply  Kind = "quick_reply"
	KindPostback    Kind = "postback"
	KindReaction    Kind = "reaction"
	KindEdit        Kind = "edit"
	KindDelete      Kind = "delete"
	KindReferral    Kind = "referral"
	KindBlock       Kind = "block"
	KindUnblock     Kind = "unblock"
	KindNewNumber   Kind = "new_number"
	KindUnsupported Kind = "unsupported"
	KindBot         Kind = "bot"            // the external bot wrote to the customer
	KindPass        Kind = "pass_control"   // another app passed the thread
	KindTake        Kind = "take_control"   // another app took the thread
	KindTemplate    Kind = "template"       // answers only
	KindInteractive Kind = "interactive"    // answers only
	KindReceipt     Kind = "receipt"        // sent, delivered, read, failed
	KindEcho        Kind = "echo"           // the echo of an answer
	KindRequest     Kind = "request_thread" // another app asks for the thread
)

// Line says whether the act must appear in a chat as a line of the customer's.
func (k Kind) Line() bool {
	switch k {
	case KindText, KindImage, KindAudio, KindVoice, KindVideo, KindFile, KindSticker, KindLocation, KindContact,
		KindQuickReply, KindPostback, KindUnsupported:
		return true
	}
	return false
}

// opensWindow says whether the act starts the 24 hours in which the company may write.
func (k Kind) opensWindow() bool { return k.Line() || k == KindReaction }

// fragment is one event as it stands inside a provider's envelope.
type fragment struct {
	raw     []byte
	standby bool // Messenger: another app owns the thread
}

// event is one fact on its way to the webhook. Its mutable fields belong to its outbox's lock.
type event struct {
	id, text  string
	kind      Kind
	seq       int // 0 for receipts and echoes
	c         *Customer
	frag      fragment
	created   time.Time
	notBefore time.Time
	acked     chan struct{}

	firstSent, ackedAt   time.Time
	attempts, lastStatus int
	parcel               int64
	place                int
	faults               []Fault
}

func newEvent(c *Customer, id string, kind Kind, seq int, frag fragment, now time.Time) *event {
	return &event{c: c, id: id, kind: kind, seq: seq, frag: frag, created: now, acked: make(chan struct{})}
}

// EventRef points at an event that is on its way.
type EventRef struct {
	// ID is the provider's id of the message, as a reply, a reaction or an edit names it: a mid, a wamid, or
	// "chat:message" on Telegram.
	ID       string
	Customer string // the provider's id of the customer
	Seq      int    // 1, 2, ... per customer
	ev       *event
}

// Acked is closed when the company has acknowledged the event.
func (r EventRef) Acked() <-chan struct{} { return r.ev.acked }

// Report tells where the event stands now.
func (r EventRef) Report() EventReport { return r.ev.report() }

// EventReport is what is known about one event of a customer's.
type EventReport struct {
	ID         string
	Channel    string
	Customer   int    // the number it was made with
	CustomerID string // the provider's id
	Seq        int
	Kind       Kind
	Text       string
	Created    time.Time
	FirstSent  time.Time // zero: not sent yet
	Acked      time.Time // zero: not acknowledged yet
	Attempts   int
	LastStatus int // HTTP status of the last attempt, 0 when there was no answer
	Faults     []Fault
	parcel     int64
	place      int
}

// Before says whether an observer may rely on r being stored before o: it was acknowledged before o was first sent, or
// both came in one body with r first.
func (r EventReport) Before(o EventReport) bool {
	if r.parcel != 0 && r.parcel == o.parcel && r.Channel == o.Channel {
		return r.place < o.place
	}
	return !r.Acked.IsZero() && !o.FirstSent.IsZero() && !r.Acked.After(o.FirstSent)
}

func (e *event) report() EventReport {
	o := e.c.acc.out
	o.mu.Lock()
	defer o.mu.Unlock()
	return EventReport{ID: e.id, Channel: e.c.acc.ID, Customer: e.c.N, CustomerID: e.c.ID(), Seq: e.seq, Kind: e.kind,
		Text: e.text, Created: e.created, FirstSent: e.firstSent, Acked: e.ackedAt, Attempts: e.attempts,
		LastStatus: e.lastStatus, Faults: slices.Clone(e.faults), parcel: e.parcel, place: e.place}
}
