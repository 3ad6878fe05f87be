package simulator

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Customer is one person who writes to one account. All methods may be used concurrently; acts of one customer are
// sent in the order in which their calls returned.
type Customer struct {
	N        int
	acc      *account
	who      identity
	id       string // psid or Telegram user id; on WhatsApp the first of number and bsuid
	bsuid    string // WhatsApp only, may be empty
	out, rcp *lane  // own acts; receipts and echoes

	mu       sync.Mutex
	phone    string // WhatsApp: empty when hidden; Telegram and Messenger: what a contact card would hold
	seq      int
	clock    time.Time // timestamps never go back within a customer
	messages int64     // Telegram: last message_id of the private chat
	events   []*event
	answers  []Answer
	actions  []Action
	got      int           // answers ever accepted; answers may have been trimmed
	changed  chan struct{} // closed at the next answer
	wrote    time.Time     // last act that opens the window; zero: never
	sendAt   time.Time     // last answer, for the pair limit
	blocked  bool
	edits    map[string]int    // Messenger: edits so far by mid
	emojis   map[string]string // Telegram: the standing reaction by message
	failWith int               // WhatsApp: error code of the failed status that follows the next answer
	owner    string            // Messenger: app id that controls the thread, "" when idle
	ownUntil time.Time
}

func newCustomer(a *account, n int) *Customer {
	s := a.w.seed
	c := &Customer{N: n, acc: a, who: a.w.identity(a.ID, n), out: &lane{}, rcp: &lane{}, changed: make(chan struct{}), edits: map[string]int{}, emojis: map[string]string{}}
	c.phone = s.phone(a.ID, c.who.dialling, n)
	switch a.Provider {
	case Messenger:
		c.id = s.psid(a.ID, n)
		c.owner = a.BotAppID
		if c.owner == "" {
			c.owner = a.AppID
		}
	case WhatsApp:
		c.joinWhatsApp(n)
	case Telegram:
		c.id = strconv.FormatInt(s.telegramID(a.ID, n), 10)
		c.messages = int64(a.w.run.below(a.ID+"/message_id", n, 1_000_000_000))
	}
	if a.w.cfg.OpenWindows {
		c.wrote = a.w.cfg.Now()
	}
	return c
}

// joinWhatsApp gives the three kinds in turn: number only, number and bsuid, bsuid only.
func (c *Customer) joinWhatsApp(n int) {
	if n%3 != 0 {
		c.bsuid = c.acc.w.seed.bsuid(c.acc.ID, c.who.country, n)
	}
	if n%3 == 2 {
		c.phone = ""
	}
	c.id = c.phone
	if c.phone == "" {
		c.id = c.bsuid
	}
}

func (c *Customer) names() []string {
	if c.acc.Provider != WhatsApp {
		return []string{c.id}
	}
	return slices.DeleteFunc([]string{c.phone, c.bsuid}, func(s string) bool { return s == "" })
}

// ID is the provider's id: psid, WhatsApp number (or bsuid where the number is hidden), Telegram user id.
func (c *Customer) ID() string { return c.id }

// Channel is the id of the account the customer writes to.
func (c *Customer) Channel() string { return c.acc.ID }

// Provider is the messenger the customer uses.
func (c *Customer) Provider() Provider { return c.acc.Provider }

// Name is the name the provider tells the company.
func (c *Customer) Name() string {
	if c.who.last == "" {
		return c.who.first
	}
	return c.who.first + " " + c.who.last
}

// Language is the customer's language, en or ru.
func (c *Customer) Language() string { return c.who.lang }

// Phone is the number; on WhatsApp empty when the customer hides it.
func (c *Customer) Phone() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.phone
}

// BSUID is WhatsApp's business-scoped user id, empty for customers without one.
func (c *Customer) BSUID() string { return c.bsuid }

// Events tells the state of everything the customer did, in order.
func (c *Customer) Events() []EventReport {
	c.mu.Lock()
	events := slices.Clone(c.events)
	c.mu.Unlock()
	out := make([]EventReport, len(events))
	for i, e := range events {
		out[i] = e.report()
	}
	return out
}

// Lines is Events without the acts that are no line of a chat (reactions, edits, referrals ...).
func (c *Customer) Lines() []EventReport {
	return slices.DeleteFunc(c.Events(), func(r EventReport) bool { return !r.Kind.Line() })
}

// Answers lists what the company's sends brought, in the order of acceptance.
func (c *Customer) Answers() []Answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.answers)
}

// Actions lists typing, read marks and reactions of the company's.
func (c *Customer) Actions() []Action {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.actions)
}

// Changed is closed at the next answer or action; ask again after that.
func (c *Customer) Changed() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.changed
}

// WaitAnswers returns when at least n answers have come in all, with those still kept, or with ctx's error.
func (c *Customer) WaitAnswers(ctx context.Context, n int) ([]Answer, error) {
	for {
		c.mu.Lock()
		got, answers, changed := c.got, slices.Clone(c.answers), c.changed
		c.mu.Unlock()
		if got >= n {
			return answers, nil
		}
		select {
		case <-changed:
		case <-c.acc.w.ctx.Done():
			return answers, ErrClosed
		case <-ctx.Done():
			return answers, fmt.Errorf("customer %s/%d has %d of %d answers: %w", c.acc.ID, c.N, got, n, ctx.Err())
		}
	}
}

// SetBlocked makes the customer unreachable without telling the company by an event: Messenger answers 551, Telegram 403,
// and WhatsApp accepts and then reports 131026.
func (c *Customer) SetBlocked(blocked bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.blocked = blocked
}

// FailNext makes the next answer on WhatsApp end in a failed status with this code after it was accepted.
func (c *Customer) FailNext(code int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failWith = code
}

// tick gives the time of an act: now, but never earlier than the act before. c.mu is held.
func (c *Customer) tick() time.Time {
	now := c.acc.w.cfg.Now()
	if !now.After(c.clock) {
		now = c.clock.Add(time.Millisecond)
	}
	c.clock = now
	return now
}

// notify wakes those who wait for the customer. c.mu is held.
func (c *Customer) notify() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// trimmed drops the oldest half when a list has grown to twice its limit; limit 0 keeps all.
func trimmed[T any](list []T, limit int) []T {
	if limit == 0 || len(list) < 2*limit {
		return list
	}
	return slices.Clone(list[len(list)-limit:])
}
