package route_test

import (
	"maps"
	"slices"
	"time"

	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
)

func choose[T any](p *player, label string, of []T) (T, bool) {
	if len(of) == 0 {
		var none T
		return none, false
	}
	return of[p.dice(label, min(len(of), 128))], true
}

func (p *player) anybody() string {
	id, _ := choose(p, "who", p.dir.operators)
	return id
}

func (p *player) anyQueue() string {
	id, _ := choose(p, "queue", p.dir.queues)
	return id
}

func (p *player) anyConversation() string {
	id, _ := choose(p, "conversation", p.dir.conversations)
	return id
}

// anyChat is the newest of a conversation as a rule, at times an old or a
// foreign one.
func (p *player) anyChat() string {
	if p.dice("which chat", 8) == 0 {
		id, _ := choose(p, "chat", append([]string{"k9.1", "k1.77", "nonsense"}, p.known...))
		return id
	}
	k := p.anyConversation()
	return chat.ChatID(k, max(p.conversation(k).live.chat.Opened, 1))
}

// lane is one with something to hand over (or to repeat).
func (p *player) lane(label string, ready func(*lane) bool) (*part, *lane) {
	type way struct {
		p *part
		l *lane
	}
	var ways []way
	for _, part := range p.parts {
		for _, l := range part.lanes {
			if ready(l) {
				ways = append(ways, way{part, l})
			}
		}
	}
	found, _ := choose(p, label, ways)
	return found.p, found.l
}

func (p *player) tell() {
	var full []*box
	for _, b := range p.boxes {
		if len(b.inbox) > 0 {
			full = append(full, b)
		}
	}
	if b, ok := choose(p, "inbox", full); ok && p.dice("door", 2) == 0 {
		p.takeNext(b)
		return
	}
	if part, l := p.lane("lane", func(l *lane) bool { return l.flown < len(l.waiting) }); l != nil {
		p.handOver(part, l)
	}
}

func (p *player) tellAgain() {
	if part, l := p.lane("lane", func(l *lane) bool { return l.flown > 0 }); l != nil {
		p.handOverAgain(part, l)
	}
}

func (p *player) flush() {
	for _, b := range p.boxes {
		if b.draft.dirty && p.dice("now", 2) == 0 {
			p.commit(b)
		}
	}
}

func (p *player) write() {
	k := p.anyConversation()
	if p.dice("write", 3) == 0 {
		p.happen(k)
		return
	}
	m := p.says(k, p.dice("standby", 10) == 0)
	switch p.dice("besides", 10) {
	case 0:
		m.Message.Attachments = []chat.Attachment{{ID: p.fresh("f"), Kind: "image", Source: chat.Source{URL: "u"}}}
	case 1:
		m.Sender.Aliases = []string{"k4"} // two ids of one customer, if k4 has not written himself
	}
	_ = p.enter(k, m)
}

// happen is everything a customer's side sends that is no message (S7).
func (p *player) happen(k string) {
	key, target := p.fresh("key"), "nobody"
	if m, ok := choose(p, "message", lastOf(p.conversation(k).lines, 8)); ok && len(m.Providers) > 0 {
		target = m.Providers[0]
	}
	c, _ := choose(p, "event", []chat.Command{
		chat.Control{Key: key},
		chat.Control{Key: key, Lost: true},
		chat.Edit{Key: key, Target: target, Text: "edited"},
		chat.Delete{Key: key, Target: target},
		chat.React{Key: key, Target: target, Emoji: "x", Added: true, Opens: true, At: p.now},
		chat.Block{Key: key, Blocked: true},
		chat.Refer{Key: key, Source: "advertisement"},
		chat.Rebind{Key: key, Address: chat.Address{IDs: []chat.AddressID{{Type: "psid", Value: key}}}},
		chat.Echo{
			Key: key, Channel: p.dir.channel(k), Sender: customer(k), Standby: true, Author: chat.Author{Kind: chat.Robot},
			Message: chat.Incoming{Provider: p.fresh("bot"), At: p.now, Text: "I am a bot"},
		},
	})
	_ = p.enter(k, c)
}

// again repeats an event of any time, to its conversation.
func (p *player) again() {
	if e, ok := choose(p, "event", lastOf(p.provider.events, 128)); ok {
		_ = p.ask(p.addressed(e.conversation), e.command)
	}
}

func lastOf[T any](list []T, n int) []T { return list[max(0, len(list)-n):] }

func (p *player) come() {
	id := p.anybody()
	switch p.dice("come", 8) {
	case 0:
		p.sessions[id]++
		_ = p.ask(p.operator(id), operator.SignIn{})
	case 1:
		p.admit(id)
	default:
		p.admit(id)
		_ = p.ask(p.operator(id), operator.SetStatus{Status: operator.Active})
	}
}

func (p *player) leave() {
	id := p.anybody()
	b := p.operator(id)
	switch p.dice("leave", 4) {
	case 0:
		_ = p.ask(b, operator.SetStatus{Status: operator.Inactive})
	case 1:
		if p.sessions[id] == 0 {
			return
		}
		p.sessions[id]--
		_ = p.ask(b, operator.SignOut{Last: p.sessions[id] == 0})
	default:
		_ = p.ask(b, operator.Disconnect{})
	}
}

func (p *player) takeChat() {
	id, chatID := p.anybody(), p.anyChat()
	for _, x := range p.operator(id).live.operator.Slots {
		if x.Kind == operator.Offered && p.dice("offered", 2) == 0 {
			chatID = x.Chat
		}
	}
	if p.dice("decline", 8) == 0 {
		_ = p.ask(p.operator(id), operator.Decline{Chat: chatID})
		return
	}
	_ = p.accept(id, chatID)
}

