package verify

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"testing"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/codec"
	"parley/actors/commit"
	"parley/actors/operator"
	"parley/actors/view"
)

// bent is a deliberately broken part, and the promise that it breaks.
type bent struct {
	name   string
	breaks string // pattern of what must be said
	within int    // seeds
	bend   func() bends
}

// spoiled is a store that changes what it is given or what it gives.
type spoiled struct {
	actors.Store
	commit func(commit.Batch) commit.Batch
	after  func(commit.Batch) bool // true: acknowledged, and not written
	load   func(commit.Entity, commit.Record) commit.Record
	outbox func([]commit.Entry) []commit.Entry
	dues   func([]commit.DueEntity) []commit.DueEntity
}

func (s *spoiled) Commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error) {
	if s.after != nil && s.after(b) {
		return make([]commit.Outcome, len(b.Changes)), nil
	}
	if s.commit != nil {
		b = s.commit(b)
	}
	return s.Store.Commit(ctx, b)
}

func (s *spoiled) Load(ctx context.Context, p int, e commit.Entity) (commit.Record, error) {
	r, err := s.Store.Load(ctx, p, e)
	if err == nil && s.load != nil && r.Version > 0 {
		r = s.load(e, r)
	}
	return r, err
}

func (s *spoiled) Outbox(ctx context.Context, p int, after uint64, limit int) ([]commit.Entry, error) {
	list, err := s.Store.Outbox(ctx, p, after, limit)
	if err == nil && s.outbox != nil {
		list = s.outbox(list)
	}
	return list, err
}

func (s *spoiled) Dues(ctx context.Context, p int, after commit.DueEntity, limit int) ([]commit.DueEntity, error) {
	list, err := s.Store.Dues(ctx, p, after, limit)
	if err == nil && s.dues != nil {
		list = s.dues(list)
	}
	return list, err
}

// spoil makes a broken store.
func spoil(how func(s *spoiled)) func() bends {
	return func() bends {
		return bends{store: func(below actors.Store) actors.Store {
			s := &spoiled{Store: below}
			how(s)
			return s
		}}
	}
}

// conversations changes what is written of conversations.
func conversations(change func(*chat.State)) func(*spoiled) {
	return func(s *spoiled) {
		s.commit = func(b commit.Batch) commit.Batch {
			for i, c := range b.Changes {
				if c.Entity.Kind == commit.Conversation {
					b.Changes[i].Snapshot = respell(c.Snapshot, change)
				}
			}
			return b
		}
	}
}

// respell changes a conversation's snapshot behind its cursors.
func respell(snapshot []byte, change func(*chat.State)) []byte {
	behind, err := body(snapshot)
	if err != nil {
		return snapshot
	}
	state, err := codec.Conversation(behind)
	if err != nil {
		return snapshot
	}
	change(&state)
	return codec.AppendConversation(append([]byte(nil), snapshot[:len(snapshot)-len(behind)]...), state)
}

// staleOperators gives operators as they were without their slots.
func staleOperators(change func(*operator.State)) func(*spoiled) {
	return func(s *spoiled) {
		s.load = func(e commit.Entity, r commit.Record) commit.Record {
			behind, err := body(r.Snapshot)
			if e.Kind != commit.Operator || err != nil {
				return r
			}
			state, err := codec.Operator(behind)
			if err != nil {
				return r
			}
			change(&state)
			r.Snapshot = codec.AppendOperator(append([]byte(nil), r.Snapshot[:len(r.Snapshot)-len(behind)]...), state)
			return r
		}
	}
}

