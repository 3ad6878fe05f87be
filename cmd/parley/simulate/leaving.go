package simulate

import (
	"context"
	"time"
)

// mayLeave says whether nothing keeps the operator in a chat.
func (o *operator) mayLeave(d *desk, now time.Time) bool {
	idle := now.Sub(d.moved)
	if len(d.sending) > 0 || d.reading {
		return false
	}
	if (len(d.pending) > 0 || len(d.queued) > 0) && idle < 15*time.Second {
		return false
	}
	patience := d.patience
	if o.rec.isSettling() || (o.view.limit > 0 && len(o.view.desks) >= o.view.limit) {
		patience = min(patience, 100*time.Millisecond)
	}
	return idle >= patience
}

// goAway finishes a chat, or hands it on.
func (o *operator) goAway(ctx context.Context, id string, d *desk) error {
	d.leaving, d.left = true, true
	if !o.rec.isSettling() && o.rnd.IntN(4) == 0 {
		return o.ask(ctx, "transfer.targets", map[string]any{"chat": id}, func(f frame) { o.choose(ctx, id, d, f) })
	}
	return o.finish(ctx, id, d)
}

func (o *operator) finish(ctx context.Context, id string, d *desk) error {
	return o.ask(ctx, "chat.finish", map[string]any{"chat": id}, func(f frame) {
		if code := o.odd(f, "chat.finish", id, "completed", "not_owner", "forbidden"); code == "busy" {
			o.stay(d)
		} else if code == "" {
			o.rec.count(func(op *Operating) { op.Finished++ })
		}
	})
}

// choose picks a target that this run looks after, and transfers.
func (o *operator) choose(ctx context.Context, id string, d *desk, f frame) {
	if o.odd(f, "transfer.targets", id, "forbidden") != "" {
		o.stay(d)
		return
	}
	var targets []map[string]string
	err := with(f.Data, func(t targetsData) {
		for _, q := range t.Queues {
			if o.rec.served(q.ID, "") {
				targets = append(targets, map[string]string{"queue": q.ID})
			}
		}
		for _, p := range t.Operators {
			if p.Indicator != "grey" && o.rec.served("", p.ID) {
				targets = append(targets, map[string]string{"operator": p.ID})
			}
		}
	})
	if err != nil || len(targets) == 0 {
		o.stay(d)
		return
	}
	fields := map[string]any{"chat": id, "to": targets[o.rnd.IntN(len(targets))], "note": "handed on by the simulation"}
	err = o.ask(ctx, "chat.transfer", fields, func(f frame) {
		if o.odd(f, "chat.transfer", id, "limit", "completed", "not_owner", "forbidden") != "" {
			o.stay(d)
			return
		}
		o.rec.count(func(op *Operating) { op.Transferred++ })
	})
	if err != nil {
		o.stay(d) // the connection is ending
	}
}

// stay goes on with a chat that could not be left now.
func (o *operator) stay(d *desk) {
	d.leaving, d.moved, d.patience = false, time.Now(), 500*time.Millisecond
}