// owned is a chat and its owner as a rule; anybody else at times.
func (p *player) owned() (who, chatID string) {
	if p.dice("stranger", 8) == 0 {
		return p.anybody(), p.anyChat()
	}
	var open []chat.Chat
	for _, b := range p.kind(commit.Conversation) {
		if c := b.live.chat.Chat; c.Phase == chat.InProgress {
			open = append(open, c)
		}
	}
	c, _ := choose(p, "open", open)
	return c.Owner.ID, c.ID
}

func (p *player) work() {
	who, chatID := p.owned()
	b, ok := p.ofChat(chatID)
	if !ok {
		return
	}
	by := person(who)
	switch p.dice("deed", 10) {
	case 0, 1, 2:
		client := p.fresh("x")
		_ = p.enter(b.name.ID, chat.Send{By: by, Chat: chatID, ClientID: client, Text: "answer " + client})
	case 3, 4:
		_ = p.ask(b, chat.Draft{By: by, Chat: chatID, Text: p.fresh("draft ")})
	case 5:
		_ = p.ask(b, chat.MarkRead{By: by, Chat: chatID, Position: p.dice("position", 8)})
	case 6:
		if m, ok := choose(p, "message", failed(b.lines)); ok {
			_ = p.ask(b, chat.Retry{By: by, Chat: m.Chat, Message: m.ID})
		}
	case 7:
		_ = p.ask(b, chat.Close{By: person("root"), Chat: p.newest(b)})
	default:
		_ = p.ask(b, chat.Finish{By: by, Chat: chatID})
	}
}

// failed gives the answers that may be sent again, and the newest of all.
func failed(lines []chat.Message) []chat.Message {
	out := slices.DeleteFunc(slices.Clone(lines), func(m chat.Message) bool {
		return m.State != chat.Failed && m.State != chat.Unknown
	})
	return append(lastOf(out, 8), lastOf(lines, 1)...)
}

func (p *player) newest(b *box) string { return b.live.chat.Chat.ID }

func (p *player) hand() {
	who, chatID := p.owned()
	b, ok := p.ofChat(chatID)
	if !ok {
		return
	}
	c := chat.Hand{ID: p.fresh("hand"), By: person(who), Chat: chatID}
	if p.dice("note", 2) == 0 {
		c.Note = "please"
	}
	switch p.dice("to", 6) {
	case 0, 1:
		c.ToQueue = p.anyQueue()
	case 2:
		c.ToQueue = "nowhere"
	default:
		c.ToOperator = person(p.anybody())
	}
	_ = p.ask(b, c)
}

// outside lets the provider or another helper go one step on.
func (p *player) outside() {
	if r, ok := choose(p, "reached", lastOf(p.provider.reached, 16)); ok && p.dice("word", 3) == 0 {
		if p.dice("echo", 3) == 0 {
			_ = p.echo(r)
			return
		}
		state, _ := choose(p, "state", []chat.Delivery{chat.Sent, chat.Delivered, chat.Read, chat.Failed})
		_ = p.receipt(r, state, p.dice("watermark", 3) == 0)
		return
	}
	for range 3 {
		if j, ok := choose(p, "job", p.jobs()); ok {
			p.do(j, p.dice("luck", 12))
		}
	}
}

func (p *player) pass() {
	d, _ := choose(p, "how long", []time.Duration{
		time.Millisecond, time.Second, 10 * time.Second, 40 * time.Second, 2 * time.Minute, 6 * time.Minute, 31 * time.Minute,
	})
	p.now = p.now.Add(d)
	p.note("%v pass", d)
}

// wake fires a timer: in time, too early, too late or twice.
func (p *player) wake() {
	var due []*box
	for _, b := range p.boxes {
		if !b.live.due.IsZero() && !p.now.Before(b.live.due) {
			due = append(due, b)
		}
	}
	b, ok := choose(p, "due", due)
	if !ok || p.dice("anyone", 4) == 0 {
		b, _ = choose(p, "timer", p.boxes)
	}
	p.tick(b)
}

func (p *player) administer() {
	d := p.dir
	q := p.anyQueue()
	switch p.dice("change", 7) {
	case 0:
		d.limit = p.dice("limit", 4)
	case 1:
		d.rules[q], _ = choose(p, "rule", []string{"everyone", "least_busy"})
	case 2:
		d.members[q] = slices.DeleteFunc(slices.Clone(d.operators), func(string) bool { return p.dice("out", 4) == 0 })
	case 3:
		d.accept, _ = choose(p, "accept timeout", []time.Duration{0, 20 * time.Second, 5 * time.Minute})
	case 4:
		d.completion, _ = choose(p, "completion timeout", []time.Duration{0, time.Minute, 30 * time.Minute})
	case 5:
		d.override[q] = p.dice("override", 4) - 1
	case 6:
		d.grace, _ = choose(p, "grace", []time.Duration{0, 30 * time.Second})
	}
	p.note("directory: limit %d, rules %v, members %v, own limits %v, accept %v, completion %v, grace %v",
		d.limit, maps.Clone(d.rules), maps.Clone(d.members), maps.Clone(d.override), d.accept, d.completion, d.grace)
	p.configure()
}

func (p *player) crashed() { p.crash() }

// calm lets everything arrive and looks at the whole.
func (p *player) calm() {
	p.settle()
	p.checkSettled()
}
