package actors

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"parley/actors/chat"
	"parley/actors/codec"
	"parley/actors/commit"
	"parley/actors/route"
	"parley/actors/view"
)

// conversation is the shell's body for one customer on one channel.
type conversation struct {
	shell   *shell
	state   chat.State
	next    time.Time // when the machine wants its tick
	overlay overlay
}

func newConversation(s *shell) body {
	return &conversation{shell: s, state: chat.New(s.entity.ID)}
}

func (c *conversation) restore(_ context.Context, rec commit.Record) error {
	c.clear()
	if rec.Version == 0 {
		c.state, c.next = chat.New(c.shell.entity.ID), time.Time{}
		return nil
	}
	state, err := codec.Conversation(rec.Snapshot)
	if err != nil {
		return fmt.Errorf("conversation %s: %w: %w", c.shell.entity.ID, commit.ErrCorrupt, err)
	}
	c.state, c.next = state, moment(rec.Due)
	return nil
}

func (c *conversation) clear() { c.overlay = overlay{} }

func (c *conversation) snapshot(dst []byte) []byte { return codec.AppendConversation(dst, c.state) }

func (c *conversation) tick() any { return chat.Tick{} }

func (c *conversation) idle() bool { return true }

func (c *conversation) local(any) {}

func (c *conversation) deaf(any, error) {}

func (c *conversation) landed(*draft) { c.clear() }

func (c *conversation) due() time.Time { return c.next }

// current is the state with what the directory says now.
func (c *conversation) current() chat.State {
	s := c.state
	s.Policy = c.catalogue().policy(s.Channel, s.Chat.Queue)
	return s
}

func (c *conversation) catalogue() *Catalogue { return c.shell.part.engine.catalogue() }

func (c *conversation) step(command any, now time.Time, d *draft) (any, string, error) {
	cmd, ok := command.(chat.Command)
	if !ok {
		return nil, "", fmt.Errorf("%w: %T is not for a conversation", ErrInternal, command)
	}
	state := c.current()
	if r, ok := cmd.(chat.Receive); ok && state.Channel == "" {
		state.Policy = c.catalogue().policy(r.Channel.ID, r.Channel.Queue)
	}
	cmd, err := c.checkTarget(cmd)
	if err != nil {
		return nil, "", err
	}
	if refs := chat.Needs(state, cmd); len(refs) > 0 {
		found, err := c.find(refs)
		if err != nil {
			return nil, "", err
		}
		cmd = chat.With(cmd, found)
	}
	change, err := chat.Step(state, cmd, now)
	if err != nil {
		m, ok, unread := c.sent(cmd)
		switch {
		case unread != nil && !unreadable(unread):
			return nil, "", unavailable(unread)
		case ok:
			return m, "", nil
		}
		return nil, "", err
	}
	c.take(change, d)
	return change.Reply, change.Later, nil
}

// checkTarget completes a transfer with what only the directory knows.
func (c *conversation) checkTarget(cmd chat.Command) (chat.Command, error) {
	h, ok := cmd.(chat.Hand)
	if !ok {
		return cmd, nil
	}
	cat := c.catalogue()
	if h.ToQueue != "" {
		if _, ok := cat.Queues[h.ToQueue]; !ok {
			return nil, chat.ErrUnknownTgt
		}
		return h, nil
	}
	if h.ToOperator, ok = cat.operator(h.ToOperator.ID); !ok {
		return nil, chat.ErrUnknownTgt
	}
	return h, nil
}

// take puts a change into the draft: facts become items, durable effects
// intents, notices what is shown after the commit.
func (c *conversation) take(change chat.Change, d *draft) {
	quiet := len(change.Events) == 0 && len(change.Effects) == 0 && len(change.Keys) == 0
	d.changed = d.changed || len(change.Events) > 0 || quiet && !sameConversation(c.state, change.State)
	c.state, c.next = change.State, change.Due
	for _, k := range change.Keys {
		d.key(k.ID, k.Note)
	}
	for _, e := range change.Events {
		c.record(e, d)
	}
	c.settle(change.Events, d)
	for _, e := range change.Effects {
		c.follow(e, d)
	}
	if a := change.Answer; a != nil {
		laters, entity := c.shell.part.engine.laters, c.shell.entity
		d.changed = true
		d.show(func(uint64) { laters.answer(entity, a.ID, a.Reply, a.Err) })
	}
}

// sameConversation says whether two states are stored alike: a change that
// shows nothing (an alias, a reading mark) must be kept all the same.
func sameConversation(a, b chat.State) bool {
	return bytes.Equal(codec.AppendConversation(nil, a), codec.AppendConversation(nil, b))
}

// record turns a fact into items. A chat is kept by its number, so that parents
// can be shown when the state has gone on.
func (c *conversation) record(e chat.Event, d *draft) {
	switch e := e.(type) {
	case chat.Added:
		c.keep(e.Message, d)
	case chat.Changed:
		c.keep(e.Message, d)
	case chat.Ended:
		d.put(chats, chatKey(e.Chat.Number), codec.AppendChat(nil, e.Chat))
	}
}

func (c *conversation) keep(m chat.Message, d *draft) {
	_, n, ok := chat.ParseChat(m.Chat)
	if !ok {
		return
	}
	key := messageKey(n, m.Position)
	d.put(messages, key, codec.AppendMessage(nil, m))
	for _, p := range m.Providers {
		if c.overlay.provided(p) == "" {
			d.put(provided, p, []byte(m.ID))
		}
	}
	c.overlay.put(m)
}

