// Package verdict decides what every store must decide in the same way before
// it writes: whether a batch is well formed, whether its sender still owns the
// partition, whether it is a repetition, and where its idempotency keys belong.
//
// It is pure; the Lua script of a remote store follows the same rules.
package verdict

import (
	"errors"
	"fmt"

	"parley/actors/commit"
)

// MaxID is the greatest length of an entity's id in bytes.
const MaxID = 1<<16 - 1

// ErrMalformed says that a batch breaks a rule of package commit. It is a
// fault of the sender: repeating the batch cannot help.
var ErrMalformed = errors.New("malformed batch")

// Ledger is what a store remembers of a partition beside its entities.
type Ledger struct {
	Epoch      uint64
	Number     uint64 // newest batch of the epoch, 0 = none yet
	Seq        uint64 // newest outbox number ever given out
	Generation uint32 // newest generation of idempotency keys ever written
	Outcomes   []commit.Outcome
}

// Claimed gives the ledger after a new owner has taken the partition.
func (l Ledger) Claimed() Ledger {
	return Ledger{Epoch: l.Epoch + 1, Seq: l.Seq, Generation: l.Generation}
}

// Wrote gives the ledger after a batch.
func (l Ledger) Wrote(b commit.Batch, outcomes []commit.Outcome) Ledger {
	return Ledger{
		Epoch:      l.Epoch,
		Number:     b.Number,
		Seq:        max(l.Seq, b.Seq),
		Generation: max(l.Generation, l.GenerationOf(b.At)),
		Outcomes:   outcomes,
	}
}

// GenerationOf gives the generation for the keys of a batch at a time in Unix
// milliseconds. A clock that steps back over a generation's first moment stays
// in the newer generation; otherwise a key just written would not be found.
func (l Ledger) GenerationOf(at int64) uint32 {
	g := commit.Generation(at)
	if l.Generation == g+1 {
		return l.Generation
	}
	return g
}

// Admit says what to do with a batch: write it (false, nil), answer the
// remembered outcomes (true, nil), or refuse it. A refusal is commit.ErrFenced
// or ErrMalformed.
func (l Ledger) Admit(b commit.Batch) (repeated bool, err error) {
	if b.Epoch != l.Epoch || l.Epoch == 0 {
		return false, fmt.Errorf("epoch %d, the partition is at %d: %w", b.Epoch, l.Epoch, commit.ErrFenced)
	}
	if b.Number == l.Number && l.Number > 0 {
		if len(b.Changes) != len(l.Outcomes) {
			return false, fmt.Errorf("%w: batch %d repeated with other changes", ErrMalformed, b.Number)
		}
		return true, nil
	}
	if b.Number <= l.Number {
		return false, fmt.Errorf("%w: batch %d after %d", ErrMalformed, b.Number, l.Number)
	}
	return false, l.check(b)
}

// check refuses what would damage the partition silently.
func (l Ledger) check(b commit.Batch) error {
	if err := changes(b, l.Seq); err != nil {
		return err
	}
	for _, list := range [3][]uint64{b.Begun, b.Done, b.Rested} {
		for _, n := range list {
			if n > max(l.Seq, b.Seq) {
				return fmt.Errorf("%w: outbox entry %d begun, rested or done before it was written", ErrMalformed, n)
			}
		}
	}
	return nil
}

// Wellformed refuses what is wrong with a batch whatever the ledger holds, for a
// store whose ledger is far away.
func Wellformed(b commit.Batch) error { return changes(b, 0) }

// changes looks at the changes of a batch after an outbox number.
func changes(b commit.Batch, seq uint64) error {
	seen := make(map[commit.Entity]struct{}, len(b.Changes))
	for i := range b.Changes {
		c := &b.Changes[i]
		if _, twice := seen[c.Entity]; twice {
			return fmt.Errorf("%w: two changes of %s", ErrMalformed, c.Entity)
		}
		seen[c.Entity] = struct{}{}
		if len(c.Entity.ID) > MaxID {
			return fmt.Errorf("%w: an entity's id has %d bytes", ErrMalformed, len(c.Entity.ID))
		}
		if c.Due.Old < 0 || c.Due.New < 0 {
			return fmt.Errorf("%w: negative due time of %s", ErrMalformed, c.Entity)
		}
		for j := range c.Outbox {
			e := &c.Outbox[j]
			if e.Seq <= seq || e.Seq > b.Seq {
				return fmt.Errorf("%w: outbox entry %d of %s after %d, batch says newest is %d", ErrMalformed, e.Seq, c.Entity, seq, b.Seq)
			}
			if len(e.Source.ID) > MaxID || len(e.Target.ID) > MaxID {
				return fmt.Errorf("%w: outbox entry %d names an id that is too long", ErrMalformed, e.Seq)
			}
			seq = e.Seq
		}
	}
	return nil
}

// Partition refuses a partition number outside 0..count-1.
func Partition(partition, count int) error {
	if partition < 0 || partition >= count {
		return fmt.Errorf("%w: partition %d of %d", ErrMalformed, partition, count)
	}
	return nil
}
