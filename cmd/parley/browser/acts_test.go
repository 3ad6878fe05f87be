package browser

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/gateway/channel/simulator"
)

// deed is what a customer is to do. Which fields matter depends on Act; see acts.
type deed struct {
	Act     string         `json:"act"`
	Text    string         `json:"text"`   // text, caption, title of a place or a button, new text
	Target  string         `json:"target"` // id of the message it is about: a customer's own or an answer
	Emoji   string         `json:"emoji"`
	Payload string         `json:"payload"`
	Lat     float64        `json:"lat"`
	Lon     float64        `json:"lon"`
	Card    simulator.Card `json:"card"`
	Name    string         `json:"name"` // of a document, whose bytes are Text
	MIME    string         `json:"mime"`
	Code    int            `json:"code"` // of the provider's refusal
	Wait    *bool          `json:"wait"` // until the server has acknowledged it; true unless said
}

// done is what came of a deed.
type done struct {
	ID  string `json:"id"` // the provider's id of the message; empty for what is none
	Seq int    `json:"seq"`
}

// event is an act that the server is told of.
type event func(ctx context.Context, c *simulator.Customer, d deed) (simulator.EventRef, error)

// events are the acts by name.
func events() map[string]event {
	type (
		customer = *simulator.Customer
		ref      = simulator.EventRef
	)
	return map[string]event{
		"text":    func(ctx context.Context, c customer, d deed) (ref, error) { return c.Text(ctx, d.Text) },
		"reply":   func(ctx context.Context, c customer, d deed) (ref, error) { return c.Reply(ctx, d.Target, d.Text) },
		"forward": func(ctx context.Context, c customer, d deed) (ref, error) { return c.Forward(ctx, d.Text) },
		"image":   func(ctx context.Context, c customer, d deed) (ref, error) { return c.Image(ctx, d.Text) },
		"voice":   func(ctx context.Context, c customer, _ deed) (ref, error) { return c.Voice(ctx) },
		"audio":   func(ctx context.Context, c customer, _ deed) (ref, error) { return c.Audio(ctx) },
		"video":   func(ctx context.Context, c customer, d deed) (ref, error) { return c.Video(ctx, d.Text) },
		"file":    func(ctx context.Context, c customer, d deed) (ref, error) { return c.File(ctx, d.Text) },
		"document": func(ctx context.Context, c customer, d deed) (ref, error) {
			return c.Document(ctx, d.Name, d.MIME, []byte(d.Text))
		},
		"sticker": func(ctx context.Context, c customer, _ deed) (ref, error) { return c.Sticker(ctx) },
		"location": func(ctx context.Context, c customer, d deed) (ref, error) {
			return c.Location(ctx, d.Lat, d.Lon, d.Text)
		},
		"contact": func(ctx context.Context, c customer, d deed) (ref, error) { return c.Contact(ctx, d.Card) },
		"quick_reply": func(ctx context.Context, c customer, d deed) (ref, error) {
			return c.QuickReply(ctx, d.Text, d.Payload)
		},
		"postback": func(ctx context.Context, c customer, d deed) (ref, error) {
			return c.Postback(ctx, d.Target, d.Text, d.Payload)
		},
		"react": func(ctx context.Context, c customer, d deed) (ref, error) { return c.React(ctx, d.Target, d.Emoji) },
		"edit": func(ctx context.Context, c customer, d deed) (ref, error) {
			return c.Edit(ctx, ref{ID: d.Target}, d.Text)
		},
		"delete":      func(ctx context.Context, c customer, d deed) (ref, error) { return c.Delete(ctx, ref{ID: d.Target}) },
		"referral":    func(ctx context.Context, c customer, d deed) (ref, error) { return c.Referral(ctx, d.Payload) },
		"unsupported": func(ctx context.Context, c customer, _ deed) (ref, error) { return c.Unsupported(ctx) },
	}
}

// arrangement is an act that need not become an event.
type arrangement func(ctx context.Context, s *stage, c *simulator.Customer, d deed) error

func arrangements() map[string]arrangement {
	return map[string]arrangement{
		"block": func(ctx context.Context, s *stage, c *simulator.Customer, _ deed) error {
			return settled(ctx, s, c.Block(ctx))
		},
		"unblock": func(ctx context.Context, s *stage, c *simulator.Customer, _ deed) error {
			return settled(ctx, s, c.Unblock(ctx))
		},
		"fail_next": func(_ context.Context, s *stage, c *simulator.Customer, d deed) error { return failNext(s, c, d.Code) },
		"busy_next": func(_ context.Context, s *stage, c *simulator.Customer, _ deed) error {
			s.world.FailNextCall(c.Channel(), simulator.Temporary(c.Provider()))
			return nil
		},
	}
}

