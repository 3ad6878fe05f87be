package verify

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
)

func TestDiff(t *testing.T) {
	seed, _ := strconv.Atoi(os.Getenv("SEED"))
	n, _ := strconv.Atoi(os.Getenv("N"))
	bad := 0
	for i := range n {
		var a, b Told
		synctest.Test(t, func(t *testing.T) { a = Tell(Story{Seed: uint64(seed + i), Traced: true}) })
		synctest.Test(t, func(t *testing.T) { b = Tell(Story{Seed: uint64(seed + i), Traced: true}) })
		if a.Hash != b.Hash {
			bad++
			for j := range a.Trace {
				if j >= len(b.Trace) || a.Trace[j] != b.Trace[j] {
					if bad < 4 {
						t.Log(seed+i, j, "\n", strings.Join(a.Trace[max(0, j-5):j+3], "\n"), "\n---\n", strings.Join(b.Trace[max(0, j-1):min(len(b.Trace), j+3)], "\n"))
					}
					break
				}
			}
		}
	}
	t.Log("different:", bad, "of", n)
}
