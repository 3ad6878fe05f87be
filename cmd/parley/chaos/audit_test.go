package chaos

import (
	"fmt"
	"slices"
	"strings"
)

// audit compares, at rest, everything the server shows with what was acknowledged
// outside of it. It gives all answers the server keeps, by id and by words.
func (o *office) audit() map[string]object {
	o.t.Helper()
	o.agreed()
	chats := o.v.chats(o.root, "bot,waiting,in_progress,completed")
	lines := map[string][]string{} // by customer, in the order of chats and positions
	answers, found := map[string][]object{}, map[string]object{}
	for _, c := range chats {
		if text(c, "state") == "waiting" {
			continue // nobody may read it; only those who are left alone are here
		}
		for i, m := range o.v.messages(o.reader(c), text(c, "id")) {
			if number(m, "position") != i+1 {
				o.t.Errorf("message %d of chat %s has position %d", i+1, text(c, "id"), number(m, "position"))
			}
			words := text(m, "text")
			if text(m, "direction") == "in" {
				who := words[:strings.LastIndex(words, "/")]
				lines[who] = append(lines[who], words)
			} else {
				answers[words] = append(answers[words], part(m))
				found[words], found[text(m, "id")] = part(m), part(m)
			}
		}
	}
	o.stillOffered()
	o.customersLines(lines)
	o.operatorsAnswers(answers)
	return found
}

// stillOffered checks that the offers nobody takes stand as on the first day, with
// the deadline of the single one (I6).
func (o *office) stillOffered() {
	o.t.Helper()
	now := map[string]object{}
	for _, d := range o.desks {
		d.offered(now)
	}
	for id, first := range o.left {
		if a, b := spelled(now[id]["deadline"]), spelled(first["deadline"]); a != b || text(now[id], "id") != id {
			o.t.Errorf("the offer was %s, is %s", spelled(first), spelled(now[id]))
		}
	}
}

// reader is a token that may read a chat.
func (o *office) reader(chat any) string {
	if text(chat, "state") == "completed" {
		return o.root
	}
	for _, d := range o.desks {
		if d.login == text(chat, "owner", "id") {
			return d.token
		}
	}
	o.t.Fatalf("nobody may read %s", spelled(chat))
	return ""
}

// customersLines checks that every line is there once and in the customer's order (I4, I5).
func (o *office) customersLines(lines map[string][]string) {
	o.t.Helper()
	for _, c := range o.world.Customers() {
		var sent []string
		for _, r := range c.Lines() {
			if strings.HasPrefix(r.Text, "line ") {
				if r.Acked.IsZero() {
					o.t.Errorf("%q was never acknowledged", r.Text)
				}
				sent = append(sent, r.Text)
			}
		}
		who := fmt.Sprintf("line %s/%d", c.Channel(), c.N)
		if got := lines[who]; !slices.Equal(got, sent) {
			o.t.Errorf("%s: %d lines acknowledged, %d stand in the chats:\n%v\n%v", who, len(sent), len(got), sent, got)
		}
	}
}

// operatorsAnswers checks that every acknowledged answer is there once, that the
// customer got it as its state says, and that nothing of unknown fate went twice.
func (o *office) operatorsAnswers(kept map[string][]object) {
	o.t.Helper()
	got, provider := o.received()
	known := map[string]bool{}
	for _, d := range o.desks {
		for key, a := range d.all() {
			known[a.text] = true
			list := kept[a.text]
			switch {
			case a.refused != "" && len(list)+got[a.text] != 0:
				o.t.Errorf("%s was refused (%s) and is kept %d times, sent %d times", key, a.refused, len(list), got[a.text])
			case a.refused == "" && (len(list) != 1 || text(list[0], "id") != a.message):
				o.t.Errorf("%s was acknowledged as %s and is kept as %s", key, a.message, spelled(list))
			case a.refused == "":
				o.fate(key, text(list[0], "state"), text(list[0], "error", "code"), got[a.text], provider[a.text])
			}
		}
	}
	for words, n := range got {
		if !known[words] {
			o.t.Errorf("%q reached a customer %d times and nobody wrote it", words, n)
		}
	}
}

