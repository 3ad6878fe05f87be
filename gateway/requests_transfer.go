package gateway

import (
	"context"
	"crypto/rand"

	"parley/actors/chat"
	"parley/actors/view"
	"parley/gateway/wire"
)

// transferChat hands a chat to a queue or to an operator (S40-S46).
func (s *Server) transferChat(ctx context.Context, who Operator, in wire.ChatTransfer) (wire.TransferReply, error) {
	if (in.To.Queue == "") == (in.To.Operator == "") {
		return wire.TransferReply{}, badRequest("to: a queue or an operator")
	}
	hand := chat.Hand{ID: rand.Text(), By: person(who), Chat: in.Chat, ToQueue: in.To.Queue, Note: in.Note}
	known := s.knowsQueue(in.To.Queue)
	if in.To.Operator != "" {
		hand.ToOperator, known = s.knownOperator(in.To.Operator)
	}
	if !known {
		return wire.TransferReply{}, chat.ErrUnknownTgt
	}
	reply, err := s.ask(ctx, in.Chat, hand)
	if err != nil {
		return wire.TransferReply{}, err
	}
	handed, ok := reply.(chat.Handed)
	if !ok {
		return wire.TransferReply{}, unexpected(reply)
	}
	return wire.TransferReply{Chat: handed.Child}, nil
}

func (s *Server) knowsQueue(id string) bool {
	for _, q := range s.deps.Engine.Queues() {
		if q.ID == id {
			return true
		}
	}
	return false
}

func (s *Server) knownOperator(id string) (chat.Person, bool) {
	for _, o := range s.deps.Engine.Operators() {
		if o.ID == id {
			return chat.Person{ID: o.ID, Name: o.Name}, true
		}
	}
	return chat.Person{}, false
}

// transferTargets is the menu of S41: every queue, and every operator but the one who asks.
func (s *Server) transferTargets(ctx context.Context, who Operator, in wire.OfChat) (wire.TargetsReply, error) {
	c, err := s.deps.Engine.Chat(ctx, in.Chat)
	if err != nil {
		return wire.TargetsReply{}, err
	}
	if !owns(c, who) {
		return wire.TargetsReply{}, forbidden()
	}
	out := wire.TargetsReply{Queues: []wire.QueueTarget{}, Operators: []wire.OperatorTarget{}}
	for _, q := range s.deps.Engine.Queues() {
		out.Queues = append(out.Queues, wire.QueueTarget{ID: q.ID, Name: q.Name, Waiting: q.Waiting, Free: q.Free})
	}
	for _, o := range s.deps.Engine.Operators() {
		if o.ID != who.ID {
			out.Operators = append(out.Operators, wire.OperatorTarget{ID: o.ID, Name: o.Name, Indicator: indicator(o), Load: o.Load, Limit: o.Limit})
		}
	}
	return out, nil
}

// indicator is derived: grey beats the other two (S42).
func indicator(o view.Operator) string {
	switch {
	case o.Full:
		return "grey"
	case o.Effective == "active":
		return "green"
	}
	return "red"
}
