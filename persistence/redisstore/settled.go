package redisstore

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"parley/actors/commit"
)

// Completed is where settled items lie when Redis has forgotten them. Its
// methods may be called concurrently.
type Completed interface {
	// ID names the area among all others.
	ID() string
	// Empty says whether nothing has been put yet.
	Empty() (bool, error)
	// Room says why nothing may be put now, or nil.
	Room() error
	// Put keeps items, durably when it returns nil; those there already are replaced.
	Put(ctx context.Context, partition int, e commit.Entity, items []commit.Item) error
	// Items and Range read as the store's own do.
	Items(ctx context.Context, partition int, e commit.Entity, keys []commit.ItemKey) ([][]byte, error)
	Range(ctx context.Context, partition int, e commit.Entity, r commit.Range) ([]commit.Item, error)
}

// bind makes sure that the completed history and this database belong together.
// Items of another database would turn up in chats that have the same numbers.
func (s *Store) bind(ctx context.Context) error {
	known, err := s.write.SMembers(ctx, s.space.completed()).Result()
	if err != nil {
		return fmt.Errorf("look for the completed history: %w", err)
	}
	area := s.opts.Completed
	if area == nil {
		if len(known) > 0 {
			return refuse("completed chats of this database were moved to the data folder of the program that serves it; they cannot be read without it")
		}
		return nil
	}
	if !slices.Contains(known, area.ID()) {
		empty, err := area.Empty()
		if err != nil {
			return err
		}
		if !empty {
			return refuse("the completed chats in the data folder belong to another database: name that one in store, or move the folder away (its chats cannot be read then)")
		}
		if err := s.write.SAdd(ctx, s.space.completed(), area.ID()).Err(); err != nil {
			return fmt.Errorf("note the completed history: %w", err)
		}
		known = append(known, area.ID())
	}
	others := int64(len(known) - 1)
	if s.strange.Swap(others); others > 0 {
		s.opts.Log.Error("completed chats of this database were also moved to other data folders and cannot be read here", "folders", others)
	}
	return nil
}

// moved completes values that Redis does not have, nil, from the completed
// history. It is read after Redis, so an item that is moved meanwhile is found.
func (s *Store) moved(ctx context.Context, partition int, e commit.Entity, keys []commit.ItemKey, values [][]byte) ([][]byte, error) {
	if s.opts.Completed == nil {
		return values, nil
	}
	var absent []commit.ItemKey
	for i, v := range values {
		if v == nil {
			absent = append(absent, keys[i])
		}
	}
	if len(absent) == 0 {
		return values, nil
	}
	found, err := s.opts.Completed.Items(ctx, partition, e, absent)
	if err != nil {
		return nil, err
	}
	for i := range values {
		if values[i] == nil {
			values[i], found = found[0], found[1:]
		}
	}
	return values, nil
}

// merged gives a range of both places; where an item stands in both, that of
// Redis is newer. live holds the first items of the range in Redis up to its
// limit, so the first of both are among live and the first of the other. The
// completed history is read after Redis, so an item that is moved meanwhile is
// found there.
func (s *Store) merged(ctx context.Context, partition int, e commit.Entity, r commit.Range, live []commit.Item) ([]commit.Item, error) {
	if s.opts.Completed == nil {
		return live, nil
	}
	past, err := s.opts.Completed.Range(ctx, partition, e, r)
	if err != nil || len(past) == 0 {
		return live, err
	}
	sign := 1
	if r.Reverse {
		sign = -1
	}
	out := make([]commit.Item, 0, len(live)+len(past))
	for len(live)+len(past) > 0 && (r.Limit <= 0 || len(out) < r.Limit) {
		order := 0
		switch {
		case len(past) == 0:
			order = -1
		case len(live) == 0:
			order = 1
		default:
			order = sign * strings.Compare(live[0].Key, past[0].Key)
		}
		if order <= 0 {
			out, live = append(out, live[0]), live[1:]
		} else {
			out = append(out, past[0])
		}
		if order >= 0 {
			past = past[1:]
		}
	}
	return out, nil
}

// A mark says that spans of an entity are settled: format version (1 byte), the
// entity, and of every span collection (1 byte), from and to with a length of 2
// bytes each.
const markVersion = 1

func appendMark(b []byte, e commit.Entity, spans []commit.Span) []byte {
	b = appendEntity(append(b, markVersion), e)
	for _, s := range spans {
		b = append(b, s.Collection)
		for _, k := range [2]string{s.From, s.To} {
			b = append(binary.BigEndian.AppendUint16(b, uint16(len(k))), k...)
		}
	}
	return b
}

var errMark = fmt.Errorf("%w: a mark of settled items makes no sense", commit.ErrCorrupt)

func parseMark(mark string) (e commit.Entity, spans []commit.Span, err error) {
	if mark == "" || mark[0] != markVersion {
		return e, nil, errMark
	}
	e, rest, ok := cutEntity([]byte(mark[1:]))
	for ok && len(rest) > 0 {
		s := commit.Span{Collection: rest[0]}
		rest = rest[1:]
		for _, k := range [2]*string{&s.From, &s.To} {
			if ok = ok && len(rest) >= 2 && len(rest)-2 >= int(binary.BigEndian.Uint16(rest)); ok {
				n := 2 + int(binary.BigEndian.Uint16(rest))
				*k, rest = string(rest[2:n]), rest[n:]
			}
		}
		spans = append(spans, s)
	}
	if !ok {
		return e, nil, errMark
	}
	return e, spans, nil
}

// stamp says since when a mark stands: the batch's time in Unix milliseconds, and
// the batch, so that no two are equal.
func stamp(b commit.Batch) string {
	return strconv.FormatInt(b.At, 10) + " " + decimal(b.Epoch) + " " + decimal(b.Number)
}

// since reads the time of a stamp, 0 when it makes no sense.
func since(stamp string) int64 {
	at, _, _ := strings.Cut(stamp, " ")
	n, _ := strconv.ParseInt(at, 10, 64)
	return n
}
