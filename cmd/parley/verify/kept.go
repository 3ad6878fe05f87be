package verify

import (
	"encoding/binary"
	"fmt"

	"parley/actors/chat"
	"parley/actors/codec"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/queue"
)

// Collections and kinds as they are stored; they never change.
const (
	ofMessages = 'm'
	ofChats    = 'c'
	ofEntries  = 'w'
	ofMembers  = 'm'
	ofWork     = 2
)

// kept is what the store holds, decoded commit by commit: the truth that
// everything else is compared with.
type kept struct {
	conversations map[string]*keptConversation
	operators     map[string]*keptOperator
	queues        map[string]*keptQueue
	outbox        []map[uint64]commit.Entry // by partition
	newest        []batchID                 // by partition: what was written last
	touched       []touched                 // messages of the newest change
}

// touched is a message before and after a change.
type touched struct {
	was, is chat.Message
	known   bool
}

type batchID struct{ epoch, number uint64 }

type keptConversation struct {
	version uint64
	due     int64
	state   chat.State
	lines   map[string]map[int]chat.Message // by chat and position
	past    map[string]chat.Chat            // completed chats
}

type keptOperator struct {
	version uint64
	due     int64
	state   operator.State
}

type keptQueue struct {
	version uint64
	due     int64
	header  queue.Header
	entries map[string]queue.Entry
	members map[string]queue.Member
}

func newKept(partitions int) *kept {
	k := &kept{
		conversations: map[string]*keptConversation{}, operators: map[string]*keptOperator{}, queues: map[string]*keptQueue{},
		outbox: make([]map[uint64]commit.Entry, partitions), newest: make([]batchID, partitions),
	}
	for i := range k.outbox {
		k.outbox[i] = map[uint64]commit.Entry{}
	}
	return k
}

// fresh says whether a batch is not a repetition.
func (k *kept) fresh(b commit.Batch) bool {
	id := batchID{b.Epoch, b.Number}
	if k.newest[b.Partition] == id {
		return false
	}
	k.newest[b.Partition] = id
	return true
}

// body cuts the cursors off a stored snapshot.
func body(b []byte) ([]byte, error) {
	n, size := binary.Uvarint(b)
	for range 2 * n {
		if size <= 0 {
			break
		}
		b = b[size:]
		_, size = binary.Uvarint(b)
	}
	if size <= 0 {
		return nil, fmt.Errorf("verify: cursors: %w", commit.ErrCorrupt)
	}
	return b[size:], nil
}

// take notes one written change.
func (k *kept) take(partition int, c commit.Change) error {
	snapshot, err := body(c.Snapshot)
	if err != nil {
		return err
	}
	for _, e := range c.Outbox {
		k.outbox[partition][e.Seq] = e
	}
	switch c.Entity.Kind {
	case commit.Conversation:
		return k.conversation(c, snapshot)
	case commit.Operator:
		o := k.operators[c.Entity.ID]
		if o == nil {
			o = &keptOperator{}
			k.operators[c.Entity.ID] = o
		}
		o.version, o.due = c.Expect+1, c.Due.New
		o.state, err = codec.Operator(snapshot)
		return err
	default:
		return k.queue(c, snapshot)
	}
}

func (k *kept) conversation(c commit.Change, snapshot []byte) (err error) {
	s := k.conversations[c.Entity.ID]
	if s == nil {
		s = &keptConversation{lines: map[string]map[int]chat.Message{}, past: map[string]chat.Chat{}}
		k.conversations[c.Entity.ID] = s
	}
	s.version, s.due = c.Expect+1, c.Due.New
	if s.state, err = codec.Conversation(snapshot); err != nil {
		return err
	}
	k.touched = k.touched[:0]
	for _, it := range c.Put {
		switch it.Collection {
		case ofMessages:
			m, err := codec.Message(it.Value)
			if err != nil {
				return err
			}
			was, known := s.lines[m.Chat][m.Position]
			k.touched = append(k.touched, touched{was, m, known})
			if s.lines[m.Chat] == nil {
				s.lines[m.Chat] = map[int]chat.Message{}
			}
			s.lines[m.Chat][m.Position] = m
		case ofChats:
			old, err := codec.Chat(it.Value)
			if err != nil {
				return err
			}
			s.past[old.ID] = old
		}
	}
	return nil
}

func (k *kept) queue(c commit.Change, snapshot []byte) (err error) {
	q := k.queues[c.Entity.ID]
	if q == nil {
		q = &keptQueue{entries: map[string]queue.Entry{}, members: map[string]queue.Member{}}
		k.queues[c.Entity.ID] = q
	}
	q.version, q.due = c.Expect+1, c.Due.New
	if q.header, err = codec.QueueHeader(snapshot); err != nil {
		return err
	}
	for _, it := range c.Drop {
		switch it.Collection {
		case ofEntries:
			delete(q.entries, it.Key)
		case ofMembers:
			delete(q.members, it.Key)
		}
	}
	for _, it := range c.Put {
		switch it.Collection {
		case ofEntries:
			e, err := codec.Entry(it.Value)
			if err != nil {
				return err
			}
			q.entries[e.Chat] = e
		case ofMembers:
			m, err := codec.Member(it.Value)
			if err != nil {
				return err
			}
			q.members[m.Operator] = m
		}
	}
	return nil
}

// finish notes what a batch does to the outbox.
func (k *kept) finish(b commit.Batch) {
	for _, seq := range b.Done {
		delete(k.outbox[b.Partition], seq)
	}
}

// chat gives a chat as it is kept.
func (k *kept) chat(id string) (chat.Chat, bool) {
	conversation, _, ok := chat.ParseChat(id)
	c := k.conversations[conversation]
	if !ok || c == nil {
		return chat.Chat{}, false
	}
	if c.state.Chat.ID == id {
		return c.state.Chat, true
	}
	old, ok := c.past[id]
	return old, ok
}

// message gives a message as it is kept.
func (k *kept) message(id string) (chat.Message, bool) {
	chatID, position, ok := chat.ParseMessage(id)
	if !ok {
		return chat.Message{}, false
	}
	conversation, _, _ := chat.ParseChat(chatID)
	c := k.conversations[conversation]
	if c == nil {
		return chat.Message{}, false
	}
	m, ok := c.lines[chatID][position]
	return m, ok
}
