package verify

import (
	"context"
	"fmt"
	"strings"

	"parley/actors"
	"parley/actors/commit"
)

// errCrashed is what a dead process's store answers: it wraps ErrFenced, so
// that an engine which outlives its own crash stops at once.
var errCrashed = fmt.Errorf("verify: crashed: %w", commit.ErrFenced)

// errStore is a store that cannot do it now.
var errStore = fmt.Errorf("verify: %w", commit.ErrUnavailable)

// fate of a call to the store.
type fate uint8

const (
	well   fate = iota // done and answered
	refuse             // not done
	lose               // done, and the answer is lost
	dead               // the process has died
)

// store is what one process of the engine is given: each call waits on the
// desk until the world lets it go.
type store struct {
	w     *world
	life  *life
	below actors.Store
}

// ask waits for the world's word on a call.
func (s *store) ask(ctx context.Context, k kind, who string, what any) error {
	if s.life.dead.Load() {
		return errCrashed
	}
	answer, err := s.w.desk.wait(ctx, s.life, k, who, what)
	if err != nil {
		return fmt.Errorf("%w: %w", errStore, err)
	}
	switch answer.(fate) {
	case refuse:
		return errStore
	case dead:
		return errCrashed
	}
	return nil
}

// Commit writes a batch, or fails in one of the ways a store can.
func (s *store) Commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error) {
	if s.life.dead.Load() {
		return nil, errCrashed
	}
	answer, err := s.w.desk.wait(ctx, s.life, write, fmt.Sprintf("%d commit %d", s.life.n, b.Partition), s.writing(b))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errStore, err)
	}
	switch answer.(fate) {
	case refuse:
		return nil, errStore
	case lose:
		_, _ = s.write(b) // whatever came of it, nobody hears it
		return nil, errStore
	case dead:
		return nil, errCrashed
	}
	return s.write(b)
}

// writing is a batch on the desk: what it says, and how it is written.
type writing struct {
	batch commit.Batch
	write func()
}

func (s *store) writing(b commit.Batch) writing {
	return writing{b, func() { _, _ = s.write(b) }} // for those who hear nothing of it
}

func (s *store) write(b commit.Batch) ([]commit.Outcome, error) {
	outcomes, err := s.below.Commit(context.Background(), b)
	if err != nil {
		s.w.note("%d p%d #%d: %v", s.life.n, b.Partition, b.Number, err)
		if s.life != s.w.now {
			s.w.saw("fenced")
		}
		return nil, err
	}
	if newest := s.w.claimed[b.Partition]; b.Epoch != newest {
		s.w.fail("I9: %d wrote to partition %d in epoch %d, which is in epoch %d", s.life.n, b.Partition, b.Epoch, newest)
	}
	s.w.note("%d p%d #%d %s", s.life.n, b.Partition, b.Number, spellBatch(b, outcomes))
	return outcomes, nil
}

func spellBatch(b commit.Batch, outcomes []commit.Outcome) string {
	var out strings.Builder
	for i, c := range b.Changes {
		fmt.Fprintf(&out, "%s v%d", c.Entity, c.Expect+1)
		if i < len(outcomes) && outcomes[i].Status != commit.Written {
			fmt.Fprintf(&out, " %v", [...]string{"written", "seen", "conflict"}[outcomes[i].Status])
		}
		if c.Due.New != c.Due.Old {
			fmt.Fprintf(&out, " due %d", c.Due.New)
		}
		for _, e := range c.Outbox {
			fmt.Fprintf(&out, " +%d", e.Seq)
			if e.Target.ID != "" {
				fmt.Fprintf(&out, " to %s", e.Target)
			}
		}
		out.WriteString("; ")
	}
	fmt.Fprintf(&out, "begun %v rested %v done %v", b.Begun, b.Rested, b.Done)
	return out.String()
}

// Claim makes the process the owner of a partition.
func (s *store) Claim(ctx context.Context, partition int) (commit.Claim, error) {
	if err := s.ask(ctx, read, fmt.Sprintf("%d claim %d", s.life.n, partition), nil); err != nil {
		return commit.Claim{}, err
	}
	c, err := s.below.Claim(context.Background(), partition)
	if err == nil {
		s.w.claimed[partition] = max(s.w.claimed[partition], c.Epoch)
		s.w.note("%d claims p%d: epoch %d, seq %d", s.life.n, partition, c.Epoch, c.Seq)
	}
	return c, err
}

// Load reads an entity's record.
func (s *store) Load(ctx context.Context, partition int, e commit.Entity) (commit.Record, error) {
	if err := s.ask(ctx, read, fmt.Sprintf("%d load %s", s.life.n, e), nil); err != nil {
		return commit.Record{}, err
	}
	return s.below.Load(context.Background(), partition, e)
}

// Items reads items by key.
func (s *store) Items(ctx context.Context, partition int, e commit.Entity, keys []commit.ItemKey) ([][]byte, error) {
	if err := s.ask(ctx, read, fmt.Sprintf("%d items %s", s.life.n, e), nil); err != nil {
		return nil, err
	}
	return s.below.Items(context.Background(), partition, e, keys)
}

// Range reads items in order.
func (s *store) Range(ctx context.Context, partition int, e commit.Entity, r commit.Range) ([]commit.Item, error) {
	if err := s.ask(ctx, read, fmt.Sprintf("%d range %s", s.life.n, e), nil); err != nil {
		return nil, err
	}
	return s.below.Range(context.Background(), partition, e, r)
}

// Outbox reads unfinished entries.
func (s *store) Outbox(ctx context.Context, partition int, after uint64, limit int) ([]commit.Entry, error) {
	if err := s.ask(ctx, read, fmt.Sprintf("%d outbox %d", s.life.n, partition), nil); err != nil {
		return nil, err
	}
	return s.below.Outbox(context.Background(), partition, after, limit)
}

// Dues reads due times.
func (s *store) Dues(ctx context.Context, partition int, after commit.DueEntity, limit int) ([]commit.DueEntity, error) {
	if err := s.ask(ctx, read, fmt.Sprintf("%d dues %d", s.life.n, partition), nil); err != nil {
		return nil, err
	}
	return s.below.Dues(context.Background(), partition, after, limit)
}

// watched is the true store: what it has written is checked before anybody
// hears of it.
type watched struct {
	actors.Store
	w *world
}

// Commit writes a batch and looks at what it did.
func (s watched) Commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error) {
	outcomes, err := s.Store.Commit(ctx, b)
	if err == nil && s.w.kept.fresh(b) {
		s.w.written(b, outcomes)
	}
	return outcomes, err
}
