package pebblestore

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/commit"
)

// recovered is how many open chats a killed store holds: PARLEY_RECOVER, by
// default few.
func recovered() int {
	if n, err := strconv.Atoi(os.Getenv("PARLEY_RECOVER")); err == nil {
		return n
	}
	return 3000
}

// What a start reads of a store whose process was killed: the log, ledgers, due
// times and outboxes. The time is told, not judged: other work shares the disk.
func TestRecovery(t *testing.T) {
	t.Parallel()
	dir, killed := t.TempDir(), filepath.Join(t.TempDir(), "killed")
	s := mustOpen(t, dir, Options{MinFree: 1, noSync: true, CommitTimeout: time.Minute})
	defer s.Close() //nolint:errcheck // its files have been taken
	chats := recovered()
	fillChats(t, s, chats)
	if err := s.db.Checkpoint(killed, pebble.WithFlushedWAL()); err != nil { // tables and log, as kill -9 leaves them
		t.Fatal(err)
	}
	begin := time.Now()
	back := mustOpen(t, killed, Options{MinFree: 1})
	opened := time.Since(begin)
	defer back.Close() //nolint:errcheck // only read from
	dues, entries := 0, 0
	for n := range back.opts.Partitions {
		mustClaim(t, back, n)
		after := commit.DueEntity{}
		for {
			page, err := back.Dues(t.Context(), n, after, 1000)
			if err != nil {
				t.Fatal(err)
			}
			if dues += len(page); len(page) < 1000 {
				break
			}
			after = page[len(page)-1]
		}
		list, err := back.Outbox(t.Context(), n, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		entries += len(list)
	}
	t.Logf("%d chats: open %v, all that a start reads %v (%d due times, %d outbox entries)", chats, opened.Round(time.Millisecond), time.Since(begin).Round(time.Millisecond), dues, entries)
	if dues != chats {
		t.Fatalf("%d due times of %d", dues, chats)
	}
}

// fillChats writes chats of three messages each, one commit per hundred of a
// partition and message.
func fillChats(t *testing.T, s *Store, chats int) {
	t.Helper()
	by := make(map[int][]commit.Entity)
	for i := range chats {
		e := commit.Entity{Kind: commit.Conversation, ID: fmt.Sprintf("conversation-%d", i)}
		n := e.Partition(s.opts.Partitions)
		by[n] = append(by[n], e)
	}
	message := make([]byte, 300)
	for n, list := range by {
		c, err := s.Claim(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		number := uint64(0)
		for from := 0; from < len(list); from += 100 {
			for version := range uint64(3) {
				number++
				b := commit.Batch{Partition: n, Epoch: c.Epoch, Number: number, Seq: c.Seq, At: 1_790_000_000_000}
				for _, e := range list[from:min(from+100, len(list))] {
					due := int64(1_790_000_000_000)
					b.Changes = append(b.Changes, commit.Change{
						Entity: e, Expect: version, Snapshot: message, Due: commit.Due{New: due},
						Keys: []commit.Key{{ID: fmt.Sprint("key", version)}},
						Put:  []commit.Item{{ItemKey: commit.ItemKey{Collection: 'm', Key: fmt.Sprintf("%08d", version)}, Value: message}},
					})
				}
				if _, err := s.Commit(t.Context(), b); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