// broken lists one broken part for each promise, and more.
func broken() []bent {
	return []bent{
		{"a store that reads an ended chat where one is open", "I1", 40, spoil(func(s *spoiled) {
			s.load = func(e commit.Entity, r commit.Record) commit.Record {
				if e.Kind == commit.Conversation {
					r.Snapshot = respell(r.Snapshot, func(c *chat.State) { c.Chat.Phase = chat.Completed })
				}
				return r
			}
		})},
		{"a second chat beside an open one", "I1", 40, spoil(func(s *spoiled) {
			s.commit = func(b commit.Batch) commit.Batch {
				for i, c := range b.Changes {
					b.Changes[i].Put = without(c.Put, ofChats, c.Entity)
				}
				return b
			}
		})},
		{"a store that forgets who owns a chat", "I2", 40, spoil(conversations(func(c *chat.State) { c.Chat.Owner = chat.Person{} }))},
		{"an engine told of a higher limit", "I3", 60, func() bends {
			return bends{catalogue: func(c *actors.Catalogue) {
				c.Limit += 3
				c.Queues = maps.Clone(c.Queues)
				for id, q := range c.Queues {
					if q.Limit != nil && *q.Limit > 0 {
						q.Limit = new(*q.Limit + 3)
						c.Queues[id] = q
					}
				}
			}}
		}},
		{"a store that forgets idempotency keys", "I4", 60, spoil(func(s *spoiled) {
			s.commit = func(b commit.Batch) commit.Batch {
				for i := range b.Changes {
					b.Changes[i].Keys = nil
				}
				return b
			}
		})},
		{"a store that acknowledges before it writes", "I5", 40, spoil(func(s *spoiled) {
			n := 0
			s.after = func(b commit.Batch) bool {
				if len(b.Changes) > 0 && len(b.Changes[0].Keys) > 0 {
					n++
				}
				return n%10 == 9 && len(b.Changes) > 0
			}
		})},
		{"an outbox that does not survive", "I5|I2|I3|S2[78]|S43|S80", 60, spoil(func(s *spoiled) {
			s.outbox = func([]commit.Entry) []commit.Entry { return nil }
		})},
		{"an outbox that forgets what had begun", "I5", 80, spoil(func(s *spoiled) {
			s.outbox = func(list []commit.Entry) []commit.Entry {
				for i := range list {
					list[i].Begun = false
				}
				return list
			}
		})},
		{"due times that do not survive", "I6", 80, spoil(func(s *spoiled) {
			s.dues = func([]commit.DueEntity) []commit.DueEntity { return nil }
		})},
		{"operators who stay signed in across a restart", "I6|S13", 60, spoil(staleOperators(func(o *operator.State) { o.Connected, o.AbsentAt = false, time.Time{} }))},
		{"a store that forgets what an operator has chosen", "I6|S102", 60, spoil(staleOperators(func(o *operator.State) { o.Preferred = operator.Inactive }))},
		{"an engine that completes chats too early", "I7", 60, func() bends {
			return bends{catalogue: func(c *actors.Catalogue) {
				for id, q := range c.Queues {
					q.CompletionTimeout /= 10
					c.Queues[id] = q
				}
			}}
		}},
		{"a connection joined to somebody else's feed", "I8", 60, func() bends {
			return bends{attach: func(p *person) string {
				anna := p.w.operators[0]
				if k := p.w.kept.operators[anna.id]; p.id == "boris" && k != nil && slices.ContainsFunc(k.state.Slots, live) {
					return anna.id // she has a chat that he must not read
				}
				return p.id
			}}
		}},
		{"a store that takes writes of an older owner", "I9", 60, func() bends {
			newest := map[int]uint64{}
			return bends{store: func(below actors.Store) actors.Store {
				return &generous{below, newest}
			}}
		}},
		{"a provider asked twice", "I5", 40, func() bends {
			return bends{outside: func(o actors.Outside) actors.Outside { return eager{o} }}
		}},
		{"a feed that leaves out a push", "S102", 40, func() bends {
			return bends{encoder: func(e view.Encoder) view.Encoder { return &forgetful{Encoder: e} }}
		}},
	}
}

// live says whether a slot holds a chat in progress.
func live(s operator.Slot) bool { return s.Kind == operator.Live }

// without leaves out items of a conversation's collection.
func without(list []commit.Item, collection byte, e commit.Entity) (out []commit.Item) {
	for _, it := range list {
		if e.Kind != commit.Conversation || it.Collection != collection {
			out = append(out, it)
		}
	}
	return out
}

// generous lets an older owner write as if it were the newest.
type generous struct {
	actors.Store
	newest map[int]uint64
}

func (g *generous) Claim(ctx context.Context, p int) (commit.Claim, error) {
	c, err := g.Store.Claim(ctx, p)
	if err == nil {
		g.newest[p] = c.Epoch
	}
	return c, err
}

func (g *generous) Commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error) {
	if newest := g.newest[b.Partition]; b.Epoch < newest {
		return make([]commit.Outcome, len(b.Changes)), nil // somebody else's partition, and it says yes
	}
	return g.Store.Commit(ctx, b)
}

// eager sends everything twice.
type eager struct{ actors.Outside }

func (e eager) Deliver(ctx context.Context, d actors.Delivery) actors.Outcome {
	_ = e.Outside.Deliver(ctx, d)
	return e.Outside.Deliver(ctx, d)
}

// forgetful spells a message of an owned chat as the one before it.
type forgetful struct {
	view.Encoder
	n    int
	last []byte
}

func (f *forgetful) Push(p view.Push) []byte {
	f.n++
	if f.n%20 == 0 && f.last != nil {
		return f.last
	}
	f.last = f.Encoder.Push(p)
	return f.last
}

func TestEveryBrokenPartIsFound(t *testing.T) {
	for _, b := range broken() {
		t.Run(b.name, func(t *testing.T) {
			want := regexp.MustCompile(`^(` + b.breaks + `):`)
			for seed := range b.within {
				told := story(t, Story{Seed: uint64(seed + 1)}, b.bend())
				if told.Broken != "" {
					t.Logf("seed %d said %s", told.Seed, told.Broken)
				}
				if !want.MatchString(told.Broken) { // another promise may fall first
					continue
				}
				t.Logf("seed %d: %s", told.Seed, told.Broken)
				return
			}
			t.Fatalf("not found in %d seeds", b.within)
		})
	}
}
