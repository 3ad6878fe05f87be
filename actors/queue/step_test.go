package queue

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// picky never finds anybody for some chats.
type picky struct{ LeastBusy }

func (p picky) Choose(e Entry, able []Member) int {
	if strings.HasPrefix(e.Chat, "b") {
		return -1
	}
	return p.LeastBusy.Choose(e, able)
}

func testRules() Rules {
	rules := Builtin()
	rules["picky"] = picky{}
	return rules
}

// TestStep drives a queue through random commands, many of which no operator
// would ever send, and checks after every step what must hold all the same.
func TestStep(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := driver{
			live: New("sales", testRules()), now: start,
			stored:  items{entries: map[string]Entry{}, members: map[string]Member{}},
			refused: map[[2]string]uint64{},
			version: map[string]uint64{},
		}
		d.step(t, anyConfigure(t))
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			d.now = d.now.Add(time.Second)
			d.step(t, d.anyCommand(t))
		}
	})
}

type driver struct {
	live    *State
	now     time.Time
	stored  items
	refused map[[2]string]uint64 // chat, operator: the availability in force when he refused
	version map[string]uint64    // of each operator's newest word
}

// items is what a store holds: only what events brought.
type items struct {
	header  Header
	entries map[string]Entry
	members map[string]Member
}

func (i *items) apply(c Change) {
	for _, e := range c.Events {
		switch e := e.(type) {
		case EntryPut:
			e.Entry.Declined = slices.Clone(e.Entry.Declined)
			e.Entry.Passed = slices.Clone(e.Entry.Passed)
			i.entries[e.Entry.Chat] = e.Entry
		case EntryGone:
			delete(i.entries, e.Chat)
		case MemberPut:
			i.members[e.Member.Operator] = e.Member
		case MemberGone:
			delete(i.members, e.Operator)
		case Configured:
			i.header = c.State.Header()
		}
	}
}

func (i *items) restore() *State {
	return Restore("sales", testRules(), i.header,
		slices.Collect(maps.Values(i.entries)), slices.Collect(maps.Values(i.members)))
}

func (d *driver) step(t *rapid.T, c Command) {
	d.note(c)
	twin := d.stored.restore()
	got, err := Step(d.live, c, d.now)
	if err != nil {
		t.Fatal(err)
	}
	same, _ := Step(twin, c, d.now)
	if !reflect.DeepEqual(got.Events, same.Events) || !reflect.DeepEqual(got.Effects, same.Effects) ||
		!reflect.DeepEqual(got.Reply, same.Reply) {
		t.Fatalf("%+v after a restart gives\n%+v\ninstead of\n%+v", c, same, got)
	}
	d.live = got.State
	d.stored.apply(got)
	if is, was := image(d.live), image(d.stored.restore()); is != was {
		t.Fatalf("%+v: stored\n%s\nis\n%s", c, was, is)
	}
	checkAsked(t, d.live)
	checkDistributed(t, d.live)
	d.checkAsks(t, got)
}

// image is everything a state holds, derived or not.
func image(s *State) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%+v\n", s.header)
	for _, e := range s.Entries() {
		fmt.Fprintf(&b, "%+v\n", e)
	}
	fmt.Fprintf(&b, "open")
	for _, e := range s.open.oldest(s.open.n) {
		fmt.Fprintf(&b, " %s", e.Chat)
	}
	for _, id := range slices.Sorted(maps.Keys(s.members)) {
		m := s.members[id]
		fmt.Fprintf(&b, "\n%+v able %v", m.Member, m.place >= 0)
		if m.place >= 0 && s.able[m.place] != m.Member || m.Able() != (m.place >= 0) {
			fmt.Fprintf(&b, " WRONG PLACE")
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.marks)) {
		var chats []string
		for w := range s.marks[id] {
			chats = append(chats, w.Chat)
		}
		slices.Sort(chats)
		fmt.Fprintf(&b, "\n%s declined %v", id, chats)
	}
	return b.String()
}

func checkAsked(t *rapid.T, s *State) {
	asked := map[string]int{}
	for _, e := range s.Entries() {
		if e.Offer.Operator == "" {
			continue
		}
		if m := s.members[e.Offer.Operator]; m == nil || !m.Listed {
			t.Fatalf("%s is offered to somebody who is no member: %+v", e.Chat, e.Offer)
		}
		if !e.Offer.Held {
			asked[e.Offer.Operator]++
		}
	}
	for id, m := range s.members {
		if m.Asked != asked[id] {
			t.Fatalf("%s is said to be asked %d times, is %d times", id, m.Asked, asked[id])
		}
	}
}

