package verify

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// Run asks for many stories.
type Run struct {
	First    uint64                                                         // seed of the first
	Stories  int                                                            // how many
	Steps    int                                                            // of each; 0 = the default
	Traced   bool                                                           // print what happens
	Workers  int                                                            // processes
	Worker   func(ctx context.Context, first uint64, step, n int) *exec.Cmd // the command of one; it calls Work
	Out      io.Writer
	Complete int // from how many stories on everything must have been reached; 0 = never
}

// Verdict is what came of many stories.
type Verdict struct {
	Stories int
	Broken  []Told
	Saw     map[string]int
	Missed  []string // of Expected, what was never reached
	Took    time.Duration
	Virtual time.Duration
	Lines   int
}

// OK says whether every promise held and everything was reached.
func (v Verdict) OK() bool { return len(v.Broken) == 0 && len(v.Missed) == 0 }

// Do tells the stories in child processes, side by side; a broken promise ends
// the child that found it.
func (r Run) Do(ctx context.Context) (Verdict, error) {
	v := Verdict{Saw: map[string]int{}}
	begun := time.Now()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed error
	workers := max(min(r.Workers, r.Stories), 1)
	for i := range workers {
		n := (r.Stories - i + workers - 1) / workers
		wg.Go(func() {
			err := r.follow(ctx, r.First+uint64(i), workers, n, func(t Told) {
				mu.Lock()
				defer mu.Unlock()
				v.take(t)
				r.show(t)
				if t.Broken != "" {
					stop()
				}
			})
			mu.Lock()
			defer mu.Unlock()
			if err != nil && len(v.Broken) == 0 && failed == nil {
				failed = err
				stop()
			}
		})
	}
	wg.Wait()
	v.Took = time.Since(begun)
	if r.Complete > 0 && v.Stories >= r.Complete {
		for _, what := range Expected() {
			if v.Saw[what] == 0 {
				v.Missed = append(v.Missed, what)
			}
		}
	}
	return v, failed
}

func (v *Verdict) take(t Told) {
	v.Stories++
	v.Virtual += t.Virtual
	v.Lines += t.Lines
	for what, n := range t.Saw {
		v.Saw[what] += n
	}
	if t.Broken != "" {
		v.Broken = append(v.Broken, t)
	}
}

// follow reads what one child tells.
func (r Run) follow(ctx context.Context, first uint64, step, n int, take func(Told)) error {
	cmd := r.Worker(ctx, first, step, n)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("start a worker: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start a worker: %w", err)
	}
	var seed uint64
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var s started
		var t Told
		if json.Unmarshal(lines.Bytes(), &s) == nil && s.Begins != 0 {
			seed = s.Begins
			continue
		}
		if err := json.Unmarshal(lines.Bytes(), &t); err == nil && t.Lines > 0 {
			take(t)
		}
	}
	if err := cmd.Wait(); err != nil && ctx.Err() == nil {
		take(Told{Seed: seed, Broken: "the process ended: " + err.Error(), Trace: strings.Split(said.String(), "\n")})
	}
	return nil
}

// show prints a story that somebody wants to read, or that broke a promise.
func (r Run) show(t Told) {
	if r.Traced || t.Broken != "" {
		for _, line := range t.Trace {
			fmt.Fprintln(r.Out, line)
		}
	}
	if t.Broken != "" {
		fmt.Fprintf(r.Out, "\nseed %d broke a promise: %s\nstory %016x, %d lines; to see it again:\n  %s\n", t.Seed, t.Broken, t.Hash, t.Lines, t.Command())
	}
}
