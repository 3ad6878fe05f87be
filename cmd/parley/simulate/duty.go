package simulate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"parley/gateway/channel/simulator"
)

// maxRetries bounds how often an operator sends a failed answer again.
const maxRetries = 5

// think is how long the operator reads before he answers.
func (o *operator) think() time.Duration {
	return time.Duration(10+o.rnd.IntN(120)) * time.Millisecond
}

// patience is how long a chat may be silent before the operator leaves it.
func (o *operator) patience() time.Duration {
	if o.rnd.IntN(10) == 0 {
		return 0
	}
	return time.Duration(200+o.rnd.IntN(3000)) * time.Millisecond
}

// look does what is due: become Active, accept, read on, answer, retry, leave.
func (o *operator) look(ctx context.Context) error {
	now := time.Now()
	if q := o.line.forgotten(now); q != nil {
		o.complain(NoReply, "", "", q.kind+" was not answered")
		return errors.New("a request was not answered")
	}
	if err := o.beActive(ctx, now); err != nil {
		return err
	}
	if err := o.review(ctx); err != nil {
		return err
	}
	busy, err := o.goThroughOffers(ctx, now)
	if err != nil {
		return err
	}
	for id, d := range o.view.desks {
		switch {
		case d.ours:
			busy = d.describe(id)
			err = o.serve(ctx, id, d, now)
		case d.tidying && !d.leaving:
			d.leaving = true
			err = o.finish(ctx, id, d)
		}
		if err != nil {
			return err
		}
	}
	o.occupied(busy)
	return nil
}

// courtesy is how long a stranger's single offer keeps its slot: its row may still turn out to be the run's.
const courtesy = 1500 * time.Millisecond

// goThroughOffers accepts what is the run's, takes earlier runs' leftovers out of the way, and passes strangers' single
// offers on, for they fill the slots. Strangers' rows of an everyone queue are left alone. busy names an offer of the run's.
func (o *operator) goThroughOffers(ctx context.Context, now time.Time) (busy string, err error) {
	for id, of := range o.view.offers {
		switch {
		case o.rec.ours(of.row):
			busy = fmt.Sprintf("chat %s is offered (asked: %v, %d of %d chats)", id, of.asked, len(o.view.desks), o.view.limit)
			err = o.consider(ctx, id, of, now)
		case o.rec.run.leftover(of.row.Preview):
			err = o.consider(ctx, id, of, now)
		case of.row.Deadline != nil && !of.asked && now.Sub(of.due) > courtesy:
			of.asked = true
			err = o.ask(ctx, "chat.decline", map[string]any{"chat": id}, func(f frame) {
				o.odd(f, "chat.decline", id, "taken", "limit", "not_offered", "gone", "forbidden")
			})
		}
		if err != nil {
			return busy, err
		}
	}
	return busy, nil
}

// describe says what is still to be done in a chat.
func (d *desk) describe(id string) string {
	return fmt.Sprintf("chat %s: %d lines to answer, %d answers not acknowledged, %d not sent, %d failed, %d files pending, leaving: %v, reading on: %v",
		id, len(d.todo), len(d.sending), len(d.queued), len(d.failed), len(d.pending), d.leaving, d.reading)
}

// beActive turns the status on, also after an expired offer turned it off.
func (o *operator) beActive(ctx context.Context, now time.Time) error {
	if o.view.effective == "active" || now.Sub(o.statusAsked) < time.Second {
		return nil
	}
	o.statusAsked = now
	return o.ask(ctx, "status.set", map[string]any{"status": "active"}, func(f frame) {
		if o.odd(f, "status.set", "") == "" {
			o.rec.count(func(op *Operating) { op.Reactivated++ })
		}
	})
}

// consider accepts an offer of the run's when there is room.
func (o *operator) consider(ctx context.Context, id string, of *offer, now time.Time) error {
	if of.asked || now.Before(of.due) || (o.view.limit > 0 && len(o.view.desks) >= o.view.limit) {
		return nil
	}
	of.asked = true
	return o.ask(ctx, "chat.accept", map[string]any{"chat": id}, func(f frame) {
		of.asked, of.due = false, time.Now().Add(300*time.Millisecond)
		switch o.odd(f, "chat.accept", id, "taken", "limit", "not_offered", "gone") {
		case "":
			o.rec.count(func(op *Operating) { op.Accepted++ })
		case "taken":
			o.rec.count(func(op *Operating) { op.Taken++ })
		}
	})
}

