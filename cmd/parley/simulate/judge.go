package simulate

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"parley/gateway/channel/simulator"
)

// Judge makes a verdict of a history. It is a pure function: the same history gives the same verdict.
func Judge(h History) Verdict {
	j := newJudge(h)
	j.lines()
	j.pictures()
	j.owners()
	j.outsiders()
	j.feeds()
	j.answers()
	j.answersInOrder()
	j.v.Operating, j.v.Faults, j.v.Run = h.Operating, h.Faults, h.Run
	j.v.IsClean = j.v.Clean()
	return j.v
}

// judge holds a history's indexes while the verdict grows.
type judge struct {
	h        History
	v        Verdict
	tenures  map[string]Tenure                    // by chat: the first one
	markers  map[simulator.Marker]map[string]bool // ids of the messages that carry a marker
	messages map[string]Sight                     // by message id: the first sight
	depth    map[string]int                       // transfers above a chat
}

func newJudge(h History) *judge {
	j := &judge{h: h, tenures: map[string]Tenure{}, markers: map[simulator.Marker]map[string]bool{},
		messages: map[string]Sight{}, depth: map[string]int{}}
	for _, t := range h.Tenures {
		if first, ok := j.tenures[t.Chat]; !ok || t.Since.Before(first.Since) {
			j.tenures[t.Chat] = t
		}
	}
	for _, s := range h.Sights {
		if first, ok := j.messages[s.Message]; !ok || s.First.Before(first.First) {
			j.messages[s.Message] = s
		}
		if s.Marker == (simulator.Marker{}) || s.Out {
			continue
		}
		if j.markers[s.Marker] == nil {
			j.markers[s.Marker] = map[string]bool{}
		}
		j.markers[s.Marker][s.Message] = true
	}
	return j
}

// lines judges every marked line by itself, then each customer's in their order.
func (j *judge) lines() {
	seen := map[who][]placed{}
	for _, l := range j.h.Lines {
		j.v.Sent++
		if l.Acked.IsZero() {
			j.v.Lost++
			j.v.find(Finding{Kind: "lost", Marker: l.Marker().String(),
				Note: fmt.Sprintf("never acknowledged: %d attempts, last status %d", l.Attempts, l.LastStatus)})
			continue
		}
		if !j.h.Operators {
			j.v.Seen++
			continue
		}
		if !l.Marked {
			continue
		}
		if s, ok := j.once(l); ok {
			j.v.Seen++
			j.punctual(l, s)
			seen[who{l.Channel, l.Customer}] = append(seen[who{l.Channel, l.Customer}], placed{l, s})
		}
	}
	for _, list := range seen {
		j.inOrder(list)
	}
}

type who struct {
	channel string
	n       int
}

// placed is a line with the place it was shown at.
type placed struct {
	line  Line
	sight Sight
}

// once finds the one message that is a line.
func (j *judge) once(l Line) (Sight, bool) {
	ids := j.markers[l.Marker()]
	switch len(ids) {
	case 0:
		j.v.Lost++
		j.v.find(Finding{Kind: "lost", Marker: l.Marker().String(), Note: "acknowledged, shown to no owner"})
		return Sight{}, false
	case 1:
		for id := range ids {
			return j.messages[id], true
		}
	}
	j.v.Doubled += len(ids) - 1
	for id := range ids {
		s := j.messages[id]
		j.v.find(Finding{Kind: "doubled", Marker: l.Marker().String(), Chat: s.Chat, Message: id, Operator: s.Operator,
			Note: fmt.Sprintf("one of %d messages with this marker", len(ids))})
	}
	return Sight{}, false
}

// punctual notes a line that was shown late.
func (j *judge) punctual(l Line, s Sight) {
	from := l.Acked
	if t, ok := j.tenures[s.Chat]; ok && t.Since.After(from) {
		from = t.Since
	}
	if wait := s.First.Sub(from); wait > LateAfter {
		j.v.Late++
	}
}

// inOrder checks one customer's lines in the order in which they stand in the chats.
func (j *judge) inOrder(list []placed) {
	slices.SortStableFunc(list, func(a, b placed) int {
		return cmp.Or(j.chatOrder(a.sight.Chat, b.sight.Chat), cmp.Compare(a.sight.Position, b.sight.Position))
	})
	// A line that stands later must not be one that was stored before an earlier one. Events that can be compared
	// are close to each other or far apart in time: the neighbours, and the one that was sent last so far, suffice.
	const neighbours = 256
	last := 0
	for i := 1; i < len(list); i++ {
		candidates := append([]int{last}, span(max(0, i-neighbours), i)...)
		for _, k := range candidates {
			if list[i].line.Before(list[k].line.EventReport) && j.comparable(list[i].sight, list[k].sight) {
				j.v.Reordered++
				j.v.find(Finding{Kind: "reordered", Marker: list[i].line.Marker().String(), Chat: list[i].sight.Chat,
					Message: list[i].sight.Message, Note: "stands after " + list[k].line.Marker().String() + ", which came later"})
				break
			}
		}
		if list[i].line.FirstSent.After(list[last].line.FirstSent) {
			last = i
		}
	}
}

func span(from, to int) []int {
	out := make([]int, 0, to-from)
	for i := from; i < to; i++ {
		out = append(out, i)
	}
	return out
}

