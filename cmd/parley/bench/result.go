package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Result is what a bench found. Fields that do not apply are nil and left out.
type Result struct {
	Name         string   `json:"name"`
	Rate         *float64 `json:"rate,omitempty"`           // per second
	Ceiling      *float64 `json:"ceiling,omitempty"`        // per second
	Ratio        *float64 `json:"ratio,omitempty"`          // rate / ceiling
	RatioLow     *float64 `json:"ratio_low,omitempty"`      // of the worst slice
	RatioHigh    *float64 `json:"ratio_high,omitempty"`     // of the best slice
	P50          *float64 `json:"p50_ms,omitempty"`         // milliseconds
	P99          *float64 `json:"p99_ms,omitempty"`         // milliseconds
	CeilingP99   *float64 `json:"ceiling_p99_ms,omitempty"` // milliseconds
	CPU          *float64 `json:"cpu_us,omitempty"`         // microseconds of processor time per thing done, load generator included
	CeilingCPU   *float64 `json:"ceiling_cpu_us,omitempty"` // the same of the ceiling
	Bytes        int      `json:"bytes,omitempty"`          // of one webhook's body; of one commit in store
	Lost         *int64   `json:"lost,omitempty"`           // acknowledged, but not there
	Doubled      *int64   `json:"doubled,omitempty"`
	Reordered    *int64   `json:"reordered,omitempty"`
	Refused      *int64   `json:"refused,omitempty"` // not answered 200
	Seconds      float64  `json:"seconds"`           // measured, warm-up and checks left out
	HTTP         *float64 `json:"http,omitempty"`    // per second, where it is part of a ceiling
	Store        *float64 `json:"store,omitempty"`   // per second, where it is part of a ceiling
	Offers       *float64 `json:"offers,omitempty"`  // per second: of rule least_busy
	Accepts      *float64 `json:"accepts,omitempty"` // per second: of rule everyone
	OffersCPU    *float64 `json:"offers_cpu_us,omitempty"`
	AcceptsCPU   *float64 `json:"accepts_cpu_us,omitempty"`
	Wrong        *int64   `json:"wrong,omitempty"`  // answers of accept that are not as they must be
	Rounds       int      `json:"rounds,omitempty"` // of accept
	Connections  int      `json:"connections,omitempty"`
	Customers    int      `json:"customers,omitempty"`
	Operators    int      `json:"operators,omitempty"`
	Memory       *weights `json:"memory,omitempty"` // bytes for each; those of a live actor beyond its state are in bytes
	Grown        []string `json:"grown,omitempty"`  // what the second half of a soak held more of
	lines        []string // more words for the table
	measured     string   // one sentence for the table
	ceilingName  string
	ceilingWords string
}

// Print writes one JSON object, or a table for people.
func (r Result) Print(w io.Writer, asJSON bool) error {
	if asJSON {
		if err := json.NewEncoder(w).Encode(r); err != nil {
			return fmt.Errorf("print the result: %w", err)
		}
		return nil
	}
	if _, err := io.WriteString(w, r.table()); err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	return nil
}

func (r Result) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n", r.Name, r.measured)
	if r.Rate == nil && r.P50 == nil {
		return b.String() + r.words()
	}
	fmt.Fprintf(&b, "  %-24s %12s %10s %10s %10s\n", "", "per second", "p50 ms", "p99 ms", "CPU us")
	fmt.Fprintf(&b, "  %-24s %12s %10s %10s %10s\n", r.Name, number(r.Rate, 0), number(r.P50, 2), number(r.P99, 2), number(r.CPU, 1))
	fmt.Fprintf(&b, "  %-24s %12s %10s %10s %10s   %s\n", r.ceilingName, number(r.Ceiling, 0), "", number(r.CeilingP99, 2), number(r.CeilingCPU, 1), r.ceilingWords)
	for _, part := range []struct {
		name      string
		rate, cpu *float64
	}{{"- http", r.HTTP, nil}, {"- store", r.Store, nil}, {"- offers", r.Offers, r.OffersCPU}, {"- accepts", r.Accepts, r.AcceptsCPU}} {
		if part.rate != nil {
			fmt.Fprintf(&b, "  %-24s %12s %10s %10s %10s\n", part.name, number(part.rate, 0), "", "", number(part.cpu, 1))
		}
	}
	if r.Ratio != nil {
		fmt.Fprintf(&b, "\n  ratio %.1f %%", *r.Ratio*100)
		if r.RatioLow != nil {
			fmt.Fprintf(&b, " (slices %.1f to %.1f %%)", *r.RatioLow*100, *r.RatioHigh*100)
		}
	}
	b.WriteString("\n")
	return b.String() + r.words()
}

// words is what the table says below its figures.
func (r Result) words() string {
	var b strings.Builder
	for _, l := range r.lines {
		b.WriteString("  " + l + "\n")
	}
	b.WriteString(r.verdict())
	fmt.Fprintf(&b, "  %d bytes each, measured for %.1f s", r.Bytes, r.Seconds)
	for _, part := range []struct {
		n    int
		name string
	}{{r.Connections, "connections"}, {r.Customers, "customers"}, {r.Operators, "operators"}, {r.Rounds, "rounds"}} {
		if part.n > 0 {
			fmt.Fprintf(&b, ", %d %s", part.n, part.name)
		}
	}
	return b.String() + "\n"
}

// verdict is the line of what must be zero.
func (r Result) verdict() string {
	var parts []string
	for _, v := range []struct {
		name string
		n    *int64
	}{{"lost", r.Lost}, {"doubled", r.Doubled}, {"reordered", r.Reordered}, {"refused", r.Refused}, {"wrong", r.Wrong}} {
		if v.n != nil {
			parts = append(parts, fmt.Sprintf("%s %d", v.name, *v.n))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "  " + strings.Join(parts, ", ") + "\n"
}

func number(v *float64, decimals int) string {
	if v == nil {
		return ""
	}
	return fmt.Sprintf("%.*f", decimals, *v)
}

// compare fills in what two legs of a run say of each other. The ceiling is the lowest of several.
func (r *Result) compare(what *leg, ceilings ...*leg) {
	bound := ceilings[0]
	for _, c := range ceilings[1:] {
		if c.total.rate() < bound.total.rate() {
			bound = c
		}
	}
	rate, ceiling := what.total.rate(), bound.total.rate()
	ratio := rate / ceiling
	low, high := spread(what, ceilings...)
	p50, p99, bound99 := what.total.quantileMS(0.5), what.total.quantileMS(0.99), bound.total.quantileMS(0.99)
	r.Rate, r.Ceiling, r.Ratio, r.RatioLow, r.RatioHigh = &rate, &ceiling, &ratio, &low, &high
	r.P50, r.P99, r.CeilingP99 = &p50, &p99, &bound99
	cpu, boundCPU := what.total.cpuUS(), bound.total.cpuUS()
	r.CPU, r.CeilingCPU = &cpu, &boundCPU
	refused := int64(what.total.refused)
	r.Refused = &refused
	r.Seconds = what.total.took.Seconds()
	for _, c := range ceilings {
		r.Seconds += c.total.took.Seconds()
	}
}
