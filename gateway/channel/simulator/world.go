package simulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// ErrClosed is returned by every act after Close.
var ErrClosed = errors.New("simulator: closed")

// ErrUnavailable is returned for an act the provider has no event for, such as a contact card on Messenger.
var ErrUnavailable = errors.New("simulator: the provider has no such event")

// World is all providers and all customers. It is an http.Handler; Start serves it on a port of its own.
type World struct {
	cfg      Config
	seed     seed // identities: the same in every run
	run      seed // message ids: new in every run
	dice     *dice
	accounts map[string]*account
	order    []*account
	media    *library

	ctx    context.Context
	cancel context.CancelFunc
	loops  sync.WaitGroup

	mu       sync.Mutex
	url      string
	server   *http.Server
	chatters []*Chatter
	closed   bool
	calls    sync.WaitGroup // API calls under way
}

// New builds a world and starts its deliveries; it listens only after Start. The error names every fault of cfg.
func New(cfg Config) (*World, error) {
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("simulator config: %w", err)
	}
	cfg = cfg.withDefaults()
	w := &World{cfg: cfg, seed: seed(cfg.Seed), accounts: map[string]*account{}, url: cfg.URL,
		dice: newDice(cfg.Seed, cfg.FaultRate, cfg.Faults), media: newLibrary()}
	w.run = seed(w.seed.number("run/"+cfg.Run, 0))
	if cfg.Client == nil {
		w.cfg.Client = newClient(cfg.Connections * max(1, len(cfg.Channels)))
	}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	for _, ch := range cfg.Channels {
		a := newAccount(w, ch)
		w.accounts[ch.ID] = a
		w.order = append(w.order, a)
		w.loops.Go(func() { a.out.run(w.ctx) })
	}
	return w, nil
}

func newClient(idle int) *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy = nil
	t.DisableCompression = true
	t.MaxIdleConns, t.MaxIdleConnsPerHost = idle, idle
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // no provider follows a redirect
	}}
}

// Start listens on addr ("127.0.0.1:0" picks a port), serves the APIs there and returns the base URL.
func (w *World) Start(addr string) (string, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return "", fmt.Errorf("simulator listen: %w", err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || w.server != nil {
		_ = l.Close()
		return "", fmt.Errorf("simulator cannot start twice or after Close: %w", ErrClosed)
	}
	w.server = &http.Server{Handler: w, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	if w.url == "" {
		w.url = "http://" + l.Addr().String()
	}
	srv := w.server
	w.loops.Go(func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			w.cfg.Logger.Error("simulator stopped serving", "err", err)
		}
	})
	return w.url, nil
}

// Close stops chatters, deliveries and the server and returns when all their goroutines have ended. Events that were
// not acknowledged are dropped; call Drained first to wait for them.
func (w *World) Close() error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil
	}
	w.closed = true
	srv, chatters := w.server, w.chatters
	w.mu.Unlock()
	for _, c := range chatters {
		c.Close()
	}
	w.cancel()
	var err error
	if srv != nil {
		// Connections that callers opened and never used count as busy for Shutdown: a short wait, then the end.
		ctx, stop := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer stop()
		if err = srv.Shutdown(ctx); err != nil {
			err = srv.Close()
		}
	}
	w.loops.Wait()
	w.calls.Wait()
	w.cfg.Client.CloseIdleConnections()
	return err
}

// enter counts an API call; false once the world is closed.
func (w *World) enter() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return false
	}
	w.calls.Add(1)
	return true
}

// URL is the base under which the company reaches this world. Without Start and Config.URL it is empty.
func (w *World) URL() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.url
}

// APIURL is what a channel's api_url must be: the Graph root with a version, or the Bot API root.
func (w *World) APIURL(channel string) string {
	if a := w.accounts[channel]; a != nil && a.Provider != Telegram {
		return w.URL() + "/v24.0"
	}
	return w.URL()
}

// SetURL tells the world where it is served when something else serves it as a handler.
func (w *World) SetURL(url string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.url = strings.TrimRight(url, "/")
}

// SetWebhook changes where a channel's events are posted, from the next attempt on.
func (w *World) SetWebhook(channel, url string) { w.mustAccount(channel).setHook(url, nil) }

// Channels lists the accounts' ids in the order of the configuration.
func (w *World) Channels() []string {
	ids := make([]string, len(w.order))
	for i, a := range w.order {
		ids[i] = a.ID
	}
	return ids
}

// Customer gives the n-th customer (0 <= n < 1,000,000) of a channel, always the same one. It panics when the
// configuration has no such channel.
func (w *World) Customer(channel string, n int) *Customer { return w.mustAccount(channel).customer(n) }

func (w *World) mustAccount(channel string) *account {
	a := w.accounts[channel]
	if a == nil {
		panic(fmt.Sprintf("simulator: no channel %q", channel))
	}
	return a
}

// Customers lists the customers made so far, channel by channel, in the order of their making.
func (w *World) Customers() []*Customer {
	var out []*Customer
	for _, a := range w.order {
		a.mu.Lock()
		out = append(out, a.made...)
		a.mu.Unlock()
	}
	return out
}

// Drained waits until every event, receipt and extra copy has been dealt with.
func (w *World) Drained(ctx context.Context) error {
	for _, a := range w.order {
		if err := a.out.waitDrained(ctx); err != nil {
			return fmt.Errorf("drain %s: %w", a.ID, err)
		}
	}
	return nil
}

// Faults tells how often each fault of the configuration has really happened.
func (w *World) Faults() map[string]int { return w.dice.counts() }

// Reports tells the state of every customer's event, customer by customer.
func (w *World) Reports() []EventReport {
	var out []EventReport
	for _, c := range w.Customers() {
		out = append(out, c.Events()...)
	}
	return out
}

// Tally is the world's counters since New.
type Tally struct {
	Events, Acked           int // customers' events, without receipts and echoes
	Attempts, Redeliveries  int // POSTs of every kind; those after a refusal or a silence
	Forged, ForgedRefused   int // bodies with a bad signature that arrived, and those answered 401
	Poisoned                int // events nobody understands that arrived
	PoisonedAccepted        int // of them, in bodies that were acknowledged
	Calls, Refused, Answers int // API calls, those answered with an error, messages accepted
}

// Tally adds up the counters of all channels.
func (w *World) Tally() Tally {
	var t Tally
	for _, a := range w.order {
		a.out.mu.Lock()
		u := a.out.tally
		a.out.mu.Unlock()
		t.Events, t.Acked = t.Events+u.Events, t.Acked+u.Acked
		t.Attempts, t.Redeliveries = t.Attempts+u.Attempts, t.Redeliveries+u.Redeliveries
		t.Forged, t.ForgedRefused = t.Forged+u.Forged, t.ForgedRefused+u.ForgedRefused
		t.Poisoned, t.PoisonedAccepted = t.Poisoned+u.Poisoned, t.PoisonedAccepted+u.PoisonedAccepted
		t.Calls, t.Refused, t.Answers = t.Calls+u.Calls, t.Refused+u.Refused, t.Answers+u.Answers
	}
	return t
}
