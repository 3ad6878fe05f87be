package chaos

import (
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/gateway/channel/simulator"
)

// TestSIGTERMDrains: told to end in the midst of work, the server ends with code 0
// within 15 s, and after the next start nothing is missing (I5, I6).
func TestSIGTERMDrains(t *testing.T) {
	t.Parallel()
	o := openOffice(t, setup{}, seed(t), simulator.Duplicates, simulator.Batch)
	for range 2 {
		o.acknowledgedNext()
		begin := time.Now()
		o.v.signal(syscall.SIGTERM)
		code := o.v.gone()
		took := time.Since(begin)
		if code != 0 || took > 15*time.Second {
			t.Errorf("ended with %d after %s: %s", code, took, o.v.problem)
		}
		t.Logf("ended within %s, serving again in %s", took, o.v.start())
	}
	o.rest()
	o.audit()
}

// TestSecondProcess: a second process on the same data is refused with a message a
// person understands, and the first one does not notice (I9).
func TestSecondProcess(t *testing.T) {
	t.Parallel()
	v := newServer(t, setup{World: "http://127.0.0.1:1"})
	v.start()
	second := newServer(t, setup{World: "http://127.0.0.1:1", Data: v.setup.Data})
	second.launch()
	code := second.gone()
	if said := second.problem.String(); code != 1 || !strings.Contains(said, "in use") || !strings.Contains(said, v.setup.Data) {
		t.Errorf("the second process ended with %d: %s", code, said)
	}
	if status, ready, err := v.call("GET", "/readyz", "", nil); status != 200 {
		t.Errorf("the first one: %d %s %v", status, spelled(ready), err)
	}
	v.kill()
	second.start() // a lock that outlives its owner would keep everybody out
}

// TestDyingWhileRecovering kills the server while it takes up what the last one
// left: the next start finds all of it (row 3; the database's own files are made,
// synced, renamed and removed at these moments).
func TestDyingWhileRecovering(t *testing.T) {
	t.Parallel()
	n := seed(t)
	rnd := rand.New(rand.NewPCG(n, 3))
	o := openOffice(t, setup{}, n, simulator.Duplicates, simulator.Batch)
	dead := 0
	for range max(2, kills(t, 0)/20) {
		o.acknowledgedNext()
		o.v.kill()
		for range 2 { // two in a row
			o.v.setup.Opening, o.v.setup.OpeningHits = "open", 1+rnd.IntN(14)
			o.v.launch()
			t.Logf("died recovering at %s", o.v.crashed("open"))
			dead++
		}
		o.v.setup.Opening, o.v.setup.OpeningHits = "claim", 1+rnd.IntN(64) // of the partitions, one after another
		o.v.launch()
		o.v.crashed("claim")
		dead++
		o.v.setup.Opening = ""
		o.v.start()
	}
	o.rest()
	o.audit()
	t.Logf("%d deaths while recovering", dead)
}
