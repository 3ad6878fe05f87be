package chaos

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/view"
	"parley/cmd/parley/app"
	"parley/gateway"
	"parley/gateway/channel"
)

// trap ends the process at the n-th time that an armed point is passed.
type trap struct {
	out sync.Mutex // one line at a time

	mu       sync.Mutex
	point    string
	left     int
	incoming map[string]bool          // keys of customers' messages on their way to a commit
	sends    map[string]bool          // keys of operators' messages on their way
	outgoing map[commit.Entity]string // conversations with a delivery that has ended and is not committed, and its message
	writing  map[string]bool          // keys of customers' messages in a commit that is being written
}

func newTrap() *trap {
	return &trap{incoming: map[string]bool{}, sends: map[string]bool{}, writing: map[string]bool{}, outgoing: map[commit.Entity]string{}}
}

func (t *trap) arm(point string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.point, t.left = point, n
}

// say writes one line to the parent.
func (t *trap) say(line string) {
	t.out.Lock()
	defer t.out.Unlock()
	_, _ = fmt.Fprintln(os.Stdout, line)
}

// at passes a point; it does not return when the process ends here. victim names
// whose fate the point decides.
func (t *trap) at(point, victim string) {
	t.mu.Lock()
	hit := t.point == point
	if hit {
		t.left--
	}
	now := hit && t.left <= 0
	t.mu.Unlock()
	if now {
		t.say("crash " + point + " " + victim)
		die()
	}
}

// hold stops whoever passes while a point is armed: what would follow never happens.
func (t *trap) hold(point string) {
	t.mu.Lock()
	held := t.point == point
	t.mu.Unlock()
	if held {
		select {}
	}
}

// die ends the process as the kernel would: nothing is written, nothing closed.
func die() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

func (t *trap) seams() app.Seams {
	seams := app.Seams{
		Disk:     newDisk(t),
		Store:    func(s actors.Store) actors.Store { return trapStore{s, t} },
		Outside:  func(o actors.Outside) actors.Outside { return trapOutside{o, t} },
		Encoder:  func(e view.Encoder) view.Encoder { return trapEncoder{e, t} },
		Engine:   func(e gateway.Engine) gateway.Engine { return trapEngine{e, t} },
		Channels: func(c gateway.Channels) gateway.Channels { return trapChannels{c, t} },
	}
	// On Redis completed chats are moved at once, so that deaths fall into it.
	seams.Completed.Rest, seams.Completed.Every = time.Nanosecond, 10*time.Millisecond
	return seams
}

// trapChannels holds points a and b: a webhook's body is not read yet, and its
// signature was found right.
type trapChannels struct {
	gateway.Channels
	t *trap
}

func (c trapChannels) Channel(provider, id string) (gateway.Channel, bool) {
	c.t.at("a", "")
	ch, ok := c.Channels.Channel(provider, id)
	if ok {
		ch.Adapter = trapAdapter{ch.Adapter, c.t}
	}
	return ch, ok
}

type trapAdapter struct {
	channel.Adapter
	t *trap
}

func (a trapAdapter) Verify(acc channel.Account, header func(string) string, body []byte) bool {
	ok := a.Adapter.(channel.Verifier).Verify(acc, header, body)
	if ok {
		a.t.at("b", "")
	}
	return ok
}

func (a trapAdapter) Handshake(acc channel.Account, query func(string) string) (string, bool) {
	h, ok := a.Adapter.(channel.Handshaker)
	if !ok {
		return "", false
	}
	return h.Handshake(acc, query)
}

// trapEngine notes which commits are customers' messages and which are answers.
type trapEngine struct {
	gateway.Engine
	t *trap
}

func (e trapEngine) Do(ctx context.Context, to commit.Entity, command any) (any, error) {
	var kind map[string]bool
	key := ""
	switch c := command.(type) {
	case chat.Receive:
		key, kind = chat.KeyOf(c), e.t.incoming
	case chat.Send:
		key, kind = chat.KeyOf(c), e.t.sends
	}
	if key != "" {
		e.t.note(kind, key, true)
		defer e.t.note(kind, key, false)
	}
	return e.Engine.Do(ctx, to, command)
}

func (t *trap) note(kind map[string]bool, key string, on bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if on {
		kind[key] = true
	} else {
		delete(kind, key)
	}
}

// trapStore holds the points round a commit: c, d, e and o, and j and k for what
// operators write.
type trapStore struct {
	actors.Store
	t *trap
}

// Claim takes a partition over, when the server starts.
func (s trapStore) Claim(ctx context.Context, partition int) (commit.Claim, error) {
	s.t.at("claim", "")
	return s.Store.Claim(ctx, partition)
}

// Commit writes a batch.
func (s trapStore) Commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error) {
	in, out, report := s.t.weigh(b)
	if in != "" {
		s.t.at("c", in)
		s.t.note(s.t.writing, in, true)
		defer s.t.note(s.t.writing, in, false)
	}
	if out != "" {
		s.t.at("j", out)
	}
	outcomes, err := s.Store.Commit(ctx, b)
	if err != nil {
		return outcomes, err
	}
	if in != "" {
		s.t.at("e", in)
	}
	if out != "" {
		s.t.at("k1", out)
	}
	if report != "" {
		s.t.at("o", report)
	}
	return outcomes, nil
}

// weigh says what a batch is about: the keys of a customer's message and of an
// operator's, and the message whose delivery it reports.
func (t *trap) weigh(b commit.Batch) (in, out, report string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range b.Changes {
		for _, k := range c.Keys {
			if t.incoming[k.ID] {
				in = k.ID
			}
			if t.sends[k.ID] {
				out = k.ID
			}
		}
		if m := t.outgoing[c.Entity]; m != "" && len(c.Keys) == 0 && len(b.Done) > 0 {
			report = m
			delete(t.outgoing, c.Entity)
		}
	}
	return in, out, report
}

// trapOutside holds the points of a delivery: k2 before its mark, l before the
// call, n behind its answer. m is the parent's: it plays the provider.
type trapOutside struct {
	actors.Outside
	t *trap
}

func (o trapOutside) Pace(ctx context.Context, d actors.Delivery) error {
	o.t.at("k2", d.Message.ID)
	return o.Outside.Pace(ctx, d)
}

func (o trapOutside) Deliver(ctx context.Context, d actors.Delivery) actors.Outcome {
	o.t.at("l", d.Message.ID)
	out := o.Outside.Deliver(ctx, d)
	if out.Verdict == actors.Taken {
		o.t.at("n", d.Message.ID)
		o.t.mu.Lock()
		o.t.outgoing[commit.Entity{Kind: commit.Conversation, ID: d.Conversation}] = d.Message.ID
		o.t.mu.Unlock()
	}
	return out
}

// trapEncoder holds point g: what was committed is about to be pushed. While f is
// armed nothing is pushed at all, so that the 200 is the last thing that happens.
type trapEncoder struct {
	view.Encoder
	t *trap
}

func (e trapEncoder) Push(p view.Push) []byte {
	e.t.hold("f")
	if said, ok := p.Body.(view.Said); ok && said.Message.Direction == chat.In {
		e.t.at("g", said.Message.ID)
	}
	return e.Encoder.Push(p)
}

// client gives the client's own id of an answer's key: send/chat/operator/client_id.
func client(key string) string { return key[strings.LastIndex(key, "/")+1:] }
