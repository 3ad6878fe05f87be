package simulate

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/gateway/channel/simulator"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// at is a moment of a made-up history.
func at(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }

func mark(seq int) simulator.Marker {
	return simulator.Marker{Channel: "acme-fb", Customer: 1, Seq: seq}
}

func wrote(seq int) Line {
	return Line{Marked: true, EventReport: simulator.EventReport{
		Channel: "acme-fb", Customer: 1, Seq: seq, Kind: simulator.KindText, FirstSent: at(10 * seq), Acked: at(10*seq + 1), Attempts: 1, LastStatus: 200,
	}}
}

func saw(operator, chat string, position, seq int) Sight {
	id := chat + "." + string(rune('0'+position))
	return Sight{Operator: operator, Chat: chat, Within: chat, Message: id, Position: position, Marker: mark(seq), At: at(10*seq + 1), First: at(10*seq + 1)}
}

// quietDay is a clean history: a chat of anna's with three lines and an answer, handed on to boris, who sees two more.
func quietDay() History {
	key := "run-0-1"
	return History{
		Run: "run", Operators: true, Started: noon,
		Lines: []Line{wrote(1), wrote(2), wrote(3), wrote(4), wrote(5)},
		Tenures: []Tenure{
			{Operator: "anna", Chat: "c.1", Conversation: "c", Created: at(11), Since: at(11)},
			{Operator: "boris", Chat: "c.2", Conversation: "c", Parent: "c.1", Created: at(11), Since: at(35)},
		},
		Sights: []Sight{
			saw("anna", "c.1", 1, 1), saw("anna", "c.1", 2, 2), saw("anna", "c.1", 3, 3), saw("boris", "c.1", 3, 3),
			saw("boris", "c.2", 1, 4), saw("boris", "c.2", 2, 5),
			{Operator: "anna", Chat: "c.1", Message: "c.1.4", Position: 4, Out: true, Key: key, First: at(32)},
		},
		Answers:  []Answer{{Key: key, Operator: "anna", Chat: "c.1", To: mark(1), Acked: at(32), Message: "c.1.4", Position: 4, State: "read"}},
		Received: []Received{{Channel: "acme-fb", Customer: 1, Seq: 1, Key: key, At: at(32)}},
		Tally:    simulator.Tally{Forged: 2, ForgedRefused: 2, Poisoned: 3, PoisonedAccepted: 3},
	}
}

func TestAQuietDayIsClean(t *testing.T) {
	t.Parallel()
	v := Judge(quietDay())
	if !v.Clean() || !v.IsClean || v.Sent != 5 || v.Seen != 5 || v.Answers != 1 || len(v.Findings) != 0 {
		t.Errorf("%+v", v)
	}
}

