package simulate

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// maxFindings is how many findings are kept with their ids; the counts are complete.
const maxFindings = 50

// Verdict is what came of a run. The counters that must be 0 are those Clean looks at.
type Verdict struct {
	Name    string  `json:"name"`
	Seed    uint64  `json:"seed"`
	Run     string  `json:"run"`
	IsClean bool    `json:"clean"`
	Settled bool    `json:"settled"` // false: the grace ended before everything had come to rest
	Seconds float64 `json:"seconds"`

	Sent      int `json:"sent"`      // lines of customers
	Seen      int `json:"seen"`      // of them, seen by exactly one owner; without operators: acknowledged
	Lost      int `json:"lost"`      // never acknowledged, or acknowledged and never shown to an owner
	Doubled   int `json:"doubled"`   // shown as two messages, or pushed twice
	Reordered int `json:"reordered"` // shown in another order than they were stored
	Late      int `json:"late"`      // shown later than LateAfter: told, not held against the server
	Owners    int `json:"owners"`    // chats that two operators were shown as their own

	Answers          int `json:"answers"` // that the server acknowledged
	AnswersLost      int `json:"answers_lost"`
	AnswersDoubled   int `json:"answers_doubled"`
	AnswersReordered int `json:"answers_reordered"`
	Misdelivered     int `json:"misdelivered"` // reached somebody else
	Unknown          int `json:"unknown"`      // whose outcome the server could not learn; the customers' side is judged

	ForgedShown   int `json:"forged_shown"`   // forged bodies not refused with 401, or shown
	PoisonRefused int `json:"poison_refused"` // bodies with an event nobody understands that were not acknowledged
	FeedGaps      int `json:"feed_gaps"`
	FeedDoubles   int `json:"feed_doubles"`
	ShownHoles    int `json:"shown_holes"`
	Strangers     int `json:"strangers"` // messages shown to operators who do not own the chat
	StatesBack    int `json:"states_back"`
	Refusals      int `json:"refusals"` // requests refused or unanswered for no known reason
	FilesLost     int `json:"files_lost"`

	Operating Operating      `json:"operating"`
	Faults    map[string]int `json:"faults"` // how often each fault really happened
	Findings  []Finding      `json:"findings"`
	Omitted   int            `json:"findings_omitted"`
}

// Finding is one thing that is wrong, with the ids to look for.
type Finding struct {
	Kind     string `json:"kind"`
	Marker   string `json:"marker,omitempty"` // the customer's line
	Key      string `json:"key,omitempty"`    // the operator's answer
	Chat     string `json:"chat,omitempty"`
	Message  string `json:"message,omitempty"`
	Operator string `json:"operator,omitempty"`
	Note     string `json:"note,omitempty"`
}

// LateAfter is the time from the acknowledgement (or the acceptance of the chat, if later) to the sight above which a
// message counts as late.
const LateAfter = 2 * time.Second

// Clean says that nothing was lost, doubled, out of order, shown to the wrong person or invented.
func (v Verdict) Clean() bool {
	return v.Lost+v.Doubled+v.Reordered+v.Owners+v.AnswersLost+v.AnswersDoubled+v.AnswersReordered+v.Misdelivered+
		v.ForgedShown+v.PoisonRefused+v.FeedGaps+v.FeedDoubles+v.ShownHoles+v.Strangers+v.StatesBack+v.Refusals+v.FilesLost == 0
}

// find keeps a finding, or counts it when there are many.
func (v *Verdict) find(f Finding) {
	if len(v.Findings) < maxFindings {
		v.Findings = append(v.Findings, f)
		return
	}
	v.Omitted++
}

// WriteJSON prints one object.
func (v Verdict) WriteJSON(w io.Writer) error {
	out, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("print the verdict: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", out)
	return err
}

// Print writes the verdict for a person to read.
func (v Verdict) Print(w io.Writer) {
	word := "NOT CLEAN"
	if v.IsClean {
		word = "CLEAN"
	}
	fmt.Fprintf(w, "\n%s  (seed %d, run %s, %.1f s)\n", word, v.Seed, v.Run, v.Seconds)
	if !v.Settled {
		fmt.Fprintln(w, "The grace ended before everything had come to rest; what was still on its way counts as lost.")
	}
	fmt.Fprintf(w, "  customers' messages  %d sent, %d seen once; %s; %d late\n", v.Sent, v.Seen,
		counted("lost", v.Lost, "doubled", v.Doubled, "out of order", v.Reordered), v.Late)
	if v.Operating != (Operating{}) {
		v.printOperators(w)
	}
	fmt.Fprintf(w, "  outsiders            %s\n", counted("forged accepted", v.ForgedShown, "poison refused", v.PoisonRefused))
	if len(v.Faults) > 0 {
		fmt.Fprintf(w, "  faults               %s\n", spelled(v.Faults))
	}
	if len(v.Findings) > 0 {
		fmt.Fprintln(w, "Findings:")
	}
	for _, f := range v.Findings {
		fmt.Fprintf(w, "  %s\n", f)
	}
	if v.Omitted > 0 {
		fmt.Fprintf(w, "  ... and %d more\n", v.Omitted)
	}
}

func (v Verdict) printOperators(w io.Writer) {
	fmt.Fprintf(w, "  operators' answers   %d; %s; %d of unknown outcome\n", v.Answers, counted("lost", v.AnswersLost,
		"doubled", v.AnswersDoubled, "out of order", v.AnswersReordered, "misdelivered", v.Misdelivered), v.Unknown)
	fmt.Fprintf(w, "  what operators saw   %s\n", counted("second owners", v.Owners, "strangers' messages", v.Strangers,
		"holes", v.ShownHoles, "states gone back", v.StatesBack, "files lost", v.FilesLost))
	fmt.Fprintf(w, "  their feeds          %s\n", counted("gaps", v.FeedGaps, "doubles", v.FeedDoubles, "odd refusals", v.Refusals))
	o := v.Operating
	fmt.Fprintf(w, "  their work           %d accepted (%d taken by another), %d finished, %d transferred, %d disconnects, %d resumed, %d snapshots, %d retried\n",
		o.Accepted, o.Taken, o.Finished, o.Transferred, o.Disconnects, o.Resumed, o.Snapshots, o.Retried)
}

// counted spells pairs of name and number.
func counted(pairs ...any) string {
	var out []string
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, fmt.Sprintf("%d %s", pairs[i+1], pairs[i]))
	}
	return strings.Join(out, ", ")
}

func spelled(m map[string]int) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, fmt.Sprintf("%s %d", k, m[k]))
	}
	return strings.Join(out, ", ")
}

// String spells a finding in one line.
func (f Finding) String() string {
	out := f.Kind
	for _, part := range [][2]string{{"line", f.Marker}, {"answer", f.Key}, {"chat", f.Chat}, {"message", f.Message}, {"operator", f.Operator}} {
		if part[1] != "" {
			out += "  " + part[0] + " " + part[1]
		}
	}
	if f.Note != "" {
		out += "  (" + f.Note + ")"
	}
	return out
}
