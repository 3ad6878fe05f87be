package commit

// Claim is what a new owner of a partition starts from.
type Claim struct {
	Epoch uint64 // higher than that of every earlier owner
	Seq   uint64 // the newest outbox number ever given out
}

// Record is the stored state of an entity. Version 0 means there is none.
type Record struct {
	Version  uint64
	Snapshot []byte
	Due      int64 // Unix milliseconds, 0 = none
}

// Range selects items of one collection of an entity: From <= key < To, an
// empty To means to the end. Reverse starts at the newest.
type Range struct {
	Collection byte
	From, To   string
	Limit      int // 0 = all
	Reverse    bool
}

// DueEntity is an entity that wants to be woken at a moment (Unix milliseconds).
type DueEntity struct {
	At     int64
	Entity Entity
}

// Idempotency keys live at least KeyDays and are dropped by generation: a key
// is looked up in the generation of the commit's time and in the one before.
const (
	KeyDays      = 9
	generationMS = KeyDays * 24 * 60 * 60 * 1000
)

// Generation gives the generation of idempotency keys for a time in Unix
// milliseconds.
func Generation(ms int64) uint32 { return uint32(ms / generationMS) }
