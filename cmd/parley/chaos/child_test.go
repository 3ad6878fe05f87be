package chaos

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/cmd/parley/app"
	"parley/cmd/parley/demo"
	"parley/config"
)

// childEnv carries the setup of a child; where it is set the binary is a server.
const childEnv = "PARLEY_CHAOS_CHILD"

// setup is what a child is told.
type setup struct {
	Listen, Data, World, Store, LogFile string
	Limit                               int
	Accept, Completion, Grace           time.Duration
	Opening                             string // a point that is armed before the start
	OpeningHits                         int
}

func TestMain(m *testing.M) {
	if text, ok := os.LookupEnv(childEnv); ok {
		os.Exit(child(text))
	}
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue { // the stories wait most of their time
		if err := f.Value.Set("4"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	os.Exit(m.Run())
}

// child serves until it is told to end; the code is the process's.
func child(text string) int {
	var s setup
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	t := newTrap()
	if s.Opening != "" {
		t.arm(s.Opening, s.OpeningHits)
	}
	go t.obey(os.Stdin)
	log, err := s.log()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	err = app.Serve(ctx, app.Options{Config: s.config(), Log: log, Version: "chaos", Seams: t.seams()}, func(a *app.App) error {
		t.say("up " + a.URL())
		return nil
	}, nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, "parley:", err)
		return 1
	}
	return 0
}

func (s setup) log() (*slog.Logger, error) {
	if s.LogFile == "" {
		return slog.New(slog.DiscardHandler), nil
	}
	f, err := os.OpenFile(s.LogFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return slog.New(slog.NewJSONHandler(f, nil)), nil
}

// config is the demo company with few operators, on the parent's providers.
func (s setup) config() config.Config {
	cfg := config.Default()
	cfg.Listen, cfg.PublicURL, cfg.Data = s.Listen, "", s.Data
	cfg = demo.Company(cfg, func(channel string) string { return apiURL(s.World, channel) })
	superfluous := func(id string) bool { return strings.HasPrefix(id, "sim-") && id > "sim-04" }
	cfg.Operators = slices.DeleteFunc(cfg.Operators, func(o config.Operator) bool { return superfluous(o.ID) })
	cfg.Groups[0].Members = slices.DeleteFunc(cfg.Groups[0].Members, superfluous)
	if s.Store != "" {
		cfg.Store = config.Address(s.Store)
	}
	if s.Limit != 0 {
		cfg.Settings.SimultaneousChats = s.Limit
	}
	if s.Grace != 0 {
		cfg.Settings.DisconnectGrace = s.Grace
	}
	for i := range cfg.Queues {
		if s.Accept != 0 {
			cfg.Queues[i].AcceptTimeout = &s.Accept
		}
		if s.Completion != 0 {
			cfg.Queues[i].CompletionTimeout = &s.Completion
		}
	}
	cfg.Complete()
	return cfg
}

// apiURL is where a demo channel's provider is played.
func apiURL(world, channel string) string {
	if channel == "demo-tg" {
		return world
	}
	return world + "/v24.0"
}

// obey reads the parent's orders; when there are no more the parent is gone.
func (t *trap) obey(in io.Reader) {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var point string
		var n int
		if _, err := fmt.Sscanf(lines.Text(), "arm %s %d", &point, &n); err == nil {
			t.arm(point, n)
			t.say("armed " + point)
		}
	}
	die()
}
