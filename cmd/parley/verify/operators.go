package verify

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/operator"
	"parley/actors/route"
	"parley/actors/view"
)

// delivery is a part of a message before its provider.
type delivery = actors.Delivery

// person is an operator with all his tabs and devices.
type person struct {
	w       *world
	id      string
	tabs    []*tab
	left    *screen          // of a connection that has ended
	seen    time.Time        // when he was last known to be here
	wish    *operator.Status // he has asked for last, and was told he has
	open    []*request
	leaving bool // signing out: nobody comes back before that is done
	chosen  int  // counts choices, so that only the last one is believed
}

// request is a command of an operator's client, repeated until answered.
type request struct {
	by      *person
	name    string
	to      string // conversation, "" = the operator himself
	command any
	flying  bool
	then    func(answer any, err error)
}

func (p *person) as() chat.Person { return chat.Person{ID: p.id, Name: p.id} }

// live gives the tabs that are connected.
func (p *person) live() (out []*tab) {
	for _, t := range p.tabs {
		if t.open && !t.over {
			out = append(out, t)
		}
	}
	return out
}

// looks gives what one of the tabs shows, nil when there is none.
func (p *person) looks() *screen {
	if list := p.live(); len(list) > 0 {
		return pick(p.w, list).screen
	}
	return nil
}

// request puts a command to the engine, again and again until it is decided.
func (p *person) request(name, to string, command any, then func(answer any, err error)) {
	r := &request{by: p, name: fmt.Sprintf("%s %s", p.id, name), to: to, command: command, then: then}
	p.open = append(p.open, r)
	p.w.put(r)
}

func (w *world) put(r *request) {
	entity := route.Operator(r.by.id)
	if r.to != "" {
		entity = route.Conversation(r.to)
	}
	if retry, ok := r.command.(chat.Retry); ok {
		w.provider.may[retry.Message]++
	}
	l := w.now
	if len(w.lives) > 1 && w.chance(0.05) {
		l = pick(w, w.lives)
	}
	believe := func() {}
	if c, ok := r.command.(operator.SetStatus); ok {
		believe = r.by.chooses(c.Status)
	}
	r.flying = true
	w.ask(l, r.name, entity, r.command, func(answer any, err error) {
		r.flying = false
		if undecided(err) {
			w.saw("request answered busy")
			return
		}
		r.by.open = slices.DeleteFunc(r.by.open, func(x *request) bool { return x == r })
		if err == nil {
			believe()
		}
		if r.then != nil {
			r.then(answer, err)
		}
	})
}

// undecided says whether a client asks again.
func undecided(err error) bool {
	return errors.Is(err, actors.ErrUnavailable) || errors.Is(err, actors.ErrStopping) || errors.Is(err, actors.ErrBusy)
}

// repeat asks again what was not decided.
func (w *world) repeat() (left int) {
	for _, p := range w.operators {
		for _, r := range slices.Clone(p.open) {
			if !r.flying {
				w.put(r)
			}
			left++
		}
	}
	return left
}

// operatorComes signs in or opens one more connection.
func (w *world) operatorComes() {
	p := pick(w, w.operators)
	if p.leaving {
		return
	}
	if len(p.live()) == 0 {
		p.request("signs in", "", operator.SignIn{}, func(any, error) { p.seen = time.Now() })
		p.seen = time.Now()
	}
	if len(p.live()) >= 3 {
		return
	}
	var from *screen
	switch list := p.live(); {
	case p.left != nil && w.chance(0.7):
		from = p.left
		p.left = nil
	case len(list) > 0 && w.chance(0.2):
		from = list[0].screen.copy()
	}
	p.connect(from)
	if w.chance(0.5) {
		w.chooses(p)
	}
}

