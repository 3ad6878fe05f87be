package app

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"parley/actors"
	"parley/actors/queue"
	"parley/config"
	"parley/gateway"
	"parley/gateway/channel"
	"parley/gateway/channel/exchange"
	"parley/gateway/channel/messenger"
	"parley/gateway/channel/telegram"
	"parley/gateway/channel/whatsapp"
	"parley/gateway/template"
	"parley/persistence/directory"
)

// providerTimeout bounds one HTTP exchange with a provider, whatever the caller
// allows.
const providerTimeout = time.Minute

// catalogue is the directory's administered objects in memory, as the engine
// and the gateway look at them.
type catalogue struct {
	adapters channel.Set
	rules    queue.Rules
	now      atomic.Pointer[known]
}

// known is one state of the catalogue.
type known struct {
	directory.Catalogue
	accounts map[string]joined
	limits   config.Settings
	replies  []template.Template // the quick replies, made once: they are searched at every key
}

type joined struct {
	channel.Account
	rate  float64
	queue string
}

func newCatalogue(ctx context.Context, dir *directory.Directory, rules queue.Rules, cfg config.Config) (*catalogue, error) {
	client := exchange.NewClient(providerTimeout)
	c := &catalogue{rules: rules, adapters: channel.Set{
		"messenger": messenger.New(client), "whatsapp": whatsapp.New(client), "telegram": telegram.New(client),
	}}
	return c, c.read(ctx, dir, cfg.Settings)
}

// read takes over the directory's present state.
func (c *catalogue) read(ctx context.Context, dir *directory.Directory, fallback config.Settings) error {
	cat, err := dir.Catalogue(ctx)
	if err != nil {
		return fmt.Errorf("read the directory: %w", err)
	}
	k := &known{Catalogue: cat, accounts: make(map[string]joined), limits: settingsOf(cat.Settings, fallback)}
	for id, ch := range cat.Channels {
		acc, rate, err := accountOf(ch)
		if err != nil {
			return fmt.Errorf("channel %s: its settings cannot be read: %w", id, err)
		}
		k.accounts[id] = joined{acc, rate, ch.Queue}
	}
	for _, t := range cat.Templates {
		k.replies = append(k.replies, template.Template{ID: t.ID, Name: t.Name, Texts: t.Texts})
	}
	c.now.Store(k)
	return nil
}

func settingsOf(kept map[string]string, s config.Settings) config.Settings {
	if n, err := strconv.Atoi(kept[settingChats]); err == nil {
		s.SimultaneousChats = n
	}
	s.AcceptTimeout = duration(kept[settingAccept], s.AcceptTimeout)
	s.DisconnectGrace = duration(kept[settingGrace], s.DisconnectGrace)
	s.BotCompletionTimeout = duration(kept[settingBotTime], s.BotCompletionTimeout)
	return s
}

// actors gives the engine's view.
func (c *catalogue) actors() *actors.Catalogue {
	k := c.now.Load()
	out := &actors.Catalogue{
		Operators: make(map[string]actors.OperatorEntry), Queues: make(map[string]actors.QueueEntry),
		Channels: make(map[string]actors.ChannelEntry), Limit: k.limits.SimultaneousChats,
		AcceptTimeout: k.limits.AcceptTimeout, Grace: k.limits.DisconnectGrace, BotCompletionTimeout: k.limits.BotCompletionTimeout,
	}
	for id, o := range k.Operators {
		if !o.Disabled {
			out.Operators[id] = actors.OperatorEntry{ID: id, Name: o.Name}
		}
	}
	for id, q := range k.Queues {
		entry := actors.QueueEntry{ID: id, Name: q.Name, Rule: q.Rule, Members: k.Members(id), AcceptTimeout: q.AcceptTimeout, Limit: q.SimultaneousChats}
		if rule, ok := c.rules[q.Rule]; ok {
			entry.Pull = !rule.Single()
		}
		if q.CompletionTimeout != nil {
			entry.CompletionTimeout = *q.CompletionTimeout
		}
		out.Queues[id] = entry
	}
	for id, ch := range k.Channels {
		entry := actors.ChannelEntry{ID: id, Name: ch.Name, Provider: ch.Provider, Queue: ch.Queue}
		if a, err := c.adapters.Adapter(ch.Provider); err == nil {
			caps := channel.CapabilitiesOf(a)
			entry.Window, entry.MaxText, entry.Receipts = caps.Window, caps.MaxText, caps.Delivered || caps.Read
		}
		out.Channels[id] = entry
	}
	return out
}

// Account gives a channel with the adapter that speaks for it.
func (c *catalogue) Account(id string) (channel.Account, channel.Adapter, bool) {
	a, ok := c.now.Load().accounts[id]
	if !ok {
		return channel.Account{}, nil, false
	}
	adapter, err := c.adapters.Adapter(a.Provider)
	return a.Account, adapter, err == nil
}

// Channel gives a channel as the webhooks need it.
func (c *catalogue) Channel(provider, id string) (gateway.Channel, bool) {
	a, adapter, ok := c.Account(id)
	if !ok || a.Provider != provider {
		return gateway.Channel{}, false
	}
	return c.now.Load().channel(id, a, adapter), true
}

// All gives every channel that an adapter speaks for.
func (c *catalogue) All() []gateway.Channel {
	k := c.now.Load()
	out := make([]gateway.Channel, 0, len(k.accounts))
	for id, a := range k.accounts {
		if adapter, err := c.adapters.Adapter(a.Provider); err == nil {
			out = append(out, k.channel(id, a.Account, adapter))
		}
	}
	return out
}

func (k *known) channel(id string, a channel.Account, adapter channel.Adapter) gateway.Channel {
	return gateway.Channel{Account: a, Name: k.Channels[id].Name, Adapter: adapter, Queue: k.accounts[id].queue, Language: k.Channels[id].Language, Inactive: !k.Channels[id].Active}
}

// Templates gives the quick replies (S37). They are shared: nobody changes them.
func (c *catalogue) Templates() []template.Template { return c.now.Load().replies }

// Language is that of the house.
func (c *catalogue) Language() string { return c.now.Load().limits.Language }

func (c *catalogue) rate(id string) float64 { return c.now.Load().accounts[id].rate }

// operator gives who signs in, with what the roles permit (S111).
func (c *catalogue) operator(id string) (gateway.Operator, bool) {
	o, ok := c.now.Load().Operators[id]
	if !ok || o.Disabled {
		return gateway.Operator{}, false
	}
	out := gateway.Operator{ID: o.ID, Name: o.Name, Language: o.Language}
	for _, r := range o.Roles {
		if slices.Contains(config.Permissions(), r) {
			out.Permissions = append(out.Permissions, r)
			continue
		}
		out.Roles = append(out.Roles, r)
		if r == "administrator" {
			out.Permissions = append(out.Permissions, "chats.manage_settings")
		}
	}
	return out, true
}
