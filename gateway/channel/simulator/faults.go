package simulator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

// Fault is one way in which the world misbehaves.
type Fault string

// The faults, by the names of `parley simulate --faults`.
const (
	Duplicates         Fault = "duplicates"            // a delivered body comes again, at once or later
	Reorder            Fault = "reorder"               // an event is overtaken by the customer's next one
	Late               Fault = "late"                  // an event is delivered late, the customer's order kept
	Batch              Fault = "batch"                 // many events in one body (Meta only)
	Throttle           Fault = "throttle"              // our API says "too many", with a time to wait
	Errors             Fault = "errors"                // our API fails with 5xx and has not accepted
	TimeoutAfterAccept Fault = "timeout_after_accept"  // our API accepts and never answers
	ExpiredMedia       Fault = "expired_media"         // a media URL is dead when first used
	EchoFirst          Fault = "echo_first"            // the echo arrives before the HTTP answer (Messenger)
	ReceiptsOutOfOrder Fault = "receipts_out_of_order" // read before delivered before sent
	BadSignature       Fault = "bad_signature"         // a forged extra body, to be refused with 401
	Poison             Fault = "poison"                // an authentic extra event nobody understands
)

// AllFaults lists every fault in the order of the documentation.
func AllFaults() []Fault {
	return []Fault{Duplicates, Reorder, Late, Batch, Throttle, Errors, TimeoutAfterAccept, ExpiredMedia, EchoFirst,
		ReceiptsOutOfOrder, BadSignature, Poison}
}

// ParseFaults reads a comma list of fault names; "all" means every one, "" and "none" mean none.
func ParseFaults(list string) ([]Fault, error) {
	var out []Fault
	for name := range strings.SplitSeq(list, ",") {
		f := Fault(strings.TrimSpace(name))
		switch {
		case f == "" || f == "none":
		case f == "all":
			return AllFaults(), nil
		case !slices.Contains(AllFaults(), f):
			return nil, fmt.Errorf("unknown fault %q; known are all, %s", f, joinFaults(AllFaults()))
		case !slices.Contains(out, f):
			out = append(out, f)
		}
	}
	return out, nil
}

func joinFaults(list []Fault) string {
	names := make([]string, len(list))
	for i, f := range list {
		names[i] = string(f)
	}
	return strings.Join(names, ", ")
}

// dice decides, from the seed, when a fault strikes, and counts those that did.
type dice struct {
	mu     sync.Mutex
	rnd    *rand.Rand
	rate   float64
	on     map[Fault]bool
	struck map[Fault]int
}

func newDice(seed uint64, rate float64, faults []Fault) *dice {
	d := &dice{rnd: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)), rate: rate,
		on: map[Fault]bool{}, struck: map[Fault]int{}}
	for _, f := range faults {
		d.on[f] = true
	}
	return d
}

// roll says whether f shall strike at this opportunity. It counts nothing: count is called when the fault has happened,
// and until it has happened once every opportunity is taken.
func (d *dice) roll(f Fault) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.on[f] {
		return false
	}
	return d.struck[f] == 0 || d.rnd.Float64() < d.rate
}

// strike rolls and counts in one step, for faults that cannot fail to happen.
func (d *dice) strike(f Fault) bool {
	if !d.roll(f) {
		return false
	}
	d.count(f)
	return true
}

func (d *dice) count(f Fault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.struck[f]++
}

func (d *dice) counts() map[string]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := map[string]int{}
	for f := range d.on {
		out[string(f)] = d.struck[f]
	}
	return out
}

// span gives a duration between a quarter of limit and limit.
func (d *dice) span(limit time.Duration) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return limit/4 + time.Duration(d.rnd.Int64N(int64(limit)*3/4+1))
}

// pick gives a number in [0, n).
func (d *dice) pick(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rnd.IntN(n)
}
