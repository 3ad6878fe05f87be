package verdict_test

import (
	"errors"
	"strings"
	"testing"

	"parley/actors/commit"
	"parley/persistence/internal/verdict"
)

func TestAdmit(t *testing.T) {
	t.Parallel()
	a := commit.Entity{Kind: commit.Conversation, ID: "a"}
	b := commit.Entity{Kind: commit.Conversation, ID: "b"}
	ledger := verdict.Ledger{Epoch: 3, Number: 7, Seq: 20, Outcomes: make([]commit.Outcome, 1)}
	entry := func(e commit.Entity, seqs ...uint64) commit.Change {
		c := commit.Change{Entity: e}
		for _, s := range seqs {
			c.Outbox = append(c.Outbox, commit.Entry{Seq: s})
		}
		return c
	}
	for _, tc := range []struct {
		name     string
		batch    commit.Batch
		repeated bool
		want     error
	}{
		{"next batch", commit.Batch{Epoch: 3, Number: 8}, false, nil},
		{"a number left out", commit.Batch{Epoch: 3, Number: 10}, false, nil},
		{"repeated", commit.Batch{Epoch: 3, Number: 7, Changes: make([]commit.Change, 1)}, true, nil},
		{"repeated with other changes", commit.Batch{Epoch: 3, Number: 7}, false, verdict.ErrMalformed},
		{"late", commit.Batch{Epoch: 3, Number: 6}, false, verdict.ErrMalformed},
		{"number zero", commit.Batch{Epoch: 3}, false, verdict.ErrMalformed},
		{"older owner", commit.Batch{Epoch: 2, Number: 8}, false, commit.ErrFenced},
		{"owner from nowhere", commit.Batch{Epoch: 4, Number: 8}, false, commit.ErrFenced},
		{"one entity twice", commit.Batch{Epoch: 3, Number: 8, Changes: []commit.Change{{Entity: a}, {Entity: a}}}, false, verdict.ErrMalformed},
		{"rising entries", commit.Batch{Epoch: 3, Number: 8, Seq: 24, Changes: []commit.Change{entry(a, 21, 22), entry(b, 24)}}, false, nil},
		{"an entry's number used before", commit.Batch{Epoch: 3, Number: 8, Seq: 24, Changes: []commit.Change{entry(a, 20)}}, false, verdict.ErrMalformed},
		{"entries out of order", commit.Batch{Epoch: 3, Number: 8, Seq: 24, Changes: []commit.Change{entry(a, 22), entry(b, 21)}}, false, verdict.ErrMalformed},
		{"an entry above the batch", commit.Batch{Epoch: 3, Number: 8, Seq: 20, Changes: []commit.Change{entry(a, 21)}}, false, verdict.ErrMalformed},
		{"a future entry begun", commit.Batch{Epoch: 3, Number: 8, Seq: 20, Begun: []uint64{21}}, false, verdict.ErrMalformed},
		{"a future entry done", commit.Batch{Epoch: 3, Number: 8, Seq: 20, Done: []uint64{21}}, false, verdict.ErrMalformed},
		{"a future entry rested", commit.Batch{Epoch: 3, Number: 8, Seq: 20, Rested: []uint64{21}}, false, verdict.ErrMalformed},
		{"an entry done that may be gone", commit.Batch{Epoch: 3, Number: 8, Seq: 20, Done: []uint64{1, 20}}, false, nil},
		{"negative due", commit.Batch{Epoch: 3, Number: 8, Changes: []commit.Change{{Entity: a, Due: commit.Due{New: -1}}}}, false, verdict.ErrMalformed},
		{"huge id", commit.Batch{Epoch: 3, Number: 8, Changes: []commit.Change{{Entity: commit.Entity{ID: strings.Repeat("x", 1<<16)}}}}, false, verdict.ErrMalformed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			repeated, err := ledger.Admit(tc.batch)
			if repeated != tc.repeated || !errors.Is(err, tc.want) {
				t.Fatalf("got %v, %v; want %v, %v", repeated, err, tc.repeated, tc.want)
			}
		})
	}
	if _, err := (verdict.Ledger{}).Admit(commit.Batch{Number: 1}); !errors.Is(err, commit.ErrFenced) {
		t.Fatalf("a partition nobody claimed: %v", err)
	}
}

func TestGenerationStaysWhenTheClockStepsBack(t *testing.T) {
	t.Parallel()
	const day = int64(24 * 60 * 60 * 1000)
	edge := commit.KeyDays * day * 5
	l := verdict.Ledger{Generation: 5}
	for at, want := range map[int64]uint32{edge: 5, edge - 1: 5, edge + commit.KeyDays*day: 6, edge - commit.KeyDays*day - 1: 3} {
		if got := l.GenerationOf(at); got != want {
			t.Errorf("generation at %d: %d, want %d", at, got, want)
		}
	}
}
