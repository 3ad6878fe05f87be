package actors_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/route"
	"parley/actors/view"
)

// slowReader holds up the next reading of one entity at two places: before its
// messages are read, and once the entity has been read after them.
type slowReader struct {
	actors.Store
	entity commit.Entity
	mu     sync.Mutex
	before chan struct{} // closed to let the messages be read; nil = not held
	behind chan struct{} // closed to let the answer go; nil = not held
}

// slow holds up the next reading; read lets it happen, answer lets it end.
func (s *slowReader) slow() (read, answer func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before, s.behind = make(chan struct{}), make(chan struct{})
	before, behind := s.before, s.behind
	return func() { close(before) }, func() { close(behind) }
}

// passes takes a gate, so that it holds up one call only.
func (s *slowReader) passes(gate *chan struct{}) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := *gate
	*gate = nil
	return at
}

func (s *slowReader) Range(ctx context.Context, p int, e commit.Entity, r commit.Range) ([]commit.Item, error) {
	if e == s.entity {
		if gate := s.passes(&s.before); gate != nil {
			<-gate
		}
	}
	return s.Store.Range(ctx, p, e, r)
}

func (s *slowReader) Load(ctx context.Context, p int, e commit.Entity) (commit.Record, error) {
	rec, err := s.Store.Load(ctx, p, e)
	if e == s.entity {
		if gate := s.passes(&s.behind); gate != nil {
			<-gate
		}
	}
	return rec, err
}

// A snapshot is read after the first of three changes, before the others are
// made, and the notices of all three come behind it: what the first makes the
// feed read is newer than what the second tells (S38, S102).
func TestLateNoticesNeverTakeBackWhatWasShown(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string][3]any{
		"a message": {
			chat.React{Key: "v1", Target: "out.c1.1.2/a", Emoji: "+", Added: true},
			chat.Receipt{Key: "v2", Target: "out.c1.1.2/a", State: chat.Delivered},
			chat.Receipt{Key: "v3", Target: "out.c1.1.2/a", State: chat.Read},
		},
		"a row": {
			chat.Draft{By: person("anna"), Chat: "c1.1", Text: "1"},
			chat.Draft{By: person("anna"), Chat: "c1.1", Text: "2"},
			chat.Draft{By: person("anna"), Chat: "c1.1", Text: "3"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { lateNotices(t, changes) })
		})
	}
}

func lateNotices(t *testing.T, changes [3]any) {
	w := prepare(t)
	s := &slowReader{Store: w.disk, entity: route.Conversation("c1")}
	w.store = s
	w.start()
	defer func() { w.stop() }()
	stays := newClient(t, "stays")
	tab := w.activate("anna")["anna"]
	w.own("anna", "c1")
	w.say("x", "hi")
	time.Sleep(time.Minute) // it is sent, and nothing is on its way
	stays.take(tab)

	read, answer := s.slow()
	comes := newClient(t, "comes")
	var all sync.WaitGroup
	all.Go(func() { comes.take(w.open("anna", "", 0)) })
	synctest.Wait() // anna's actor is about to read for the snapshot
	w.do("c1", changes[0])
	read()
	synctest.Wait() // it has read the first change
	w.do("c1", changes[1])
	w.do("c1", changes[2])
	answer()
	all.Wait()
	time.Sleep(time.Minute)
	var drafts []string
	for _, frame := range tab.all() {
		p := frame.(view.Push)
		stays.push(p)
		if u, ok := p.Body.(view.Updated); ok {
			drafts = append(drafts, u.Chat.Chat.Draft)
		}
	}
	if !slices.IsSorted(drafts) {
		t.Errorf("drafts went back: %q", drafts)
	}
}
