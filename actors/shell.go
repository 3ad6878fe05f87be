package actors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"parley/actors/commit"
)

const (
	flightCommands = 256             // commands that share one change
	loadDeadline   = 5 * time.Second // for reading an entity when its actor starts
)

// body is what one kind of entity adds to the shell: its machine, its codec,
// and what it shows. The shell calls it from the actor's goroutine only.
type body interface {
	// restore takes over what is stored; a zero record is a new entity.
	restore(ctx context.Context, rec commit.Record) error
	// step runs the machine on one command and puts what follows into the
	// draft. A domain error leaves state and draft as they were.
	step(command any, now time.Time, d *draft) (reply any, later string, err error)
	// snapshot appends the state's encoding.
	snapshot(dst []byte) []byte
	// due is when the machine wants its tick; zero = never.
	due() time.Time
	// tick is the machine's command for a due time.
	tick() any
	// duplicate makes the reply to a command whose key was seen, from the key's note.
	duplicate(command any, note string) (any, error)
	// landed runs once a change is durable.
	landed(d *draft)
	// local handles a message that is not a command (feed, board).
	local(message any)
	// idle says whether nothing binds the actor to memory.
	idle() bool
	// deaf answers a local message that finds the entity unreadable, lost or stopping.
	deaf(message any, err error)
}

// shell is the actor of one entity. While a change is on its way to the disk
// commands gather; then the machine runs over all of them and they become the
// next change. So order is kept, state never runs ahead by more than one
// commit, and the actor never blocks on a write.
type shell struct {
	part   *partition
	entity commit.Entity
	body   body
	self   *actor.PID
	parent *actor.PID
	root   *actor.RootContext
	log    *slog.Logger

	version  uint64
	stored   int64 // due time in the store, Unix ms
	cursors  cursors
	inbox    []*envelope
	boarding *flight // while the machine runs over it
	flight   *flight
	recent   recent
	broken   error // set: every command gets this answer
	active   *atomic.Int64
}

// flight is a change on its way, with the commands it answers.
type flight struct {
	draft   *draft
	boarded []*passenger
	outcome commit.Outcome
	err     error
}

type passenger struct {
	env   *envelope
	reply any
	err   error
	later bool
}

// Receive is the actor's mailbox.
func (s *shell) Receive(ctx actor.Context) {
	defer s.survive(ctx)
	switch m := ctx.Message().(type) {
	case *actor.Started:
		s.self, s.parent = ctx.Self(), ctx.Parent()
		s.load()
		s.proceed()
	case *envelope:
		s.inbox = append(s.inbox, m)
		s.proceed()
	case *steps:
		s.inbox = append(s.inbox, m.list...)
		s.proceed()
	case committed:
		s.land(m.flight)
		s.proceed()
	case local:
		s.local(m.message)
	case lost:
		s.body.deaf(m, errLost)
		s.proceed()
	case retire:
		s.retire(ctx)
	case *actor.Stopping:
		s.body.deaf(m, ErrStopping)
		s.abandon(ErrStopping)
	case *actor.Stopped:
		s.release()
	}
}

// local hands on what is not a command.
func (s *shell) local(message any) {
	if err := s.unfit(); err != nil {
		s.body.deaf(message, err)
		return
	}
	s.body.local(message)
	s.proceed()
}

// release lets go of everything the entity kept in memory: the library's list of
// children may hold a stopped actor for as long as no other takes its place.
func (s *shell) release() {
	s.body, s.recent, s.cursors, s.inbox, s.boarding = nil, recent{}, cursors{}, nil, nil
}

// unfit says why the entity cannot serve now. One that could not be read is
// read again: the store may be back.
func (s *shell) unfit() error {
	if s.part.lost.Load() {
		return errLost
	}
	if s.broken != nil && !errors.Is(s.broken, ErrQuarantined) && s.flight == nil {
		s.load()
	}
	return s.broken
}

// load reads what is stored. An unreadable entity answers every command with
// the reason; others are not touched by it.
func (s *shell) load() {
	ctx, cancel := context.WithTimeout(context.Background(), loadDeadline)
	defer cancel()
	s.cursors = cursors{}
	rec, err := s.part.engine.store.Load(ctx, s.part.number, s.entity)
	if err == nil && rec.Version > 0 {
		rec.Snapshot, err = s.cursors.decode(rec.Snapshot)
	}
	if err == nil {
		s.version, s.stored = rec.Version, rec.Due
		err = s.body.restore(ctx, rec)
	}
	switch {
	case err == nil:
		s.broken = nil
		s.part.engine.troubles.readable(s.entity)
	case errors.Is(err, commit.ErrCorrupt):
		s.broken = s.part.engine.noticed(s.entity, true, err)
	default:
		s.broken = fmt.Errorf("%w: load %s: %w", ErrUnavailable, s.entity, err)
	}
}