// chatOrder compares the chats of one conversation: they follow one another.
func (j *judge) chatOrder(a, b string) int {
	if a == b {
		return 0
	}
	return cmp.Or(j.tenures[a].Created.Compare(j.tenures[b].Created), cmp.Compare(j.above(a), j.above(b)))
}

// comparable says whether the places of two sights are known against each other.
func (j *judge) comparable(a, b Sight) bool {
	if a.Chat == b.Chat {
		return true
	}
	_, okA := j.tenures[a.Chat]
	_, okB := j.tenures[b.Chat]
	return okA && okB && j.chatOrder(a.Chat, b.Chat) != 0
}

// above counts the transfers that led to a chat.
func (j *judge) above(id string) int {
	if n, ok := j.depth[id]; ok {
		return n
	}
	j.depth[id] = 0 // stops at a circle, which would be a fault of the server's
	if t, ok := j.tenures[id]; ok && t.Parent != "" {
		j.depth[id] = j.above(t.Parent) + 1
	}
	return j.depth[id]
}

// pictures counts, per customer, the lines that can carry no marker.
func (j *judge) pictures() {
	if !j.h.Operators {
		return
	}
	owner := map[string]who{} // by conversation
	for _, s := range j.messages {
		if s.Marker != (simulator.Marker{}) && !s.Out {
			owner[j.tenures[s.Chat].Conversation] = who{s.Marker.Channel, s.Marker.Customer}
		}
	}
	delete(owner, "")
	shown := map[who]int{}
	for _, s := range j.messages {
		if c, ok := owner[j.tenures[s.Chat].Conversation]; ok && j.unmarked(s) {
			shown[c]++
		}
	}
	sent := map[who]int{}
	for _, l := range j.h.Lines {
		if !l.Marked && !l.Acked.IsZero() {
			sent[who{l.Channel, l.Customer}]++
		}
	}
	for c, n := range sent {
		j.v.Seen += min(n, shown[c])
		j.v.Lost += max(0, n-shown[c])
		j.v.Doubled += max(0, shown[c]-n)
		if n != shown[c] {
			j.v.find(Finding{Kind: "pictures", Marker: fmt.Sprintf("[%s/%d/*]", c.channel, c.n),
				Note: fmt.Sprintf("%d lines without a text sent, %d shown", n, shown[c])})
		}
	}
}

// unmarked says whether a message is a line of this run that carries no marker. Providers' times may be whole seconds.
func (j *judge) unmarked(s Sight) bool {
	return !s.Out && s.Marker == (simulator.Marker{}) && s.Files > 0 && s.At.After(j.h.Started.Add(-2*time.Second))
}

// owners checks that every chat was one operator's.
func (j *judge) owners() {
	told := map[string]bool{}
	for _, t := range j.h.Tenures {
		first := j.tenures[t.Chat]
		if t.Operator != first.Operator && !told[t.Chat+" "+t.Operator] {
			told[t.Chat+" "+t.Operator] = true
			j.v.Owners++
			j.v.find(Finding{Kind: "two owners", Chat: t.Chat, Operator: t.Operator, Note: "it is " + first.Operator + "'s"})
		}
	}
}

// outsiders judges forged and poisoned bodies.
func (j *judge) outsiders() {
	t := j.h.Tally
	j.v.ForgedShown = t.Forged - t.ForgedRefused
	if j.v.ForgedShown > 0 {
		j.v.find(Finding{Kind: "forged", Note: fmt.Sprintf("%d of %d forged bodies were not answered 401", j.v.ForgedShown, t.Forged)})
	}
	for _, s := range j.messages {
		if s.Forged {
			j.v.ForgedShown++
			j.v.find(Finding{Kind: "forged", Chat: s.Chat, Message: s.Message, Operator: s.Operator, Note: "shown"})
		}
	}
	if j.v.PoisonRefused = t.Poisoned - t.PoisonedAccepted; j.v.PoisonRefused > 0 {
		j.v.find(Finding{Kind: "poison", Note: fmt.Sprintf("%d of %d authentic events were never acknowledged", j.v.PoisonRefused, t.Poisoned)})
	}
}

// feeds adds what the operators' own eyes found.
func (j *judge) feeds() {
	counters := map[FeedKind]*int{
		FeedGap: &j.v.FeedGaps, FeedDouble: &j.v.FeedDoubles, ShownTwice: &j.v.Doubled, ShownHole: &j.v.ShownHoles,
		ShownStranger: &j.v.Strangers, StateBack: &j.v.StatesBack, BadFrame: &j.v.FeedGaps, NoReply: &j.v.Refusals, Refusal: &j.v.Refusals,
	}
	for _, f := range j.h.Feed {
		if n := counters[f.Kind]; n != nil {
			*n++
		}
		j.v.find(Finding{Kind: string(f.Kind), Chat: f.Chat, Message: f.Message, Operator: f.Operator, Note: f.Note})
	}
	if j.v.FilesLost = j.h.Files.Failed; !j.h.Killed {
		// After a kill nobody may have been shown that a file came, because its chat had ended by then.
		j.v.FilesLost += j.h.Files.Pending
	}
	if j.v.FilesLost > 0 {
		j.v.find(Finding{Kind: "files", Note: fmt.Sprintf("%d attachments failed, %d never came", j.h.Files.Failed, j.h.Files.Pending)})
	}
}
