package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"parley/actors/chat"
	"parley/actors/codec"
	"parley/actors/commit"
	staff "parley/actors/operator"
	"parley/actors/queue"
)

// stock is what a store is filled with before a run: one queue with waiting chats and operators with chats in
// progress. The machines and the codec make every byte of it, as in life; what is bypassed is the way in (webhooks,
// actors, steps from one entity to another) and what happens beside it (contacts, the list of chats), so that a
// hundred thousand chats are there in seconds.
type stock struct {
	queue     queue.Settings // ID is queueID
	operators []chat.Person
	owned     int           // chats in progress, dealt out to the operators in turn: customers 0 and up
	waiting   int           // the customers after those
	timeout   time.Duration // after which a silent chat in progress completes; 0 = never
	overdue   int           // of the owned chats, the first ones: their time is up at dueAt
	dueAt     time.Time
	at        time.Time // of everything else; the newest waiting chat came then
	away      bool      // operators are Inactive until they choose otherwise; else Active as soon as they come
	slots     map[string]staff.State
}

// queueID is the one queue of every company here.
const queueID = "bench"

// shelf is as much of a store as filling it needs.
type shelf interface {
	Claim(ctx context.Context, partition int) (commit.Claim, error)
	Commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error)
}

// shelfBatch is how many changes are written at once.
const shelfBatch = 512

// fill writes the stock.
func (s *stock) fill(ctx context.Context, store shelf) error {
	parts := make([][]commit.Change, partitions)
	add := func(c commit.Change) {
		p := c.Entity.Partition(partitions)
		parts[p] = append(parts[p], c)
	}
	line, err := s.line()
	if err != nil {
		return err
	}
	add(line)
	if err := s.meet(); err != nil {
		return err
	}
	for customer := range s.owned + s.waiting {
		c, err := s.conversation(customer)
		if err != nil {
			return fmt.Errorf("stock customer %d: %w", customer, err)
		}
		add(c)
	}
	for _, o := range s.slots {
		add(commit.Change{Entity: commit.Entity{Kind: commit.Operator, ID: o.ID}, Snapshot: codec.AppendOperator([]byte{0}, o)})
	}
	return shelve(ctx, store, parts)
}

// shelve writes the changes of all partitions, some side by side.
func shelve(ctx context.Context, store shelf, parts [][]commit.Change) error {
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		errs error
		next = make(chan int)
	)
	for range 8 {
		wg.Go(func() {
			for p := range next {
				if err := shelveOne(ctx, store, p, parts[p]); err != nil {
					mu.Lock()
					errs = errors.Join(errs, err)
					mu.Unlock()
				}
			}
		})
	}
	for p := range parts {
		next <- p
	}
	close(next)
	wg.Wait()
	return errs
}

func shelveOne(ctx context.Context, store shelf, partition int, changes []commit.Change) error {
	claim, err := store.Claim(ctx, partition)
	if err != nil {
		return fmt.Errorf("claim partition %d: %w", partition, err)
	}
	for number := uint64(1); len(changes) > 0; number++ {
		n := min(len(changes), shelfBatch)
		b := commit.Batch{Partition: partition, Epoch: claim.Epoch, Number: number, At: time.Now().UnixMilli(), Seq: claim.Seq, Changes: changes[:n]}
		outcomes, err := store.Commit(ctx, b)
		for again := 0; again < 10 && errors.Is(err, commit.ErrUnavailable); again++ { // a disk that is late; the same batch is written once
			outcomes, err = store.Commit(ctx, b)
		}
		if err != nil {
			return fmt.Errorf("fill partition %d: %w", partition, err)
		}
		for i, o := range outcomes {
			if o.Status != commit.Written {
				return fmt.Errorf("%s was not written: status %d", changes[i].Entity, o.Status)
			}
		}
		changes = changes[n:]
	}
	return nil
}

