package actors_test

import (
	"context"
	"log/slog"
	"maps"
	"strconv"
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

const partitions = 4

// world is an engine on a store in memory, with a provider outside, operators'
// connections and a store that can be made to fail in between.
type world struct {
	t       *testing.T
	disk    *memory.Store
	store   actors.Store // what the engine is given
	outside *provider
	cfg     actors.Config
	company *actors.Catalogue
	engine  *actors.Engine
	book    *book
	letters *letters
}

// prepare makes a world whose engine is not started yet.
func prepare(t *testing.T) *world {
	disk := memory.New(partitions)
	return &world{
		t: t, disk: disk, store: disk, outside: newProvider(), company: company(),
		cfg: actors.Config{Partitions: partitions}, book: &book{}, letters: &letters{count: map[string]int{}},
	}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := prepare(t)
	w.start()
	return w
}

func (w *world) deps() actors.Deps {
	return actors.Deps{
		Store: w.store, Outside: w.outside, Encoder: w.book, Rules: queue.Builtin(),
		Observer: actors.Observer{DeadLetter: w.letters.add}, Log: slog.New(slog.DiscardHandler),
	}
}

func (w *world) start() {
	w.t.Helper()
	e, err := actors.Start(context.Background(), w.cfg, w.deps(), w.company)
	if err != nil {
		w.t.Fatalf("start: %v", err)
	}
	w.engine = e
}

func (w *world) stop() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := w.engine.Stop(ctx); err != nil {
		w.t.Fatalf("stop: %v", err)
	}
}

func (w *world) restart() {
	w.t.Helper()
	w.stop()
	w.start()
}

// kill ends the engine's goroutines without waiting for anything.
func (w *world) kill() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = w.engine.Stop(ctx)
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
	return w.tryFor(ctx, to, command)
}

func (w *world) tryFor(ctx context.Context, to string, command any) (any, error) {
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

// reconfigure replaces the catalogue by a changed copy.
func (w *world) reconfigure(change func(*actors.Catalogue)) {
	w.t.Helper()
	next := *w.company
	next.Queues, next.Operators = maps.Clone(next.Queues), maps.Clone(next.Operators)
	change(&next)
	w.company = &next
	if err := w.engine.Configure(w.t.Context(), w.company); err != nil {
		w.t.Fatal(err)
	}
}

func person(id string) chat.Person { return chat.Person{ID: id, Name: id} }

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

// activate signs operators in and makes them Active; their connections stay open.
func (w *world) activate(ids ...string) map[string]*tab {
	w.t.Helper()
	tabs := make(map[string]*tab)
	for _, id := range ids {
		w.do(id, operator.SignIn{})
		tabs[id] = w.open(id, "", 0)
		w.do(id, operator.SetStatus{Status: operator.Active})
	}
	return tabs
}

// own makes an operator the owner of a new chat of an everyone queue.
func (w *world) own(id, conversation string) (chatID string) {
	w.t.Helper()
	w.write(conversation, "support", conversation+"-first", "Hello")
	chatID = conversation + ".1"
	w.do(id, operator.Accept{ID: "own-" + chatID, Chat: chatID})
	return chatID
}

// book keeps pushes and hellos as they are: a frame is the number of a page.
type book struct {
	mu    sync.Mutex
	pages []any
	bomb  string // a message that cannot be spelled
}

func (b *book) trap(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bomb = text
}

func (b *book) add(page any) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p, ok := page.(view.Push); ok {
		if said, ok := p.Body.(view.Said); ok && b.bomb != "" && said.Message.Text == b.bomb {
			panic("no words for " + b.bomb)
		}
	}
	b.pages = append(b.pages, page)
	return []byte(strconv.Itoa(len(b.pages) - 1))
}

func (b *book) Push(p view.Push) []byte   { return b.add(p) }
func (b *book) Hello(h view.Hello) []byte { return b.add(h) }

func (b *book) read(frame []byte) any {
	n, _ := strconv.Atoi(string(frame))
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.pages[n]
}

// letters counts dead letters.
type letters struct {
	mu    sync.Mutex
	count map[string]int
}

func (l *letters) add(kind string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count[kind]++
}

func (l *letters) of(kind string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count[kind]
}

// tab is one connection of an operator.
type tab struct {
	t      *testing.T
	book   *book
	frames chan any
	ended  chan struct{}
	once   sync.Once
	detach func()
}

func (s *tab) Send(frame []byte) bool {
	select {
	case s.frames <- s.book.read(frame):
		return true
	default:
		return false
	}
}

func (s *tab) End() { s.once.Do(func() { close(s.ended) }) }

func (w *world) newTab(size int) *tab {
	return &tab{t: w.t, book: w.book, frames: make(chan any, size), ended: make(chan struct{})}
}

func (w *world) open(id, epoch string, seq uint64) *tab {
	w.t.Helper()
	s := w.newTab(2000)
	detach, err := w.engine.Attach(context.Background(), id, epoch, seq, s)
	if err != nil {
		w.t.Fatalf("attach %s: %v", id, err)
	}
	s.detach = detach
	return s
}

// all gives what has come so far.
func (s *tab) all() (list []any) {
	for {
		select {
		case v := <-s.frames:
			list = append(list, v)
		default:
			return list
		}
	}
}

// next waits for a push of a kind and passes over others.
func next[B any](s *tab) B {
	s.t.Helper()
	deadline := time.After(time.Minute)
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

// bodies gives the pushes of a kind among what has come.
func bodies[B any](list []any) (out []B) {
	for _, v := range list {
		if p, ok := v.(view.Push); ok {
			if b, ok := p.Body.(B); ok {
				out = append(out, b)
			}
		}
	}
	return out
}

func contextFor(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), d)
}
