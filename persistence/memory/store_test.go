package memory_test

import (
	"testing"

	"parley/actors/commit"
	"parley/persistence/memory"
	"parley/persistence/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) (storetest.Store, func() storetest.Store) {
		s := memory.New(storetest.Partitions)
		return s, func() storetest.Store {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			s = s.Reopen()
			return s
		}
	})
}

func TestAWrongOldDueTimeIsAFaultOfTheEngine(t *testing.T) {
	t.Parallel()
	s := memory.New(1)
	if _, err := s.Claim(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	c := commit.Change{Entity: commit.Entity{Kind: commit.Conversation, ID: "a"}, Due: commit.Due{Old: 5}}
	if _, err := s.Commit(t.Context(), commit.Batch{Epoch: 1, Number: 1, Changes: []commit.Change{c}}); err == nil {
		t.Fatal("written")
	}
}
