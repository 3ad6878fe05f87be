package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/cmd/parley/app"
	"parley/cmd/parley/bench"
	"parley/config"
	"parley/gateway/template"
	"parley/persistence/redisstore/redistest"
)

// serveFlag makes the test's own program a server: the process that is killed.
const serveFlag = "PARLEY_BENCH_SERVE"

func TestMain(m *testing.M) {
	if os.Getenv(serveFlag) != "" {
		os.Exit(serve(os.Args[1], os.Args[2]))
	}
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"), // ends at its next round
	)
}

// child is a process of this program that serves.
func child(file, listen string) *exec.Cmd {
	c := exec.Command(os.Args[0], file, listen)
	c.Env = append(os.Environ(), serveFlag+"=yes")
	return c
}

func serve(file, listen string) int {
	cfg, problems := config.Load(file, nil, config.Flags{"listen": listen})
	if config.Failed(append(problems, cfg.Validate([]string{"everyone"}, template.Check)...)) {
		return 1
	}
	if _, err := app.Start(context.Background(), app.Options{Config: cfg, Log: slog.New(slog.DiscardHandler)}); err != nil {
		return 1
	}
	select {} // until it is killed
}

// boot starts the real server.
func boot(t *testing.T) func(context.Context, config.Config) (bench.Server, error) {
	return func(ctx context.Context, cfg config.Config) (bench.Server, error) {
		for _, p := range cfg.Validate([]string{"everyone"}, template.Check) {
			t.Errorf("the bench's own configuration: %v", p)
		}
		return app.Start(ctx, app.Options{Config: cfg, Log: slog.New(slog.DiscardHandler)})
	}
}

func small(t *testing.T) bench.Options {
	return bench.Options{
		Duration: 400 * time.Millisecond, Connections: 8, Customers: 24, Operators: 3, Rate: 200, Dir: t.TempDir(), Boot: boot(t), Child: child,
	}
}

func TestEveryBenchGivesAResultBesideItsCeiling(t *testing.T) {
	t.Parallel()
	closed := []string{"rate", "ceiling", "ratio", "p50_ms", "p99_ms", "ceiling_p99_ms", "cpu_us", "ceiling_cpu_us", "bytes", "seconds"}
	for _, tc := range []struct {
		name string
		more []string // numbers beyond those of all
		zero []string
	}{
		{"http", closed, []string{"refused"}},
		{"store", closed, []string{"refused"}},
		{"pipeline", append([]string{"http", "store"}, closed...), []string{"refused"}},
		{"ingest", closed, []string{"lost", "doubled", "refused"}},
		{"answer", []string{"rate", "p50_ms", "p99_ms", "ceiling_p99_ms", "cpu_us", "bytes", "seconds"}, []string{"refused"}},
		{"deliver", []string{"rate", "p50_ms", "p99_ms", "ceiling_p99_ms", "cpu_us", "bytes", "seconds"}, []string{"lost", "doubled", "reordered", "refused"}},
		{"accept", []string{"rate", "ceiling", "ratio", "p50_ms", "p99_ms", "cpu_us", "rounds", "seconds"}, []string{"wrong"}},
		{"resume", []string{"rate", "p50_ms", "p99_ms", "ceiling_p99_ms", "cpu_us", "seconds"}, []string{"lost", "doubled", "reordered"}},
		{"recover", []string{"p50_ms", "p99_ms", "ceiling_p99_ms", "seconds"}, []string{"wrong"}},
		{"soak", []string{"rate", "ceiling", "p99_ms", "seconds"}, []string{"refused"}},
		{"memory", []string{"seconds"}, nil},
		{"route", []string{"rate", "ceiling", "ratio", "cpu_us", "ceiling_cpu_us", "offers", "accepts", "bytes", "seconds"}, []string{"refused"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := small(t)
			result, err := bench.Run(t.Context(), tc.name, o)
			if err != nil {
				t.Fatal(err)
			}
			printed := object(t, result)
			if printed["name"] != tc.name {
				t.Errorf("name %v", printed["name"])
			}
			for _, key := range tc.more {
				if n, ok := printed[key].(float64); !ok || n <= 0 {
					t.Errorf("%s is %v, want a number above 0", key, printed[key])
				}
			}
			for _, key := range tc.zero {
				if n, ok := printed[key].(float64); !ok || n != 0 {
					t.Errorf("%s is %v, want 0", key, printed[key])
				}
			}
			if left, err := os.ReadDir(o.Dir); err != nil || len(left) != 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
			table(t, result, tc.name)
		})
	}
}

