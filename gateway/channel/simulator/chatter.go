package simulator

import (
	"cmp"
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// ChatterConfig says how lively a demo's customers are. Zero values mean the default given beside each field.
type ChatterConfig struct {
	Channels  []string      // default: all
	Customers int           // per channel; default 3
	Every     time.Duration // least time between any two messages of all of them; default 4s
	Think     time.Duration // how long a customer takes to answer; default 6s
	Patience  time.Duration // silence after which a customer asks again, once; default 2m
	Rest      time.Duration // pause between two conversations of a customer; default 5m
	Turns     int           // answers after which a customer says goodbye; default 3
}

func (c ChatterConfig) withDefaults(w *World) ChatterConfig {
	if len(c.Channels) == 0 {
		c.Channels = w.Channels()
	}
	c.Customers = cmp.Or(c.Customers, 3)
	c.Every = cmp.Or(c.Every, 4*time.Second)
	c.Think = cmp.Or(c.Think, 6*time.Second)
	c.Patience = cmp.Or(c.Patience, 2*time.Minute)
	c.Rest = cmp.Or(c.Rest, 5*time.Minute)
	c.Turns = cmp.Or(c.Turns, 3)
	return c
}

// Chatter is a handful of customers who write by themselves, answer when they are answered, and begin again after a
// while. It never sends faster than one message per Every.
type Chatter struct {
	w      *World
	cfg    ChatterConfig
	turn   chan struct{} // one token per Every
	ctx    context.Context
	cancel context.CancelFunc
	loops  sync.WaitGroup
}

// StartChatter sets customers talking until the chatter or the world is closed. It panics on an unknown channel.
func (w *World) StartChatter(cfg ChatterConfig) *Chatter {
	c := &Chatter{w: w, cfg: cfg.withDefaults(w), turn: make(chan struct{})}
	c.ctx, c.cancel = context.WithCancel(w.ctx)
	w.mu.Lock()
	w.chatters = append(w.chatters, c)
	w.mu.Unlock()
	c.loops.Go(c.pace)
	for n := range c.cfg.Customers {
		for _, channel := range c.cfg.Channels {
			customer := w.Customer(channel, n)
			c.loops.Go(func() { c.live(customer) })
		}
	}
	return c
}

// Close stops the customers and returns when they are silent.
func (c *Chatter) Close() {
	c.cancel()
	c.loops.Wait()
}

// pace hands out turns: the first at once, then one per Every.
func (c *Chatter) pace() {
	tick := time.NewTicker(c.cfg.Every)
	defer tick.Stop()
	for {
		select {
		case c.turn <- struct{}{}:
		case <-c.ctx.Done():
			return
		}
		select {
		case <-tick.C:
		case <-c.ctx.Done():
			return
		}
	}
}

// live is one customer: conversation, rest, conversation.
func (c *Chatter) live(who *Customer) {
	rnd := rand.New(rand.NewPCG(uint64(c.w.seed), uint64(who.N)<<32|uint64(len(who.acc.ID))))
	lines := linesIn(who.Language())
	for c.converse(who, lines, rnd) && c.wait(c.cfg.Rest/2+time.Duration(rnd.Int64N(int64(c.cfg.Rest)))) {
	}
}

// converse plays one conversation; false when the chatter is closed.
func (c *Chatter) converse(who *Customer, lines smallTalk, rnd *rand.Rand) bool {
	seen := who.received()
	if !c.say(who, lines.first[rnd.IntN(len(lines.first))], rnd.IntN(6) == 0) {
		return false
	}
	for turn := range c.cfg.Turns {
		answered, ok := c.hear(who, seen)
		if !ok {
			return false
		}
		if !answered {
			if turn > 0 {
				return true // the operator has gone
			}
			if !c.say(who, lines.nudge, false) {
				return false
			}
			if answered, ok = c.hear(who, seen); !answered || !ok {
				return ok
			}
		}
		if !c.wait(c.cfg.Think/2 + time.Duration(rnd.Int64N(int64(c.cfg.Think)))) {
			return false
		}
		seen = who.received()
		text := lines.reply[rnd.IntN(len(lines.reply))]
		if turn == c.cfg.Turns-1 {
			text = lines.bye
		}
		if !c.say(who, text, false) {
			return false
		}
	}
	return true
}

// say waits for a turn and writes.
func (c *Chatter) say(who *Customer, text string, picture bool) bool {
	select {
	case <-c.turn:
	case <-c.ctx.Done():
		return false
	}
	var err error
	if picture {
		_, err = who.Image(c.ctx, text)
	}
	if !picture || who.Provider() == Messenger && err == nil {
		_, err = who.Text(c.ctx, text)
	}
	return err == nil
}

// hear waits for more than seen answers, at most Patience; ok is false when the chatter is closed.
func (c *Chatter) hear(who *Customer, seen int) (answered, ok bool) {
	ctx, cancel := context.WithTimeout(c.ctx, c.cfg.Patience)
	defer cancel()
	_, err := who.WaitAnswers(ctx, seen+1)
	return err == nil, c.ctx.Err() == nil
}

func (c *Chatter) wait(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-c.ctx.Done():
		return false
	}
}

// received is how many answers the customer ever got.
func (c *Customer) received() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.got
}