// Each kind of finding is found, and nothing else with it.
func TestTheJudgeFinds(t *testing.T) {
	t.Parallel()
	feed := func(k FeedKind) func(*History) {
		return func(h *History) {
			h.Feed = append(h.Feed, FeedFault{Kind: k, Operator: "anna", Chat: "c.1", Note: "made up"})
		}
	}
	drop := func(h *History, seq int) {
		h.Sights = slices.DeleteFunc(h.Sights, func(s Sight) bool { return s.Marker == mark(seq) })
	}
	for _, tc := range []struct {
		name  string
		spoil func(*History)
		want  func(v *Verdict) // the counters as they must be, over the clean day's
	}{
		{"a line nobody saw", func(h *History) { drop(h, 5) }, func(v *Verdict) { v.Lost++; v.Seen-- }},
		{"a line never acknowledged", func(h *History) {
			drop(h, 5)
			h.Lines[4].Acked = time.Time{}
		}, func(v *Verdict) { v.Lost++; v.Seen-- }},
		{"a redelivery stored as a second message", func(h *History) {
			h.Sights = append(h.Sights, saw("boris", "c.2", 3, 5))
		}, func(v *Verdict) { v.Doubled++; v.Seen-- }},
		{"a message pushed again", feed(ShownTwice), func(v *Verdict) { v.Doubled++ }},
		{"two lines in the wrong order", func(h *History) {
			h.Sights[1].Position, h.Sights[2].Position = 3, 2
		}, func(v *Verdict) { v.Reordered++ }},
		{"lines in the wrong order across a transfer", func(h *History) {
			drop(h, 2)
			drop(h, 4)
			h.Sights = append(h.Sights, saw("boris", "c.2", 1, 2), saw("anna", "c.1", 2, 4))
		}, func(v *Verdict) { v.Reordered += 2 }}, // 3 and 2 both stand after 4
		{"a chat with two owners", func(h *History) {
			h.Tenures = append(h.Tenures, Tenure{Operator: "clara", Chat: "c.1", Conversation: "c", Created: at(11), Since: at(12)})
		}, func(v *Verdict) { v.Owners++ }},
		{"a late line", func(h *History) { h.Sights[0].First = at(20) }, func(v *Verdict) { v.Late++ }},
		{"an answer that never came", func(h *History) { h.Received = nil }, func(v *Verdict) { v.AnswersLost++ }},
		{"an unknown answer that never came", func(h *History) {
			h.Received = nil
			h.Answers[0].State = "unknown"
		}, func(v *Verdict) { v.AnswersLost++; v.Unknown++ }},
		{"an unknown answer that came", func(h *History) { h.Answers[0].State = "unknown" }, func(v *Verdict) { v.Unknown++ }},
		{"an answer that came twice", func(h *History) {
			h.Received = append(h.Received, Received{Channel: "acme-fb", Customer: 1, Seq: 2, Key: "run-0-1"})
		}, func(v *Verdict) { v.AnswersDoubled++ }},
		{"an echo that was not joined", func(h *History) {
			h.Sights = append(h.Sights, Sight{Operator: "anna", Chat: "c.1", Message: "c.1.5", Position: 5, Out: true, Key: "run-0-1", First: at(33)})
		}, func(v *Verdict) { v.AnswersDoubled++ }},
		{"an answer to somebody else", func(h *History) { h.Received[0].Customer = 2 }, func(v *Verdict) { v.Misdelivered++ }},
		{"an answer nobody wrote", func(h *History) {
			h.Received = append(h.Received, Received{Channel: "acme-fb", Customer: 1, Seq: 2, Key: "run-9-9"})
		}, func(v *Verdict) { v.Misdelivered++ }},
		{"an answer that was never acknowledged and never came", func(h *History) {
			h.Received, h.Answers[0].Acked = nil, time.Time{}
		}, func(v *Verdict) { v.Answers-- }},
		{"answers in the wrong order", func(h *History) {
			h.Answers = append(h.Answers, Answer{Key: "run-0-2", Operator: "anna", Chat: "c.1", To: mark(2), Acked: at(33), Position: 5, State: "read"})
			h.Received = []Received{{Channel: "acme-fb", Customer: 1, Seq: 1, Key: "run-0-2"}, {Channel: "acme-fb", Customer: 1, Seq: 2, Key: "run-0-1"}}
		}, func(v *Verdict) { v.Answers++; v.AnswersReordered++ }},
		{"a picture that is missing", func(h *History) {
			l := wrote(6)
			l.Marked = false
			h.Lines = append(h.Lines, l)
		}, func(v *Verdict) { v.Sent++; v.Lost++ }},
		{"a picture that came twice", func(h *History) {
			l := wrote(6)
			l.Marked = false
			h.Lines = append(h.Lines, l)
			for i := range 2 {
				s := saw("boris", "c.2", 3+i, 6)
				s.Marker, s.Files = simulator.Marker{}, 1
				h.Sights = append(h.Sights, s)
			}
		}, func(v *Verdict) { v.Sent++; v.Seen++; v.Doubled++ }},
		{"a forged body taken", func(h *History) { h.Tally.ForgedRefused = 1 }, func(v *Verdict) { v.ForgedShown++ }},
		{"a forged line shown", func(h *History) {
			h.Sights = append(h.Sights, Sight{Operator: "anna", Chat: "x.1", Message: "x.1.1", Forged: true})
		}, func(v *Verdict) { v.ForgedShown++ }},
		{"poison refused", func(h *History) { h.Tally.PoisonedAccepted = 1 }, func(v *Verdict) { v.PoisonRefused += 2 }},
		{"a gap in a feed", feed(FeedGap), func(v *Verdict) { v.FeedGaps++ }},
		{"a double in a feed", feed(FeedDouble), func(v *Verdict) { v.FeedDoubles++ }},
		{"a hole in a chat", feed(ShownHole), func(v *Verdict) { v.ShownHoles++ }},
		{"a stranger's message", feed(ShownStranger), func(v *Verdict) { v.Strangers++ }},
		{"a state gone back", feed(StateBack), func(v *Verdict) { v.StatesBack++ }},
		{"an odd refusal", feed(Refusal), func(v *Verdict) { v.Refusals++ }},
		{"a file that never came", func(h *History) { h.Files = Files{Stored: 1, Failed: 1} }, func(v *Verdict) { v.FilesLost++ }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			h := quietDay()
			tc.spoil(&h)
			got, want := Judge(h), Judge(quietDay())
			tc.want(&want)
			harmless := want.Clean()
			if got.Clean() != harmless || got.IsClean != harmless {
				t.Errorf("clean is %v", got.Clean())
			}
			if !harmless && len(got.Findings) == 0 {
				t.Error("no finding says what it is")
			}
			want.IsClean, want.Findings, got.Findings = got.IsClean, nil, nil
			if g, w := spelledOut(t, got), spelledOut(t, want); g != w {
				t.Errorf("got  %s\nwant %s", g, w)
			}
		})
	}
}

