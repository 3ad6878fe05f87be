package chaos

import (
	"math/rand/v2"
	"strings"
	"testing"

	"parley/gateway/channel/simulator"
)

// points are those of reliability.md part 2.2 in its order. k is two: behind the
// commit, and before the mark that a delivery begins.
var points = []string{"a", "b", "c", "d", "e", "f", "g", "j", "k1", "k2", "l", "m", "n", "o"}

// TestCrashPoints ends the server at every named point once, each time in the
// midst of work, on the same data (reliability.md 2.2, rows 1 to 5). h and i have
// no moment of their own here: a snapshot is part of the commit that makes it
// necessary, so c, d and e are all there is; see TestDyingWhileRecovering for the
// database's own files.
func TestCrashPoints(t *testing.T) {
	t.Parallel()
	n := seed(t)
	rnd := rand.New(rand.NewPCG(n, 2))
	o := openOffice(t, setup{}, n, simulator.Batch) // no duplicates: their twin may have been answered before
	var victims []victim
	for range rounds(t) {
		for i, point := range points {
			v := victim{point: point, name: o.crash(point, 1+rnd.IntN(4))}
			o.unanswered(v)
			victims = append(victims, v)
			t.Logf("point %-2s victim %q, serving again in %s", v.point, v.name, o.v.start())
			if i%7 == 6 {
				o.rest()
				o.judge(victims, o.audit())
				o.goOn()
			}
		}
	}
}

// rounds is how often every point is passed: once for every 50 random kills that are asked for.
func rounds(t testing.TB) int { return max(1, kills(t, 0)/50) }

// victim is what a crash point cut off: a key of an event, the key of an
// operator's message, a message's id or its words.
type victim struct{ point, name string }

// unanswered checks, while the server is dead, that nobody had been told of what was
// not durable yet, or not told on: no 200 (rows 1 and 2), no reply (row 4).
func (o *office) unanswered(v victim) {
	o.t.Helper()
	switch v.point {
	case "c", "d", "e":
		for _, r := range o.world.Reports() {
			if strings.HasSuffix(v.name, ":"+r.ID) && !r.Acked.IsZero() {
				o.t.Errorf("point %s: %s was answered 200 before it was durable", v.point, v.name)
			}
		}
	case "j", "k1":
		key := client(v.name)
		for _, d := range o.desks {
			if a, ok := d.all()[key]; ok && a.message != "" {
				o.t.Errorf("point %s: %s had its reply before", v.point, key)
			}
		}
	}
}

// judge checks what became of the answers that a point cut off: what was not yet
// marked is sent once, what was marked is never sent again, and is unknown until
// the provider tells (row 5).
func (o *office) judge(victims []victim, kept map[string]object) {
	o.t.Helper()
	got, provider := o.received()
	for _, v := range victims {
		name := v.name
		m := kept[name]
		if v.point == "j" || v.point == "k1" {
			m = kept["answer#"+client(name)+"."]
		}
		state, n := text(m, "state"), got[text(m, "text")]
		silent := state == "unknown" && text(m, "error", "code") == "interrupted"
		told := state == "sent" || state == "delivered" || state == "read"
		switch v.point {
		case "j", "k1", "k2", "o":
			if !told && !(silent && v.point != "o") || (told && n != 1) { // a later kill may have met it on its way
				o.t.Errorf("point %s: %s was sent %d times: %s", v.point, name, n, spelled(m))
			}
		case "l":
			if !silent || n != 0 {
				o.t.Errorf("point l: %s was sent %d times: %s", name, n, spelled(m))
			}
		case "m", "n":
			if n != 1 || (provider[text(m, "text")] == "telegram") != silent || (provider[text(m, "text")] != "telegram") != told {
				o.t.Errorf("point %s: %s was sent %d times: %s", v.point, name, n, spelled(m))
			}
		}
	}
}
