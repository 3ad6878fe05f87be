package actors

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"parley/actors/chat"
	"parley/actors/codec"
	"parley/actors/commit"
	"parley/actors/route"
	"parley/actors/view"
)

// Collections of a conversation's items.
const (
	messages byte = 'm' // messageKey -> message
	chats    byte = 'c' // chatKey -> chat, completed ones
	provided byte = 'p' // provider's message id -> our message id
)

// messageKey orders messages by chat and position.
func messageKey(number, position int) string {
	var b [16]byte
	return string(appendOrdinal(appendOrdinal(b[:0], number), position))
}

func chatKey(number int) string {
	var b [8]byte
	return string(appendOrdinal(b[:0], number))
}

// appendOrdinal writes a number as eight hexadecimal digits, which order as
// numbers do.
func appendOrdinal(b []byte, n int) []byte {
	return hex.AppendEncode(b, binary.BigEndian.AppendUint32(nil, uint32(n)))
}

// moment turns stored Unix milliseconds into a time; 0 is the zero time.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// history reads what is committed of conversations. It never waits for an
// actor: a reader sees a state as of some commit.
type history struct{ engine *Engine }

func (e *Engine) history() history { return history{e} }

func (h history) partition(conversation string) (int, commit.Entity) {
	entity := route.Conversation(conversation)
	return entity.Partition(len(h.engine.partitions)), entity
}

// conversation reads a conversation's newest committed state.
func (h history) conversation(ctx context.Context, id string) (chat.State, uint64, error) {
	p, entity := h.partition(id)
	rec, err := h.engine.store.Load(ctx, p, entity)
	if err != nil {
		return chat.State{}, 0, fmt.Errorf("read conversation %s: %w", id, h.engine.noticed(entity, true, err))
	}
	if rec.Version == 0 {
		return chat.State{}, 0, ErrNotFound
	}
	var skip cursors
	body, err := skip.decode(rec.Snapshot)
	if err != nil {
		return chat.State{}, 0, h.corrupt(entity, true, "read conversation "+id, err)
	}
	state, err := codec.Conversation(body)
	if err != nil {
		return chat.State{}, 0, h.corrupt(entity, true, "read conversation "+id, err)
	}
	return state, rec.Version, nil
}

// corrupt says that what is stored cannot be understood: asking again is of no use.
func (h history) corrupt(entity commit.Entity, whole bool, doing string, err error) error {
	return fmt.Errorf("%s: %w", doing, h.engine.noticed(entity, whole, fmt.Errorf("%w: %w", commit.ErrCorrupt, err)))
}

// unreadable says whether asking again is of no use.
func unreadable(err error) bool {
	return errors.Is(err, commit.ErrCorrupt) || errors.Is(err, ErrNotFound)
}

// version reads the newest version of a conversation.
func (h history) version(ctx context.Context, id string) (uint64, error) {
	p, entity := h.partition(id)
	rec, err := h.engine.store.Load(ctx, p, entity)
	if err != nil {
		return 0, fmt.Errorf("read conversation %s: %w", id, h.engine.noticed(entity, true, err))
	}
	return rec.Version, nil
}

// chat reads a chat, open or completed.
func (h history) chat(ctx context.Context, id string) (view.Chat, error) {
	conversation, n, ok := chat.ParseChat(id)
	if !ok {
		return view.Chat{}, ErrNotFound
	}
	state, version, err := h.conversation(ctx, conversation)
	if err != nil {
		return view.Chat{}, err
	}
	if n > state.Opened {
		return view.Chat{}, ErrNotFound
	}
	if n < state.Chat.Number {
		if state.Chat, err = h.past(ctx, conversation, n); err != nil {
			return view.Chat{}, err
		}
	}
	return h.engine.view(state, version), nil
}