func spelledOut(t *testing.T, v Verdict) string {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestWithoutOperatorsOnlyAcknowledgementsCount(t *testing.T) {
	t.Parallel()
	h := quietDay()
	h.Operators, h.Tenures, h.Sights, h.Answers, h.Received = false, nil, nil, nil, nil
	if v := Judge(h); !v.Clean() || v.Seen != 5 {
		t.Errorf("%+v", v)
	}
	h.Lines[0].Acked = time.Time{}
	if v := Judge(h); v.Clean() || v.Lost != 1 {
		t.Errorf("%+v", v)
	}
}

// What may arrive in any order is no finding in any order; what may not is one in every wrong order.
func TestOrderIsJudgedByWhatCanBeKnown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(t, "lines")
		h := History{Run: "run", Operators: true, Started: noon, Tenures: []Tenure{{Operator: "anna", Chat: "c.1", Conversation: "c", Created: noon, Since: noon}}}
		for i := range n {
			l := wrote(i + 1)
			l.FirstSent = noon.Add(time.Duration(rapid.IntRange(0, 50).Draw(t, "sent")) * time.Second)
			l.Acked = l.FirstSent.Add(time.Duration(rapid.IntRange(1, 20).Draw(t, "took")) * time.Second)
			h.Lines = append(h.Lines, l)
		}
		places := rapid.Permutation(span(0, n)).Draw(t, "places")
		wrong := false
		for i := range n {
			h.Sights = append(h.Sights, saw("anna", "c.1", places[i]+1, i+1))
			for k := range n {
				wrong = wrong || h.Lines[i].Before(h.Lines[k].EventReport) && places[i] > places[k]
			}
		}
		if v := Judge(h); (v.Reordered > 0) != wrong {
			t.Errorf("%d reordered, wrong: %v", v.Reordered, wrong)
		}
	})
}

func TestTheVerdictIsPrinted(t *testing.T) {
	t.Parallel()
	h := quietDay()
	h.Received, h.Faults, h.Operating.Accepted = nil, map[string]int{"late": 3}, 2
	v := Judge(h)
	v.Seed = 42
	var text, object bytes.Buffer
	v.Print(&text)
	for _, part := range []string{"NOT CLEAN", "seed 42", "5 sent", "1 lost", "answer run-0-1", "late 3"} {
		if !strings.Contains(text.String(), part) {
			t.Errorf("%q is missing in\n%s", part, text.String())
		}
	}
	if err := v.WriteJSON(&object); err != nil {
		t.Fatal(err)
	}
	var back Verdict
	if err := json.Unmarshal(object.Bytes(), &back); err != nil || back.AnswersLost != 1 || back.IsClean {
		t.Errorf("%v\n%s", err, object.String())
	}
}

func TestManyFindingsAreCountedNotKept(t *testing.T) {
	t.Parallel()
	h := quietDay()
	for range 3 * maxFindings {
		h.Feed = append(h.Feed, FeedFault{Kind: FeedGap})
	}
	if v := Judge(h); len(v.Findings) != maxFindings || v.Omitted != 2*maxFindings || v.FeedGaps != 3*maxFindings {
		t.Errorf("%d kept, %d omitted, %d gaps", len(v.Findings), v.Omitted, v.FeedGaps)
	}
}