// operatorGoes closes a connection, or all, or signs out.
func (w *world) operatorGoes() {
	p := pick(w, w.operators)
	list := p.live()
	if len(list) == 0 {
		return
	}
	switch w.dice.IntN(4) {
	case 0:
		for _, t := range list {
			t.close("signed out")
		}
		p.leaving = true
		p.request("signs out", "", operator.SignOut{Last: true}, func(any, error) { p.leaving = false })
		w.saw("signed out")
	case 1:
		w.saw("slow client")
		pick(w, list).full = true
	default:
		pick(w, list).close("the line broke")
	}
}

// brokenGo ends connections that the engine has ended, or that have refused a
// frame, as the gateway does.
func (w *world) brokenGo() {
	for _, p := range w.operators {
		for _, t := range p.live() {
			switch {
			case t.cut.Load():
				t.close("its feed has ended")
			case t.full:
				t.close("too slow")
			}
		}
	}
}

// operatorChooses switches a status.
func (w *world) operatorChooses() { w.chooses(pick(w, w.operators)) }

func (w *world) chooses(p *person) {
	s := operator.Inactive
	if w.chance(w.temper.activity) {
		s = operator.Active
	}
	p.request(fmt.Sprintf("becomes %s", s), "", operator.SetStatus{Status: s}, nil)
}

// choosing says whether a choice is on its way, which may come before or after
// another one.
func (p *person) choosing() bool {
	return slices.ContainsFunc(p.open, func(r *request) bool {
		_, ok := r.command.(operator.SetStatus)
		return ok && r.flying
	})
}

// chooses notes that a choice is put to the engine; the answer is believed when
// no other one was on its way meanwhile.
func (p *person) chooses(s operator.Status) (believe func()) {
	alone := !p.choosing()
	p.chosen++
	n := p.chosen
	p.wish = nil
	return func() {
		if alone && n == p.chosen {
			p.wish = &s
		}
	}
}

// operatorTakes accepts or declines something, often what others see too.
func (w *world) operatorTakes() {
	p := pick(w, w.operators)
	for _, x := range w.operators {
		if s := p.looks(); s == nil || len(s.offers) == 0 {
			p = x
		}
	}
	id := w.someOffer(p)
	if id == "" {
		return
	}
	if w.chance(0.1) {
		p.request("declines "+id, "", operator.Decline{Chat: id}, nil)
		return
	}
	w.accept(p, id)
	for _, q := range w.operators { // a race
		if q != p && w.chance(0.3) {
			w.saw("race for a chat")
			w.accept(q, id)
		}
	}
}

func (w *world) someOffer(p *person) string {
	if s := p.looks(); s != nil && len(s.offers) > 0 {
		return pick(w, slices.Sorted(maps.Keys(s.offers)))
	}
	if w.chance(0.9) {
		return ""
	}
	c := w.kept.conversations[pick(w, w.customers).id]
	if c == nil {
		return ""
	}
	return c.state.Chat.ID // what nobody has offered him
}

func (w *world) accept(p *person, id string) {
	r := fmt.Sprintf("accept-%d", w.number())
	p.request("accepts "+id, "", operator.Accept{ID: r, Chat: id}, func(answer any, err error) {
		var no *operator.Error
		switch {
		case err == nil:
			w.saw("accepted")
			if a, ok := answer.(view.Assigned); !ok || a.Chat.Chat.ID != id {
				w.fail("S31: %s accepted %s and was given %T", p.id, id, answer)
			}
			w.ledger.owner(w, p.id, id)
		case errors.As(err, &no):
			w.saw("accept refused: " + no.Code)
			if no.Code == operator.ErrTaken.Code && no.By.ID == p.id {
				w.fail("S31: %s was told that %s is taken by himself", p.id, id)
			}
		}
	})
}

// operatorWorks does something with a chat of his own.
func (w *world) operatorWorks() {
	p := pick(w, w.operators)
	for _, x := range w.operators { // most often somebody who has something to do
		if s := p.looks(); s == nil || len(s.chats) == 0 {
			p = x
		}
	}
	id := w.someOwn(p)
	if id == "" {
		return
	}
	conversation, _, _ := chat.ParseChat(id)
	switch x := w.dice.IntN(20); {
	case x < 9:
		w.sends(p, id)
	case x < 11:
		w.retries(p, id)
	case x < 13:
		w.drafts(p, id)
	case x < 14:
		c, _ := w.kept.chat(id)
		p.request("reads "+id, conversation, chat.MarkRead{By: p.as(), Chat: id, Position: c.Position}, nil)
	case x < 16:
		w.hands(p, id)
	default:
		w.finishes(p, id)
	}
}