func (c *conversation) follow(e chat.Effect, d *draft) {
	switch e := e.(type) {
	case chat.Notify:
		c.notify(e, d)
		return
	case chat.Touch:
		engine := c.shell.part.engine
		d.show(func(uint64) { engine.touch(e.Queue, e.Chat) })
		return
	case chat.Deliver, chat.Fetch, chat.Identify, chat.Index:
		d.changed = true
		c.work(e, d)
		return
	}
	t, ok := route.FromConversation(c.state.ID, e)
	if !ok {
		c.shell.log.Error("effect without a way", "effect", fmt.Sprintf("%T", e))
		return
	}
	d.changed = true
	d.step(t, c.shell.log)
}

func (c *conversation) work(e chat.Effect, d *draft) {
	body, err := codec.AppendWork(nil, e)
	if err != nil {
		c.shell.log.Error("work cannot be stored", "work", fmt.Sprintf("%T", e), "err", err)
		return
	}
	d.intent(intent{kind: kindWork, body: body, value: e})
}

// notify shows an event to the owner once it is durable.
func (c *conversation) notify(n chat.Notify, d *draft) {
	engine := c.shell.part.engine
	seen := shown{conversation: c.state.ID, event: n.Event, received: d.received}
	if _, ok := n.Event.(chat.Moved); ok {
		seen.chat = engine.view(c.state, 0)
	}
	to := route.Operator(n.Operator)
	d.show(func(version uint64) {
		seen.version, seen.chat.Version = version, version
		engine.tellFeed(to, seen)
	})
}

// duplicate answers a repeated command as the first one was.
func (c *conversation) duplicate(command any, note string) (any, error) {
	if _, ok := command.(chat.Send); !ok {
		return nil, nil
	}
	found, err := c.find([]chat.Ref{{ID: note}})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, ErrInternal
	}
	return found[0], nil
}

// sentBefore is how many of a chat's newest messages are looked through for one
// that is sent a second time.
const sentBefore = 200

// sent finds the message an earlier Send with the same client id has made: the
// chat may have moved on since, so that a new one would be refused. The error says
// that nobody can tell now.
func (c *conversation) sent(command any) (chat.Message, bool, error) {
	s, ok := command.(chat.Send)
	if !ok || s.ClientID == "" {
		return chat.Message{}, false, nil
	}
	mine := func(m chat.Message) bool {
		return m.Chat == s.Chat && m.ClientID == s.ClientID && m.Author.Kind == chat.Operator && m.Author.ID == s.By.ID
	}
	for _, m := range c.overlay.list {
		if mine(m) {
			return m, true, nil
		}
	}
	conversation, n, ok := chat.ParseChat(s.Chat)
	if !ok || conversation != c.shell.entity.ID {
		return chat.Message{}, false, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), loadDeadline)
	defer cancel()
	page, err := c.shell.part.engine.history().page(ctx, chat.Chat{ID: s.Chat, Number: n, Root: n}, "", sentBefore)
	if err != nil {
		return chat.Message{}, false, err
	}
	i := slices.IndexFunc(page.Messages, mine)
	if i < 0 {
		return chat.Message{}, false, nil
	}
	return page.Messages[i], true, nil
}

// find reads the messages a command speaks about: first what this change has
// made, then what is stored.
func (c *conversation) find(refs []chat.Ref) ([]chat.Message, error) {
	var out []chat.Message
	for _, ref := range refs {
		m, ok, err := c.lookup(ref)
		if err != nil {
			return nil, unavailable(err)
		}
		if ok {
			out = append(out, m)
		}
	}
	return out, nil
}

func (c *conversation) lookup(ref chat.Ref) (chat.Message, bool, error) {
	id := ref.ID
	if id == "" {
		id = c.overlay.provided(ref.Provider)
	}
	if m, ok := c.overlay.message(id); ok {
		return m, true, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), loadDeadline)
	defer cancel()
	history := c.shell.part.engine.history()
	if id == "" {
		var err error
		if id, err = history.provided(ctx, c.state.ID, ref.Provider); err != nil || id == "" {
			return chat.Message{}, false, err
		}
		if m, ok := c.overlay.message(id); ok {
			return m, true, nil
		}
	}
	return history.message(ctx, id)
}

// step adds a durable step to another entity.
func (d *draft) step(t route.Tell, log *slog.Logger) {
	body, err := codec.AppendStep(nil, t.Command)
	if err != nil {
		log.Error("step cannot be stored", "command", fmt.Sprintf("%T", t.Command), "err", err)
		return
	}
	d.intent(intent{kind: kindStep, target: t.To, body: body, value: t.Command})
}

// view names a chat for people.
func (e *Engine) view(s chat.State, version uint64) view.Chat {
	cat := e.catalogue()
	v := view.Chat{
		Conversation: s.ID, Version: version, Channel: cat.channel(s.Channel), Queue: cat.queue(s.Chat.Queue),
		Contact: s.Contact, Chat: s.Chat, Lost: s.Lost,
	}
	if v.Channel.Provider == "" {
		v.Channel.Provider = s.Provider
	}
	if w := cat.Channels[s.Channel].Window; w > 0 && !s.LastIn.IsZero() {
		v.WindowCloses = s.LastIn.Add(w)
	}
	return v
}
