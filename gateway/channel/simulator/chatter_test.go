package simulator

import (
	"context"
	"net/http"
	"testing"
	"time"
)

func TestChatterWritesAndAnswers(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{OpenWindows: true}, nil)
	ch := b.StartChatter(ChatterConfig{Channels: []string{"wa", "fb"}, Customers: 2, Every: time.Millisecond,
		Think: 2 * time.Millisecond, Patience: 5 * time.Second, Rest: time.Hour, Turns: 2})
	c := b.Customer("wa", 0)
	for turn := range 2 {
		waitLines(t, b, c, turn+1)
		if status, _, out := b.call(http.MethodPost, waMessages, "wa-token", waText(c.Phone(), "How can I help?")); status != 200 {
			t.Fatal(status, out)
		}
	}
	waitLines(t, b, c, 3)
	lines := c.Lines()
	if last := lines[len(lines)-1].Text; last != linesIn(c.Language()).bye {
		t.Fatalf("last words %q", last)
	}
	ch.Close()
	ch.Close()
}

// waitLines waits for the n-th acknowledged line of a customer.
func waitLines(t *testing.T, b *bundle, c *Customer, n int) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for len(c.Lines()) < n {
		select {
		case <-tick.C:
		case <-b.ctx.Done():
			t.Fatalf("%d of %d lines", len(c.Lines()), n)
		}
	}
}

func TestChatterKeepsItsRate(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{}, nil)
	b.StartChatter(ChatterConfig{Customers: 5, Every: 30 * time.Millisecond, Patience: time.Millisecond, Rest: time.Millisecond})
	ctx, cancel := context.WithTimeout(b.ctx, 200*time.Millisecond)
	defer cancel()
	<-ctx.Done()
	// A picture with words is two events on Messenger within one turn.
	if n := b.World.Tally().Events; n < 2 || n > 14 {
		t.Fatalf("%d messages in 200 ms at one per 30 ms", n)
	}
}
