package actors

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/queue"
	"parley/actors/route"
	"parley/actors/view"
)

type effect = chat.Effect

// tickOf is the command for a due time.
func tickOf(k commit.Kind) any {
	switch k {
	case commit.Operator:
		return operator.Tick{}
	case commit.Queue:
		return queue.Tick{}
	default:
		return chat.Tick{}
	}
}

// keyOf is the idempotency key of a command, "" when it has none.
func keyOf(command any) string {
	if c, ok := command.(chat.Command); ok {
		return chat.KeyOf(c)
	}
	return ""
}

func detached(id uint64) any { return detach{id} }

func sortedSeats(seats []operator.Queue) []operator.Queue {
	slices.SortFunc(seats, func(a, b operator.Queue) int { return strings.Compare(a.ID, b.ID) })
	return seats
}

// Chat gives a chat as of its newest commit; ErrNotFound.
func (e *Engine) Chat(ctx context.Context, id string) (view.Chat, error) {
	return e.history().chat(ctx, id)
}

// History gives a page of a chat's messages backwards from before (a message
// id, "" = the newest), its parents' included; ErrNotFound.
func (e *Engine) History(ctx context.Context, id, before string, limit int) (view.Page, error) {
	c, err := e.history().chat(ctx, id)
	if err != nil {
		return view.Page{}, err
	}
	return e.history().page(ctx, c.Chat, before, limit)
}

// Message gives one message; ErrNotFound.
func (e *Engine) Message(ctx context.Context, id string) (chat.Message, error) {
	m, ok, err := e.history().message(ctx, id)
	if err == nil && !ok {
		err = ErrNotFound
	}
	return m, err
}

// Resolve says under which of several possible ids a customer's conversation is
// kept: the first that exists (following an alias), else the first.
func (e *Engine) Resolve(ctx context.Context, candidates []string) (string, error) {
	for _, id := range candidates {
		entity := route.Conversation(id)
		state, _, err := e.history().conversation(ctx, entity.ID)
		switch {
		case errors.Is(err, ErrNotFound):
			continue
		case errors.Is(err, commit.ErrCorrupt):
			return "", fmt.Errorf("%w: %w", ErrQuarantined, err)
		case err != nil:
			return "", unavailable(err)
		case state.Forward != "":
			return state.Forward, nil
		}
		return id, nil
	}
	return candidates[0], nil
}

// Operators lists every operator's status, by name.
func (e *Engine) Operators() []view.Operator {
	cat := e.catalogue()
	out := make([]view.Operator, 0, len(cat.Operators))
	for id, o := range cat.Operators {
		v, ok := e.operators.Load(id)
		if !ok {
			v = view.Operator{ID: id, Preferred: "inactive", Effective: "inactive", Reason: "session", Limit: cat.Limit}
		}
		op := v.(view.Operator)
		op.Name = o.Name
		out = append(out, op)
	}
	slices.SortFunc(out, func(a, b view.Operator) int {
		return strings.Compare(a.Name+"\x00"+a.ID, b.Name+"\x00"+b.ID)
	})
	return out
}

// Queues lists every queue's counts, by name.
func (e *Engine) Queues() []view.Queue {
	cat := e.catalogue()
	out := make([]view.Queue, 0, len(cat.Queues))
	for id, q := range cat.Queues {
		v := view.Queue{ID: id}
		if known, ok := e.queues.Load(id); ok {
			v = known.(view.Queue)
		}
		v.Name = q.Name
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b view.Queue) int {
		return strings.Compare(a.Name+"\x00"+a.ID, b.Name+"\x00"+b.ID)
	})
	return out
}
