package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"parley/actors/queue"
	"parley/config"
	"parley/gateway/template"
)

type checkCmd struct {
	Config string `help:"Configuration file." placeholder:"FILE" type:"path"`
}

// Run prints every problem; exit 1 on any error.
func (c *checkCmd) Run() error {
	_, problems := load(c.Config, nil)
	print(os.Stdout, problems)
	if config.Failed(problems) {
		return failure{1}
	}
	fmt.Println("The configuration is valid.")
	return nil
}

// load reads and validates a configuration.
func load(file string, flags config.Flags) (config.Config, []config.Problem) {
	cfg, problems := config.Load(file, os.Environ(), flags)
	problems = append(problems, cfg.Validate(ruleNames(), template.Check)...)
	return cfg, config.Sorted(problems)
}

func print(w io.Writer, problems []config.Problem) {
	for _, p := range problems {
		fmt.Fprintln(w, p)
	}
}

// ruleNames lists the routing rules a queue may name.
func ruleNames() []string { return slices.Sorted(maps.Keys(queue.Builtin())) }
