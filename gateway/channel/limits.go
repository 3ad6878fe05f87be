package channel

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// LimitsConfig is the pace of one channel. A zero rate means no limit of that sort.
type LimitsConfig struct {
	ChannelRate    float64 // parts per second over all recipients
	ChannelBurst   int
	MediaRate      float64 // parts with a file per second, counted besides
	MediaBurst     int
	RecipientRate  float64 // parts per second to one recipient
	RecipientBurst int
	Recipients     int // recipients remembered, 10 000 when 0; the pace of a forgotten one starts anew
}

// Limits keeps the senders of one channel clear of the provider's limits. It is safe for concurrent use; pace is a hint,
// the provider's answer is the truth: it comes in through Pause and PauseRecipient.
type Limits struct {
	cfg     LimitsConfig
	channel *rate.Limiter
	media   *rate.Limiter

	mu         sync.Mutex
	until      time.Time
	recipients map[string]*recipientPace
}

type recipientPace struct {
	limiter *rate.Limiter
	until   time.Time
	used    time.Time
}

// NewLimits returns limits with full bursts.
func NewLimits(cfg LimitsConfig) *Limits {
	if cfg.Recipients <= 0 {
		cfg.Recipients = 10_000
	}
	return &Limits{
		cfg:        cfg,
		channel:    limiter(cfg.ChannelRate, cfg.ChannelBurst),
		media:      limiter(cfg.MediaRate, cfg.MediaBurst),
		recipients: make(map[string]*recipientPace),
	}
}

func limiter(perSecond float64, burst int) *rate.Limiter {
	if perSecond <= 0 {
		return rate.NewLimiter(rate.Inf, 1)
	}
	return rate.NewLimiter(rate.Limit(perSecond), max(burst, 1))
}

// Wait returns when one part may be sent to the recipient, or with the context's error. media says the part has a file.
// The recipient's turn comes before the channel's, so a customer who must wait holds no place of the others.
func (l *Limits) Wait(ctx context.Context, recipient string, media bool) error {
	if err := l.waitRecipient(ctx, recipient); err != nil {
		return err
	}
	if media {
		if err := l.media.Wait(ctx); err != nil {
			return err
		}
	}
	if err := l.channel.Wait(ctx); err != nil {
		return err
	}
	return sleepUntil(ctx, func() time.Time {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.until
	})
}

func (l *Limits) waitRecipient(ctx context.Context, recipient string) error {
	p := l.pace(recipient, time.Now())
	if err := sleepUntil(ctx, func() time.Time {
		l.mu.Lock()
		defer l.mu.Unlock()
		return p.until
	}); err != nil {
		return err
	}
	return p.limiter.Wait(ctx)
}

// Pause holds every part of the channel until then; an earlier time than one already set changes nothing.
func (l *Limits) Pause(until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until.After(l.until) {
		l.until = until
	}
}

// PauseRecipient holds the parts to one recipient until then.
func (l *Limits) PauseRecipient(recipient string, until time.Time) {
	p := l.pace(recipient, time.Now())
	l.mu.Lock()
	defer l.mu.Unlock()
	if until.After(p.until) {
		p.until = until
	}
}

// Paused returns the time until which the channel waits; a time in the past means it does not.
func (l *Limits) Paused() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.until
}

// Recipients returns how many recipients are remembered.
func (l *Limits) Recipients() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.recipients)
}

func (l *Limits) pace(recipient string, now time.Time) *recipientPace {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.recipients[recipient]
	if p == nil {
		if len(l.recipients) >= l.cfg.Recipients {
			l.forget(now)
		}
		p = &recipientPace{limiter: limiter(l.cfg.RecipientRate, l.cfg.RecipientBurst)}
		l.recipients[recipient] = p
	}
	p.used = now
	return p
}

// forget drops recipients not used for a minute, and any half of them when that is not enough: memory stays bounded and
// the cost is spread over the many calls between two clean-ups.
func (l *Limits) forget(now time.Time) {
	for k, p := range l.recipients {
		if now.Sub(p.used) > time.Minute && now.After(p.until) {
			delete(l.recipients, k)
		}
	}
	for k := range l.recipients {
		if len(l.recipients) <= l.cfg.Recipients/2 {
			return
		}
		delete(l.recipients, k)
	}
}

// sleepUntil waits for a moment that may move further away meanwhile.
func sleepUntil(ctx context.Context, until func() time.Time) error {
	for {
		wait := time.Until(until())
		if wait <= 0 {
			return ctx.Err()
		}
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		}
	}
}
