package redisstore

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"parley/actors/commit"
	"parley/persistence/internal/verdict"
)

// maxNumber is the greatest number that Redis' scripts and scores hold exactly.
const maxNumber = 1 << 53

// Commit writes a batch whole and durably, and answers one outcome per change.
// Its errors are commit.ErrFenced, commit.ErrUnavailable (the outcome may be
// unknown; repeat the same batch), commit.ErrCorrupt (the partition's ledger is
// damaged) or a fault in the batch.
//
// A change to an entity whose record is damaged beyond reading its version is
// answered Conflict; reading the entity again then says commit.ErrCorrupt, and
// its neighbours go on.
func (s *Store) Commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error) {
	outcomes, err := s.commit(ctx, b)
	s.counters.Commit(outcomes, err)
	if err != nil {
		return nil, fmt.Errorf("commit batch %d of partition %d: %w", b.Number, b.Partition, err)
	}
	return outcomes, nil
}

func (s *Store) commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error) {
	ctx, leave, err := s.writing(ctx, b.Partition)
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := wellformed(b); err != nil {
		return nil, err
	}
	p := &s.parts[b.Partition]
	l := p.tag.write(b, p.known(b.Epoch), s.opts.Completed != nil)
	answer, err := s.run(ctx, s.scripts.commit, l.keys, l.args...)
	if err != nil {
		return nil, err
	}
	switch word := answer.text(0); word {
	case "repeated":
		s.counters.Repeated.Add(1)
		fallthrough
	case "written":
		p.wrote(b)
		return s.outcomes(b, answer.list(1))
	default:
		return nil, s.explain(word, answer.text(1), b)
	}
}

// wellformed refuses what can be seen without the ledger; the script sees the rest.
func wellformed(b commit.Batch) error {
	if b.Epoch == 0 {
		return fmt.Errorf("epoch 0, nobody's: %w", commit.ErrFenced)
	}
	if max(b.Epoch, b.Number, b.Seq) >= maxNumber {
		return fmt.Errorf("%w: a number beyond 2^53", verdict.ErrMalformed)
	}
	return verdict.Wellformed(b)
}

// explain gives the error for a batch that was not written.
func (s *Store) explain(word, detail string, b commit.Batch) error {
	switch word {
	case "fenced":
		return fmt.Errorf("epoch %d, the partition is at %s: %w", b.Epoch, detail, commit.ErrFenced)
	case "lost":
		// Going on would build on what is gone; another owner starts from what is there.
		s.opts.Log.Error("the Redis server has lost acknowledged batches (failover to a replica that was behind, or an older copy of its data?)",
			"partition", b.Partition, "batch", b.Number, "server_has", detail)
		return fmt.Errorf("batch %d, the partition is back at %s: %w: %w", b.Number, detail, errLost, commit.ErrFenced)
	case "late":
		return fmt.Errorf("%w: batch %d after %s", verdict.ErrMalformed, b.Number, detail)
	case "other":
		return fmt.Errorf("%w: batch %d repeated with other changes", verdict.ErrMalformed, b.Number)
	case "seq":
		return fmt.Errorf("%w: an outbox entry at or below %s, which was given out before", verdict.ErrMalformed, detail)
	case "list":
		return fmt.Errorf("%w: an outbox entry beyond %s begun, rested or done before it was written", verdict.ErrMalformed, detail)
	case "damaged":
		return fmt.Errorf("%w: ledger of partition %d: checksum differs", commit.ErrCorrupt, b.Partition)
	}
	return fmt.Errorf("%w: the script answered %q", commit.ErrUnavailable, word)
}

