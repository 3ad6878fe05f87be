package simulate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

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
