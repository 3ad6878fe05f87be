package simulate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// answers judges every answer by what its customer got.
func (j *judge) answers() {
	if !j.h.Operators {
		return
	}
	got := map[string][]Received{}
	for _, r := range j.h.Received {
		got[r.Key] = append(got[r.Key], r)
	}
	known := map[string]bool{}
	for _, a := range j.h.Answers {
		known[a.Key] = true
		if !a.Acked.IsZero() {
			j.v.Answers++
		}
		if a.State == "unknown" {
			j.v.Unknown++
		}
		j.answer(a, got[a.Key])
	}
	for key, list := range got {
		if !known[key] {
			j.v.Misdelivered += len(list)
			j.v.find(Finding{Kind: "invented", Key: key, Note: fmt.Sprintf("reached %s/%d, and no operator wrote it", list[0].Channel, list[0].Customer)})
		}
	}
	j.answersShown()
}

func (j *judge) answer(a Answer, got []Received) {
	f := Finding{Key: a.Key, Chat: a.Chat, Message: a.Message, Operator: a.Operator, Marker: a.To.String()}
	switch {
	case len(got) == 0 && j.h.Killed && a.State == "unknown": // it says so, and nobody sent it again
	case len(got) == 0 && !a.Acked.IsZero():
		j.v.AnswersLost++
		f.Kind, f.Note = "answer lost", fmt.Sprintf("acknowledged, state %s %s, %d retries", cmp.Or(a.State, "never told"), a.Problem, a.Retries)
		j.v.find(f)
	case len(got) > 1:
		j.v.AnswersDoubled += len(got) - 1
		f.Kind, f.Note = "answer doubled", fmt.Sprintf("reached the customer %d times, state %s, %d retries", len(got), a.State, a.Retries)
		j.v.find(f)
	}
	for _, r := range got {
		if r.Channel != a.To.Channel || r.Customer != a.To.Customer {
			j.v.Misdelivered++
			f.Kind, f.Note = "misdelivered", fmt.Sprintf("reached %s/%d", r.Channel, r.Customer)
			j.v.find(f)
		}
	}
}

// answersShown finds answers that stand in their chat as two messages: an echo that was not joined.
func (j *judge) answersShown() {
	first := map[string]Sight{}
	for _, id := range slices.Sorted(maps.Keys(j.messages)) {
		s := j.messages[id]
		if s.Key == "" || !s.Out {
			continue
		}
		if other, ok := first[s.Key]; ok {
			j.v.AnswersDoubled++
			j.v.find(Finding{Kind: "answer doubled", Key: s.Key, Chat: s.Chat, Message: s.Message, Operator: s.Operator, Note: "shown as " + other.Message + " too"})
			continue
		}
		first[s.Key] = s
	}
}

// answersInOrder checks that a conversation's answers arrived in the order of their positions. What an operator sent
// again has lost its place.
func (j *judge) answersInOrder() {
	arrived := map[string]Received{}
	for _, r := range j.h.Received {
		if _, twice := arrived[r.Key]; !twice {
			arrived[r.Key] = r
		}
	}
	said := map[who][]Answer{}
	for _, a := range j.h.Answers {
		_, came := arrived[a.Key]
		if _, ok := j.tenures[a.Chat]; ok && came && a.Position > 0 && a.Retries == 0 {
			c := who{a.To.Channel, a.To.Customer}
			said[c] = append(said[c], a)
		}
	}
	for _, list := range said {
		slices.SortStableFunc(list, func(a, b Answer) int {
			return cmp.Or(j.chatOrder(a.Chat, b.Chat), cmp.Compare(a.Position, b.Position))
		})
		for i := 1; i < len(list); i++ {
			a, b := list[i-1], list[i]
			known := a.Chat == b.Chat || j.chatOrder(a.Chat, b.Chat) != 0
			if known && arrived[b.Key].Seq < arrived[a.Key].Seq {
				j.v.AnswersReordered++
				j.v.find(Finding{Kind: "answers reordered", Key: b.Key, Chat: b.Chat, Message: b.Message, Operator: b.Operator, Note: "arrived before " + a.Key})
			}
		}
	}
}
