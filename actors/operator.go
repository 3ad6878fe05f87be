package actors

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"parley/actors/chat"
	"parley/actors/codec"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/route"
	"parley/actors/view"
)

// operatorBody is the shell's body for one operator: the machine, and the feed
// that shows it to all of the operator's connections.
type operatorBody struct {
	shell   *shell
	state   operator.State
	next    time.Time
	feed    *feed
	arrived []attach // connections that wait for a settled state
}

func newOperator(s *shell) body {
	o := &operatorBody{shell: s, state: operator.New(s.entity.ID)}
	o.feed = newFeed(o)
	return o
}

func (o *operatorBody) restore(_ context.Context, rec commit.Record) error {
	o.state, o.next = operator.New(o.shell.entity.ID), time.Time{}
	o.feed.counting = false
	if rec.Version > 0 {
		state, err := codec.Operator(rec.Snapshot)
		if err != nil {
			return fmt.Errorf("operator %s: %w: %w", o.shell.entity.ID, commit.ErrCorrupt, err)
		}
		o.state, o.next = state, moment(rec.Due)
	}
	if o.state.Connected && len(o.feed.sinks) == 0 { // from before a restart (I6)
		o.enqueue(operator.Disconnect{})
	}
	return nil
}

func (o *operatorBody) enqueue(c operator.Command) {
	o.shell.inbox = append(o.shell.inbox, &envelope{to: o.shell.entity, command: c, arrived: time.Now()})
}

func (o *operatorBody) snapshot(dst []byte) []byte { return codec.AppendOperator(dst, o.state) }
func (o *operatorBody) due() time.Time             { return o.next }
func (o *operatorBody) tick() any                  { return operator.Tick{} }
func (o *operatorBody) idle() bool                 { return !o.feed.live && len(o.arrived) == 0 }

func (o *operatorBody) duplicate(any, string) (any, error) { return nil, nil }

func (o *operatorBody) step(command any, now time.Time, d *draft) (any, string, error) {
	cmd, ok := command.(operator.Command)
	if !ok {
		return nil, "", fmt.Errorf("%w: %T is not for an operator", ErrInternal, command)
	}
	if out, ok := cmd.(operator.SignOut); ok && out.Last && o.present() {
		cmd = operator.SignOut{} // he has come back before the word of it came
	}
	change, err := operator.Step(o.state, cmd, now)
	if err != nil {
		return nil, "", err
	}
	d.changed = d.changed || len(change.Events) > 0 || !same(o.state, change.State)
	o.state, o.next = change.State, change.Due
	me := operator.Person{ID: o.state.ID, Name: o.state.Name}
	for _, e := range change.Effects {
		if t, ok := route.FromOperator(me, e); ok {
			d.step(t, o.shell.log)
		}
	}
	for _, e := range change.Events {
		d.event(e)
	}
	if change.Answer != nil {
		d.event(*change.Answer)
	}
	if _, ok := cmd.(operator.Configure); ok {
		d.event(seated{})
	}
	return change.Reply, change.Later, nil
}

// seated says that the operator's queues may be others now: no board comes of
// those he has left, so their counts must go without one.
type seated struct{}

// same says whether two states are stored alike.
func same(a, b operator.State) bool {
	return slices.Equal(codec.AppendOperator(nil, a), codec.AppendOperator(nil, b))
}

// landed shows what has become durable.
func (o *operatorBody) landed(d *draft) {
	o.publish()
	took := make(map[string]view.Assigned)
	for _, e := range d.events {
		switch e := e.(type) {
		case operator.Answer:
			o.answer(e, took)
		case operator.Event:
			o.feed.tell(e, took)
		case seated:
			o.feed.count()
		}
	}
	o.welcome()
	o.feed.settle()
}

// publish puts the operator's status where menus and boards read it.
func (o *operatorBody) publish() {
	s := o.state
	inProgress := s.InProgress()
	o.shell.part.engine.operators.Store(s.ID, view.Operator{
		ID: s.ID, Name: s.Name, Preferred: s.Preferred.String(), Effective: s.Effective().String(), Reason: s.Reason,
		Load: s.Load(), InProgress: inProgress, Limit: s.Limit, Full: s.Limit > 0 && inProgress >= s.Limit,
	})
}

