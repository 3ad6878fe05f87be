package verify

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
)

// TestMain lets one goroutine run at a time, as a worker does: only then the
// same seed tells the same story.
func TestMain(m *testing.M) {
	runtime.GOMAXPROCS(1)
	os.Exit(m.Run()) // a bubble waits for everything that was started in it: what is left over would fail its test
}

// stories is how many make test tells; PARLEY_STORIES asks for more.
func stories(t *testing.T, usual int) int {
	t.Helper()
	if n, err := strconv.Atoi(os.Getenv("PARLEY_STORIES")); err == nil {
		return n
	}
	if raced {
		return usual / 10
	}
	return usual
}

func story(t *testing.T, s Story, bent bends) (told Told) {
	t.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // as in a worker
	synctest.Test(t, func(*testing.T) { told = tell(s, bent) })
	return told
}

func TestEveryPromiseHolds(t *testing.T) {
	saw := map[string]int{}
	n := stories(t, 150)
	for seed := range n {
		told := story(t, Story{Seed: uint64(seed + 1)}, bends{})
		if told.Broken != "" {
			t.Fatalf("seed %d: %s\n%s\n%s", told.Seed, told.Broken, strings.Join(told.Trace, "\n"), told.Command())
		}
		for what, n := range told.Saw {
			saw[what] += n
		}
	}
	for _, what := range Expected() {
		if n >= 150 && saw[what] == 0 {
			t.Errorf("never reached in %d stories: %s", n, what)
		}
	}
}

func TestTheSameSeedTellsTheSameStory(t *testing.T) {
	if raced {
		t.Skip("the race detector makes the scheduler draw lots")
	}
	different, n := 0, stories(t, 20)
	for seed := range n {
		s := Story{Seed: uint64(1000 + seed), Steps: 60}
		first, second := story(t, s, bends{}), story(t, s, bends{})
		if first.Hash != second.Hash {
			different++
			t.Logf("seed %d: %d and %d lines", s.Seed, first.Lines, second.Lines)
		}
	}
	if different > n/20 { // the collector may let one goroutine overtake another, see Environment
		t.Errorf("%d of %d stories were told differently", different, n)
	}
}

func TestAnotherSeedTellsAnotherStory(t *testing.T) {
	a, b := story(t, Story{Seed: 1, Steps: 30}, bends{}), story(t, Story{Seed: 2, Steps: 30}, bends{})
	if a.Hash == b.Hash {
		t.Fatal("both are the same")
	}
}
