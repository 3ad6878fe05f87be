package simulate

import (
	"context"
	"slices"
	"time"
)

// readOn fetches what stands before the view's oldest message.
func (o *operator) readOn(ctx context.Context, id string, d *desk) error {
	d.reading = true
	return o.ask(ctx, "chat.history", map[string]any{"chat": id, "limit": 50, "before": d.oldest}, func(f frame) {
		d.reading = false
		if code := o.odd(f, "chat.history", id, "forbidden", "not_owner"); code != "" {
			if code != "busy" {
				d.first = 1 // it is gone; nothing more to read
			}
			return
		}
		err := with(f.Data, func(h historyData) {
			for _, m := range h.Messages {
				o.view.show(d, m)
				if m.Chat == id {
					d.first = min(d.first, m.Position)
				}
			}
			if len(h.Messages) == 0 || !h.More {
				if d.first > 1 {
					o.complain(ShownHole, id, "", "the history ends before the chat's first message")
				}
				d.first = 1
			}
			if len(h.Messages) > 0 {
				d.oldest = h.Messages[0].ID
			}
		})
		if err != nil {
			o.complain(BadFrame, id, "", "chat.history: "+err.Error())
			d.first = 1
		}
	})
}

// reviewEvery is how often ended chats are looked at.
const reviewEvery = 300 * time.Millisecond

// review looks once more at chats that ended while the operator was away, as anybody would in the chats section, and
// again at those whose files have not come.
func (o *operator) review(ctx context.Context) error {
	if len(o.view.ended) == 0 || time.Since(o.view.reviewed) < reviewEvery {
		return nil
	}
	o.view.reviewed = time.Now()
	for id, c := range o.view.ended {
		delete(o.view.ended, id)
		err := o.ask(ctx, "chat.history", map[string]any{"chat": id, "limit": 50}, func(f frame) {
			if code := o.odd(f, "chat.history", id, "forbidden", "not_owner"); code != "" {
				return
			}
			_ = with(f.Data, func(h historyData) {
				for _, m := range h.Messages {
					o.rec.sight(o.in.Login, c, m)
					if m.Direction == "in" && slices.ContainsFunc(m.Attachments, func(a attachment) bool { return a.State == "pending" }) {
						o.view.ended[id] = c
					}
				}
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
