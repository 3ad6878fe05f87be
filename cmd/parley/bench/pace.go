package bench

import (
	"context"
	"math/rand/v2"
	"time"
)

// pace is when one of many sources has something to do: random moments (a Poisson process). A source that
// is late goes on at once, and its latency counts from the moment it was due.
type pace struct {
	random *rand.Rand
	rate   float64 // per second
	due    time.Time
	until  time.Time
	pause  *time.Timer
}

func newPace(seed int, rate float64, d time.Duration) *pace {
	now := time.Now()
	return &pace{random: rand.New(rand.NewPCG(uint64(now.UnixNano()), uint64(seed))), rate: rate, due: now, until: now.Add(d), pause: time.NewTimer(0)}
}

// next waits for the next moment; it is false when the time is over.
func (p *pace) next(ctx context.Context) (due time.Time, ok bool) {
	p.due = p.due.Add(time.Duration(p.random.ExpFloat64() / p.rate * float64(time.Second)))
	if p.due.After(p.until) || ctx.Err() != nil {
		p.pause.Stop()
		return p.due, false
	}
	if ahead := time.Until(p.due); ahead > 0 {
		p.pause.Reset(ahead)
		select {
		case <-p.pause.C:
		case <-ctx.Done():
			return p.due, false
		}
	}
	return p.due, true
}
