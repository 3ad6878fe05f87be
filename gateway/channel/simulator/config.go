package simulator

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// Provider names one of the three messengers.
type Provider string

// The providers the simulator plays.
const (
	Messenger Provider = "messenger"
	WhatsApp  Provider = "whatsapp"
	Telegram  Provider = "telegram"
)

// Channel is one company account at a provider. Webhook is where its events are posted; the other fields are what both
// sides must agree on. Unused fields of other providers stay empty.
type Channel struct {
	ID       string
	Provider Provider
	Webhook  string

	// Meta (Messenger and WhatsApp).
	AppID       string // decimal; the app that sends through our token
	AppSecret   string
	VerifyToken string
	AccessToken string

	// Messenger. With a BotAppID every thread starts in that app's hands and we hear it on standby.
	PageID   string
	BotAppID string
	// BotGrants makes the bot pass the thread on when we request it.
	BotGrants bool

	// WhatsApp.
	WABAID        string // default: derived from PhoneNumberID
	PhoneNumberID string
	DisplayNumber string // digits; default: derived from PhoneNumberID

	// Telegram.
	Token       string
	SecretToken string
	Username    string // the bot's; default "<id>_bot"
}

// Config says which accounts exist, which faults are on and how patient the providers are. Zero values mean the default
// given beside each field.
type Config struct {
	Seed     uint64
	Run      string // salt of message ids, so that two runs on one server never repeat an id; default: start time
	Channels []Channel
	Faults   []Fault
	// FaultRate is the chance of a fault at each of its opportunities, 0..1; default 0.1. Until a fault has happened
	// once every opportunity is taken, so a short run shows all of them.
	FaultRate float64

	URL           string        // where the company reaches us, without trailing slash; Start sets it when empty
	Connections   int           // parallel webhook connections per account; default 16
	Timeout       time.Duration // how long a webhook may take; default 5s
	Backoff       time.Duration // first pause before a redelivery; default 100ms, doubled each time
	BackoffMax    time.Duration // longest pause; default 5s
	Pending       int           // customer events waiting per account before senders must wait; default 10000
	Keep          int           // events and answers kept per customer for the verdict, 0 = all
	BatchWait     time.Duration // how long the batch fault gathers; default 40ms
	LateBy        time.Duration // longest delay of the late fault; default 400ms
	ReceiptDelay  time.Duration // pause between an accepted send and each following receipt; default 20ms
	Hang          time.Duration // longest silence of timeout_after_accept; default 60s
	MediaTTL      time.Duration // life of a media URL; default 5m
	Window        time.Duration // the customer-care window; default 24h
	OpenWindows   bool          // customers count as having written when they were created (a demo over kept data)
	Client        *http.Client  // default: own client, no redirects followed
	Logger        *slog.Logger  // default: discards
	Now           func() time.Time
	StrictPairing bool // WhatsApp: refuse a second send to one customer within 6 s (131056), as the provider may
	// Names gives the n-th customer of a channel other names than the seed does; an empty first name leaves both as they
	// are. It must answer the same every time. Default: the seed's names.
	Names func(channel string, n int) (first, last string)
}

func (c Config) withDefaults() Config {
	c.Now = cmpFunc(c.Now, time.Now)
	c.Run = cmp.Or(c.Run, fmt.Sprint(time.Now().UnixNano()))
	c.FaultRate = cmp.Or(c.FaultRate, 0.1)
	c.Connections = cmp.Or(c.Connections, 16)
	c.Timeout = cmp.Or(c.Timeout, 5*time.Second)
	c.Backoff = cmp.Or(c.Backoff, 100*time.Millisecond)
	c.BackoffMax = cmp.Or(c.BackoffMax, 5*time.Second)
	c.Pending = cmp.Or(c.Pending, 10_000)
	c.BatchWait = cmp.Or(c.BatchWait, 40*time.Millisecond)
	c.LateBy = cmp.Or(c.LateBy, 400*time.Millisecond)
	c.ReceiptDelay = cmp.Or(c.ReceiptDelay, 20*time.Millisecond)
	c.Hang = cmp.Or(c.Hang, time.Minute)
	c.MediaTTL = cmp.Or(c.MediaTTL, 5*time.Minute)
	c.Window = cmp.Or(c.Window, 24*time.Hour)
	c.Logger = cmp.Or(c.Logger, slog.New(slog.DiscardHandler))
	return c
}

func cmpFunc(f, or func() time.Time) func() time.Time {
	if f == nil {
		return or
	}
	return f
}

func (c Config) validate() error {
	var bad []error
	seen := map[string]bool{}
	for i, ch := range c.Channels {
		if ch.ID == "" || seen[ch.ID] {
			bad = append(bad, fmt.Errorf("channel %d: id %q is empty or used twice", i, ch.ID))
		}
		seen[ch.ID] = true
		if err := ch.validate(); err != nil {
			bad = append(bad, fmt.Errorf("channel %q: %w", ch.ID, err))
		}
	}
	if c.FaultRate < 0 || c.FaultRate > 1 {
		bad = append(bad, fmt.Errorf("fault rate %v is not between 0 and 1", c.FaultRate))
	}
	return errors.Join(bad...)
}

func (ch Channel) validate() error {
	need := map[string]string{}
	switch ch.Provider {
	case Messenger:
		need = map[string]string{"page id": ch.PageID, "app secret": ch.AppSecret, "access token": ch.AccessToken}
	case WhatsApp:
		need = map[string]string{"phone number id": ch.PhoneNumberID, "app secret": ch.AppSecret, "access token": ch.AccessToken}
	case Telegram:
		need = map[string]string{"token": ch.Token}
	default:
		return fmt.Errorf("unknown provider %q", ch.Provider)
	}
	for name, value := range need {
		if value == "" {
			return fmt.Errorf("%s is missing", name)
		}
	}
	return nil
}
