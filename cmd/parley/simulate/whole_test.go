package simulate_test

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/cmd/parley/app"
	"parley/cmd/parley/demo"
	"parley/cmd/parley/simulate"
	"parley/config"
)

// A longer or other run than the test's own: go test ./cmd/parley/simulate -run Whole -sim.duration 60s -sim.seed 7
var (
	simSeed      = flag.Uint64("sim.seed", 20, "seed of the whole run")
	simDuration  = flag.Duration("sim.duration", 2*time.Second, "how long customers write")
	simRate      = flag.Float64("sim.rate", 25, "messages per second")
	simCustomers = flag.Int("sim.customers", 18, "customers")
	simOperators = flag.Int("sim.operators", 4, "operators")
	simFaults    = flag.String("sim.faults", "all", "faults")
	simLog       = flag.Bool("sim.log", false, "keep the server's log in the test's folder and print where")
)

// demoServer runs the demo company on a free port with its stage.
func demoServer(t *testing.T) (*app.App, *demo.Stage) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	if *simLog {
		f, err := os.CreateTemp("", "simulate-*.log")
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("the server's log is %s", f.Name())
		t.Cleanup(func() { _ = f.Close() })
		log = slog.New(slog.NewJSONHandler(f, nil))
	}
	stage, err := demo.Open(log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stage.Close() })
	cfg := config.Default()
	cfg.Listen, cfg.PublicURL, cfg.Data = "127.0.0.1:0", "", filepath.Join(t.TempDir(), "data")
	cfg = demo.Company(cfg, stage.APIURL)
	a, err := app.Start(t.Context(), app.Options{Config: cfg, Log: log, Simulator: stage.URL()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		if err := a.Close(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return a, stage
}

// The issue's own words: it is clean with every fault on (S1-S8, S21-S31, S38-S46, I1-I8).
func TestTheWholeServerIsCleanWithEveryFault(t *testing.T) {
	t.Parallel()
	server, stage := demoServer(t)
	var out strings.Builder
	o := simulate.Options{
		URL: server.URL(), Customers: *simCustomers, Rate: *simRate, Duration: *simDuration, Grace: 60 * time.Second,
		Seed: *simSeed, Faults: *simFaults, Operators: *simOperators, Channels: demo.Channels(), Control: stage.URL(), Out: &out,
	}
	for _, s := range demo.Simulated() {
		o.SignIns = append(o.SignIns, simulate.SignIn{Login: s.Login, Password: s.Password})
	}
	v, err := simulate.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(out.String())
	if !v.Clean() || !v.Settled {
		t.Errorf("not clean, or not at rest in time")
	}
	if v.Sent == 0 || v.Answers == 0 {
		t.Errorf("%d sent, %d answered: the run did nothing", v.Sent, v.Answers)
	}
}