// outcomes reads the exceptions; all other changes are written.
func (s *Store) outcomes(b commit.Batch, flat answer) ([]commit.Outcome, error) {
	out := make([]commit.Outcome, len(b.Changes))
	for i := 0; i < len(flat); {
		n := flat.number(i)
		if n < 0 || n >= len(out) {
			return nil, fmt.Errorf("%w: an outcome of change %d of %d", commit.ErrCorrupt, n, len(out))
		}
		c := &b.Changes[n]
		switch kind := flat.text(i + 1); kind {
		case "s":
			k := flat.number(i + 2)
			if k < 0 || k >= len(c.Keys) {
				return nil, fmt.Errorf("%w: key %d of %s has been seen, of %d", commit.ErrCorrupt, k, c.Entity, len(c.Keys))
			}
			id := c.Keys[k].ID
			note, err := open([]byte(flat.text(i+3)), "", idempotencyField(c.Entity, id))
			if err != nil { // it has been seen all the same
				s.corrupt("idempotency key", c.Entity, err)
			}
			out[n] = commit.Outcome{Status: commit.Seen, Key: id, Value: note}
			i += 4
		case "d":
			s.corrupt("record", c.Entity, commit.ErrCorrupt)
			fallthrough
		default:
			out[n] = commit.Outcome{Status: commit.Conflict}
			i += 2
		}
	}
	return out, nil
}

// Claim makes the caller the owner of a partition by raising its epoch durably.
// It looks first and then raises what it has seen: a claim whose answer was lost
// and that arrives late cannot fence the owner that came after it.
func (s *Store) Claim(ctx context.Context, partition int) (commit.Claim, error) {
	c, err := s.claim(ctx, partition)
	if err != nil {
		return commit.Claim{}, fmt.Errorf("claim partition %d: %w", partition, err)
	}
	return c, nil
}

func (s *Store) claim(ctx context.Context, partition int) (commit.Claim, error) {
	ctx, leave, err := s.writing(ctx, partition)
	if err != nil {
		return commit.Claim{}, err
	}
	defer leave()
	p := &s.parts[partition]
	for seen := ""; ; {
		now := time.Now()
		a, err := s.run(ctx, s.scripts.claim, []string{p.tag.ledger(), p.tag.outbox()}, seen,
			now.UnixMilli(), now.UnixMicro(), commit.Generation(now.UnixMilli()))
		if err != nil {
			return commit.Claim{}, err
		}
		switch a.text(0) {
		case "claimed":
			epoch, _ := strconv.ParseUint(a.text(1), 10, 64)
			seq, _ := strconv.ParseUint(a.text(2), 10, 64)
			p.claimed(epoch)
			return commit.Claim{Epoch: epoch, Seq: seq}, nil
		case "epoch":
			seen = a.text(1)
		case "damaged":
			// Nothing is lost by a new ledger: the next owner needs only numbers that were never given
			// out, and moments serve. The newest outcomes are of use only to the process that is gone.
			s.counters.Corrupt.Add(1)
			s.opts.Log.Error("a partition's ledger is damaged and made anew", "partition", partition)
			seen = "damaged"
		default:
			return commit.Claim{}, s.explain(a.text(0), "", commit.Batch{Partition: partition})
		}
	}
}

func (p *partition) claimed(epoch uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.epoch, p.number, p.fenced = epoch, 0, false
}

// known gives the newest batch of an epoch whose outcome has been seen.
func (p *partition) known(epoch uint64) uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.epoch != epoch {
		return 0
	}
	return p.number
}

func (p *partition) wrote(b commit.Batch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.epoch == b.Epoch {
		p.number = max(p.number, b.Number)
	}
}

// run runs a script that writes.
func (s *Store) run(ctx context.Context, script *redis.Script, keys []string, args ...any) (answer, error) {
	got, err := script.Run(ctx, s.write, keys, args...).Slice()
	if err != nil {
		return nil, failed(err)
	}
	return got, nil
}

// answer is what a script gave. Wrong places read as nothing.
type answer []any

func (a answer) text(i int) string {
	if i < len(a) {
		s, _ := a[i].(string)
		return s
	}
	return ""
}

func (a answer) number(i int) int {
	if i < len(a) {
		if n, ok := a[i].(int64); ok {
			return int(n)
		}
	}
	return -1
}

func (a answer) list(i int) answer {
	if i < len(a) {
		l, _ := a[i].([]any)
		return l
	}
	return nil
}
