package simulate

import (
	"context"
	"time"

	"parley/gateway/channel/simulator"
)

// maxRetries bounds how often an operator sends a failed answer again.
const maxRetries = 5

// crowded is how many answers may wait for the provider's pace before the operator holds back the next one: WhatsApp
// takes one in six seconds from one customer for long, and what is written faster only piles up.
const crowded = 3

// answer begins the answer to the oldest line nobody answers. When it had to be held back, one answer is for all that
// was written meanwhile.
func (o *operator) answer(ctx context.Context, id string, d *desk, now time.Time) error {
	if len(d.queued) >= crowded {
		d.held, d.moved = true, now
		return nil
	}
	n := 1
	if d.held {
		n, d.held = len(d.todo), false
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