// settled waits until nothing is on its way any more: Telegram tells of a block by an event that has no name here.
func settled(ctx context.Context, s *stage, err error) error {
	if err != nil {
		return err
	}
	return s.world.Drained(ctx)
}

// failNext makes the next answer fail for good. WhatsApp takes it and reports later; the
// others refuse the channel's next call, so whoever asks has seen the profile arrive.
func failNext(s *stage, c *simulator.Customer, code int) error {
	switch {
	case c.Provider() == simulator.WhatsApp:
		c.FailNext(cmp.Or(code, 131026)) // undeliverable
	case c.Provider() == simulator.Telegram && (code == 0 || code == 403):
		s.world.FailNextCall(c.Channel(), simulator.Refusal{HTTP: 403, Title: "Forbidden: bot was blocked by the user"})
	case c.Provider() == simulator.Messenger && (code == 0 || code == 551):
		s.world.FailNextCall(c.Channel(), simulator.PersonUnavailable())
	case c.Provider() == simulator.Messenger && code == 10:
		s.world.FailNextCall(c.Channel(), simulator.WindowClosed())
	default:
		return refusal{http.StatusBadRequest, fmt.Sprintf("the simulator has no refusal %d of %s", code, c.Provider())}
	}
	return nil
}

// act lets a customer do something.
func act(ctx context.Context, s *stage, r *http.Request) (any, error) {
	c, err := s.customer(r.PathValue("channel"), r.PathValue("n"))
	if err != nil {
		return nil, err
	}
	var d deed
	if err := read(r, &d); err != nil {
		return nil, err
	}
	if arrange, ok := arrangements()[d.Act]; ok {
		return done{}, arrange(ctx, s, c, d)
	}
	perform, ok := events()[d.Act]
	if !ok {
		known := slices.Sorted(maps.Keys(events()))
		known = append(known, slices.Sorted(maps.Keys(arrangements()))...)
		return nil, refusal{http.StatusBadRequest, fmt.Sprintf("a customer cannot %q, only %s", d.Act, strings.Join(known, ", "))}
	}
	ref, err := perform(ctx, c, d)
	if err != nil {
		return nil, refusal{http.StatusUnprocessableEntity, fmt.Sprintf("%s of %s/%d: %v", d.Act, c.Channel(), c.N, err)}
	}
	if d.Wait == nil || *d.Wait {
		select {
		case <-ref.Acked():
		case <-ctx.Done():
			return nil, fmt.Errorf("the server does not acknowledge %s of %s/%d (last status %d): %w", d.Act, c.Channel(), c.N, ref.Report().LastStatus, ctx.Err())
		}
	}
	return done{ref.ID, ref.Seq}, nil
}

// answer is one message of the company's as the customer has it.
type answer struct {
	ID          string       `json:"id"`
	Seq         int          `json:"seq"`
	At          time.Time    `json:"at"`
	Kind        string       `json:"kind"`
	Text        string       `json:"text"`
	ReplyTo     string       `json:"reply_to"`
	Attachments []attachment `json:"attachments"`
}

type attachment struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	MIME string `json:"mime"`
	Size int64  `json:"size"`
	Link string `json:"link"`
}

// action is something the company did that is no message: typing, seen, reaction.
type action struct {
	Kind   string `json:"kind"`
	Target string `json:"target"`
	Emoji  string `json:"emoji"`
}

// describeCustomer tells of a customer; ?answers=N waits until that many have come in all.
func describeCustomer(ctx context.Context, s *stage, r *http.Request) (any, error) {
	c, err := s.customer(r.PathValue("channel"), r.PathValue("n"))
	if err != nil {
		return nil, err
	}
	wanted := 0
	if text := r.URL.Query().Get("answers"); text != "" {
		if wanted, err = strconv.Atoi(text); err != nil {
			return nil, refusal{http.StatusBadRequest, fmt.Sprintf("answers=%s is no number", text)}
		}
	}
	got, err := c.WaitAnswers(ctx, wanted)
	if err != nil {
		return nil, err
	}
	out := struct {
		Name     string   `json:"name"`
		Phone    string   `json:"phone"`
		Language string   `json:"language"`
		Answers  []answer `json:"answers"`
		Actions  []action `json:"actions"`
	}{c.Name(), c.Phone(), c.Language(), []answer{}, []action{}}
	for _, a := range got {
		out.Answers = append(out.Answers, spelled(a))
	}
	for _, a := range c.Actions() {
		out.Actions = append(out.Actions, action{a.Kind, a.Target, a.Emoji})
	}
	return out, nil
}

func spelled(a simulator.Answer) answer {
	out := answer{a.ID, a.Seq, a.At, string(a.Kind), a.Text, a.ReplyTo, []attachment{}}
	for _, f := range a.Attachments {
		out.Attachments = append(out.Attachments, attachment{string(f.Kind), f.Name, f.MIME, f.Size, f.Link})
	}
	return out
}