// checkDistributed: whoever can be asked has been asked (S27).
func checkDistributed(t *rapid.T, s *State) {
	if !s.Single() {
		return
	}
	for _, e := range s.open.oldest(s.open.n) {
		for _, m := range s.Members() {
			if m.Able() && !slices.Contains(e.Declined, m.Operator) && s.rule.Choose(e, []Member{m}) >= 0 {
				t.Fatalf("%s waits while %s is able", e.Chat, m.Operator)
			}
		}
	}
}

// checkAsks: nobody is asked above his limit, and nobody is asked again for what
// he refused before he has said something new of himself.
func (d *driver) checkAsks(t *rapid.T, got Change) {
	for _, e := range got.Effects {
		ask, ok := e.(Ask)
		if !ok {
			continue
		}
		m := d.live.members[ask.Operator]
		if m == nil || !m.Listed || !m.Active || m.Limit > 0 && m.Busy() > m.Limit {
			t.Fatalf("%s was asked: %+v", ask.Operator, m)
		}
		key := [2]string{ask.Chat, ask.Operator}
		if version, refused := d.refused[key]; refused && m.Version <= version {
			t.Fatalf("%s was asked for %s again", ask.Operator, ask.Chat)
		}
	}
}

// note remembers who refuses what.
func (d *driver) note(c Command) {
	if left, ok := c.(Leave); ok {
		maps.DeleteFunc(d.refused, func(key [2]string, _ uint64) bool { return key[0] == left.Chat })
	}
	refusal, ok := c.(Declined)
	if !ok {
		return
	}
	e, waits := d.live.Entry(refusal.Chat)
	m := d.live.members[refusal.Operator]
	if waits && m != nil && e.Offer.Operator == refusal.Operator && (refusal.Version == 0 || refusal.Version >= m.Version) {
		d.refused[[2]string{refusal.Chat, refusal.Operator}] = m.Version
	}
}

func (d *driver) anyCommand(t *rapid.T) Command {
	chat := rapid.SampledFrom([]string{"a.1", "a.2", "b.1", "c.1", "d.1", "e.1"}).Draw(t, "chat")
	operator := rapid.SampledFrom([]string{"anna", "boris", "clara"}).Draw(t, "operator")
	if e, ok := d.live.Entry(chat); ok && e.Offer.Operator != "" && rapid.IntRange(0, 3).Draw(t, "right") > 0 {
		operator = e.Offer.Operator
	}
	version := d.version[operator]
	switch rapid.IntRange(0, 11).Draw(t, "command") {
	case 0:
		return anyConfigure(t)
	case 1, 2, 3:
		return Wait{Chat: chat, Since: start.Add(time.Duration(rapid.IntRange(0, 99).Draw(t, "since")) * time.Second)}
	case 4:
		return Leave{Chat: chat, Why: "taken", By: Person{ID: operator}}
	case 5, 6, 7:
		version += uint64(rapid.IntRange(0, 2).Draw(t, "news"))
		if m := d.live.members[operator]; m == nil || m.Version < d.version[operator] {
			version++ // words come in order, so an old one never follows the one that let him be forgotten
		}
		d.version[operator] = version
		return Availability{
			Operator: operator, Version: version,
			Active: rapid.IntRange(0, 3).Draw(t, "active") > 0,
			Load:   rapid.IntRange(0, 3).Draw(t, "load"), Limit: rapid.IntRange(0, 4).Draw(t, "limit"),
			LastTook: start.Add(time.Duration(rapid.IntRange(0, 9).Draw(t, "took")) * time.Second),
		}
	case 8:
		return Held{Operator: operator, Chat: chat, Version: version * uint64(rapid.IntRange(0, 1).Draw(t, "known"))}
	case 9, 10:
		why := rapid.SampledFrom([]string{"declined", "limit", "inactive", "expired"}).Draw(t, "why")
		return Declined{Operator: operator, Chat: chat, Why: why, Version: version * uint64(rapid.IntRange(0, 1).Draw(t, "known"))}
	default:
		if rapid.Bool().Draw(t, "overview") {
			return Overview{}
		}
		return Explain{Chat: chat}
	}
}

func anyConfigure(t *rapid.T) Configure {
	s := Settings{
		Name: "Sales",
		Rule: rapid.SampledFrom([]string{"least_busy", "least_busy", "least_busy", "picky", "everyone", "unknown"}).Draw(t, "rule"),
	}
	for _, id := range []string{"anna", "boris", "clara"} {
		if rapid.IntRange(0, 3).Draw(t, id) > 0 {
			s.Members = append(s.Members, Person{ID: id, Name: id})
		}
	}
	return Configure{Settings: s}
}
