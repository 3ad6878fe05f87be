package route_test

import (
	"flag"
	"os"
	"testing"

	"pgregory.net/rapid"
)

// TestMain makes a random history 120 moves long on average; -rapid.steps and
// -rapid.checks ask for more.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.steps", "120"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// TestJoint drives conversations, operators and queues together through random
// commands, with crashes between any two commits, redeliveries and reordering,
// and checks I1-I8 after every step and the whole once all is quiet.
func TestJoint(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := newPlayer(t, t, sound())
		t.Repeat(map[string]func(*rapid.T){"move": func(*rapid.T) { p.step() }})
		p.calm()
	})
}

// newPlayer begins a world whose choices are drawn from r.
func newPlayer(t tb, r *rapid.T, m machines) *player {
	even := rapid.Custom(func(r *rapid.T) int {
		n := 0
		for range 7 {
			n <<= 1
			if rapid.Bool().Draw(r, "") {
				n++
			}
		}
		return n
	})
	dice := func(label string, n int) int { return even.Draw(r, label) % n }
	p := &player{world: newWorld(t, m, 1+dice("partitions", 5)), dice: dice}
	p.moves = p.some(allMoves())
	return p
}