// proceed runs the machine over what has gathered, unless a change is on its way.
func (s *shell) proceed() {
	if s.flight != nil || len(s.inbox) == 0 {
		return
	}
	s.active.Store(time.Now().UnixMilli())
	for s.flight == nil && len(s.inbox) > 0 {
		if err := s.unfit(); err != nil {
			s.abandon(err)
			return
		}
		n := boardable(s.inbox)
		batch := s.inbox[:n:n]
		s.inbox = s.inbox[n:]
		s.run(batch)
	}
	if len(s.inbox) == 0 {
		s.inbox = nil
	}
}

// boardable says how many commands may share the next change. An outcome that
// closes an outbox entry never shares one with a command that has a key: a key
// seen before undoes the whole change, but not the closing.
func boardable(inbox []*envelope) int {
	outcome := inbox[0].outcome()
	for i, env := range inbox {
		if i == flightCommands || env.outcome() != outcome {
			return i
		}
	}
	return len(inbox)
}

// run steps through commands and submits their common change; when there is
// nothing to write it answers at once.
func (s *shell) run(batch []*envelope) {
	f := &flight{draft: &draft{}, boarded: make([]*passenger, 0, len(batch))}
	s.boarding = f
	for i, env := range batch {
		p, ok := s.board(env, f.draft)
		f.boarded = append(f.boarded, p)
		if !ok {
			s.expel(f, p, batch[i+1:])
			return
		}
		if env.seq > 0 && undecided(p.err) {
			s.inbox = append(batch[i+1:], s.inbox...)
			s.abandon(ErrUnavailable) // no later step of its lane may overtake it
			break
		}
	}
	if f.draft.empty() && !s.late() {
		s.boarding = nil
		s.answer(f)
		s.body.landed(f.draft)
		s.part.clock.set(s.entity, s.body.due())
		return
	}
	s.submit(f)
}

// board runs one command on the tentative state. It is not ok when the command
// failed inside: nobody knows then what it left behind.
func (s *shell) board(env *envelope, d *draft) (p *passenger, ok bool) {
	p = &passenger{env: env}
	d.keys = d.keys[:0]
	d.received = env.received
	defer func() {
		if r := recover(); r != nil {
			p.err, ok = ErrInternal, false
			s.log.Error("command failed", "entity", s.entity.String(), "command", fmt.Sprintf("%T", env.command), "panic", r, "stack", string(debug.Stack()))
			s.part.engine.deadLetter("panic")
		}
	}()
	if env.seq > 0 && env.seq <= s.cursors.of(env.from) {
		return p, true // a step that is known; it is answered with the change, which may be the one that makes it durable
	}
	if note, seen := s.seen(env.command, d); seen {
		p.reply, p.err = s.body.duplicate(env.command, note)
		d.close(env)
		return p, true
	}
	var later string
	p.reply, later, p.err = s.body.step(env.command, env.arrived, d)
	if later != "" {
		p.later = true
		s.part.engine.laters.wait(s.entity, later, env)
	}
	if undecided(p.err) { // it will come again, and must be new then
		return p, true
	}
	d.keep()
	if env.seq > 0 {
		s.cursors.set(env.from, env.seq)
	}
	d.close(env)
	return p, true
}

// seen says whether a command's key has been used, here lately or earlier in
// the same change. Older ones the store knows.
func (s *shell) seen(command any, d *draft) (note string, ok bool) {
	key := keyOf(command)
	if note, ok = d.seen(key); ok {
		return note, true
	}
	return s.recent.seen(key)
}

// expel ends a command that failed inside, and runs its neighbours again
// without it: it must not take them down, nor may they build on what it left.
func (s *shell) expel(f *flight, bad *passenger, rest []*envelope) {
	s.boarding = nil
	s.load()
	s.again(f, rest, func(p *passenger) bool { return p == bad })
	bad.env.resolve(nil, bad.err)
}

// again puts the commands of a flight back in front of the inbox, but for those
// that are answered already.
func (s *shell) again(f *flight, rest []*envelope, answered func(*passenger) bool) {
	inbox := make([]*envelope, 0, len(f.boarded)+len(rest)+len(s.inbox))
	for _, p := range f.boarded {
		if p.later && !s.part.engine.laters.drop(s.entity, p.env) {
			continue
		}
		if !answered(p) {
			inbox = append(inbox, p.env)
		}
	}
	s.inbox = append(append(inbox, rest...), s.inbox...)
}

// submit encodes the change and hands it to the partition's group commit.
func (s *shell) submit(f *flight) {
	d := f.draft
	c := commit.Change{
		Entity: s.entity, Expect: s.version, Keys: d.allKeys, Put: d.puts(), Drop: d.drops(),
		Snapshot: s.body.snapshot(s.cursors.append(make([]byte, 0, 512))),
		Due:      s.dueChange(),
		Settled:  d.settled,
	}
	sub := &submission{change: c, intents: d.intents, done: d.finished, rested: d.rested}
	sub.after = func(o commit.Outcome, err error) {
		f.outcome, f.err = o, err
		if err == nil && o.Status == commit.Written {
			for _, show := range d.shows {
				show(c.Expect + 1)
			}
			s.answer(f)
		}
		s.root.Send(s.self, committed{f})
	}
	s.flight, s.boarding = f, nil
	if !s.part.committer.submit(sub) {
		s.flight = nil
		s.refuse(f, s.closing())
	}
}