func TestBenchesOverRedis(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip(redistest.ErrMissing)
	}
	for _, name := range []string{"store", "pipeline", "ingest", "deliver"} {
		o := small(t)
		o.Store = "redis"
		result, err := bench.Run(t.Context(), name, o)
		if err != nil || result.Rate == nil || *result.Rate <= 0 {
			t.Errorf("%s: %+v, %v", name, result, err)
		}
		if left, err := os.ReadDir(o.Dir); err != nil || len(left) != 0 {
			t.Errorf("%s left behind: %v, %v", name, left, err)
		}
	}
	if _, err := bench.Run(t.Context(), "route", bench.Options{Store: "redis", Boot: boot(t)}); !errors.Is(err, bench.ErrUnknown) {
		t.Errorf("route: %v", err)
	}
}

// object prints a result as JSON and reads the one object that must come.
func object(t *testing.T, r bench.Result) map[string]any {
	t.Helper()
	var out bytes.Buffer
	if err := r.Print(&out, true); err != nil {
		t.Fatal(err)
	}
	var printed map[string]any
	if err := json.Unmarshal(out.Bytes(), &printed); err != nil {
		t.Fatalf("not one JSON object: %v\n%s", err, out.Bytes())
	}
	return printed
}

func table(t *testing.T, r bench.Result, name string) {
	t.Helper()
	var out strings.Builder
	if err := r.Print(&out, false); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), name+": ") || !strings.Contains(out.String(), "p99 ms") && !strings.Contains(out.String(), "bytes") {
		t.Errorf("the table:\n%s", out.String())
	}
}

func TestUnknownNamesAreToldWhatThereIs(t *testing.T) {
	t.Parallel()
	_, err := bench.Run(t.Context(), "htpp", bench.Options{})
	if !errors.Is(err, bench.ErrUnknown) {
		t.Fatal(err)
	}
	for _, e := range bench.Names() {
		if !strings.Contains(err.Error(), e.Name) || e.Summary == "" {
			t.Errorf("%v does not name %+v", err, e)
		}
	}
	if _, err := bench.Run(t.Context(), "store", bench.Options{Store: "paper"}); !errors.Is(err, bench.ErrUnknown) || !strings.Contains(err.Error(), "pebble") {
		t.Errorf("store: %v", err)
	}
}

func TestWhatCannotBeMeasuredIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := bench.Run(t.Context(), "ingest", bench.Options{}); err == nil || !strings.Contains(err.Error(), "server") {
		t.Errorf("without a server: %v", err)
	}
	if _, err := bench.Run(t.Context(), "http", bench.Options{Rate: -1}); err == nil {
		t.Error("a negative rate was taken")
	}
}

func TestAnInterruptedRunEndsAndCleansUp(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"store", "deliver"} {
		o := small(t)
		o.Duration = time.Hour
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		_, err := bench.Run(ctx, name, o)
		cancel()
		if err == nil {
			t.Errorf("%s: an hour is over early", name)
		}
		if left, err := os.ReadDir(o.Dir); err != nil || len(left) != 0 {
			t.Errorf("%s left behind: %v, %v", name, left, err)
		}
	}
}

func TestAProfileIsWritten(t *testing.T) {
	t.Parallel()
	o := small(t)
	o.Profile = t.TempDir() + "/cpu"
	if _, err := bench.Run(t.Context(), "http", o); err != nil && !strings.Contains(err.Error(), "profiling already in use") {
		t.Fatal(err)
	}
	if info, err := os.Stat(o.Profile); err != nil || info.Size() == 0 {
		t.Errorf("profile: %v, %v", info, err)
	}
}
