package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"time"

	"parley/cmd/parley/verify"
)

type verifyCmd struct {
	Seed  uint64 `help:"Seed of the first story; without it the clock gives one."`
	Runs  int    `help:"How many stories, each with its own seed." default:"200"`
	Steps int    `help:"Stimuli per story." default:"120"`
	Trace bool   `help:"Print every line of what happens."`
	Jobs  int    `help:"Processes side by side; 0 = one per processor." default:"0"`
	Step  int    `hidden:"" default:"0"` // of a child: distance between its seeds
}

// enough is how many stories must have reached everything that can happen.
const enough = 200

// Run tells stories and says whether every promise held.
func (c *verifyCmd) Run(ctx context.Context) error {
	if c.Seed == 0 {
		c.Seed = uint64(time.Now().UnixMilli())
	}
	if c.Step > 0 {
		verify.Work(c.Seed, c.Step, c.Runs, verify.Story{Steps: c.Steps, Traced: c.Trace}, os.Stdout)
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	fmt.Printf("seed %d, %d stories\n", c.Seed, c.Runs)
	run := verify.Run{
		First: c.Seed, Stories: c.Runs, Traced: c.Trace, Workers: c.Jobs, Out: os.Stdout,
		Worker: func(ctx context.Context, first uint64, step, n int) *exec.Cmd {
			args := []string{"verify", "--seed", strconv.FormatUint(first, 10), "--step", strconv.Itoa(step), "--runs", strconv.Itoa(n), "--steps", strconv.Itoa(c.Steps)}
			if c.Trace {
				args = append(args, "--trace")
			}
			cmd := exec.CommandContext(ctx, self, args...)
			cmd.Env = verify.Environment()
			return cmd
		},
	}
	if run.Workers <= 0 {
		run.Workers = runtime.NumCPU()
	}
	if c.Steps >= verify.DefaultSteps {
		run.Complete = enough
	}
	v, err := run.Do(ctx)
	if err != nil {
		return err
	}
	return c.judge(v)
}

// judge prints what came of it.
func (c *verifyCmd) judge(v verify.Verdict) error {
	fmt.Printf("%d stories in %v (%.1f a second), %v of virtual time, %d things happened\n",
		v.Stories, v.Took.Round(time.Millisecond), float64(v.Stories)/v.Took.Seconds(), v.Virtual.Round(time.Second), v.Lines)
	if c.Runs > 1 {
		names := make([]string, 0, len(v.Saw))
		for name := range v.Saw {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			fmt.Printf("%8d  %s\n", v.Saw[name], name)
		}
	}
	for _, what := range v.Missed {
		fmt.Println("never reached:", what)
	}
	if !v.OK() {
		fmt.Println("verify: FAILED")
		return failure{1}
	}
	fmt.Println("verify: every promise held")
	return nil
}
