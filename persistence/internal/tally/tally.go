// Package tally counts what commits and reads came to, alike for every store
// that tells so in its metrics.
package tally

import (
	"errors"
	"sync/atomic"

	"parley/actors/commit"
)

// Tally counts since it was made. It may be used concurrently.
type Tally struct {
	Commits     atomic.Uint64 // batches that were answered with outcomes
	Written     atomic.Uint64 // changes, by outcome
	Seen        atomic.Uint64
	Conflicts   atomic.Uint64
	Repeated    atomic.Uint64 // batches that had been written before; the store counts them itself
	Fenced      atomic.Uint64 // batches refused
	Unavailable atomic.Uint64 // batches that got commit.ErrUnavailable
	Corrupt     atomic.Uint64 // damaged values met
}

// Commit counts the answer to a batch.
func (t *Tally) Commit(outcomes []commit.Outcome, err error) {
	switch {
	case errors.Is(err, commit.ErrFenced):
		t.Fenced.Add(1)
	case errors.Is(err, commit.ErrUnavailable):
		t.Unavailable.Add(1)
	case err != nil:
		t.FailedRead(err)
	default:
		t.Commits.Add(1)
		var by [3]uint64
		for i := range outcomes {
			by[outcomes[i].Status]++
		}
		t.Written.Add(by[commit.Written])
		t.Seen.Add(by[commit.Seen])
		t.Conflicts.Add(by[commit.Conflict])
	}
}

// FailedRead counts an error of a read if it tells of damage.
func (t *Tally) FailedRead(err error) {
	if errors.Is(err, commit.ErrCorrupt) {
		t.Corrupt.Add(1)
	}
}
