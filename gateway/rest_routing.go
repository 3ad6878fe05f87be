package gateway

import (
	"parley/actors/queue"
	"parley/actors/route"
	"parley/gateway/wire"
)

// Routing says who was considered for a waiting chat (S29).
type Routing struct {
	Chat     string       `json:"chat"`
	Rule     string       `json:"rule"`
	Position int          `json:"position"` // in the waiting list, from 1; 0 = does not wait
	Since    *wire.Time   `json:"since"`
	Offer    *RoutedOffer `json:"offer"`
	Members  []Considered `json:"members"`
	Passed   []PassedOver `json:"passed"`
}

// RoutedOffer is the single offer that stands.
type RoutedOffer struct {
	Operator string     `json:"operator"`
	At       wire.Time  `json:"at"`
	Deadline *wire.Time `json:"deadline"`
}

// Considered is one member of the queue.
type Considered struct {
	Operator wire.Ref `json:"operator"`
	Able     bool     `json:"able"`
	Why      string   `json:"why"` // empty, inactive, limit, declined, asked
	Load     int      `json:"load"`
	Limit    int      `json:"limit"`
}

// PassedOver is an offer that came back.
type PassedOver struct {
	Operator string    `json:"operator"`
	Why      string    `json:"why"` // declined, expired, inactive, limit
	At       wire.Time `json:"at"`
}

func (s *Server) chatRouting(x *exchange, in ofChat) (Routing, error) {
	c, err := s.deps.Engine.Chat(x.ctx, in.Chat)
	if err != nil {
		return Routing{}, err
	}
	reply, err := s.deps.Engine.Do(x.ctx, route.Queue(c.Chat.Queue), queue.Explain{Chat: in.Chat})
	if err != nil {
		return Routing{}, err
	}
	e, _ := reply.(queue.Explanation)
	return routingOf(in.Chat, e), nil
}

func routingOf(chatID string, e queue.Explanation) Routing {
	out := Routing{Chat: chatID, Rule: e.Rule, Position: e.Position, Since: wire.AtOrNull(e.Since), Members: []Considered{}, Passed: []PassedOver{}}
	if e.Offer.Operator != "" {
		out.Offer = &RoutedOffer{Operator: e.Offer.Operator, At: wire.At(e.Offer.At), Deadline: wire.AtOrNull(e.Offer.Deadline)}
	}
	for _, m := range e.Members {
		out.Members = append(out.Members, Considered{Operator: wire.Ref(m.Operator), Able: m.Able, Why: m.Why, Load: m.Load, Limit: m.Limit})
	}
	for _, p := range e.Passed {
		out.Passed = append(out.Passed, PassedOver{Operator: p.Operator, Why: p.Why, At: wire.At(p.At)})
	}
	return out
}
