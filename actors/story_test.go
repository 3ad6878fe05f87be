package actors_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/operator"
	"parley/actors/queue"
	"parley/actors/route"
	"parley/actors/view"
	"parley/persistence/memory"
)

// world is an engine on a store in memory with providers that take everything.
type world struct {
	t       *testing.T
	store   actors.Store
	outside *provider
	engine  *actors.Engine
}

func newWorld(t *testing.T, store actors.Store) *world {
	t.Helper()
	w := &world{t: t, store: store, outside: &provider{}}
	w.start()
	return w
}

func (w *world) start() {
	w.t.Helper()
	e, err := actors.Start(context.Background(), actors.Config{Partitions: 4}, actors.Deps{
		Store: w.store, Outside: w.outside, Encoder: plain{}, Rules: queue.Builtin(), Log: slog.New(slog.DiscardHandler),
	}, company())
	if err != nil {
		w.t.Fatalf("start: %v", err)
	}
	w.engine = e
}

func (w *world) stop() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := w.engine.Stop(ctx); err != nil {
		w.t.Fatalf("stop: %v", err)
	}
}

func (w *world) do(to string, command any) any {
	w.t.Helper()
	reply, err := w.try(to, command)
	if err != nil {
		w.t.Fatalf("%T: %v", command, err)
	}
	return reply
}

func (w *world) try(to string, command any) (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	switch command.(type) {
	case operator.Command:
		return w.engine.Do(ctx, route.Operator(to), command)
	case queue.Command:
		return w.engine.Do(ctx, route.Queue(to), command)
	}
	return w.engine.Do(ctx, route.Conversation(to), command)
}

// company has two queues, three operators and one channel.
func company() *actors.Catalogue {
	return &actors.Catalogue{
		Limit: 2, Grace: 30 * time.Second, AcceptTimeout: 5 * time.Minute,
		Operators: map[string]actors.OperatorEntry{
			"anna": {ID: "anna", Name: "Anna"}, "boris": {ID: "boris", Name: "Boris"}, "clara": {ID: "clara", Name: "Clara"},
		},
		Queues: map[string]actors.QueueEntry{
			"support": {ID: "support", Name: "Support", Rule: "everyone", Pull: true, Members: []string{"anna", "boris"}, CompletionTimeout: 30 * time.Minute},
			"sales":   {ID: "sales", Name: "Sales", Rule: "least_busy", Members: []string{"boris", "clara"}},
		},
		Channels: map[string]actors.ChannelEntry{
			"fb": {ID: "fb", Name: "Page", Provider: "messenger", Queue: "support", Window: 24 * time.Hour, MaxText: 2000, Receipts: true},
		},
	}
}

func (w *world) write(conversation, queueID, key, text string) {
	w.t.Helper()
	w.do(conversation, receive(queueID, key, text))
}

func receive(queueID, key, text string) chat.Receive {
	return chat.Receive{
		Key: key, Channel: chat.Channel{ID: "fb", Provider: "messenger", Queue: queueID},
		Sender: chat.Sender{
			Address: chat.Address{IDs: []chat.AddressID{{Type: "psid", Value: "c"}}}, Contact: "contact", Name: "Customer",
		},
		Message: chat.Incoming{Provider: "mid." + key, Text: text},
	}
}

// provider takes every message and knows everybody.
type provider struct {
	mu        sync.Mutex
	delivered []string
}

func (p *provider) Pace(context.Context, actors.Delivery) error { return nil }

func (p *provider) Deliver(_ context.Context, d actors.Delivery) actors.Outcome {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delivered = append(p.delivered, d.Message.Text)
	return actors.Outcome{Verdict: actors.Taken, Provider: "out." + d.Message.ID, Parts: 1}
}

func (p *provider) Fetch(context.Context, actors.Fetch) actors.Fetched {
	return actors.Fetched{State: chat.Stored}
}

func (p *provider) Identify(_ context.Context, i actors.Identify) (chat.Contact, error) {
	return chat.Contact{ID: i.Contact, Name: i.Name}, nil
}

func (p *provider) Profile(context.Context, actors.Identify) (chat.Contact, bool, error) {
	return chat.Contact{}, false, nil
}

func (p *provider) Index(context.Context, []actors.Row) error { return nil }

// plain passes pushes on as they are: tests look at values, not at frames.
type plain struct{}

var seenPushes sync.Map // frame text -> view.Push

func (plain) Push(p view.Push) []byte {
	id := chat.MessageID("p.1", int(p.Seq)) + time.Now().Format(time.RFC3339Nano)
	seenPushes.Store(id, p)
	return []byte(id)
}

func (plain) Hello(h view.Hello) []byte {
	id := "hello " + time.Now().Format(time.RFC3339Nano)
	seenPushes.Store(id, h)
	return []byte(id)
}

// tab is one connection of an operator.
type tab struct {
	t      *testing.T
	frames chan any
	detach func()
}

func (s *tab) Send(frame []byte) bool {
	v, _ := seenPushes.LoadAndDelete(string(frame))
	select {
	case s.frames <- v:
		return true
	default:
		return false
	}
}

