package gateway

import (
	"context"
	"slices"
	"strings"
	"time"

	"parley/actors/chat"
	"parley/actors/route"
	"parley/actors/view"
	"parley/gateway/wire"
)

// Page sizes.
const (
	pageDefault = 50
	pageMessage = 50  // most messages in one page
	pageList    = 200 // most items in one list
)

// List is a page of a list; next is null at the end.
type List[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

type listChats struct {
	State    string    `query:"state"` // like the next four: one value, or several with commas
	Channel  string    `query:"channel"`
	Queue    string    `query:"queue"`
	Operator string    `query:"operator"`
	Contact  string    `query:"contact"`
	From     time.Time `query:"from"`
	To       time.Time `query:"to"`
	Text     string    `query:"q"`
	Sort     string    `query:"sort" enum:"created_at,-created_at,accepted_at,-accepted_at,completed_at,-completed_at"`
	Cursor   string    `query:"cursor"`
	Limit    int       `query:"limit"`
}

type ofChat struct {
	Chat string `path:"chat"`
}

type chatMessages struct {
	Chat   string `path:"chat"`
	Before string `query:"before"`
	Limit  int    `query:"limit"`
}

// whoAmI says whose session the token opens.
func (s *Server) whoAmI(x *exchange, _ none) (SignedOperator, error) {
	out := signedOperator(x.session.Operator, "inactive")
	for _, known := range s.deps.Engine.Operators() {
		if known.ID == out.ID {
			out.Status = known.Effective
		}
	}
	return out, nil
}

// listChats gives rows of all chats; of open chats without what only the owner may read (S80, I8).
func (s *Server) listChats(x *exchange, in listChats) (List[wire.Full], error) {
	out := List[wire.Full]{Items: []wire.Full{}}
	if err := in.check(); err != nil || s.deps.Index == nil {
		return out, err
	}
	q := ChatQuery{
		State: values(in.State), Channel: values(in.Channel), Queue: values(in.Queue), Operator: values(in.Operator), Contact: values(in.Contact),
		From: in.From, To: in.To, Text: in.Text, Sort: in.Sort, Cursor: in.Cursor, Limit: clamp(in.Limit, pageList),
	}
	chats, next, err := s.deps.Index.Chats(x.ctx, q)
	if err != nil {
		return out, err
	}
	for _, c := range chats {
		// The index says which chats; what a chat is like now, its conversation says.
		if now, err := s.deps.Engine.Chat(x.ctx, c.Chat.ID); err == nil {
			c = now
		}
		if !q.wants(c) {
			continue // it has moved on since the index was written
		}
		out.Items = append(out.Items, shown(c, x.session.Operator))
	}
	if next != "" {
		out.Next = &next
	}
	return out, nil
}

// wants says whether a chat passes those filters whose values change during its life.
func (q ChatQuery) wants(c view.Chat) bool {
	is := func(wanted []string, value string) bool { return len(wanted) == 0 || slices.Contains(wanted, value) }
	return is(q.State, c.Chat.Phase.String()) && is(q.Operator, c.Chat.Owner.ID)
}

func (in listChats) check() error {
	for _, state := range values(in.State) {
		if !slices.Contains([]string{"bot", "waiting", "in_progress", "completed"}, state) {
			return badRequest("state: bot, waiting, in_progress or completed")
		}
	}
	switch strings.TrimPrefix(in.Sort, "-") {
	case "", "created_at", "accepted_at", "completed_at":
	default:
		return badRequest("sort: created_at, accepted_at or completed_at, with a minus for newest first")
	}
	if len(in.Text) > 200 {
		return badRequest("q: at most 200 bytes")
	}
	return nil
}

// values splits a filter at its commas.
func values(list string) []string {
	return slices.DeleteFunc(strings.Split(list, ","), func(v string) bool { return v == "" })
}

func (s *Server) oneChat(x *exchange, in ofChat) (wire.Full, error) {
	c, err := s.deps.Engine.Chat(x.ctx, in.Chat)
	if err != nil {
		return wire.Full{}, err
	}
	return shown(c, x.session.Operator), nil
}

// shown is a chat as this operator may see it outside the own feed.
func shown(c view.Chat, who Operator) wire.Full {
	full := wire.FullOf(c)
	if owns(c, who) {
		return full
	}
	if !readable(c, who) {
		return full.Discreet()
	}
	full.Draft = "" // an unsent reply is its writer's alone
	return full
}

func owns(c view.Chat, who Operator) bool {
	return c.Chat.Phase == chat.InProgress && c.Chat.Owner.ID == who.ID
}

// readable says who may read a chat's messages: everybody those of a completed
// one (S80), only the owner and supervisors with the permission an open one (S33).
func readable(c view.Chat, who Operator) bool {
	return !c.Chat.Open() || owns(c, who) || who.may(readLive)
}

// chatMessages is chat.history over REST.
func (s *Server) chatMessages(x *exchange, in chatMessages) (wire.HistoryReply, error) {
	return s.history(x.ctx, x.session.Operator, wire.ChatHistory(in))
}

func (s *Server) history(ctx context.Context, who Operator, in wire.ChatHistory) (wire.HistoryReply, error) {
	if err := sameConversation(in.Chat, in.Before); err != nil {
		return wire.HistoryReply{}, err
	}
	c, err := s.deps.Engine.Chat(ctx, in.Chat)
	if err != nil {
		return wire.HistoryReply{}, err
	}
	if !readable(c, who) {
		s.log.Warn("refused messages of an open chat", "operator", who.ID)
		return wire.HistoryReply{}, forbidden()
	}
	page, err := s.deps.Engine.History(ctx, in.Chat, in.Before, clamp(in.Limit, pageMessage))
	if err != nil {
		return wire.HistoryReply{}, err
	}
	return wire.HistoryReply{Messages: wire.MessagesOf(page.Messages), More: page.More}, nil
}

// sameConversation keeps a page from starting in somebody else's chat.
func sameConversation(chatID, before string) error {
	conversation, n, ok := chat.ParseChat(chatID)
	if !ok {
		return forbidden()
	}
	if before == "" {
		return nil
	}
	of, _, ok := chat.ParseMessage(before)
	if !ok {
		return badRequest("before: not a message id")
	}
	if c, m, _ := chat.ParseChat(of); c != conversation || m > n {
		return badRequest("before: a message of another chat")
	}
	return nil
}

func (s *Server) closeChat(x *exchange, in ofChat) (none, error) {
	conversation, _, ok := chat.ParseChat(in.Chat)
	if !ok {
		return none{}, forbidden()
	}
	_, err := s.deps.Engine.Do(x.ctx, route.Conversation(conversation), chat.Close{By: person(x.session.Operator), Chat: in.Chat})
	return none{}, err
}

func person(o Operator) chat.Person { return chat.Person{ID: o.ID, Name: o.Name} }

// clamp gives a page size between 1 and most.
func clamp(limit, most int) int {
	if limit <= 0 {
		return min(pageDefault, most)
	}
	return min(limit, most)
}
