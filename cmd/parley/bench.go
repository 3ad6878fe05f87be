package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"time"

	"parley/cmd/parley/app"
	"parley/cmd/parley/bench"
	"parley/config"
)

type benchCmd struct {
	Name     string        `arg:"" optional:"" help:"What to measure; without it the names are listed."`
	Duration time.Duration `help:"How long to measure, the ceiling included." default:"20s"`
	Store    string        `help:"Which store: pebble, or redis (a redis-server of its own in a temporary folder)." default:"pebble"`
	Rate     float64       `help:"Messages per second of deliver (default 1000) and resume (500)."`
	JSON     bool          `help:"Print one JSON object." name:"json"`
	Profile  string        `help:"File for a CPU profile of what is measured." placeholder:"FILE" type:"path"`
}

// Run measures one thing, or lists what can be measured.
func (c *benchCmd) Run(ctx context.Context) error {
	if c.Name == "" {
		for _, e := range bench.Names() {
			fmt.Printf("%-10s %s\n", e.Name, e.Summary)
		}
		return nil
	}
	result, err := bench.Run(ctx, c.Name, bench.Options{
		Duration: c.Duration, Store: c.Store, Rate: c.Rate, Profile: c.Profile, Boot: boot, Child: child,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return err
	}
	if err := result.Print(os.Stdout, c.JSON); err != nil {
		return err
	}
	if len(result.Grown) > 0 {
		return fmt.Errorf("%s grew: %s", c.Name, strings.Join(result.Grown, ", "))
	}
	return nil
}

// boot starts a complete server in this process.
func boot(ctx context.Context, cfg config.Config) (bench.Server, error) {
	return app.Start(ctx, app.Options{Config: cfg, Log: slog.New(slog.DiscardHandler), Version: version})
}

// child is this very program, serving.
func child(file, listen string) *exec.Cmd {
	return exec.Command(os.Args[0], "serve", "--config", file, "--listen", listen)
}
