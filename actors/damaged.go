package actors

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"parley/actors/commit"
)

// maxDamaged bounds the list of damaged entities; more are counted.
const maxDamaged = 1000

// Damaged is an entity of which something stored cannot be read. It is said
// once, stays in the list until it is mended, and harms nobody else.
type Damaged struct {
	Entity commit.Entity
	Since  time.Time
	Reason string // without any content
	Whole  bool   // its state cannot be read: all its commands are refused
}

// Outage is a partition that is not served here.
type Outage struct {
	Partition int
	Since     time.Time
	Reason    string
	Fenced    bool // a newer owner has it
}

// troubles is what is not served, for people and metrics.
type troubles struct {
	some atomic.Int64 // entities in the list, so that a healthy engine takes no lock

	mu       sync.Mutex
	entities map[commit.Entity]Damaged
	beyond   int // entities that found no room
	outages  map[int]Outage
}

// damaged notes that something stored of an entity cannot be read, and says
// whether that is news.
func (t *troubles) damaged(e commit.Entity, whole bool, err error) (news bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	known, ok := t.entities[e]
	if ok && (known.Whole || !whole) {
		return false
	}
	if !ok && len(t.entities) >= maxDamaged {
		t.beyond++
		return true
	}
	if t.entities == nil {
		t.entities = make(map[commit.Entity]Damaged)
	}
	t.entities[e] = Damaged{Entity: e, Since: time.Now(), Reason: err.Error(), Whole: whole}
	t.some.Store(int64(len(t.entities)))
	return true
}

// readable takes an entity off the list whose state can be read again.
func (t *troubles) readable(e commit.Entity) {
	if t.some.Load() == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.entities[e].Whole {
		delete(t.entities, e)
		t.some.Store(int64(len(t.entities)))
	}
}

func (t *troubles) outage(partition int, fenced bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.outages == nil {
		t.outages = make(map[int]Outage)
	}
	if _, known := t.outages[partition]; !known {
		t.outages[partition] = Outage{Partition: partition, Since: time.Now(), Reason: err.Error(), Fenced: fenced}
	}
}

// Damaged lists the entities of which something stored cannot be read, at most
// 1,000, and says how many there are.
func (e *Engine) Damaged() (list []Damaged, total int) {
	t := &e.troubles
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, d := range t.entities {
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b Damaged) int { return strings.Compare(a.Entity.String(), b.Entity.String()) })
	return list, len(list) + t.beyond
}

// Outages lists the partitions that are not served here.
func (e *Engine) Outages() (list []Outage) {
	t := &e.troubles
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, o := range t.outages {
		list = append(list, o)
	}
	slices.SortFunc(list, func(a, b Outage) int { return a.Partition - b.Partition })
	return list
}

// damaged raises the alarm for an entity, once.
func (e *Engine) damaged(entity commit.Entity, whole bool, err error) {
	if e.troubles.damaged(entity, whole, err) {
		e.log.Error("stored state is damaged", "entity", entity.String(), "quarantined", whole, "err", err)
		e.deadLetter("corrupt")
	}
}

// noticed passes a read's error on, and raises the alarm if it is damage.
func (e *Engine) noticed(entity commit.Entity, whole bool, err error) error {
	if errors.Is(err, commit.ErrCorrupt) {
		e.damaged(entity, whole, err)
		if !errors.Is(err, ErrQuarantined) {
			return fmt.Errorf("%w: %w", ErrQuarantined, err)
		}
	}
	return err
}

// StateOf gives the encoded state of a stored record, without the marks of
// durable steps in front of it; for tools that look into a store.
func StateOf(rec commit.Record) ([]byte, error) {
	var skip cursors
	return skip.decode(rec.Snapshot)
}
