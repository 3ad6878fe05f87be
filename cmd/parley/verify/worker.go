package verify

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"testing"
	"testing/synctest"
)

// Work tells stories in this process and writes one JSON line for each to out.
// It ends the process: virtual time comes from package testing, which brings
// its own way to end.
//
// The process should have one P and no preemption (see Environment): then one
// goroutine runs at a time, and the same seed tells the same story.
func Work(first uint64, step, n int, s Story, out io.Writer) {
	testing.Init()
	_ = flag.CommandLine.Parse([]string{"-test.run=."}) // the program's own flags are not testing's
	tests := []testing.InternalTest{{Name: "Story", F: func(t *testing.T) {
		lines := json.NewEncoder(out)
		for i := range n {
			s.Seed = first + uint64(i*step)
			_ = lines.Encode(started{Begins: s.Seed}) // so that the parent knows whose story a crash ends
			told := inBubble(t, s)
			if told.Broken == "" && !s.Traced {
				told.Trace = nil
			}
			if err := lines.Encode(told); err != nil {
				fmt.Fprintln(os.Stderr, "parley verify: tell the parent:", err)
				os.Exit(1)
			}
		}
	}}}
	stdout := os.Stdout
	os.Stdout = os.Stderr // testing says PASS there
	defer func() { os.Stdout = stdout }()
	testing.Main(func(_, _ string) (bool, error) { return true, nil }, tests, nil, nil)
}

// started says whose story comes next.
type started struct {
	Begins uint64 `json:"begins"`
}

// inBubble tells a story in virtual time. No garbage is collected meanwhile: a
// collection would let goroutines overtake each other.
func inBubble(t *testing.T, s Story) (told Told) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	synctest.Test(t, func(*testing.T) { told = Tell(s) })
	return told
}

// Environment is what a worker's process needs beside its parent's: one
// goroutine at a time, so that the same seed tells the same story.
func Environment() []string {
	return append(os.Environ(), "GOMAXPROCS=1", "GODEBUG=asyncpreemptoff=1")
}
