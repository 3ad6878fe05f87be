package bench

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"parley/actors/chat"
	"parley/actors/codec"
	"parley/actors/commit"
	"parley/gateway/channel"
	"parley/gateway/channel/messenger"
)

// Collections of a conversation's items, as the engine numbers them.
const (
	messages byte = 'm'
	provided byte = 'p'
)

// Collections of a queue's items.
const (
	entries byte = 'w'
	members byte = 'm'
)

// sampled is how many messages the sampled chat holds: about as many as a chat of a run has halfway.
const sampled = 20

// sample is what one more message of an open chat writes: the very bytes the adapter, the machine and the codec make
// of a webhook, made once, so that the ceilings write as much as the product and compute none of it.
type sample struct {
	snapshot []byte
	message  []byte
	keyHead  string // of the idempotency key, before the provider's id
	midHead  string // of the provider's id, before customer and number
}

func newSample() (*sample, error) {
	s, now := &sample{}, time.Now()
	state := chat.New(conversationID(1))
	for n := range uint32(sampled) {
		e, err := parsed(1, n+1, now)
		if err != nil {
			return nil, err
		}
		change, err := chat.Step(state, receive(e, state.ID), now)
		if err != nil {
			return nil, fmt.Errorf("sample a message: %w", err)
		}
		state = change.State
		if n == 0 {
			linked, err := chat.Step(state, chat.Link{Contact: chat.Contact{ID: strings.Repeat("c", 24), Name: psid(1), Linked: true}}, now)
			if err != nil {
				return nil, fmt.Errorf("sample a contact: %w", err)
			}
			state = linked.State
		}
		if err := s.take(change, e); err != nil {
			return nil, err
		}
	}
	s.snapshot = codec.AppendConversation([]byte{0}, state) // the engine's cursors in front: none
	return s, nil
}

// parsed is a webhook as the real adapter understands it.
func parsed(customer int, number uint32, now time.Time) (channel.Event, error) {
	w := newWebhook("127.0.0.1", hookPath)
	w.fill(customer, number, now)
	all := messenger.New(http.DefaultClient).Parse(channel.Account{ID: "bench-fb", Provider: "messenger", PageID: pageID, AppID: appID}, w.body, now)
	if len(all.Events) != 1 || len(all.Bad) != 0 {
		return channel.Event{}, errors.New("sample a webhook: it is not understood as one message")
	}
	return all.Events[0], nil
}

func receive(e channel.Event, conversation string) chat.Receive {
	return chat.Receive{
		Key:     e.Key,
		Channel: chat.Channel{ID: "bench-fb", Provider: "messenger", Queue: "bench"},
		Sender:  chat.Sender{Address: chat.Address{IDs: []chat.AddressID{{Type: string(channel.PSID), Value: e.Customer}}}, Contact: conversation},
		Message: chat.Incoming{Provider: e.MessageID, At: e.At, Text: e.Text},
	}
}

func (s *sample) take(change chat.Change, e channel.Event) error {
	for _, event := range change.Events {
		if added, ok := event.(chat.Added); ok {
			s.message = codec.AppendMessage(nil, added.Message)
		}
	}
	if s.message == nil || len(change.Keys) != 1 || !strings.HasSuffix(e.Key, e.MessageID) {
		return errors.New("sample a message: the machine wrote something else than one message with one key")
	}
	s.keyHead = strings.TrimSuffix(e.Key, e.MessageID)
	s.midHead = e.MessageID[:len(e.MessageID)-customerDigits-numberDigits]
	return nil
}

// mid is the provider's id of a customer's message, unique like the real one.
func (s *sample) mid(customer int, number uint32) string {
	b := make([]byte, len(s.midHead)+customerDigits+numberDigits)
	n := copy(b, s.midHead)
	digits(b[n:n+customerDigits], uint64(customer))
	digits(b[n+customerDigits:], uint64(number))
	return string(b)
}

// change is the commit of one message. The entity's version is the number of its messages.
func (s *sample) change(e commit.Entity, number uint32, mid string) commit.Change {
	key := make([]byte, 16) // chat and position
	copy(key, "00000001")
	for i, n := len(key)-1, number; i >= 8; i-- {
		key[i] = "0123456789abcdef"[n&15]
		n >>= 4
	}
	id := e.ID + "-1-" + string(key[8:])
	return commit.Change{
		Entity: e, Expect: uint64(number - 1), Snapshot: s.snapshot,
		Keys: []commit.Key{{ID: s.keyHead + mid}},
		Put: []commit.Item{
			{ItemKey: commit.ItemKey{Collection: messages, Key: string(key)}, Value: s.message},
			{ItemKey: commit.ItemKey{Collection: provided, Key: mid}, Value: []byte(id)},
		},
	}
}

// size is how many bytes of keys and values a change writes, without what the store adds.
func size(c commit.Change) int {
	n := len(c.Entity.ID) + len(c.Snapshot)
	for _, k := range c.Keys {
		n += len(c.Entity.ID) + len(k.ID) + len(k.Value)
	}
	for _, it := range c.Put {
		n += len(c.Entity.ID) + len(it.Key) + len(it.Value)
	}
	return n
}

// hookConversation is the conversation that the server keeps a customer of the company's page in.
func hookConversation(customer int) string {
	sum := sha256.Sum256([]byte("bench-fb\x00" + psid(customer)))
	return base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding).EncodeToString(sum[:15])
}

// hookChat is a customer's first chat there.
func hookChat(customer int) string { return chat.ChatID(hookConversation(customer), 1) }

// conversationID is as long as the real one.
func conversationID(customer int) string { return fmt.Sprintf("bench%019d", customer) }