func (w *world) open(id, epoch string, seq uint64) *tab {
	w.t.Helper()
	s := &tab{t: w.t, frames: make(chan any, 1000)}
	detach, err := w.engine.Attach(context.Background(), id, epoch, seq, s)
	if err != nil {
		w.t.Fatalf("attach %s: %v", id, err)
	}
	s.detach = detach
	return s
}

// next waits for a push of a kind and passes over others.
func next[B any](s *tab) B {
	s.t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		select {
		case v := <-s.frames:
			if h, ok := v.(B); ok {
				return h
			}
			if p, ok := v.(view.Push); ok {
				if b, ok := p.Body.(B); ok {
					return b
				}
			}
		case <-deadline:
			var want B
			s.t.Fatalf("no %T came", want)
		}
	}
}

func TestCustomerWritesAndOneOperatorAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, memory.New(4))
	defer w.stop()
	for _, id := range []string{"anna", "boris"} {
		w.do(id, operator.SignIn{})
	}
	anna, boris := w.open("anna", "", 0), w.open("boris", "", 0)
	next[view.Hello](anna)
	next[view.Hello](boris)
	w.do("anna", operator.SetStatus{Status: operator.Active})
	w.do("boris", operator.SetStatus{Status: operator.Active})
	w.write("c1", "support", "k1", "Hello")
	w.write("c1", "support", "k1", "Hello")
	row := next[view.Offered](anna).Chat
	if row.Chat.Preview != "Hello" || next[view.Offered](boris).Chat.Chat.ID != row.Chat.ID {
		t.Fatalf("offered %+v", row)
	}
	got := w.do("anna", operator.Accept{ID: "r1", Chat: row.Chat.ID}).(view.Assigned)
	if len(got.Messages) != 1 || got.Chat.Chat.Owner.ID != "anna" {
		t.Fatalf("assigned %+v", got)
	}
	if gone := next[view.Withdrawn](boris); gone.Reason != "taken" || gone.By.ID != "anna" {
		t.Fatalf("withdrawn %+v", gone)
	}
	if _, err := w.try("boris", operator.Accept{ID: "r2", Chat: row.Chat.ID}); !errors.Is(err, operator.ErrTaken) {
		t.Fatalf("second accept: %v", err)
	}
	next[view.Took](anna)
	send := chat.Send{By: chat.Person{ID: "anna", Name: "Anna"}, Chat: row.Chat.ID, ClientID: "x", Text: "Good day"}
	first := w.do("c1", send).(chat.Message)
	if again := w.do("c1", send).(chat.Message); again.ID != first.ID {
		t.Fatalf("the same client id made %s and %s", first.ID, again.ID)
	}
	if said := next[view.Said](anna); said.Message.Text != "Good day" || said.Message.State != chat.Queued {
		t.Fatalf("said %+v", said)
	}
	if sent := next[view.Amended](anna); sent.Message.State != chat.Sent {
		t.Fatalf("amended %+v", sent)
	}
	w.write("c1", "support", "k2", "Thanks")
	if said := next[view.Said](anna); said.Message.Text != "Thanks" || said.Message.Position != 3 {
		t.Fatalf("said %+v", said)
	}
	w.do("c1", chat.Finish{By: chat.Person{ID: "anna"}, Chat: row.Chat.ID})
	if ended := next[view.Ended](anna); ended.Reason != "operator" {
		t.Fatalf("ended %+v", ended)
	}
	w.write("c1", "support", "k3", "One more thing")
	if row := next[view.Offered](boris).Chat; row.Chat.ID != "c1.2" {
		t.Fatalf("the next message opened %s", row.Chat.ID)
	}
}

func TestTransferToOperatorKeepsHistoryAndSurvivesRestart(t *testing.T) {
	t.Parallel()
	store := memory.New(4)
	w := newWorld(t, store)
	w.do("boris", operator.SignIn{})
	w.do("boris", operator.SetStatus{Status: operator.Active})
	boris := w.open("boris", "", 0)
	w.write("c2", "sales", "k1", "A price, please")
	row := next[view.Offered](boris).Chat
	if row.Deadline.IsZero() {
		t.Fatal("a single offer has no deadline")
	}
	w.do("boris", operator.Accept{ID: "r", Chat: row.Chat.ID})
	handed := w.do("c2", chat.Hand{ID: "t1", By: chat.Person{ID: "boris", Name: "Boris"}, Chat: row.Chat.ID, ToOperator: chat.Person{ID: "clara"}, Note: "likes red"}).(chat.Handed)
	w.stop()
	w.start()
	defer w.stop()
	w.do("clara", operator.SignIn{})
	clara := w.open("clara", "", 0)
	hello := next[view.Hello](clara)
	if hello.Resumed || len(hello.Snapshot.Chats) != 1 || hello.Snapshot.Chats[0].Chat.Chat.ID != handed.Child {
		t.Fatalf("hello %+v", hello.Snapshot)
	}
	if n := len(hello.Snapshot.Chats[0].Messages); n != 2 {
		t.Fatalf("%d messages, the parent's and the note expected", n)
	}
	w.write("c2", "sales", "k2", "Still there?")
	if said := next[view.Said](clara); said.Chat != handed.Child {
		t.Fatalf("said in %s", said.Chat)
	}
}
