package redisstore

import (
	"context"
	"crypto/sha1" //nolint:gosec // the digest that scripts have; it compares what we have written ourselves
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parley/actors/commit"
)

// Settled items are moved in four steps, each of which may be repeated: the
// commit that settles them marks their spans; they are read; they are put into
// the completed history, durably; a script forgets those that are still what was
// put, and the mark when all are through. So a crash between any two steps leaves
// every item in one place at least, and what stands in both counts as in Redis.

const (
	// portion is how many items are moved at once, so that no script takes long.
	portion = 128
	// movers is how many partitions are moved side by side: those that wait at the
	// same moment share a sync, here and in Redis.
	movers = 8
	// longest is the greatest pause after one entity.
	longest = 100 * time.Millisecond
)

// errRoom: the completed history takes nothing now.
var errRoom = errors.New("no room in the completed history")

// moveOn moves from time to time until ctx ends.
func (s *Store) moveOn(ctx context.Context) {
	ticker := time.NewTicker(s.opts.MoveEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		err := s.Move(ctx, time.Now().Add(-s.opts.Rest).UnixMilli())
		if ctx.Err() != nil {
			return
		}
		s.moving(err)
	}
}

// moving notes how the newest round went. That Redis cannot be reached is told
// by the watcher; the next round tries again.
func (s *Store) moving(err error) {
	if err != nil && errors.Is(err, commit.ErrUnavailable) && !errors.Is(err, errRoom) {
		s.opts.Log.Info("settled items wait to be moved", "err", err)
		return
	}
	if err == nil {
		if s.stuck.Swap(nil) != nil {
			s.opts.Log.Info("completed chats are moved again")
		}
		return
	}
	if s.stuck.Swap(&err) == nil {
		s.opts.Log.Error("completed chats stay in Redis", "err", err)
	}
}

// Stuck says why settled items stay in Redis now, or nil.
func (s *Store) Stuck() error {
	if err := s.stuck.Load(); err != nil {
		return *err
	}
	return nil
}

// Move moves what has been settled before a moment in Unix milliseconds, in the
// partitions this store has claimed, to the completed history. It rests as long
// as it works, so that commits have the other half. One caller at a time. The
// error is the first one met; no further partition is begun after it.
func (s *Store) Move(ctx context.Context, before int64) error {
	if s.opts.Completed == nil {
		return nil
	}
	var next atomic.Int64
	var first atomic.Pointer[error]
	var all sync.WaitGroup
	for range min(movers, len(s.parts)) {
		all.Go(func() {
			for n := int(next.Add(1)) - 1; n < len(s.parts) && first.Load() == nil; n = int(next.Add(1)) - 1 {
				if err := s.movePartition(ctx, n, before); err != nil {
					err = fmt.Errorf("move settled items of partition %d: %w", n, err)
					first.CompareAndSwap(nil, &err)
				}
			}
		})
	}
	all.Wait()
	if err := first.Load(); err != nil {
		return *err
	}
	return nil
}

// owner gives the epoch under which this store holds the partition.
func (p *partition) owner() (epoch uint64, owned bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.epoch, p.epoch != 0 && !p.fenced
}

// lost notes that another owner has the partition.
func (p *partition) lost(epoch uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.epoch == epoch {
		p.fenced = true
	}
}

func (s *Store) movePartition(ctx context.Context, n int, before int64) error {
	epoch, owned := s.parts[n].owner()
	for cursor := uint64(0); owned; {
		marks, next, err := s.marks(ctx, n, cursor)
		if err != nil {
			return err
		}
		for i := 0; i+1 < len(marks); i += 2 {
			if since(marks[i+1]) > before {
				continue
			}
			began := time.Now()
			switch err := s.moveEntity(ctx, n, epoch, marks[i], marks[i+1]); {
			case errors.Is(err, commit.ErrFenced):
				s.parts[n].lost(epoch)
				return nil
			case errors.Is(err, commit.ErrCorrupt):
				return nil // the ledger, so that nothing of the partition can be written
			case err != nil:
				return err
			}
			if !pause(ctx, min(time.Since(began), longest)) {
				return ctx.Err()
			}
		}
		if cursor = next; cursor == 0 {
			break
		}
	}
	return nil
}

// marks gives some marks and their stamps in turns, and the next cursor.
func (s *Store) marks(ctx context.Context, n int, cursor uint64) ([]string, uint64, error) {
	ctx, leave, err := s.reading(ctx, n)
	if err != nil {
		return nil, 0, err
	}
	defer leave()
	marks, next, err := s.read.HScan(ctx, s.parts[n].tag.settled(), cursor, "", 64).Result()
	if err != nil {
		return nil, 0, failed(err)
	}
	return marks, next, nil
}

