package verify

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestQuick(t *testing.T) {
	seed, _ := strconv.Atoi(os.Getenv("SEED"))
	n, _ := strconv.Atoi(os.Getenv("N"))
	begun := time.Now()
	diff := 0
	saw := map[string]int{}
	lines := 0
	for i := range n {
		var a, b Told
		synctest.Test(t, func(t *testing.T) { a = Tell(Story{Seed: uint64(seed + i), Traced: os.Getenv("TRACE") != ""}) })
		lines += a.Lines
		for k, v := range a.Saw {
			saw[k] += v
		}
		if a.Broken != "" {
			if os.Getenv("TRACE") != "" {
				t.Log(strings.Join(a.Trace, "\n"))
			} else {
				t.Log(strings.Join(a.Trace[max(0, len(a.Trace)-30):], "\n"))
			}
			t.Fatalf("seed %d: %s", a.Seed, a.Broken)
		}
		if os.Getenv("TWICE") != "" {
			synctest.Test(t, func(t *testing.T) { b = Tell(Story{Seed: uint64(seed + i)}) })
			if a.Hash != b.Hash {
				diff++
				t.Log("seed", a.Seed, a.Lines, b.Lines)
			}
		}
	}
	t.Log(n, "seeds in", time.Since(begun), "diff", diff, "lines/seed", lines/n, saw)
}
