package actors

import (
	"context"
	"fmt"
	"time"

	"parley/actors/codec"
	"parley/actors/commit"
	"parley/actors/queue"
	"parley/actors/route"
)

// Collections of a queue's items.
const (
	entries byte = 'w' // chat id -> waiting chat
	members byte = 'm' // operator id -> member
)

// queueBody is the shell's body for one queue. A queue can be large, so a
// change writes only the entries and members it touches.
type queueBody struct {
	shell *shell
	state *queue.State
	next  time.Time
	board *publisher
}

func newQueue(s *shell) body {
	q := &queueBody{shell: s, state: queue.New(s.entity.ID, s.part.engine.rules)}
	q.board = newPublisher(q)
	return q
}

func (q *queueBody) restore(ctx context.Context, rec commit.Record) error {
	q.state, q.next = queue.New(q.shell.entity.ID, q.shell.part.engine.rules), time.Time{}
	q.board.reset()
	if rec.Version == 0 {
		return nil
	}
	header, err := codec.QueueHeader(rec.Snapshot)
	if err != nil {
		return fmt.Errorf("queue %s: %w: %w", q.shell.entity.ID, commit.ErrCorrupt, err)
	}
	waiting, err := readAll(ctx, q.shell, entries, codec.Entry)
	if err != nil {
		return err
	}
	known, err := readAll(ctx, q.shell, members, codec.Member)
	if err != nil {
		return err
	}
	q.state = queue.Restore(q.shell.entity.ID, q.shell.part.engine.rules, header, waiting, known)
	q.next = moment(rec.Due)
	return nil
}

// readAll reads one collection of the shell's entity.
func readAll[T any](ctx context.Context, s *shell, collection byte, decode func([]byte) (T, error)) ([]T, error) {
	items, err := s.part.engine.store.Range(ctx, s.part.number, s.entity, commit.Range{Collection: collection})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", s.entity, err)
	}
	out := make([]T, len(items))
	for i, it := range items {
		if out[i], err = decode(it.Value); err != nil {
			return nil, fmt.Errorf("%s, item %q: %w: %w", s.entity, it.Key, commit.ErrCorrupt, err)
		}
	}
	return out, nil
}

func (q *queueBody) snapshot(dst []byte) []byte {
	return codec.AppendQueueHeader(dst, q.state.Header())
}
func (q *queueBody) due() time.Time { return q.next }
func (q *queueBody) tick() any      { return queue.Tick{} }
func (q *queueBody) idle() bool     { return false } // the board must stay up to date

func (q *queueBody) duplicate(any, string) (any, error) { return nil, nil }

func (q *queueBody) step(command any, now time.Time, d *draft) (any, string, error) {
	cmd, ok := command.(queue.Command)
	if !ok {
		return nil, "", fmt.Errorf("%w: %T is not for a queue", ErrInternal, command)
	}
	change, err := queue.Step(q.state, cmd, now)
	if err != nil {
		return nil, "", err
	}
	q.state, q.next = change.State, change.Due
	for _, e := range change.Events {
		q.record(e, d)
	}
	for _, e := range change.Effects {
		if t, ok := route.FromQueue(q.shell.entity.ID, e); ok {
			d.step(t, q.shell.log)
		}
	}
	return change.Reply, "", nil
}

// record turns a fact into an item, and keeps it for the board.
func (q *queueBody) record(e queue.Event, d *draft) {
	d.changed = true
	switch e := e.(type) {
	case queue.EntryPut:
		d.put(entries, e.Entry.Chat, codec.AppendEntry(nil, e.Entry))
	case queue.EntryGone:
		d.drop(entries, e.Chat)
	case queue.MemberPut:
		d.put(members, e.Member.Operator, codec.AppendMember(nil, e.Member))
	case queue.MemberGone:
		d.drop(members, e.Operator)
	}
	d.event(e)
}

func (q *queueBody) deaf(message any, _ error) {
	q.board.scheduled = false
	if _, ok := message.(touchedTick); ok { // the next touch must be told again; rows are read anew with the queue
		q.shell.part.engine.touched(q.shell.entity)
	}
}

func (q *queueBody) landed(d *draft) {
	for _, e := range d.events {
		q.board.note(e)
	}
	q.board.publish()
}

func (q *queueBody) local(message any) {
	switch message.(type) {
	case touchedTick:
		q.board.refresh()
	case publishTick:
		q.board.scheduled = false
		q.board.publish()
	}
}
