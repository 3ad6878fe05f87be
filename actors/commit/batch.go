package commit

import "errors"

// ErrFenced says that a newer owner has claimed the partition. Whoever gets it
// must stop serving the partition at once and never retry.
var ErrFenced = errors.New("commit: fenced by a newer owner of the partition")

// ErrUnavailable says that the store cannot make anything durable now; the
// same batch may be tried again later.
var ErrUnavailable = errors.New("commit: store unavailable")

// ErrCorrupt says that a stored value failed its checksum or its format.
var ErrCorrupt = errors.New("commit: stored value is corrupt")

// Batch is what one atomic store operation writes: the changes of several
// entities of one partition. Either the whole batch is durable or nothing of
// it, except that a change answered Seen or Conflict is left out alone.
//
// Repeating a batch whose outcome is unknown is harmless: the store remembers
// the newest (Epoch, Number) of a partition together with its outcomes and
// answers them again.
type Batch struct {
	Partition int
	Epoch     uint64 // from Claim; an older one is refused with ErrFenced
	Number    uint64 // rises by one per batch within an epoch, from 1
	At        int64  // Unix milliseconds; places idempotency keys in a generation
	Seq       uint64 // the partition's newest outbox number after this batch
	Changes   []Change
	Done      []uint64 // outbox entries that are finished, to delete
	Begun     []uint64 // outbox entries about to be handed to the outside, to mark
	// Rested are outbox entries that certainly are not on their way outside any
	// more and will be tried again: their mark is cleared. An entry that is also
	// in Begun ends marked.
	Rested []uint64
}

// Change is what happens to one entity. At most one change per entity is in a
// batch.
type Change struct {
	Entity   Entity
	Expect   uint64 // the version this change was computed from, 0 = no record yet; the new version is Expect+1
	Keys     []Key
	Snapshot []byte
	Put      []Item
	Drop     []ItemKey
	Outbox   []Entry
	Due      Due
	// Settled are items that no rule needs any more, only readers, those of this
	// change included. A store whose memory is dear moves them to another place;
	// others do not look at it. They are read as before and may be put again, when
	// the newer one counts until it is settled too; they are never dropped.
	Settled []Span
}

// Span is a part of one collection of an entity: From <= key < To, an empty To
// means to the end.
type Span struct {
	Collection byte
	From, To   string
}

// Holds says whether a key of the span's collection lies within it.
func (s Span) Holds(k ItemKey) bool {
	return k.Collection == s.Collection && k.Key >= s.From && (s.To == "" || k.Key < s.To)
}

// Key is an idempotency key. If any key of a change has been seen within its
// lifetime the change is not written. Keys are scoped to the entity. Value is
// a small note kept with the key (the id of what the first command made).
type Key struct {
	ID    string
	Value []byte
}

// Item is a sub-record of an entity, in one of its collections. Keys order
// bytewise within a collection.
type Item struct {
	ItemKey
	Value []byte
}

// ItemKey addresses an item.
type ItemKey struct {
	Collection byte
	Key        string
}

// Entry is one durable intention: a command for another entity, or work for
// the outside. Seq rises within a partition in the order of commits.
type Entry struct {
	Seq    uint64
	Kind   byte   // what the engine does with it; the store does not look
	Source Entity // who intends
	Target Entity // whom it is for; zero for work on the outside
	Body   []byte
	Begun  bool // read only: marked by Batch.Begun and not cleared by Batch.Rested, so an attempt may have reached the outside
}

// Due sets or clears the moment at which an entity wants to be woken, in Unix
// milliseconds, 0 = none. Old is what is stored now, so that the store need
// not look. Nothing is written when Old equals New.
type Due struct {
	Old, New int64
}

// Outcome is what became of one change.
type Outcome struct {
	Status Status
	Key    string // Seen: the key that had been seen
	Value  []byte // Seen: the value stored with it
}

// Status of a change.
type Status uint8

const (
	Written  Status = iota // durable
	Seen                   // an idempotency key had been seen; nothing of this change was written
	Conflict               // the version was not the expected one; nothing of this change was written
)
