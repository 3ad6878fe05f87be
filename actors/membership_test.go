package actors_test

import (
	"testing"
	"testing/synctest"
	"time"

	"parley/actors"
	"parley/actors/view"
)

func TestTheCountsOfAQueueGoWhenItsMemberLeaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer func() { w.stop() }()
		tabs := w.activate("anna")
		w.write("c1", "support", "k", "Hello")
		time.Sleep(time.Second)
		tabs["anna"].all()
		w.reconfigure(func(c *actors.Catalogue) {
			q := c.Queues["support"]
			q.Members = []string{"boris"}
			c.Queues["support"] = q
		})
		time.Sleep(time.Second)
		counts := bodies[view.Waiting](tabs["anna"].all())
		if len(counts) == 0 || len(counts[len(counts)-1].Counts) != 0 {
			t.Fatalf("anna still counts %v", counts)
		}
	})
}
