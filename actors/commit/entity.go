package commit

import "strconv"

// Kind says which machine an entity runs.
type Kind uint8

// The kinds are stored: their numbers never change.
const (
	Conversation Kind = 1 // one customer on one channel, for ever
	Operator     Kind = 2 // one operator: status, slots
	Queue        Kind = 3 // one queue: waiting chats, members, offers
)

// String gives the kind's name for logs and metrics.
func (k Kind) String() string {
	switch k {
	case Conversation:
		return "conversation"
	case Operator:
		return "operator"
	case Queue:
		return "queue"
	default:
		return "kind " + strconv.Itoa(int(k))
	}
}

// Entity names one actor and its state.
type Entity struct {
	Kind Kind
	ID   string
}

// String gives kind and id, for logs.
func (e Entity) String() string { return e.Kind.String() + "/" + e.ID }

// Partition gives the partition of n that owns the entity. It is FNV-1a over
// kind and id and must never change: stored keys depend on it.
func (e Entity) Partition(n int) int {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	h = (h ^ uint64(e.Kind)) * prime
	for i := 0; i < len(e.ID); i++ {
		h = (h ^ uint64(e.ID[i])) * prime
	}
	h ^= h >> 33 // the low bits of FNV are weak on short ids that differ at the end
	return int(h % uint64(n))
}
