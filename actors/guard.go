package actors

import (
	"fmt"
	"log/slog"
	"runtime/debug"

	"parley/actors/queue"
)

// guarded keeps a rule that panics from taking its queue along: the chat waits,
// as when the rule chooses nobody, and the fault is told. Rules are pluggable
// code (S23); what the queue is told must not be lost by them (S28).
type guarded struct {
	queue.Rule
	name   string
	log    *slog.Logger
	letter func(kind string)
}

func guard(rules queue.Rules, log *slog.Logger, letter func(string)) queue.Rules {
	out := make(queue.Rules, len(rules))
	for name, rule := range rules {
		out[name] = guarded{rule, name, log, letter}
	}
	return out
}

// Choose asks the rule.
func (g guarded) Choose(chat queue.Entry, able []queue.Member) (i int) {
	defer func() {
		if r := recover(); r != nil {
			g.log.Error("a routing rule failed; the chat waits", "rule", g.name, "chat", chat.Chat, "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			g.letter("rule")
			i = -1
		}
	}()
	return g.Rule.Choose(chat, able)
}