// answer gives an Accept its reply: the chat and its newest messages.
func (o *operatorBody) answer(a operator.Answer, took map[string]view.Assigned) {
	laters := o.shell.part.engine.laters
	envs := laters.take(o.shell.entity, a.ID)
	if len(envs) == 0 {
		return
	}
	var reply any
	err := a.Err
	if err == nil {
		assigned, ok := took[a.Chat]
		if !ok {
			if assigned, err = o.read(a.Chat); err != nil {
				err = unavailable(err)
			}
		}
		reply = assigned
	}
	for _, env := range envs {
		if err != nil {
			env.resolve(nil, err)
			continue
		}
		env.resolve(reply, nil)
	}
}

// assignedMessages is how many messages come with an assigned chat.
const assignedMessages = 50

// read gives a chat with its newest messages as committed. The chat is read
// after the messages: its version then covers them, and a message that is not
// among them brings a notice of its own. Where the messages begin only the chat
// says, unless it continues no other, as most do: so that is taken for granted first.
func (o *operatorBody) read(id string) (view.Assigned, error) {
	ctx, cancel := context.WithTimeout(context.Background(), loadDeadline)
	defer cancel()
	h := o.shell.part.engine.history()
	_, number, _ := chat.ParseChat(id)
	for root := number; ; {
		page, err := h.page(ctx, chat.Chat{ID: id, Number: number, Root: root}, "", assignedMessages)
		if err != nil {
			return view.Assigned{}, err
		}
		c, err := h.chat(ctx, id)
		if err != nil {
			return view.Assigned{}, err
		}
		if c.Chat.Root == root {
			return view.Assigned{Chat: c, Messages: page.Messages}, nil
		}
		root = c.Chat.Root
	}
}

// local handles what is not a command: connections, notices, boards.
func (o *operatorBody) local(message any) {
	switch m := message.(type) {
	case attach:
		o.arrived = append(o.arrived, m)
		if !o.feed.heard() {
			o.enqueue(operator.Connect{})
			return
		}
		o.welcome()
	case detach:
		o.leave(m.id)
	case shown:
		o.feed.show(m)
	case *board:
		o.feed.boards[m.queue] = m
		o.feed.note(m)
		o.feed.settle()
	case touched:
		o.feed.refresh(m.chat)
	case countTick:
		o.feed.counting = false
		o.feed.count()
	case lingerTick:
		o.feed.expire(m.detached)
	}
}

// present says whether the operator has a connection now, greeted or not. One
// that is only being closed does not stand for him.
func (o *operatorBody) present() bool {
	return o.feed.heard() || slices.ContainsFunc(o.arrived, func(a attach) bool { return live(a.sink) })
}

// leave forgets a connection, greeted or not. The last one to go takes presence
// with it (S13).
func (o *operatorBody) leave(id uint64) {
	o.arrived = slices.DeleteFunc(o.arrived, func(a attach) bool { return a.id == id })
	if o.feed.detach(id) && len(o.arrived) == 0 {
		o.enqueue(operator.Disconnect{})
	}
}

// deaf turns away who waits for a greeting. When the operator is served here no
// more, the connections he has are told to look elsewhere.
func (o *operatorBody) deaf(message any, err error) {
	for _, a := range o.arrived {
		a.reply <- err
	}
	o.arrived = nil
	switch m := message.(type) {
	case attach:
		m.reply <- err
	case detach:
		o.leave(m.id)
	case failed, lost, *actor.Stopping:
		o.feed.drop()
	}
}

// welcome greets new connections, once no change is on its way: a snapshot
// never shows what may still be refused.
func (o *operatorBody) welcome() {
	if o.shell.flight != nil {
		return
	}
	arrived := o.arrived
	o.arrived = nil
	for _, a := range arrived {
		a.reply <- o.feed.attach(a)
	}
}

// owns says whether the chat is in progress with this operator.
func (o *operatorBody) owns(c view.Chat) bool {
	return c.Chat.Phase == chat.InProgress && c.Chat.Owner.ID == o.state.ID
}