func (w *world) someOwn(p *person) string {
	if s := p.looks(); s != nil && len(s.chats) > 0 && w.chance(0.95) {
		return pick(w, slices.Sorted(maps.Keys(s.chats)))
	}
	c := w.kept.conversations[pick(w, w.customers).id]
	if c == nil || w.chance(0.7) {
		return ""
	}
	return c.state.Chat.ID // perhaps somebody else's
}

func (w *world) sends(p *person, id string) {
	conversation, _, _ := chat.ParseChat(id)
	client := fmt.Sprintf("client-%d", w.number())
	text := "answer " + client
	if w.chance(0.15) {
		text += "!" // two parts at the provider
	}
	p.request("sends to "+id, conversation, chat.Send{By: p.as(), Chat: id, ClientID: client, Text: text}, func(answer any, err error) {
		if err != nil {
			w.saw("send refused")
			return
		}
		m, ok := answer.(chat.Message)
		if !ok || m.ClientID != client || m.Chat != id {
			w.fail("S38: %s sent %s and was given %+v", p.id, client, answer)
			return
		}
		w.ledger.answer(w, m)
	})
}

func (w *world) retries(p *person, id string) {
	conversation, _, _ := chat.ParseChat(id)
	c := w.kept.conversations[conversation]
	if c == nil {
		return
	}
	for _, n := range slices.Sorted(maps.Keys(c.lines[id])) {
		if m := c.lines[id][n]; m.State == chat.Failed || m.State == chat.Unknown {
			w.saw("retry")
			p.request("retries "+m.ID, conversation, chat.Retry{By: p.as(), Chat: id, Message: m.ID}, nil)
			return
		}
	}
}

func (w *world) drafts(p *person, id string) {
	conversation, _, _ := chat.ParseChat(id)
	text := fmt.Sprintf("draft %d", w.number())
	p.request("drafts in "+id, conversation, chat.Draft{By: p.as(), Chat: id, Text: text}, nil)
}

func (w *world) hands(p *person, id string) {
	conversation, _, _ := chat.ParseChat(id)
	h := chat.Hand{ID: fmt.Sprintf("hand-%d", w.number()), By: p.as(), Chat: id, Note: "please"}
	if w.chance(0.5) {
		h.ToQueue = pick(w, w.queueIDs())
	} else {
		h.ToOperator = chat.Person{ID: pick(w, w.operators).id}
	}
	p.request("hands on "+id, conversation, h, func(answer any, err error) {
		if err != nil {
			w.saw("transfer refused")
			return
		}
		w.saw("transferred")
		child, ok := answer.(chat.Handed)
		if !ok {
			w.fail("S44: %s handed on %s and was given %T", p.id, id, answer)
			return
		}
		w.ledger.handed(w, id, child.Child)
	})
}

func (w *world) finishes(p *person, id string) {
	conversation, _, _ := chat.ParseChat(id)
	p.request("finishes "+id, conversation, chat.Finish{By: p.as(), Chat: id}, func(_ any, err error) {
		if err == nil {
			w.saw("finished")
			w.ledger.finished(w, id)
		}
	})
}

// administratorCloses ends a chat in any phase.
func (w *world) administratorCloses() {
	c := w.kept.conversations[pick(w, w.customers).id]
	if c == nil || !c.state.Chat.Open() {
		return
	}
	id := c.state.Chat.ID
	pick(w, w.operators).request("closes "+id, c.state.ID, chat.Close{By: chat.Person{ID: "root", Name: "root"}, Chat: id}, func(_ any, err error) {
		if err == nil {
			w.saw("closed by the administrator")
			w.ledger.finished(w, id)
		}
	})
}
