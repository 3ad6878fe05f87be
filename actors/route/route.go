// Package route is the protocol between the machines: it turns what one machine
// wants of another into the other's command. Pure translation, so that the
// machines need not know each other and the property tests drive all three
// through the very same lines as the engine.
package route

import (
	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/queue"
)

// Tell is a command for another entity.
type Tell struct {
	To      commit.Entity
	Command any
}

// FromChat translates a conversation's effect; ok is false for work on the
// outside and for notices.
func FromChat(e chat.Effect) (t Tell, ok bool) {
	switch e := e.(type) {
	case chat.Enqueue:
		return Tell{Queue(e.Queue), queue.Wait{Chat: e.Chat, Since: e.Since}}, true
	case chat.Dequeue:
		return Tell{Queue(e.Queue), queue.Leave{Chat: e.Chat, Why: e.Why, By: queue.Person(e.By)}}, true
	case chat.Grant:
		return Tell{Operator(e.Operator), operator.Granted{Chat: e.Chat, Queue: e.Queue, Why: e.Why, Transfer: e.Transfer}}, true
	case chat.Refuse:
		return Tell{Operator(e.Operator), operator.Refused{Chat: e.Chat, Code: e.Code, By: operator.Person(e.By)}}, true
	case chat.Release:
		return Tell{Operator(e.Operator), operator.Released{Chat: e.Chat, Reason: string(e.Reason), Child: e.Child}}, true
	case chat.Reserve:
		return Tell{Operator(e.Operator), operator.Reserve{Chat: e.Chat, Transfer: e.Transfer}}, true
	case chat.Unreserve:
		return Tell{Operator(e.Operator), operator.Unreserve{Chat: e.Chat, Transfer: e.Transfer}}, true
	case chat.Alias:
		return Tell{}, false // needs to know who forwards: see FromConversation
	}
	return Tell{}, false
}

// FromConversation is FromChat for effects that also name their source.
func FromConversation(source string, e chat.Effect) (Tell, bool) {
	if a, ok := e.(chat.Alias); ok {
		return Tell{Conversation(a.Conversation), chat.ForwardTo{Conversation: source}}, true
	}
	return FromChat(e)
}

// FromOperator translates an effect of the operator who.
func FromOperator(who operator.Person, e operator.Effect) (t Tell, ok bool) {
	switch e := e.(type) {
	case operator.Claim:
		return claim(who, e)
	case operator.Held:
		return Tell{Queue(e.Queue), queue.Held{Operator: who.ID, Chat: e.Chat, Deadline: e.Deadline, Version: e.Version}}, true
	case operator.Declines:
		return Tell{Queue(e.Queue), queue.Declined{Operator: who.ID, Chat: e.Chat, Why: e.Why, Version: e.Version}}, true
	case operator.Tell:
		return Tell{Queue(e.Queue), queue.Availability(e.Availability)}, true
	case operator.Confirm:
		return ofChat(e.Chat, chat.SlotReserved{Operator: who.ID, Transfer: e.Transfer})
	case operator.Deny:
		return ofChat(e.Chat, chat.SlotRefused{Operator: who.ID, Transfer: e.Transfer})
	}
	return Tell{}, false
}

// FromQueue translates an effect of a queue.
func FromQueue(source string, e queue.Effect) (t Tell, ok bool) {
	switch e := e.(type) {
	case queue.Ask:
		return Tell{Operator(e.Operator), operator.Offer{Queue: source, Chat: e.Chat, Timeout: e.Timeout}}, true
	case queue.TakeBack:
		return Tell{Operator(e.Operator), operator.Withdraw{Queue: source, Chat: e.Chat, Why: e.Why, By: operator.Person(e.By)}}, true
	}
	return Tell{}, false
}

// claim asks the conversation for a chat. Where the id names none, nobody would
// answer and the slot would stay taken for ever, so the refusal is sent back.
func claim(who operator.Person, e operator.Claim) (Tell, bool) {
	if t, ok := ofChat(e.Chat, chat.Assign{Operator: chat.Person(who), Chat: e.Chat, Queues: e.Queues, Offered: e.Offered}); ok {
		return t, true
	}
	return Tell{Operator(who.ID), operator.Refused{Chat: e.Chat, Code: operator.ErrNotOffered.Code}}, true
}

func ofChat(id string, c chat.Command) (Tell, bool) {
	conversation, _, ok := chat.ParseChat(id)
	return Tell{Conversation(conversation), c}, ok
}

// Conversation names a conversation's entity.
func Conversation(id string) commit.Entity { return commit.Entity{Kind: commit.Conversation, ID: id} }

// Operator names an operator's entity.
func Operator(id string) commit.Entity { return commit.Entity{Kind: commit.Operator, ID: id} }

// Queue names a queue's entity.
func Queue(id string) commit.Entity { return commit.Entity{Kind: commit.Queue, ID: id} }
