package pebblestore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"parley/actors/commit"
)

// failEnv makes the test binary the writer of TestEveryFailingCall...: it holds
// the folder, the number of the call to the disk that fails, and "once" or
// "on". The database ends its process on some failures, so each run is one.
const failEnv = "PARLEY_TEST_FAILING_DISK"

// Whatever call to the disk fails, and whether it fails once or from then on,
// what was acknowledged is there when the next process opens the folder.
func TestEveryFailingCallKeepsWhatWasAcknowledged(t *testing.T) {
	t.Parallel()
	const calls = 145
	step := 45
	if os.Getenv("PARLEY_POWER_CUTS") != "" {
		step = 1
	}
	failed := 0
	for n := 3; n < calls; n += step {
		for _, how := range []string{"once", "on"} {
			acked, hit := runFailing(t, fmt.Sprintf("%d %s", n, how), t.TempDir())
			if hit {
				failed++
			}
			t.Logf("call %d %s: %d batches acknowledged", n, how, acked)
		}
	}
	if failed == 0 {
		t.Fatal("no call failed")
	}
}

// runFailing runs one writer to its end and inspects what it left behind.
func runFailing(t *testing.T, fault, dir string) (acked uint64, hit bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	child := exec.CommandContext(ctx, os.Args[0])
	child.Env = append(os.Environ(), failEnv+"="+dir+" "+fault)
	out, err := child.Output() // how it ends does not matter
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Errorf("call %s: the process hung", fault)
	}
	if bytes.Contains(out, []byte("bad:")) || bytes.Contains(out, []byte("acked")) && bytes.Contains(out, []byte("failed")) && !bytes.Contains(out, []byte("told:")) {
		t.Logf("call %s: it said:\n%s%s", fault, out, exitError(exit))
	}
	if bytes.Contains(out, []byte("bad:")) {
		t.Errorf("call %s: the store went on badly", fault)
	}
	acked = uint64(bytes.Count(out, []byte("acked\n")))

	s := mustOpen(t, dir, small(nil))
	defer s.Close() //nolint:errcheck // only read from
	r, err := s.Load(t.Context(), 1, entityA)
	if err != nil || r.Version < acked {
		t.Errorf("call %s: %d batches acknowledged, %d there, %v", fault, acked, r.Version, err)
	}
	if problem := whole(t, s, 1, r.Version, 1); r.Version > 0 && problem != "" {
		t.Errorf("call %s: of %d batches: %s", fault, r.Version, problem)
	}
	return acked, bytes.Contains(out, []byte("failed\n"))
}

func exitError(e *exec.ExitError) string {
	if e == nil {
		return ""
	}
	return string(e.Stderr[:min(len(e.Stderr), 2000)])
}

// writeFailing is the writer: it says "acked" for each batch and stops at the
// first that fails.
func writeFailing(args string) {
	var dir, how string
	var n int32
	if _, err := fmt.Sscan(args, &dir, &n, &how); err != nil {
		panic(err)
	}
	var at atomic.Int32
	o := small(errorfs.Wrap(vfs.Default, errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind.ReadOrWrite() != errorfs.OpIsWrite || strings.HasSuffix(op.Path, "LOCK") {
			return nil
		}
		if i := at.Add(1); i == n || how == "on" && i > n {
			fmt.Println("failed")
			return errors.New("the disk is broken")
		}
		return nil
	})))
	o.patience, o.CommitTimeout = 200*time.Millisecond, 500*time.Millisecond
	o.MemTableBytes = 32 << 10 // so that flushes and new logs fall into the run
	told := make(chan error, 1)
	o.Fatal = func(err error) { told <- err }
	s, err := Open(dir, o)
	if err != nil {
		return
	}
	defer s.Close() //nolint:errcheck // fails when the disk does
	claim, err := s.Claim(context.Background(), 1)
	if err != nil {
		return
	}
	for i := uint64(1); i <= 60; i++ {
		b := batchOf(1, claim.Epoch, i)
		b.Changes[0].Snapshot = make([]byte, 1000)
		b.Begun = []uint64{i}
		if i > 10 {
			b.Done = []uint64{i - 10}
		}
		if out, err := s.Commit(context.Background(), b); err != nil || out[0].Status != commit.Written {
			sayHowItEnded(s, b, told)
			return
		}
		fmt.Println("acked")
	}
}

// sayHowItEnded checks a store that has failed a commit: it must have told so,
// refuse at once, and still read.
func sayHowItEnded(s *Store, b commit.Batch, told <-chan error) {
	select {
	case err := <-told:
		fmt.Println("told:", err)
	default:
		return // a slow disk only, or the end came from elsewhere
	}
	begin := time.Now()
	_, err := s.Commit(context.Background(), b)
	if !errors.Is(err, commit.ErrUnavailable) || time.Since(begin) > 400*time.Millisecond {
		fmt.Println("bad: refused after", time.Since(begin), err)
	}
	if err := s.Ready(); !errors.Is(err, errEnded) {
		fmt.Println("bad: ready", err)
	}
	if _, err := s.Load(context.Background(), b.Partition, entityA); err != nil {
		fmt.Println("bad: read", err)
	}
}