// past reads a completed chat that is not the newest of its conversation.
func (h history) past(ctx context.Context, conversation string, n int) (chat.Chat, error) {
	p, entity := h.partition(conversation)
	values, err := h.engine.store.Items(ctx, p, entity, []commit.ItemKey{{Collection: chats, Key: chatKey(n)}})
	if err != nil {
		return chat.Chat{}, fmt.Errorf("read chat %s: %w", chat.ChatID(conversation, n), h.engine.noticed(entity, false, err))
	}
	if len(values) == 0 || values[0] == nil {
		return chat.Chat{}, ErrNotFound
	}
	found, err := codec.Chat(values[0])
	if err != nil {
		return chat.Chat{}, h.corrupt(entity, false, "read chat "+chat.ChatID(conversation, n), err)
	}
	return found, nil
}

// message reads one message by our id.
func (h history) message(ctx context.Context, id string) (chat.Message, bool, error) {
	of, position, ok := chat.ParseMessage(id)
	if !ok {
		return chat.Message{}, false, nil
	}
	conversation, n, _ := chat.ParseChat(of)
	p, entity := h.partition(conversation)
	values, err := h.engine.store.Items(ctx, p, entity, []commit.ItemKey{{Collection: messages, Key: messageKey(n, position)}})
	if err != nil {
		return chat.Message{}, false, fmt.Errorf("read message %s: %w", id, h.engine.noticed(entity, false, err))
	}
	if len(values) == 0 || values[0] == nil {
		return chat.Message{}, false, nil
	}
	m, err := codec.Message(values[0])
	if err != nil {
		return chat.Message{}, false, h.corrupt(entity, false, "read message "+id, err)
	}
	return m, true, nil
}

// provided gives our id of the message a provider knows by its own.
func (h history) provided(ctx context.Context, conversation, id string) (string, error) {
	p, entity := h.partition(conversation)
	values, err := h.engine.store.Items(ctx, p, entity, []commit.ItemKey{{Collection: provided, Key: id}})
	if err != nil {
		return "", fmt.Errorf("find a provider's message: %w", h.engine.noticed(entity, false, err))
	}
	if len(values) == 0 {
		return "", nil
	}
	return string(values[0]), nil
}

// page reads messages backwards from before (a message id, "" = the newest):
// those of the chat, and in front of them its parents' (S45).
func (h history) page(ctx context.Context, c chat.Chat, before string, limit int) (view.Page, error) {
	conversation, n, ok := chat.ParseChat(c.ID)
	if !ok {
		return view.Page{}, ErrNotFound
	}
	to := messageKey(n+1, 0)
	if before != "" {
		of, position, ok := chat.ParseMessage(before)
		if !ok || !c.Continues(of) {
			return view.Page{}, ErrNotFound
		}
		_, number, _ := chat.ParseChat(of)
		to = messageKey(number, position)
	}
	p, entity := h.partition(conversation)
	items, err := h.engine.store.Range(ctx, p, entity, commit.Range{
		Collection: messages, From: messageKey(max(c.Root, 1), 0), To: to, Limit: limit + 1, Reverse: true,
	})
	if err != nil {
		return view.Page{}, fmt.Errorf("read messages of %s: %w", c.ID, h.engine.noticed(entity, false, err))
	}
	page := view.Page{More: len(items) > limit}
	items = items[:min(len(items), limit)]
	page.Messages = make([]chat.Message, len(items))
	for i, it := range items {
		if page.Messages[len(items)-1-i], err = codec.Message(it.Value); err != nil {
			return view.Page{}, h.corrupt(entity, false, "read messages of "+c.ID, err)
		}
	}
	return page, nil
}

// after reads the messages of one chat behind a position, oldest first.
func (h history) after(ctx context.Context, id string, position int) ([]chat.Message, error) {
	conversation, n, ok := chat.ParseChat(id)
	if !ok {
		return nil, ErrNotFound
	}
	p, entity := h.partition(conversation)
	items, err := h.engine.store.Range(ctx, p, entity, commit.Range{
		Collection: messages, From: messageKey(n, position+1), To: messageKey(n+1, 0),
	})
	if err != nil {
		return nil, fmt.Errorf("read messages of %s: %w", id, h.engine.noticed(entity, false, err))
	}
	out := make([]chat.Message, len(items))
	for i, it := range items {
		if out[i], err = codec.Message(it.Value); err != nil {
			return nil, h.corrupt(entity, false, "read messages of "+id, err)
		}
	}
	return out, nil
}
