package route_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/queue"
	"parley/actors/route"
)

// origin says by which entry of an outbox a command came; nil = by the door.
type origin struct {
	part *part
	seq  uint64
	// finishes: the entry is work of the entity itself, and ends with the change.
	finishes bool
}

// request waits for a reply that other entities must help to find.
type request struct {
	who, chat string // who wants which chat
	kind      string // accept, hand
}

type pending struct {
	at commit.Entity
	id string
}

// take runs one command on what an entity believes now.
func (w *world) take(b *box, command any, from *origin) error {
	if from != nil && !from.finishes && !w.machines.deaf {
		if from.seq <= b.live.cursors[from.part.number] {
			w.acknowledge(b)
			return nil // known
		}
	}
	w.note("%s <- %s", b.name, spelled{command})
	var err error
	switch c := command.(type) {
	case chat.Command:
		err = w.stepChat(b, c)
	case operator.Command:
		err = w.stepOperator(b, c)
	case queue.Command:
		err = w.stepQueue(b, c)
	default:
		w.fail("nobody understands %T", command)
	}
	if err != nil {
		w.note("  %v", err)
	}
	switch {
	case from == nil:
	case from.finishes:
		b.draft.dirty, b.draft.finished = true, append(b.draft.finished, from.seq)
	default:
		b.live.cursors[from.part.number] = max(from.seq, b.live.cursors[from.part.number])
	}
	w.acknowledge(b)
	w.check(b)
	return err
}

// spelled is a command that is written out when it is read.
type spelled struct{ command any }

func (s spelled) String() string { return spell(s.command) }

// spell writes a command without what it leaves out.
func spell(command any) string {
	return strings.TrimPrefix(fmt.Sprintf("%T", command), "*") + fields(reflect.ValueOf(command))
}

func fields(v reflect.Value) string {
	if at, ok := v.Interface().(time.Time); ok {
		return at.Format("15:04:05.000")
	}
	switch v.Kind() {
	case reflect.Struct:
		var words []string
		for i := range v.NumField() {
			if f := v.Field(i); !f.IsZero() {
				words = append(words, v.Type().Field(i).Name+":"+fields(f))
			}
		}
		return "{" + strings.Join(words, " ") + "}"
	case reflect.Slice:
		var words []string
		for i := range v.Len() {
			words = append(words, fields(v.Index(i)))
		}
		return "[" + strings.Join(words, " ") + "]"
	default:
		return fmt.Sprint(v.Interface())
	}
}

func (w *world) stepChat(b *box, c chat.Command) error {
	if w.repeated(b, chat.KeyOf(c)) {
		w.note("  seen")
		return nil
	}
	if h, ok := c.(chat.Hand); ok && !w.exists(h) {
		return chat.ErrUnknownTgt
	}
	before := b.live.chat
	before.Policy = w.dir.policy()
	c = chat.With(c, w.find(b, chat.Needs(before, c)))
	change, err := w.machines.chat(before, c, w.now)
	if err != nil {
		return err
	}
	w.checkChat(b, c, before, change)
	change.State.Policy, before.Policy = chat.Policy{}, chat.Policy{}
	d := &b.draft
	d.dirty = d.dirty || len(change.Events) > 0 || len(change.Keys) > 0 || !reflect.DeepEqual(before, change.State)
	b.live.chat, b.live.due = change.State, change.Due
	d.keys = append(d.keys, change.Keys...)
	for _, e := range change.Events {
		d.events = append(d.events, e)
	}
	for _, e := range change.Effects {
		w.followChat(b, e)
	}
	if h, ok := c.(chat.Hand); ok && change.Later != "" {
		w.wait(b, change.Later, &request{who: h.By.ID, chat: h.Chat, kind: "hand"})
	}
	if a := change.Answer; a != nil {
		d.dirty = true
		d.then = append(d.then, func() { w.handed(b, *a) })
	}
	w.follow(b, c)
	return nil
}

