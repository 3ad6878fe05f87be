package verify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/actors"
	"parley/actors/chat"
)

// outside is the providers, the file store and the directory of one process.
type outside struct {
	w    *world
	life *life
}

// errOutside is a provider or directory that cannot do it now.
var errOutside = errors.New("verify: not now")

// Pace keeps nobody waiting.
func (o *outside) Pace(ctx context.Context, _ actors.Delivery) error { return ctx.Err() }

// Deliver hands a part to its provider and waits for the answer, which may
// never come.
func (o *outside) Deliver(ctx context.Context, d actors.Delivery) actors.Outcome {
	nobody := actors.Outcome{Verdict: actors.Nobody, Error: chat.Problem{Code: "unknown", Text: "no answer"}}
	if o.life.dead.Load() {
		return nobody
	}
	answer, err := o.w.desk.wait(ctx, o.life, send, fmt.Sprintf("%d send %s part %d", o.life.n, d.Message.ID, d.Part), d)
	if err != nil || answer == nil {
		return nobody
	}
	return answer.(actors.Outcome)
}

// answer is what the other work on the outside comes back with.
type answer struct {
	ok    bool
	value any
}

func (o *outside) errand(ctx context.Context, who string, what any) (answer, error) {
	if o.life.dead.Load() {
		return answer{}, errOutside
	}
	a, err := o.w.desk.wait(ctx, o.life, errand, fmt.Sprintf("%d %s", o.life.n, who), what)
	if err != nil || a == nil || !a.(answer).ok {
		return answer{}, errOutside
	}
	return a.(answer), nil
}

// Fetch brings an attachment here.
func (o *outside) Fetch(ctx context.Context, f actors.Fetch) actors.Fetched {
	if _, err := o.errand(ctx, "fetch "+f.Attachment.ID, f); err != nil {
		return actors.Fetched{Again: true, After: time.Second}
	}
	return actors.Fetched{State: chat.Stored, Name: "photo.jpg", Mime: "image/jpeg", Size: 1024}
}

// Identify finds or makes the contact.
func (o *outside) Identify(ctx context.Context, i actors.Identify) (chat.Contact, error) {
	if _, err := o.errand(ctx, "identify "+i.Conversation, i); err != nil {
		return chat.Contact{}, err
	}
	return chat.Contact{ID: i.Contact, Name: i.Name}, nil
}

// Profile asks for the public profile.
func (o *outside) Profile(ctx context.Context, i actors.Identify) (chat.Contact, bool, error) {
	if _, err := o.errand(ctx, "profile "+i.Conversation, i); err != nil {
		return chat.Contact{}, false, err
	}
	return chat.Contact{ID: i.Contact, Name: i.Name + " (profile)"}, true, nil
}

// Index brings the chats section up to date.
func (o *outside) Index(ctx context.Context, rows []actors.Row) error {
	_, err := o.errand(ctx, "index", rows)
	return err
}

// provider is what the providers know of our messages.
type provider struct {
	sent  map[string]int // by message and part: how often it came
	may   map[string]int // and how often it may have come
	parts map[string]int // taken parts by message
}

func newProvider() *provider {
	return &provider{sent: map[string]int{}, may: map[string]int{}, parts: map[string]int{}}
}

func partKey(d actors.Delivery) string { return fmt.Sprintf("%s/%d", d.Message.ID, d.Part) }

// partsOf is how many parts a message has on its channel.
func partsOf(m chat.Message) int {
	if len(m.Text) > 0 && m.Text[len(m.Text)-1] == '!' {
		return 2
	}
	return 1
}

// arrives is a part that reaches its provider.
func (w *world) arrives(d actors.Delivery) {
	key := partKey(d)
	w.provider.sent[key]++
	w.note("provider gets %s", key)
	if n, may := w.provider.sent[key], 1+w.provider.may[key]+w.provider.may[d.Message.ID]; n > may {
		w.fail("I5: %s was sent %d times, %d at the most were wanted", key, n, may)
	}
	m, ok := w.kept.message(d.Message.ID)
	if !ok || m.Direction != chat.Out || m.Text != d.Message.Text {
		w.fail("I5: %s was sent and is not kept: %+v", key, m)
	}
	if w.provider.parts[d.Message.ID] < d.Part {
		w.fail("I4: part %d of %s was sent before the ones in front of it", d.Part, d.Message.ID)
	}
}

// takes is a provider that keeps a part, and speaks of it from now on.
func (w *world) takes(d actors.Delivery) {
	w.provider.parts[d.Message.ID] = max(w.provider.parts[d.Message.ID], d.Part+1)
	w.speak(d)
}

// deliver lets a part go on: it reaches the provider, or the answer comes.
func (w *world) deliver(t *ticket) {
	if t.begun {
		w.answerSend(t, t.call.what.(actors.Outcome))
		return
	}
	d := t.call.what.(actors.Delivery)
	w.saw("send")
	if w.troubled() && w.chance(0.05) { // the connection broke before anything left
		w.provider.may[partKey(d)]++
		w.saw("send refused before it left")
		w.answerSend(t, actors.Outcome{Verdict: actors.Again, After: w.between(0, 3*time.Second)})
		return
	}
	w.arrives(d)
	t.begun, t.call.what = true, w.judge(d)
	w.desk.add(t)
}

func (w *world) answerSend(t *ticket, out actors.Outcome) {
	w.note("%s: %s", t.who, [...]string{"taken", "again", "rejected", "nobody knows"}[out.Verdict])
	t.call.let <- out
}

// judge decides what the provider does with a part, and what it answers.
func (w *world) judge(d actors.Delivery) actors.Outcome {
	taken := actors.Outcome{Verdict: actors.Taken, Provider: providerID(d), Parts: partsOf(d.Message)}
	if !w.troubled() {
		w.takes(d)
		return taken
	}
	switch x := w.dice.Float64(); {
	case x < 0.70:
		w.takes(d)
		return taken
	case x < 0.78:
		w.provider.may[partKey(d)]++
		w.saw("send again")
		return actors.Outcome{Verdict: actors.Again, After: w.between(0, 20*time.Second)}
	case x < 0.86:
		w.saw("send rejected")
		return actors.Outcome{Verdict: actors.Rejected, Error: chat.Problem{Code: "refused", Text: "no"}, Blocked: w.chance(0.2), Lost: w.chance(0.1)}
	case x < 0.93:
		w.saw("send unknown, taken")
		w.takes(d)
		return actors.Outcome{Verdict: actors.Nobody, Error: chat.Problem{Code: "unknown", Text: "no answer"}}
	default:
		w.saw("send unknown, not taken")
		return actors.Outcome{Verdict: actors.Nobody, Error: chat.Problem{Code: "unknown", Text: "no answer"}}
	}
}

func providerID(d actors.Delivery) string { return "out." + partKey(d) }
