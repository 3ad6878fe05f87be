package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"parley/cmd/parley/demo"
	"parley/cmd/parley/simulate"
	"parley/config"
)

type simulateCmd struct {
	URL       string        `help:"The server; by default where --config says, else http://127.0.0.1:8080." placeholder:"URL" name:"url"`
	Config    string        `help:"The server's own configuration; without it a demo server is expected." placeholder:"FILE" type:"path"`
	Customers int           `help:"How many customers write." default:"20"`
	Rate      float64       `help:"Messages per second over all customers." default:"5"`
	Duration  time.Duration `help:"How long they write." default:"30s"`
	Grace     time.Duration `help:"How long everything may take to settle afterwards." default:"60s"`
	Seed      uint64        `help:"Makes the same choices again; 0 = by the clock."`
	Faults    string        `help:"Comma list of faults, or all." placeholder:"LIST"`
	Operators int           `help:"How many simulated operators answer; 0 drives customers only."`
	JSON      bool          `help:"Print one JSON object." name:"json"`
}

// Run drives and judges; exit 1 unless the verdict is clean.
func (c *simulateCmd) Run(ctx context.Context) error {
	o := simulate.Options{
		URL: c.URL, Customers: c.Customers, Rate: c.Rate, Duration: c.Duration, Grace: c.Grace, Seed: c.Seed,
		Faults: c.Faults, Operators: c.Operators, Out: os.Stdout, JSON: c.JSON,
	}
	var err error
	if c.Config != "" {
		o, err = c.fromConfig(o)
	} else {
		o, err = demoOptions(ctx, o)
	}
	if err != nil {
		return err
	}
	verdict, err := simulate.Run(ctx, o)
	if err != nil {
		return err
	}
	if !verdict.Clean() {
		return failure{1}
	}
	return nil
}

func (c *simulateCmd) fromConfig(o simulate.Options) (simulate.Options, error) {
	cfg, problems := load(c.Config, nil)
	if config.Failed(problems) {
		print(os.Stderr, problems)
		return o, fmt.Errorf("the configuration %s has errors", c.Config)
	}
	return o.FromConfig(cfg)
}

// demoOptions are for a demo server: its constants, and where its simulator is.
func demoOptions(ctx context.Context, o simulate.Options) (simulate.Options, error) {
	o.URL = cmp.Or(o.URL, "http://127.0.0.1:8080")
	control, err := findSimulator(ctx, o.URL)
	if err != nil {
		return o, err
	}
	o.Control, o.Channels = control, demo.Channels()
	for _, s := range demo.Simulated() {
		o.SignIns = append(o.SignIns, simulate.SignIn{Login: s.Login, Password: s.Password})
	}
	for _, s := range demo.SignIns() {
		if s.Role == "administrator" {
			o.Admin = &simulate.SignIn{Login: s.Login, Password: s.Password}
		}
	}
	return o, nil
}

// findSimulator asks a demo server where its simulator is.
func findSimulator(ctx context.Context, url string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(url, "/")+"/readyz", nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", fmt.Errorf("no server answers at %s (start one: parley serve --demo): %w", url, err)
	}
	defer res.Body.Close()
	var ready struct {
		Parts []struct{ Name, Detail string }
	}
	if err := json.NewDecoder(res.Body).Decode(&ready); err != nil {
		return "", fmt.Errorf("%s/readyz: %w", url, err)
	}
	for _, p := range ready.Parts {
		if p.Name == "simulator" {
			return p.Detail, nil
		}
	}
	return "", errors.New("the server has no built-in simulator: give its configuration with --config FILE")
}
