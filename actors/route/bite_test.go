package route_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// mistake is a machine, a translation or a store with one thing wrong.
type mistake struct {
	name string
	want string // beginnings of the complaints it may be found by, between bars
	make func(*machines)
	from int // the first history to play: what is found rarely is looked for near where it was found
}

// TestTheChecksBite puts one mistake at a time into the world and wants it
// found: a check that never complains says nothing.
func TestTheChecksBite(t *testing.T) {
	t.Parallel()
	for _, m := range slices.Concat(mistakesOfOperators(), mistakesOfConversations(), mistakesOnTheWay()) {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			broken := sound()
			m.make(&broken)
			for seed := range 1000 {
				found, ok := complaint(broken, m.from+seed)
				if !ok {
					continue
				}
				if !slices.ContainsFunc(strings.Split(m.want, "|"), func(w string) bool { return strings.HasPrefix(found, w) }) {
					t.Errorf("want a complaint of %s, got %s", m.want, found)
				}
				t.Logf("found by history %d: %s", m.from+seed, found)
				return
			}
			t.Error("1000 histories found nothing")
		})
	}
}

// complaint plays one history and gives the first line of what went wrong.
func complaint(m machines, seed int) (found string, ok bool) {
	type outcome struct {
		found string
		ok    bool
	}
	o := rapid.Custom(func(r *rapid.T) (o outcome) {
		defer func() {
			if f, failed := recover().(failure); failed {
				o.found, _, _ = strings.Cut(string(f), "\n")
				o.ok = true
			}
		}()
		p := newPlayer(thrower{}, r, m)
		for range 150 {
			p.step()
		}
		p.calm()
		return o
	}).Example(seed)
	return o.found, o.ok
}

type failure string

// thrower ends a history at its first complaint.
type thrower struct{}

func (thrower) Helper() {}

func (thrower) Fatalf(format string, args ...any) { panic(failure(fmt.Sprintf(format, args...))) }