func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// moveEntity moves what one mark says. Where that is damaged only the mark goes;
// nothing is lost by it, the items stay where they are.
func (s *Store) moveEntity(ctx context.Context, n int, epoch uint64, mark, stamp string) error {
	e, spans, err := parseMark(mark)
	if err == nil {
		err = s.moveSpans(ctx, n, epoch, e, spans, mark, stamp)
	}
	if errors.Is(err, commit.ErrCorrupt) {
		s.corrupt("settled items", e, err)
		return s.forget(ctx, n, epoch, e, nil, nil, mark, stamp)
	}
	return err
}

func (s *Store) moveSpans(ctx context.Context, n int, epoch uint64, e commit.Entity, spans []commit.Span, mark, stamp string) error {
	fields, err := s.settledFields(ctx, n, e, spans)
	if err != nil {
		return err
	}
	for len(fields) > portion {
		if err := s.movePortion(ctx, n, epoch, e, fields[:portion], "", ""); err != nil {
			return err
		}
		fields = fields[portion:]
	}
	return s.movePortion(ctx, n, epoch, e, fields, mark, stamp)
}

// settledFields gives the fields of an entity that lie within spans.
func (s *Store) settledFields(ctx context.Context, n int, e commit.Entity, spans []commit.Span) ([]string, error) {
	ctx, leave, err := s.reading(ctx, n)
	if err != nil {
		return nil, err
	}
	defer leave()
	names, err := s.read.HKeys(ctx, s.parts[n].tag.entity(e)).Result()
	if err != nil {
		return nil, failed(err)
	}
	return slices.DeleteFunc(names, func(f string) bool {
		if len(f) < 2 || f[0] != fieldItem {
			return true
		}
		k := commit.ItemKey{Collection: f[1], Key: f[2:]}
		return !slices.ContainsFunc(spans, func(s commit.Span) bool { return s.Holds(k) })
	}), nil
}

// movePortion puts items into the completed history and forgets them. A damaged
// one stays where it is, for people to look at.
func (s *Store) movePortion(ctx context.Context, n int, epoch uint64, e commit.Entity, fields []string, mark, stamp string) error {
	stored, items, err := s.sound(ctx, n, e, fields)
	if err != nil {
		return err
	}
	if len(items) > 0 {
		if err := s.opts.Completed.Room(); err != nil {
			return fmt.Errorf("%w: %w", errRoom, err)
		}
		if err := s.opts.Completed.Put(ctx, n, e, items); err != nil {
			return err
		}
	}
	return s.forget(ctx, n, epoch, e, items, stored, mark, stamp)
}

// sound reads fields as they are stored and as items, without absent and damaged ones.
func (s *Store) sound(ctx context.Context, n int, e commit.Entity, fields []string) (stored [][]byte, items []commit.Item, err error) {
	if len(fields) == 0 {
		return nil, nil, nil
	}
	ctx, leave, err := s.reading(ctx, n)
	if err != nil {
		return nil, nil, err
	}
	defer leave()
	key := s.parts[n].tag.entity(e)
	all, err := s.fields(ctx, key, fields)
	if err != nil {
		return nil, nil, err
	}
	for i, v := range all {
		if v == nil {
			continue
		}
		payload, err := open(v, key, fields[i])
		if err != nil {
			s.corrupt("settled item", e, err)
			continue
		}
		stored = append(stored, v)
		items = append(items, commit.Item{ItemKey: commit.ItemKey{Collection: fields[i][1], Key: fields[i][2:]}, Value: payload})
	}
	return stored, items, nil
}

// forget deletes items that have been put, as they were stored then, and a mark
// that is through.
func (s *Store) forget(ctx context.Context, n int, epoch uint64, e commit.Entity, items []commit.Item, stored [][]byte, mark, stamp string) error {
	ctx, leave, err := s.writing(ctx, n)
	if err != nil {
		return err
	}
	defer leave()
	args := make([]any, 0, 3+2*len(items))
	args = append(args, decimal(epoch), mark, stamp)
	for i := range items {
		sum := sha1.Sum(stored[i]) //nolint:gosec // see above
		args = append(args, itemField(items[i].ItemKey), hex.EncodeToString(sum[:]))
	}
	t := s.parts[n].tag
	a, err := s.run(ctx, s.scripts.forget, []string{t.ledger(), t.entity(e), t.settled()}, args...)
	if err != nil {
		return err
	}
	if word := a.text(0); word != "forgotten" {
		return s.explain(word, a.text(1), commit.Batch{Partition: n, Epoch: epoch})
	}
	s.movedItems.Add(uint64(max(a.number(1), 0)))
	return nil
}