// line is the queue with everybody who waits.
func (s *stock) line() (commit.Change, error) {
	state := queue.New(queueID, queue.Builtin())
	c := commit.Change{Entity: commit.Entity{Kind: commit.Queue, ID: queueID}}
	step := func(cmd queue.Command) error {
		change, err := queue.Step(state, cmd, s.at)
		if err != nil {
			return fmt.Errorf("stock the queue: %w", err)
		}
		for _, e := range change.Events {
			switch e := e.(type) {
			case queue.EntryPut:
				c.Put = append(c.Put, commit.Item{ItemKey: commit.ItemKey{Collection: entries, Key: e.Entry.Chat}, Value: codec.AppendEntry(nil, e.Entry)})
			case queue.MemberPut:
				c.Put = append(c.Put, commit.Item{ItemKey: commit.ItemKey{Collection: members, Key: e.Member.Operator}, Value: codec.AppendMember(nil, e.Member)})
			}
		}
		return nil
	}
	if err := step(queue.Configure{Settings: s.queue}); err != nil {
		return c, err
	}
	for i := range s.waiting {
		if err := step(queue.Wait{Chat: hookChat(s.owned + i), Since: s.came(s.owned + i)}); err != nil {
			return c, err
		}
	}
	c.Snapshot = codec.AppendQueueHeader([]byte{0}, state.Header())
	return c, nil
}

// meet makes the operators, who are all absent.
func (s *stock) meet() error {
	s.slots = make(map[string]staff.State, len(s.operators))
	for _, p := range s.operators {
		s.slots[p.ID] = staff.New(p.ID)
		pull := s.queue.Rule == "everyone"
		status := staff.Active
		if s.away {
			status = staff.Inactive
		}
		configure := staff.Configure{Name: p.Name, Grace: time.Minute, Queues: []staff.Queue{{ID: queueID, Pull: pull}}}
		for _, c := range []staff.Command{configure, staff.SetStatus{Status: status}} {
			if err := s.tell(p.ID, c, s.at); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *stock) tell(id string, c staff.Command, at time.Time) error {
	change, err := staff.Step(s.slots[id], c, at)
	if err != nil {
		return fmt.Errorf("stock operator %s: %w", id, err)
	}
	s.slots[id] = change.State
	return nil
}

// came is when a customer wrote first: all have waited in the order of their numbers.
func (s *stock) came(customer int) time.Time {
	if customer < s.overdue {
		return s.dueAt.Add(-s.timeout)
	}
	return s.at.Add(-time.Duration(s.owned+s.waiting-customer) * time.Millisecond)
}

// conversation is a customer who has written one message, linked to a contact, and if he is one of the owned taken by
// his operator.
func (s *stock) conversation(customer int) (commit.Change, error) {
	at := s.came(customer)
	event, err := parsed(customer, 1, at)
	if err != nil {
		return commit.Change{}, err
	}
	state := chat.New(hookConversation(customer))
	state.Policy.CompletionTimeout = s.timeout
	c := commit.Change{Entity: commit.Entity{Kind: commit.Conversation, ID: state.ID}}
	contact := chat.Contact{ID: fmt.Sprintf("stock%019d", customer), Name: psid(customer), Linked: true}
	commands := []chat.Command{receive(event, state.ID), chat.Link{Contact: contact}}
	if customer < s.owned {
		owner := s.operators[customer%len(s.operators)]
		commands = append(commands, chat.Assign{Operator: owner, Chat: hookChat(customer), Queues: []string{queueID}})
		if err := s.tell(owner.ID, staff.Granted{Chat: hookChat(customer), Queue: queueID, Why: "accepted"}, at); err != nil {
			return c, err
		}
	}
	for _, cmd := range commands {
		change, err := chat.Step(state, cmd, at)
		if err != nil {
			return c, err
		}
		state = change.State
		record(&c, change)
	}
	c.Snapshot = codec.AppendConversation([]byte{0}, state)
	return c, nil
}

// record takes over what a step writes beside the state, as the engine does.
func record(c *commit.Change, change chat.Change) {
	for _, e := range change.Events {
		added, ok := e.(chat.Added)
		if !ok {
			continue
		}
		key := fmt.Sprintf("%08x%08x", 1, added.Message.Position)
		c.Put = append(c.Put, commit.Item{ItemKey: commit.ItemKey{Collection: messages, Key: key}, Value: codec.AppendMessage(nil, added.Message)})
		for _, p := range added.Message.Providers {
			c.Put = append(c.Put, commit.Item{ItemKey: commit.ItemKey{Collection: provided, Key: p}, Value: []byte(added.Message.ID)})
		}
	}
	for _, k := range change.Keys {
		c.Keys = append(c.Keys, commit.Key{ID: k.ID, Value: []byte(k.Note)})
	}
	c.Due.New = 0
	if !change.Due.IsZero() {
		c.Due.New = change.Due.UnixMilli()
	}
}
