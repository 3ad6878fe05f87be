package actors

import (
	"time"

	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/queue"
	"parley/actors/route"
	"parley/actors/view"
)

// Catalogue is what the directory says of channels, queues, operators and
// settings: an immutable snapshot that is replaced as a whole.
type Catalogue struct {
	Operators            map[string]OperatorEntry
	Queues               map[string]QueueEntry
	Channels             map[string]ChannelEntry
	Limit                int           // simultaneous chats (S26)
	AcceptTimeout        time.Duration // S24
	Grace                time.Duration // S13
	BotCompletionTimeout time.Duration // S92
}

// OperatorEntry is an operator of the catalogue.
type OperatorEntry struct{ ID, Name string }

// QueueEntry is a queue of the catalogue; groups are already resolved in Members.
type QueueEntry struct {
	ID, Name          string
	Rule              string
	Pull              bool // the rule shows waiting chats to every member
	Members           []string
	CompletionTimeout time.Duration
	AcceptTimeout     *time.Duration // override, nil = the setting
	Limit             *int           // override, nil = the setting
}

// ChannelEntry is a channel with what its provider can do.
type ChannelEntry struct {
	ID, Name, Provider, Queue string
	Window                    time.Duration
	MaxText                   int
	Receipts                  bool
}

func (c *Catalogue) channel(id string) view.Channel {
	ch := c.Channels[id]
	if ch.ID == "" {
		return view.Channel{ID: id, Name: id}
	}
	return view.Channel{ID: ch.ID, Provider: ch.Provider, Name: ch.Name}
}

func (c *Catalogue) queue(id string) view.Named {
	if q, ok := c.Queues[id]; ok {
		return view.Named{ID: q.ID, Name: q.Name}
	}
	return view.Named{ID: id, Name: id}
}

func (c *Catalogue) operator(id string) (chat.Person, bool) {
	o, ok := c.Operators[id]
	return chat.Person{ID: o.ID, Name: o.Name}, ok
}

// policy is what the machine of a conversation must know of its channel and queue.
func (c *Catalogue) policy(channel, queue string) chat.Policy {
	ch := c.Channels[channel]
	return chat.Policy{
		CompletionTimeout:    c.Queues[queue].CompletionTimeout,
		BotCompletionTimeout: c.BotCompletionTimeout,
		Window:               ch.Window,
		MaxText:              ch.MaxText,
		Receipts:             ch.Receipts,
	}
}

// configuration lists the commands that bring every queue and operator up to
// date with the catalogue.
func (c *Catalogue) configuration() map[commit.Entity]any {
	out := make(map[commit.Entity]any, len(c.Operators)+len(c.Queues))
	memberships := make(map[string][]operator.Queue, len(c.Operators))
	for _, q := range c.Queues {
		settings := queue.Settings{Name: q.Name, Rule: q.Rule, AcceptTimeout: c.AcceptTimeout}
		if q.AcceptTimeout != nil {
			settings.AcceptTimeout = *q.AcceptTimeout
		}
		seat := operator.Queue{ID: q.ID, Pull: q.Pull}
		if q.Limit != nil {
			settings.Limit, settings.HasLimit = *q.Limit, true
			seat.Limit, seat.HasLimit = *q.Limit, true
		}
		for _, m := range q.Members {
			if o, ok := c.Operators[m]; ok {
				settings.Members = append(settings.Members, queue.Person{ID: o.ID, Name: o.Name})
				memberships[m] = append(memberships[m], seat)
			}
		}
		out[route.Queue(q.ID)] = queue.Configure{Settings: settings}
	}
	for _, o := range c.Operators {
		out[route.Operator(o.ID)] = operator.Configure{
			Name: o.Name, Limit: c.Limit, Grace: c.Grace, Queues: sortedSeats(memberships[o.ID]),
		}
	}
	return out
}
