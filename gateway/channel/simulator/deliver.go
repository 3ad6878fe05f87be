package simulator

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// run hands parcels to senders until ctx ends, then waits for them.
func (o *outbox) run(ctx context.Context) {
	var senders sync.WaitGroup
	defer senders.Wait()
	lines := make(chan struct{}, o.cfg.Connections)
	for {
		select {
		case lines <- struct{}{}:
		case <-ctx.Done():
			return
		}
		p := o.next(ctx)
		if p == nil {
			return
		}
		senders.Go(func() {
			defer func() { <-lines }()
			o.deliver(ctx, p)
		})
	}
}

// next waits for a parcel; nil when ctx has ended.
func (o *outbox) next(ctx context.Context) *parcel {
	for {
		p, wait := o.take()
		if p != nil {
			return p
		}
		var timeout <-chan time.Time
		var timer *time.Timer
		if wait > 0 {
			timer = time.NewTimer(wait)
			timeout = timer.C
		}
		select {
		case <-ctx.Done():
		case <-o.wake:
		case <-timeout:
		}
		if timer != nil {
			timer.Stop()
		}
		if ctx.Err() != nil {
			return nil
		}
	}
}

// deliver makes one attempt and decides what follows it.
func (o *outbox) deliver(ctx context.Context, p *parcel) {
	if p.copied == "" && p.attempt == 0 {
		o.prepare(p)
	}
	p.attempt++
	o.started(p)
	req := o.acc.request(p.body, p.copied == BadSignature, o.dice)
	status, err := o.post(ctx, req)
	if err != nil {
		status = 0
	}
	o.finished(p, status)
}

// prepare builds the body, and the extras that faults add beside it.
func (o *outbox) prepare(p *parcel) {
	frags := make([]fragment, 0, len(p.events)+1)
	for _, e := range p.events {
		frags = append(frags, e.frag)
	}
	if o.dice.roll(Poison) {
		frags = o.poison(p, frags)
	}
	p.body = o.acc.body(frags, o.dice)
	if o.acc.forgeable() && o.dice.roll(BadSignature) {
		o.extra(&parcel{copied: BadSignature, body: o.acc.forgery(o.dice)}, 0)
	}
	if o.dice.roll(Duplicates) {
		wait := time.Duration(o.dice.pick(2)) * o.dice.span(o.cfg.LateBy)
		o.extra(&parcel{copied: Duplicates, body: p.body, events: p.events}, wait)
	}
}

// poison adds an event nobody understands: into the body for Meta, as an update of its own for Telegram.
func (o *outbox) poison(p *parcel, frags []fragment) []fragment {
	bad := o.acc.poison(o.dice)
	if o.acc.Provider == Telegram {
		o.extra(&parcel{copied: Poison, poison: 1, body: o.acc.body([]fragment{bad}, o.dice)}, 0)
		return frags
	}
	p.poison = 1
	at := o.dice.pick(len(frags) + 1)
	out := append([]fragment{}, frags[:at]...)
	return append(append(out, bad), frags[at:]...)
}

func (o *outbox) extra(p *parcel, wait time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.addWork(1)
	if wait == 0 {
		o.ready = append(o.ready, p)
		o.signal()
		return
	}
	o.after(wait, func() { o.ready = append(o.ready, p) })
}

func (o *outbox) started(p *parcel) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tally.Attempts++
	if p.copied != "" {
		return
	}
	now := time.Now()
	for _, e := range p.events {
		e.attempts++
		if e.firstSent.IsZero() {
			e.firstSent = now
		}
	}
}

func (o *outbox) post(ctx context.Context, req *http.Request) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, o.cfg.Timeout)
	defer cancel()
	res, err := o.cfg.Client.Do(req.WithContext(ctx))
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	return res.StatusCode, nil
}

// accepted is 200 for Meta, any 2xx for Telegram.
func (o *outbox) accepted(status int) bool {
	return status == http.StatusOK || o.acc.Provider == Telegram && status/100 == 2
}

func (o *outbox) finished(p *parcel, status int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case p.copied != "":
		o.finishedCopy(p, status)
		o.addWork(-1)
	case o.accepted(status):
		o.acknowledged(p, status)
	default:
		o.refused(p, status)
	}
	o.signal()
}

func (o *outbox) finishedCopy(p *parcel, status int) {
	if status == 0 {
		return // never arrived
	}
	o.dice.count(p.copied)
	switch p.copied {
	case BadSignature:
		o.tally.Forged++
		if status == http.StatusUnauthorized {
			o.tally.ForgedRefused++
		}
	case Poison:
		o.countPoison(p, o.accepted(status))
	case Duplicates:
		for _, e := range p.events {
			e.faults = append(e.faults, Duplicates)
		}
	}
}

func (o *outbox) countPoison(p *parcel, ok bool) {
	o.tally.Poisoned += p.poison
	if ok {
		o.tally.PoisonedAccepted += p.poison
	}
}

func (o *outbox) acknowledged(p *parcel, status int) {
	now := time.Now()
	if p.poison > 0 {
		o.dice.count(Poison)
		o.countPoison(p, true)
	}
	for _, e := range p.events {
		e.ackedAt, e.lastStatus = now, status
		close(e.acked)
		if e.seq > 0 {
			o.tally.Acked++
			<-o.slots
		}
	}
	o.addWork(-len(p.events))
	for _, l := range p.lanes {
		l.state = laneIdle
		o.schedule(l)
	}
}

func (o *outbox) refused(p *parcel, status int) {
	for _, e := range p.events {
		e.lastStatus = status
	}
	if p.attempt == 1 && status != 0 {
		o.cfg.Logger.Warn("webhook not acknowledged", "channel", o.acc.ID, "status", status)
	}
	pause := o.cfg.BackoffMax
	if p.attempt < 20 {
		pause = min(o.cfg.Backoff<<(p.attempt-1), o.cfg.BackoffMax)
	}
	o.tally.Redeliveries++
	o.after(o.dice.span(pause*4/3), func() { o.ready = append(o.ready, p) })
}

// request is the POST as the provider makes it; a forged one carries a signature that must not pass.
func (a *account) request(body []byte, forged bool, d *dice) *http.Request {
	url, secret := a.hook()
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil { // an unusable URL set by setWebhook: the attempt fails like any other
		req, _ = http.NewRequest(http.MethodPost, "http://invalid.invalid/", bytes.NewReader(body))
	}
	req.Header.Set("Content-Type", "application/json")
	if a.Provider == Telegram {
		a.stampTelegram(req, secret, forged, d)
		return req
	}
	req.Header.Set("User-Agent", "facebookexternalua")
	a.stampMeta(req, body, forged, d)
	return req
}

func (a *account) stampTelegram(req *http.Request, secret string, forged bool, d *dice) {
	const header = "X-Telegram-Bot-Api-Secret-Token"
	switch {
	case !forged && secret != "":
		req.Header.Set(header, secret)
	case forged && d.pick(2) == 0:
		req.Header.Set(header, secret+"x")
	}
}

func (a *account) stampMeta(req *http.Request, body []byte, forged bool, d *dice) {
	secret := a.AppSecret
	if forged {
		switch d.pick(4) {
		case 0: // no signature at all
			return
		case 1: // only the old header, rightly signed
			req.Header.Set("X-Hub-Signature", signature1(secret, body))
			return
		case 2: // the right key over other bytes
			body = append(bytes.Clone(body), ' ')
		default: // somebody else's key
			secret += "x"
		}
	}
	req.Header.Set("X-Hub-Signature", signature1(secret, body))
	req.Header.Set("X-Hub-Signature-256", signature256(secret, body))
}
