package simulate

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"parley/gateway/channel/simulator"
)

// firstCustomer keeps the run's customers apart from those of a demo with the same seed.
const firstCustomer = 1000

// driver makes the customers write.
type driver struct {
	world     *simulator.World
	rec       *record
	rnd       *rand.Rand
	customers []*writer
}

// writer is a customer with what the driver remembers of him.
type writer struct {
	*simulator.Customer
	seq    int                // of the last act; nobody else makes him act
	bare   bool               // the last line carries no marker
	recent simulator.EventRef // the last text, for edits and reactions
	marker simulator.Marker   // of it
}

func newDriver(w *simulator.World, rec *record, seed uint64, customers int) *driver {
	d := &driver{world: w, rec: rec, rnd: rand.New(rand.NewPCG(seed, 0x5eed))}
	channels := w.Channels()
	for i := range customers {
		c := w.Customer(channels[i%len(channels)], firstCustomer+i/len(channels))
		d.customers = append(d.customers, &writer{Customer: c})
	}
	return d
}

// run writes at the given rate, in messages per second over all customers, for the given time or until ctx ends.
func (d *driver) run(ctx context.Context, rate float64, duration time.Duration) error {
	begin, written := time.Now(), 0
	for _, c := range d.customers[:min(len(d.customers), len(d.world.Channels()))] {
		if err := d.picture(ctx, c); err != nil { // so that even a short run meets the media faults
			return fmt.Errorf("customer %s/%d: %w", c.Channel(), c.N, err)
		}
		written++
	}
	for {
		spent := time.Since(begin)
		if spent >= duration {
			return nil
		}
		for due := int(rate*spent.Seconds()) + 1; written < due; {
			n, err := d.turn(ctx)
			if err != nil {
				return err
			}
			written += n
		}
		next := time.Duration(float64(written) / rate * float64(time.Second))
		if !wait(ctx, max(time.Millisecond, min(next-time.Since(begin), duration-spent))) {
			return nil // told to stop: what was written is still judged
		}
	}
}

// turn lets one customer write a line, or a burst of some.
func (d *driver) turn(ctx context.Context) (int, error) {
	c := d.customers[d.rnd.IntN(len(d.customers))]
	n := 1
	if d.rnd.IntN(5) == 0 {
		n += 1 + d.rnd.IntN(3)
	}
	for i := range n {
		if err := d.act(ctx, c); err != nil {
			if ctx.Err() != nil {
				return i, nil
			}
			return i, fmt.Errorf("customer %s/%d: %w", c.Channel(), c.N, err)
		}
	}
	return n, nil
}

// act does one thing of a customer's day: mostly text, sometimes something else that people send.
func (d *driver) act(ctx context.Context, c *writer) error {
	switch dice := d.rnd.IntN(100); {
	case dice < 5:
		return d.picture(ctx, c)
	case dice < 7:
		return d.bare(ctx, c, c.Voice)
	case dice < 8:
		return d.bare(ctx, c, c.Sticker)
	case dice < 9:
		return d.bare(ctx, c, func(ctx context.Context) (simulator.EventRef, error) { return c.Location(ctx, 52.5, 13.4, "") })
	case dice < 11 && c.recent.ID != "":
		return d.aside(c, func() (simulator.EventRef, error) { return c.React(ctx, c.recent.ID, "\U0001F44D") })
	case dice < 13 && c.recent.ID != "":
		return d.aside(c, func() (simulator.EventRef, error) {
			return c.Edit(ctx, c.recent, d.rec.run.line("edited")+" "+c.marker.String())
		})
	}
	return d.say(ctx, c, words[d.rnd.IntN(len(words))])
}

var words = []string{"Hello", "Where is my order?", "Thanks", "It arrived broken", "Спасибо, жду", "Ещё вопрос", "OK 👌", "And the invoice?"}

// say writes a numbered line.
func (d *driver) say(ctx context.Context, c *writer, text string) error {
	ref, marker, err := c.Numbered(ctx, d.rec.run.line(text))
	if err != nil {
		return err
	}
	c.seq, c.bare, c.recent, c.marker = ref.Seq, false, ref, marker
	d.rec.expect(marker)
	return nil
}

// picture sends an image whose caption carries the marker, where the provider has captions.
func (d *driver) picture(ctx context.Context, c *writer) error {
	if c.Provider() == simulator.Messenger {
		return d.bare(ctx, c, func(ctx context.Context) (simulator.EventRef, error) { return c.Image(ctx, "") })
	}
	marker := simulator.Marker{Channel: c.Channel(), Customer: c.N, Seq: c.seq + 1}
	ref, err := c.Image(ctx, d.rec.run.line("photo")+" "+marker.String())
	if err != nil {
		return err
	}
	c.seq, c.bare = ref.Seq, false
	d.rec.expect(marker)
	return nil
}

// bare sends a line that can carry no marker.
func (d *driver) bare(ctx context.Context, c *writer, send func(context.Context) (simulator.EventRef, error)) error {
	ref, err := send(ctx)
	if err != nil {
		return err
	}
	c.seq, c.bare = ref.Seq, true
	return nil
}

// aside does what is no line of a chat, where the provider has it.
func (d *driver) aside(c *writer, do func() (simulator.EventRef, error)) error {
	ref, err := do()
	if errors.Is(err, simulator.ErrUnavailable) {
		return nil
	}
	if err != nil {
		return err
	}
	c.seq = ref.Seq
	return nil
}

// farewell lets everybody whose last line carries no marker write one more, so that the operators can tell whose the
// chat is. Call it when everything written so far has been acknowledged: nothing may overtake it.
func (d *driver) farewell(ctx context.Context) error {
	for _, c := range d.customers {
		if !c.bare {
			continue
		}
		if err := d.say(ctx, c, "That is all"); err != nil {
			return fmt.Errorf("customer %s/%d: %w", c.Channel(), c.N, err)
		}
	}
	return nil
}
