package app

import (
	"context"
	"errors"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/view"
	"parley/gateway"
	"parley/persistence/directory"
)

// index is the chats section in the directory.
type index struct {
	dir    *directory.Directory
	people *catalogue
}

// Put brings rows up to date.
func (x index) Put(ctx context.Context, rows []actors.Row) error {
	out := make([]directory.ChatRow, len(rows))
	for i, r := range rows {
		c := r.Chat
		if c.Open() {
			c.Preview = "" // nobody may search the words of an open chat (I8); the list has them from the chat itself
		}
		out[i] = directory.ChatRow{
			ID: c.ID, Conversation: r.Conversation, ContactID: r.Contact.ID, ContactName: r.Contact.Name, ChannelID: r.Channel,
			QueueID: c.Queue, OperatorID: c.Owner.ID, State: c.Phase.String(), Reason: string(c.Reason), Preview: c.Preview, Parent: c.Parent,
			CreatedAt: c.CreatedAt, AcceptedAt: c.AcceptedAt, CompletedAt: c.CompletedAt, Version: int64(r.Version),
		}
	}
	return x.dir.PutChats(ctx, out)
}

// Chats lists rows.
func (x index) Chats(ctx context.Context, q gateway.ChatQuery) ([]view.Chat, string, error) {
	rows, next, err := x.dir.ListChats(ctx, directory.Filter{
		State: q.State, Channel: q.Channel, Queue: q.Queue, Operator: q.Operator, Contact: q.Contact,
		From: q.From, To: q.To, Query: q.Text, Sort: q.Sort, Cursor: q.Cursor, Limit: q.Limit,
	})
	if errors.Is(err, directory.ErrBadCursor) {
		return nil, "", gateway.ErrBadCursor
	}
	if err != nil {
		return nil, "", err
	}
	k := x.people.now.Load()
	out := make([]view.Chat, len(rows))
	for i, r := range rows {
		out[i] = rowOf(k, r)
	}
	return out, next, nil
}

func rowOf(k *known, r directory.ChatRow) view.Chat {
	_, number, _ := chat.ParseChat(r.ID)
	ch := k.Channels[r.ChannelID]
	return view.Chat{
		Conversation: r.Conversation, Version: uint64(r.Version),
		Channel: view.Channel{ID: r.ChannelID, Provider: ch.Provider, Name: ch.Name},
		Queue:   view.Named{ID: r.QueueID, Name: k.Queues[r.QueueID].Name},
		Contact: chat.Contact{ID: r.ContactID, Name: r.ContactName},
		Chat: chat.Chat{
			ID: r.ID, Number: number, Phase: phaseOf(r.State), Queue: r.QueueID, Parent: r.Parent, Reason: chat.Reason(r.Reason),
			Owner:     chat.Person{ID: r.OperatorID, Name: k.Operators[r.OperatorID].Name},
			CreatedAt: r.CreatedAt, AcceptedAt: r.AcceptedAt, CompletedAt: r.CompletedAt, Preview: r.Preview,
		},
	}
}

func phaseOf(s string) chat.Phase {
	for _, p := range []chat.Phase{chat.Bot, chat.Waiting, chat.InProgress, chat.Completed} {
		if p.String() == s {
			return p
		}
	}
	return chat.None
}