// serve works on one chat.
func (o *operator) serve(ctx context.Context, id string, d *desk, now time.Time) error {
	if d.leaving {
		return nil
	}
	if d.first > 1 && !d.reading {
		return o.readOn(ctx, id, d)
	}
	for key, s := range d.sending {
		if !s.asked && now.After(s.due) {
			return o.send(ctx, id, d, key, s)
		}
	}
	if now.Before(d.due) {
		return nil
	}
	for key, msg := range d.failed {
		return o.retry(ctx, id, d, key, msg)
	}
	d.todo = slices.DeleteFunc(d.todo, o.rec.isClaimed)
	if len(d.todo) > 0 {
		return o.answer(ctx, id, d, now)
	}
	if o.mayLeave(d, now) {
		return o.goAway(ctx, id, d)
	}
	return nil
}

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

// review looks once more at chats that ended while the operator was away, as anybody would in the chats section.
func (o *operator) review(ctx context.Context) error {
	for id, c := range o.view.ended {
		delete(o.view.ended, id)
		err := o.ask(ctx, "chat.history", map[string]any{"chat": id, "limit": 50}, func(f frame) {
			if code := o.odd(f, "chat.history", id, "forbidden", "not_owner"); code != "" {
				return
			}
			_ = with(f.Data, func(h historyData) {
				for _, m := range h.Messages {
					o.rec.sight(o.in.Login, c, m)
				}
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// crowded is how many answers may wait for the provider's pace before the operator answers several lines at once.
const crowded = 3

// answer begins the answer to the oldest line nobody answers. Where answers already wait for the provider, which takes
// one in six seconds from one customer on WhatsApp, it answers all that was written meanwhile.
func (o *operator) answer(ctx context.Context, id string, d *desk, now time.Time) error {
	n := 1
	if len(d.queued) >= crowded {
		n = len(d.todo)
	}
	var to simulator.Marker
	mine := false
	for _, line := range d.todo[:n] {
		if o.rec.claim(line) {
			to, mine = line, true
		}
	}
	d.todo = d.todo[n:]
	if !mine {
		return nil
	}
	o.answers++
	key := o.rec.run.key(o.n, o.answers)
	s := &sending{text: o.rec.run.answer(key, to)}
	d.sending[key] = s
	d.due, d.moved = now.Add(o.think()), now
	o.rec.answer(Answer{Key: key, Operator: o.in.Login, Chat: id, To: to})
	return o.send(ctx, id, d, key, s)
}

// send asks the server to deliver an answer. After a lost reply it is asked again with the same client_id.
func (o *operator) send(ctx context.Context, id string, d *desk, key string, s *sending) error {
	s.asked = true
	return o.ask(ctx, "chat.send", map[string]any{"chat": id, "client_id": key, "text": s.text}, func(f frame) {
		s.asked, s.due = false, time.Now().Add(200*time.Millisecond)
		var expected []string
		if d.left {
			expected = []string{"completed", "not_owner", "forbidden"}
		}
		code := o.odd(f, "chat.send", id, expected...)
		if code == "busy" {
			return
		}
		delete(d.sending, key)
		d.moved = time.Now()
		if code != "" {
			o.rec.update(key, func(a *Answer) { a.Refused = code })
			return
		}
		err := with(f.Data, func(m messageData) {
			o.rec.update(key, func(a *Answer) {
				a.Acked, a.Message, a.Position = time.Now(), m.Message.ID, m.Message.Position
				if a.State == "" {
					a.State = m.Message.state()
				}
			})
		})
		if err != nil {
			o.complain(BadFrame, id, "", "chat.send: "+err.Error())
		}
	})
}

// retry sends a failed answer again. An unknown one is left alone: the customer may have it.
func (o *operator) retry(ctx context.Context, id string, d *desk, key, msg string) error {
	tries := 0
	o.rec.update(key, func(a *Answer) { a.Retries++; tries = a.Retries })
	if tries > maxRetries {
		delete(d.failed, key)
		return nil
	}
	d.due = time.Now().Add(time.Second)
	o.rec.count(func(op *Operating) { op.Retried++ })
	return o.ask(ctx, "chat.retry", map[string]any{"chat": id, "message": msg}, func(f frame) {
		// "bad_request": it is no longer failed, the provider has spoken meanwhile.
		if code := o.odd(f, "chat.retry", id, "bad_request", "completed", "not_owner"); code != "" && code != "busy" {
			delete(d.failed, key)
		}
	})
}

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