// received counts how often each answer reached a customer, and says where.
func (o *office) received() (got map[string]int, provider map[string]string) {
	got, provider = map[string]int{}, map[string]string{}
	for _, c := range o.world.Customers() {
		for _, a := range c.Answers() {
			got[a.Text]++
			provider[a.Text] = string(c.Provider())
		}
	}
	return got, provider
}

func (o *office) fate(key, state, code string, got int, provider string) {
	o.t.Helper()
	switch state {
	case "sent", "delivered", "read":
		if got != 1 {
			o.t.Errorf("%s is %s and reached the customer %d times", key, state, got)
		}
	case "unknown":
		if got > 1 || (got == 1 && provider != "telegram") {
			o.t.Errorf("%s is unknown (%s) and reached the customer on %s %d times: the provider told what became of it", key, code, provider, got)
		}
	default:
		o.t.Errorf("%s is %s (%s), the customer got it %d times", key, state, code, got)
	}
}

func (d *desk) all() map[string]answer {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := map[string]answer{}
	for key, a := range d.answers {
		out[key] = *a
	}
	return out
}

// agreed waits until lists, snapshots, the operators' pages, slots and the
// transfer menu show the same (I2, I3, I6, S41, S102).
func (o *office) agreed() {
	o.t.Helper()
	until(o.t, "agreement", func() string {
		open := o.v.chats(o.root, "waiting,in_progress")
		waiting := map[string]int{}
		owned := map[string][]string{}
		for _, c := range open {
			if text(c, "state") == "waiting" {
				waiting[text(c, "queue", "id")]++
				continue
			}
			owner := text(c, "owner", "id")
			owned[owner] = append(owned[owner], text(c, "id"))
		}
		loads := map[string]int{"sim-01": 0}
		for _, d := range o.desks {
			s := o.v.snapshot(d.token)
			if why := d.shows(s, owned[d.login], loads); why != "" {
				return d.login + ": " + why
			}
		}
		return o.menu(waiting, loads)
	})
}

// shows compares an operator's page and the lists with a snapshot, and notes his load.
func (d *desk) shows(s object, owned []string, loads map[string]int) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if why := d.page.differs(s); why != "" {
		return why
	}
	var mine []string
	for _, c := range list(s, "chats") {
		id := text(c, "chat", "id")
		mine = append(mine, id)
		if kept := text(c, "chat", "draft"); d.draft.chat == id && kept != d.draft.acked && !slices.Contains(d.draft.sent, kept) {
			return fmt.Sprintf("the draft is %q, %q was acknowledged", kept, d.draft.acked)
		}
	}
	slices.Sort(mine)
	slices.Sort(owned)
	if !slices.Equal(mine, owned) {
		return fmt.Sprintf("owns %v, the list says %v", mine, owned)
	}
	slots := len(mine)
	for _, row := range list(s, "offers") {
		if dig(row, "deadline") != nil {
			slots++
		}
	}
	if load := number(s, "operator", "load"); load != slots {
		return fmt.Sprintf("a load of %d, %d slots are taken", load, slots)
	}
	loads[d.login] = slots
	return ""
}

// menu compares the transfer menu with the chats. It needs somebody who owns one.
func (o *office) menu(waiting, loads map[string]int) string {
	for _, d := range o.desks {
		d.mu.Lock()
		id := ""
		for id = range d.page.chats {
			break
		}
		d.mu.Unlock()
		if id == "" {
			continue
		}
		r := o.v.request(d.token, "transfer.targets", object{"chat": id})
		for _, q := range list(r, "data", "queues") {
			if number(q, "waiting") != waiting[text(q, "id")] {
				return fmt.Sprintf("%s, %d wait", spelled(q), waiting[text(q, "id")])
			}
		}
		for _, p := range list(r, "data", "operators") {
			load, asked := loads[text(p, "id")]
			if asked && number(p, "load") != load {
				return fmt.Sprintf("%s, the load is %d", spelled(p), load)
			}
			if at := text(p, "id") == "anna" || text(p, "id") == "boris" || text(p, "id") == "clara"; at != (text(p, "indicator") == "green") {
				return "absent or present: " + spelled(p)
			}
		}
		return ""
	}
	return "nobody owns a chat"
}
