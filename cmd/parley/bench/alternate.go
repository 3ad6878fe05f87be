package bench

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"
)

// leg is one of the things that take turns. slice works for about as long as it is told and says what came of it.
type leg struct {
	name  string
	slice func(ctx context.Context, d time.Duration) *meter
	total meter
	rates []float64 // of each slice, in order
}

// sliceLength is how long a turn is at best: long enough to fill the batches of a group commit many times over,
// short enough that a disturbance of a second hits all legs.
const sliceLength = time.Second

// alternate gives each leg the same number of turns within about d, every second round in reverse order, so that a
// machine which slows down or warms up treats all alike. It fails when ctx ends or a leg got nothing done.
func alternate(ctx context.Context, d time.Duration, legs ...*leg) error {
	rounds := max(int(d/(sliceLength*time.Duration(len(legs)))), 2)
	turn := d / time.Duration(rounds*len(legs))
	order := slices.Clone(legs)
	for range rounds {
		for _, l := range order {
			runtime.GC() // one leg's garbage is not another's work
			used := processCPU()
			m := l.slice(ctx, turn)
			m.cpu = processCPU() - used
			l.rates = append(l.rates, m.rate())
			l.total.add(m)
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("%s: interrupted: %w", l.name, err)
			}
		}
		slices.Reverse(order)
	}
	for _, l := range legs {
		if l.total.done == 0 {
			return fmt.Errorf("%s: nothing got done: %w", l.name, l.total.failure)
		}
	}
	return nil
}

// spread gives the lowest and highest share of what over its ceiling in any round, so that a reader sees how noisy
// the run was. The ceiling of a round is the lowest of several.
func spread(what *leg, ceilings ...*leg) (low, high float64) {
	for i, r := range what.rates {
		bound := ceilings[0].rates[i]
		for _, c := range ceilings[1:] {
			bound = min(bound, c.rates[i])
		}
		if bound <= 0 {
			continue
		}
		share := r / bound
		if low == 0 || share < low {
			low = share
		}
		high = max(high, share)
	}
	return low, high
}
