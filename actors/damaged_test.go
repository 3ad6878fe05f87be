package actors_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/commit"
	"parley/actors/route"
)

// refusing is a store that has become unable to take one partition's commits.
type refusing struct {
	actors.Store
	partition int
	broken    atomic.Bool // set by the test, read by the partition's committer
}

func (s *refusing) Commit(ctx context.Context, b commit.Batch) ([]commit.Outcome, error) {
	if s.broken.Load() && b.Partition == s.partition {
		return nil, fmt.Errorf("commit: %w", commit.ErrCorrupt)
	}
	return s.Store.Commit(ctx, b)
}

func TestAPartitionWhoseCommitsAreRefusedIsGivenUpAloud(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		hurt := route.Conversation("c1").Partition(partitions)
		s := &refusing{Store: w.disk, partition: hurt}
		w.store = s
		w.start()
		defer func() { w.stop() }()
		well := "c2"
		for i := 2; route.Conversation(well).Partition(partitions) == hurt; i++ {
			well = fmt.Sprint("c", i)
		}
		s.broken.Store(true)
		if _, err := w.try("c1", receive("support", "k1", "x")); !errors.Is(err, actors.ErrUnavailable) {
			t.Fatal(err)
		}
		time.Sleep(time.Minute) // it is tried for a while
		list := w.engine.Outages()
		if len(list) != 1 || list[0].Partition != hurt || list[0].Fenced || list[0].Reason == "" {
			t.Fatalf("outages %+v", list)
		}
		w.write(well, "support", "k2", "Hello")
		s.broken.Store(false)
		w.restart()
		if len(w.engine.Outages()) != 0 {
			t.Fatal("still out after a start")
		}
		w.write("c1", "support", "k1", "Hello")
	})
}

// An operator whose chat is damaged is greeted with his other chats, and the
// alarm is raised once.
func TestADamagedChatKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		s := &spoiled{Store: w.disk}
		w.store = s
		w.start()
		defer func() { w.stop() }()
		w.activate("anna")
		w.own("anna", "c1")
		w.own("anna", "c2")
		w.stop()
		s.reading(bad(route.Conversation("c1")))
		w.start()
		before := w.letters.of("corrupt")
		w.open("anna", "", 0)
		for range 3 {
			if _, err := w.engine.History(t.Context(), "c1.1", "", 10); !errors.Is(err, actors.ErrQuarantined) {
				t.Error(err)
			}
			if _, err := w.try("c1", chat.Finish{By: person("anna"), Chat: "c1.1"}); !errors.Is(err, actors.ErrQuarantined) {
				t.Error(err)
			}
		}
		list, total := w.engine.Damaged()
		if total != 1 || list[0].Entity != route.Conversation("c1") || !list[0].Whole {
			t.Errorf("damaged %+v of %d", list, total)
		}
		if got := w.letters.of("corrupt"); got > max(before, 1) {
			t.Errorf("the alarm was raised %d times", got)
		}
		s.reading(nil)
		w.restart()
		if _, total := w.engine.Damaged(); total != 0 {
			t.Errorf("%d damaged after mending", total)
		}
	})
}
