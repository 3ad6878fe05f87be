package actors

import (
	"encoding/binary"
	"fmt"

	"parley/actors/commit"
)

// cursors remember, per source partition, the newest durable step an entity
// has taken. Steps of one partition reach an entity in the order of their
// numbers, so an older one is a repetition. They are stored in front of the
// entity's snapshot.
type cursors struct{ list []cursor }

type cursor struct {
	partition int
	seq       uint64
}

func (c *cursors) of(partition int) uint64 {
	for _, x := range c.list {
		if x.partition == partition {
			return x.seq
		}
	}
	return 0
}

func (c *cursors) set(partition int, seq uint64) {
	for i := range c.list {
		if c.list[i].partition == partition {
			c.list[i].seq = seq
			return
		}
	}
	c.list = append(c.list, cursor{partition, seq})
}

func (c *cursors) append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(c.list)))
	for _, x := range c.list {
		dst = binary.AppendUvarint(dst, uint64(x.partition))
		dst = binary.AppendUvarint(dst, x.seq)
	}
	return dst
}

// decode reads the cursors and gives the snapshot behind them.
func (c *cursors) decode(b []byte) ([]byte, error) {
	c.list = nil
	n, b, ok := uvarint(b)
	if !ok || n > 1<<16 {
		return nil, fmt.Errorf("actors: cursors: %w", commit.ErrCorrupt)
	}
	for range n {
		var partition, seq uint64
		if partition, b, ok = uvarint(b); !ok {
			return nil, fmt.Errorf("actors: cursors: %w", commit.ErrCorrupt)
		}
		if seq, b, ok = uvarint(b); !ok {
			return nil, fmt.Errorf("actors: cursors: %w", commit.ErrCorrupt)
		}
		c.list = append(c.list, cursor{int(partition), seq})
	}
	return b, nil
}

func uvarint(b []byte) (uint64, []byte, bool) {
	v, n := binary.Uvarint(b)
	if n <= 0 {
		return 0, nil, false
	}
	return v, b[n:], true
}