// repeated says whether a key has been used, durably or in the same draft.
func (w *world) repeated(b *box, key string) bool {
	_, seen := b.keys[key]
	return key != "" && (seen || slices.ContainsFunc(b.draft.keys, func(k chat.Key) bool { return k.ID == key }))
}

func (w *world) exists(h chat.Hand) bool {
	if h.ToQueue != "" {
		return slices.Contains(w.dir.queues, h.ToQueue)
	}
	return h.ToOperator.ID == "" || slices.Contains(w.dir.operators, h.ToOperator.ID)
}

// find looks messages up in the draft first, then in what is kept.
func (w *world) find(b *box, refs []chat.Ref) []chat.Message {
	lines := w.linesOf(b)
	var found []chat.Message
	for _, ref := range refs {
		i := slices.IndexFunc(lines, func(m chat.Message) bool {
			return m.ID == ref.ID || ref.Provider != "" && slices.Contains(m.Providers, ref.Provider)
		})
		if i >= 0 {
			found = append(found, lines[i])
		}
	}
	return found
}

// linesOf gives the history as it is with the draft.
func (w *world) linesOf(b *box) []chat.Message {
	lines := slices.Clone(b.lines)
	for _, e := range b.draft.events {
		switch e := e.(type) {
		case chat.Added:
			lines = append(lines, e.Message)
		case chat.Changed:
			for i := range lines {
				if lines[i].ID == e.Message.ID {
					lines[i] = e.Message
				}
			}
		}
	}
	return lines
}

func (w *world) followChat(b *box, e chat.Effect) {
	d := &b.draft
	switch e.(type) {
	case chat.Notify, chat.Touch: // may be lost; checkChat looks at them
		return
	case chat.Deliver, chat.Fetch, chat.Identify, chat.Index:
		d.dirty, d.intents = true, append(d.intents, entry{source: b.name, work: e})
		return
	}
	t, ok := w.machines.fromConversation(b.name.ID, e)
	w.tell(b, t, ok)
}

func (w *world) tell(b *box, t route.Tell, ok bool) {
	if ok {
		b.draft.dirty, b.draft.intents = true, append(b.draft.intents, entry{source: b.name, tell: t})
	}
}

func (w *world) stepOperator(b *box, c operator.Command) error {
	before := b.live.operator
	change, err := w.machines.operator(before, c, w.now)
	if err != nil {
		return err
	}
	w.checkOperator(b, c, before, change)
	b.draft.dirty = b.draft.dirty || len(change.Events) > 0 || !reflect.DeepEqual(before, change.State)
	b.live.operator, b.live.due = change.State, change.Due
	me := operator.Person{ID: b.name.ID, Name: b.name.ID}
	for _, e := range change.Effects {
		t, ok := w.machines.fromOperator(me, e)
		w.tell(b, t, ok)
	}
	if a, ok := c.(operator.Accept); ok && change.Later != "" {
		w.wait(b, change.Later, &request{who: b.name.ID, chat: a.Chat, kind: "accept"})
	}
	if a := change.Answer; a != nil {
		if b.draft.dirty {
			b.draft.then = append(b.draft.then, func() { w.accepted(b, *a) })
		} else {
			w.accepted(b, *a)
		}
	}
	w.prefer(b, c, change)
	return nil
}

func (w *world) stepQueue(b *box, c queue.Command) error {
	change, err := w.machines.queue(b.queue, c, w.now)
	if err != nil {
		return err
	}
	b.queue, b.live.due = change.State, change.Due
	for _, e := range change.Events {
		b.draft.dirty, b.draft.events = true, append(b.draft.events, e)
	}
	for _, e := range change.Effects {
		t, ok := w.machines.fromQueue(b.name.ID, e)
		w.tell(b, t, ok)
	}
	return nil
}

// wait keeps somebody who asked until the answer comes; the process's end ends
// the wait too.
func (w *world) wait(b *box, id string, r *request) {
	p := pending{b.name, id}
	w.waiting[p] = append(w.waiting[p], r)
}

func (w *world) answered(b *box, id string) []*request {
	p := pending{b.name, id}
	list := w.waiting[p]
	delete(w.waiting, p)
	return list
}
