package simulator

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// idleAfter is how long a thread stays with its owner without activity.
const idleAfter = 24 * time.Hour

// holder is the app that controls the thread now; "" when it is idle, which leaves it to the default app, the bot.
// c.mu is held.
func (c *Customer) holder(now time.Time) string {
	if c.owner != "" && !c.ownUntil.IsZero() && now.After(c.ownUntil) {
		c.owner = ""
	}
	if c.owner == "" {
		return c.acc.BotAppID
	}
	return c.owner
}

// give hands the thread to an app, or to nobody. c.mu is held.
func (c *Customer) give(app string, life time.Duration) {
	c.owner = app
	c.ownUntil = c.acc.w.cfg.Now().Add(life)
}

// moveThread applies the inline thread_control of a send.
func (c *Customer) moveThread(control, app string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if control == "release" {
		app = ""
	}
	c.give(app, idleAfter)
}

// Owner is the id of the app that controls the customer's thread on Messenger.
func (c *Customer) Owner() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.holder(c.acc.w.cfg.Now())
}

// threadCall answers the handover calls.
func (w *World) threadCall(rw http.ResponseWriter, r *http.Request, a *account, p *params, edge string) {
	var to struct {
		ID string `json:"id"`
	}
	if edge == "secondary_receivers" {
		writeJSON(rw, http.StatusOK, obj{"data": []obj{{"id": a.AppID, "name": a.ID}}})
		return
	}
	if err := p.decode("recipient", &to); err != nil || to.ID == "" {
		to.ID = p.text("recipient")
	}
	c := a.find(to.ID)
	if c == nil {
		w.refuseGraph(rw, a, graphRefusal(400, 100, 2018001, "(#100) No matching user found"))
		return
	}
	if w.upset(rw, a) {
		return
	}
	if edge == "thread_owner" {
		writeJSON(rw, http.StatusOK, obj{"data": []obj{{"thread_owner": c.threadOwner()}}})
		return
	}
	if bad := c.thread(strings.TrimSuffix(edge, "_thread_control"), p); bad != nil {
		w.refuseGraph(rw, a, bad)
		return
	}
	writeJSON(rw, http.StatusOK, obj{"success": true})
}

func (c *Customer) threadOwner() obj {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.acc.w.cfg.Now()
	until := c.ownUntil
	if until.IsZero() {
		until = now.Add(idleAfter)
	}
	return obj{"app_id": c.holder(now), "expiration": until.Unix()}
}

// thread does one handover call of the company's.
func (c *Customer) thread(call string, p *params) *Refusal {
	c.mu.Lock()
	defer c.mu.Unlock()
	us, bot := c.acc.AppID, c.acc.BotAppID
	now := c.acc.w.cfg.Now()
	ours := c.holder(now) == us
	bad := ThreadNotOwned()
	switch call {
	case "pass":
		target := p.text("target_app_id")
		if target == "" {
			target = bot
		}
		if !ours {
			return &bad
		}
		if target == "" {
			return graphRefusal(400, 100, 2018144, "(#100) The target app is not a receiver of this page")
		}
		c.give(target, idleAfter)
	case "release":
		if !ours {
			return &bad
		}
		c.give("", idleAfter)
	case "extend":
		if !ours {
			return &bad
		}
		c.give(us, min(time.Duration(p.integer("duration"))*time.Second, 7*24*time.Hour))
	case "take":
		if !ours && c.owner != "" {
			return graphRefusal(400, 10, 2018300, "(#10) Only the default app can take control of a thread that is in use")
		}
		c.give(us, idleAfter)
	case "request":
		if c.acc.BotGrants && !ours {
			c.giveByBot(p.text("metadata"))
		}
	default:
		return graphRefusal(400, 100, 0, "(#100) Unknown thread control call")
	}
	return nil
}

// giveByBot makes the bot pass the thread to us after a request. c.mu is held.
func (c *Customer) giveByBot(metadata string) {
	was := c.holder(c.acc.w.cfg.Now())
	c.give(c.acc.AppID, idleAfter)
	c.later(KindPass, c.acc.newID(), c.control("pass_thread_control", was, c.acc.AppID, metadata), c.acc.w.cfg.ReceiptDelay)
}

// control is a thread-control event for us. Our app id is a string in it, the other a number, as both are met. c.mu is held.
func (c *Customer) control(kind, from, to, metadata string) fragment {
	body := obj{"previous_owner_app_id": nil, "new_owner_app_id": to, "metadata": nil}
	if from != "" {
		body["previous_owner_app_id"] = json.Number(appNumber(from))
	}
	if metadata != "" {
		body["metadata"] = metadata
	}
	if kind == "request_thread_control" {
		body = obj{"requested_owner_app_id": json.Number(appNumber(to)), "metadata": body["metadata"]}
	}
	return fragment{raw: encode(obj{"sender": obj{"id": c.id}, "recipient": obj{"id": c.acc.PageID},
		"timestamp": c.clock.UnixMilli(), kind: body})}
}

// BotSays makes the external bot write to the customer; the company overhears the echo on standby.
func (c *Customer) BotSays(ctx context.Context, text string) (EventRef, error) {
	return c.other(ctx, KindBot, func(st stamp) fragment {
		return c.messengerEcho(Answer{ID: st.id, At: st.at, Text: text}, c.acc.BotAppID, st.at)
	})
}

// InboxSays makes the page's staff answer from the page inbox: an echo of a foreign app, wherever the thread is.
func (c *Customer) InboxSays(ctx context.Context, text string) (EventRef, error) {
	return c.other(ctx, KindBot, func(st stamp) fragment {
		return c.messengerEcho(Answer{ID: st.id, At: st.at, Text: text}, inboxAppID, st.at)
	})
}

// BotPasses makes the bot pass the thread to the company; metadata may name a queue or a topic.
func (c *Customer) BotPasses(ctx context.Context, metadata string) (EventRef, error) {
	return c.other(ctx, KindPass, func(st stamp) fragment {
		was := c.holder(st.at)
		c.give(c.acc.AppID, idleAfter)
		return c.control("pass_thread_control", was, c.acc.AppID, metadata)
	})
}

// BotTakes makes the bot take the thread away from the company.
func (c *Customer) BotTakes(ctx context.Context, metadata string) (EventRef, error) {
	return c.other(ctx, KindTake, func(st stamp) fragment {
		was := c.holder(st.at)
		c.give(c.acc.BotAppID, idleAfter)
		return c.control("take_thread_control", was, c.acc.BotAppID, metadata)
	})
}

// BotRequests makes the bot ask the company for the thread.
func (c *Customer) BotRequests(ctx context.Context, metadata string) (EventRef, error) {
	return c.other(ctx, KindRequest, func(stamp) fragment {
		return c.control("request_thread_control", c.acc.AppID, c.acc.BotAppID, metadata)
	})
}

// other is an event that another app causes in the customer's thread.
func (c *Customer) other(ctx context.Context, kind Kind, make func(stamp) fragment) (EventRef, error) {
	if c.acc.Provider != Messenger || c.acc.BotAppID == "" && kind != KindBot {
		return EventRef{}, ErrUnavailable
	}
	return c.perform(ctx, act{kind: kind, foreign: make})
}
