package actors

import (
	"context"

	"parley/actors/chat"
	"parley/actors/codec"
	"parley/actors/operator"
	"parley/actors/queue"
	"parley/actors/route"
)

// StoredOperator reads an operator's newest committed state.
func (e *Engine) StoredOperator(ctx context.Context, id string) (operator.State, error) {
	entity := route.Operator(id)
	rec, err := e.store.Load(ctx, entity.Partition(len(e.partitions)), entity)
	if err != nil || rec.Version == 0 {
		return operator.State{}, err
	}
	var skip cursors
	body, err := skip.decode(rec.Snapshot)
	if err != nil {
		return operator.State{}, err
	}
	return codec.Operator(body)
}

// StoredConversation reads a conversation's newest committed state.
func (e *Engine) StoredConversation(ctx context.Context, id string) (chat.State, error) {
	state, _, err := e.history().conversation(ctx, id)
	return state, err
}

// StoredEntries reads what waits in a queue as committed.
func (e *Engine) StoredEntries(id string) ([]queue.Entry, error) {
	entity := route.Queue(id)
	p := e.partition(entity)
	return readAll(context.Background(), &shell{part: p, entity: entity}, entries, codec.Entry)
}

// OutboxLen counts what is not finished, in all partitions.
func (e *Engine) OutboxLen() (n int, err error) {
	for _, p := range e.partitions {
		list, err := e.store.Outbox(context.Background(), p.number, 0, 0)
		if err != nil {
			return 0, err
		}
		n += len(list)
	}
	return n, nil
}
