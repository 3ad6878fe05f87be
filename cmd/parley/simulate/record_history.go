package simulate

import (
	"cmp"
	"slices"
	"strings"

	"parley/gateway/channel/simulator"
)

// history puts the record and what the World knows together.
func (r *record) history(w *simulator.World, operators bool) History {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := History{
		Run: string(r.run), Operators: operators, Started: r.started, Feed: slices.Clone(r.feed), Files: r.weighFiles(),
		Received: received(w, r.run), Tally: w.Tally(), Faults: w.Faults(), Operating: r.op,
	}
	for _, e := range w.Reports() {
		if e.Kind.Line() {
			_, marked := r.run.marker(e.Text)
			h.Lines = append(h.Lines, Line{EventReport: e, Marked: marked})
		}
	}
	for _, t := range r.tenures {
		h.Tenures = append(h.Tenures, t)
	}
	for _, s := range r.sights {
		h.Sights = append(h.Sights, s)
	}
	for _, a := range r.answers {
		h.Answers = append(h.Answers, *a)
	}
	slices.SortFunc(h.Tenures, func(a, b Tenure) int { return a.Since.Compare(b.Since) })
	slices.SortFunc(h.Sights, func(a, b Sight) int {
		return cmp.Or(a.First.Compare(b.First), strings.Compare(a.Message, b.Message))
	})
	slices.SortFunc(h.Answers, func(a, b Answer) int { return a.Sent.Compare(b.Sent) })
	return h
}

func (r *record) weighFiles() Files {
	var f Files
	for _, state := range r.files {
		switch state {
		case "pending":
			f.Pending++
		case "failed", "too_big":
			f.Failed++
		default:
			f.Stored++
		}
	}
	return f
}

// received lists this run's answers as they reached the customers.
func received(w *simulator.World, run tag) []Received {
	var out []Received
	for _, c := range w.Customers() {
		for _, a := range c.Answers() {
			if key, ok := run.answerKey(a.Text); ok {
				out = append(out, Received{Channel: c.Channel(), Customer: c.N, Seq: a.Seq, Key: key, At: a.At})
			}
		}
	}
	return out
}