// closing says why the partition takes no more changes.
func (s *shell) closing() error {
	if s.part.engine.stopping.Load() {
		return ErrStopping
	}
	return errLost
}

// answer gives the passengers their replies, in order.
func (s *shell) answer(f *flight) {
	for _, p := range f.boarded {
		if !p.later || p.err != nil {
			p.env.resolve(p.reply, p.err)
		}
	}
}

// land takes note of what became of the change.
func (s *shell) land(f *flight) {
	s.flight = nil
	switch {
	case f.err != nil:
		s.refuse(f, f.err)
	case f.outcome.Status == commit.Written:
		s.version++
		for _, k := range f.draft.allKeys {
			s.recent.add(k)
		}
		s.part.clock.set(s.entity, s.body.due())
		s.body.landed(f.draft)
	case f.outcome.Status == commit.Seen:
		s.replay(f)
	default:
		s.log.Error("version conflict: another writer", "entity", s.entity.String(), "version", s.version)
		s.refuse(f, ErrUnavailable)
	}
}

// replay starts over after a key had been seen: the tentative state is dropped,
// the repeated command is answered as what it was, the others run again.
func (s *shell) replay(f *flight) {
	key, note := f.outcome.Key, string(f.outcome.Value)
	s.recent.add(commit.Key{ID: key, Value: f.outcome.Value})
	s.load()
	if s.broken != nil {
		s.refuse(f, s.broken)
		return
	}
	found := false
	s.again(f, nil, func(p *passenger) bool {
		if keyOf(p.env.command) != key {
			return false
		}
		found = true
		p.env.resolve(s.body.duplicate(p.env.command, note))
		return true
	})
	if !found { // it would come back for ever
		s.log.Error("a key nobody has used was seen", "entity", s.entity.String())
		s.abandon(ErrInternal)
	}
}

// refuse answers a whole flight with an error and forgets the tentative state.
// What waits behind it is refused too: it may build on it, and a step must never
// overtake an earlier one of its lane.
func (s *shell) refuse(f *flight, err error) {
	err = unavailable(err)
	for _, p := range f.boarded {
		if p.later && !s.part.engine.laters.drop(s.entity, p.env) {
			continue
		}
		p.env.resolve(nil, err)
	}
	s.broken = err // load again before the next command
	s.abandon(err)
}

// abandon answers everything that waits with an error.
func (s *shell) abandon(err error) {
	waiting := s.inbox
	s.inbox = nil
	for _, env := range waiting {
		env.resolve(nil, err)
	}
	s.body.deaf(nil, err)
}

// dueChange writes a due time only when the stored one would come too late or
// is not needed: one that comes too early only wakes the entity for nothing.
func (s *shell) dueChange() commit.Due {
	want := int64(0)
	if t := s.body.due(); !t.IsZero() {
		want = t.UnixMilli()
	}
	now := time.Now().UnixMilli()
	if want != 0 && s.stored != 0 && s.stored <= want && s.stored > now {
		return commit.Due{Old: s.stored, New: s.stored}
	}
	d := commit.Due{Old: s.stored, New: want}
	s.stored = want
	return d
}

// late says whether the stored due time would come after the wanted one, as
// when a setting has made a time-out shorter.
func (s *shell) late() bool {
	t := s.body.due()
	return !t.IsZero() && (s.stored == 0 || t.UnixMilli() < s.stored)
}

// retire answers the parent's question whether the actor may stop.
func (s *shell) retire(ctx actor.Context) {
	if s.flight == nil && len(s.inbox) == 0 && s.body.idle() {
		ctx.Send(s.parent, retired{s.entity})
		return
	}
	ctx.Send(s.parent, staying{s.entity})
}

// survive keeps a panic of the shell itself from losing commands silently: all
// that wait are answered, and the state is read anew.
func (s *shell) survive(ctx actor.Context) {
	r := recover()
	if r == nil {
		return
	}
	s.log.Error("entity failed", "entity", s.entity.String(), "message", fmt.Sprintf("%T", ctx.Message()), "panic", r, "stack", string(debug.Stack()))
	s.part.engine.deadLetter("panic")
	s.body.deaf(failed{}, ErrUnavailable)
	switch f := s.boarding; {
	case f != nil:
		s.boarding = nil
		s.refuse(f, ErrUnavailable)
	case s.flight == nil:
		s.broken = ErrUnavailable
		s.abandon(ErrUnavailable)
	}
}

// unavailable keeps what the door may answer and hides the rest behind ErrUnavailable.
func unavailable(err error) error {
	if errors.Is(err, ErrStopping) || errors.Is(err, ErrUnavailable) || errors.Is(err, ErrQuarantined) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// retryable says whether a step that got this error must go again: it was not
// decided, only not served.
func retryable(err error) bool {
	return errors.Is(err, ErrUnavailable) || errors.Is(err, ErrStopping) || errors.Is(err, ErrBusy)
}
