package simulator

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
)

// account is one company account: its customers, its webhook and its outgoing events.
type account struct {
	Channel
	w   *World
	out *outbox

	mu      sync.Mutex
	made    []*Customer
	byN     map[int]*Customer
	byID    map[string]*Customer // every id a send may name: psid, number, bsuid, chat id
	webhook string
	secret  string
	update  int64 // the last Telegram update_id
	serial  int   // of ids that belong to no customer
	refuse  []Refusal
	uploads *uploads
	pressed map[string]*Customer // Telegram: buttons that wait for answerCallbackQuery
	authors map[string]*Customer // WhatsApp: who wrote a message, for read marks
	oldest  []string             // keys of authors in order
	fields  string               // subscribed_fields as set by the company
}

func newAccount(w *World, ch Channel) *account {
	s := w.seed
	ch.WABAID = cmp.Or(ch.WABAID, strconv.FormatUint(900_000_000_000_000+s.below(ch.PhoneNumberID+"/waba", 0, 99_999_999_999_999), 10))
	ch.DisplayNumber = digits(cmp.Or(ch.DisplayNumber, fmt.Sprintf("1555%07d", s.below(ch.PhoneNumberID+"/display", 0, 10_000_000))))
	ch.Username = cmp.Or(ch.Username, strings.ReplaceAll(ch.ID, "-", "_")+"_bot")
	a := &account{Channel: ch, w: w, byN: map[int]*Customer{}, byID: map[string]*Customer{}, authors: map[string]*Customer{}, pressed: map[string]*Customer{},
		webhook: ch.Webhook, secret: ch.SecretToken, uploads: newUploads(),
		update: int64(100_000_000 + w.run.below(ch.ID+"/update", 0, 1_900_000_000))}
	a.out = newOutbox(a, w.dice, &w.cfg)
	return a
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func (a *account) hook() (webhook, secret string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.webhook, a.secret
}

// setHook changes the webhook; a nil secret leaves the secret as it is.
func (a *account) setHook(webhook string, secret *string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.webhook = webhook
	if secret != nil {
		a.secret = *secret
	}
}

// forgeable says whether the company could tell a forged body at all.
func (a *account) forgeable() bool {
	if a.Provider != Telegram {
		return true
	}
	_, secret := a.hook()
	return secret != ""
}

func (a *account) customer(n int) *Customer {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.byN[n]; c != nil {
		return c
	}
	c := newCustomer(a, n)
	a.byN[n] = c
	a.made = append(a.made, c)
	for _, id := range c.names() {
		a.byID[id] = c
	}
	return c
}

// find gives the customer a send names, or nil.
func (a *account) find(id string) *Customer {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.byID[id]
}

func (a *account) rename(c *Customer, from, to string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.byID, from)
	a.byID[to] = c
}

// authorLimit is how many messages of customers can still be marked read.
const authorLimit = 50_000

// wrote remembers who wrote a message.
func (a *account) wrote(id string, c *Customer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.authors[id] = c
	a.oldest = append(a.oldest, id)
	if len(a.oldest) > authorLimit {
		delete(a.authors, a.oldest[0])
		a.oldest = a.oldest[1:]
	}
}

// press remembers who waits for the answer to a pressed button.
func (a *account) press(query string, c *Customer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.pressed[query] = c
}

// released takes the customer whose button an answer is for, or nil.
func (a *account) released(query string) *Customer {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.pressed[query]
	delete(a.pressed, query)
	return c
}

// writer finds the customer who wrote a message, or nil.
func (a *account) writer(id string) *Customer {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.authors[id]
}

func (a *account) nextUpdate() int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.update++
	return a.update
}

func (a *account) nextSerial() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.serial++
	return a.serial
}

func (a *account) botID() int64 {
	id, _, _ := strings.Cut(a.Token, ":")
	n, _ := strconv.ParseInt(id, 10, 64)
	return n
}

// Handshake makes the provider's verification call (GET with hub.challenge) to a Meta channel's webhook; the error says
// what a provider would complain of. Telegram has none and always passes.
func (w *World) Handshake(ctx context.Context, channel string) error {
	a := w.mustAccount(channel)
	if a.Provider == Telegram {
		return nil
	}
	challenge := strconv.FormatUint(w.run.below(channel+"/challenge", a.nextSerial(), 1e10), 10)
	hook, _ := a.hook()
	q := url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {a.VerifyToken}, "hub.challenge": {challenge}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, hook+"?"+q.Encode(), nil)
	if err != nil {
		return fmt.Errorf("verify webhook of %s: %w", channel, err)
	}
	res, err := w.cfg.Client.Do(req)
	if err != nil {
		return fmt.Errorf("verify webhook of %s: %w", channel, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 4096))
	if err != nil {
		return fmt.Errorf("verify webhook of %s: %w", channel, err)
	}
	if res.StatusCode != http.StatusOK || string(body) != challenge {
		return fmt.Errorf("verify webhook of %s: status %d, and the body is not the challenge alone", channel, res.StatusCode)
	}
	return nil
}
