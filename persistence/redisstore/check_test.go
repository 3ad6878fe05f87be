package redisstore

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/actors/commit"
	"parley/persistence/redisstore/redistest"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		args []string
		want []string
		lax  bool // relaxed opens it
	}{
		{"a server without a log", []string{"--appendonly", "no"}, []string{`appendonly is "no"`, "durability: relaxed"}, true},
		{"a log synced once a second", []string{"--appendfsync", "everysec"}, []string{`appendfsync is "everysec", must be "always"`}, true},
		{"no sync during a rewrite", []string{"--no-appendfsync-on-rewrite", "yes"}, []string{"no-appendfsync-on-rewrite"}, true},
		{"eviction", []string{"--maxmemory-policy", "allkeys-lru"}, []string{`maxmemory-policy is "allkeys-lru"`}, true},
		{"a server whose settings are secret", []string{"--rename-command", "CONFIG", ""}, []string{"CONFIG GET", "+config|get"}, true},
		{"a replica", []string{"--replicaof", "127.0.0.1", "1"}, []string{"replica", "primary"}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := redistest.Start(t, tc.args...)
			s, err := Open(t.Context(), r.URL(), small())
			if err == nil {
				_ = s.Close()
				t.Fatal("opened")
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v, want %q", err, want)
				}
			}
			o := small()
			o.Relaxed = true
			s, err = Open(t.Context(), r.URL(), o)
			if (err == nil) != tc.lax {
				t.Fatalf("relaxed: %v", err)
			}
			if err == nil {
				if s.Notes() == "" || s.Ready() != nil {
					t.Errorf("notes %q, ready %v", s.Notes(), s.Ready())
				}
				_ = s.Close()
			}
		})
	}
}

func TestOpenRefusesData(t *testing.T) {
	t.Parallel()
	url := server(t).URL()
	for name, tc := range map[string]struct{ format, want string }{
		"of another partition count": {"1 64", "made with 64 partitions, the configuration says 8: set it back to 64"},
		"of a newer format":          {"3 8", "start the newer program"},
		"of another program":         {"hello", "not Parley's"},
	} {
		o := small()
		first := opened(t, url, o)
		if err := first.write.Set(t.Context(), first.space.format(), tc.format, 0).Err(); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), url, o); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOpenWaitsForAServer(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t, "--key-load-delay", "1000") // microseconds per key: loading takes a while
	s := mustOpen(t, r.URL(), small())
	mustCommit(t, s, 1, mustClaim(t, s, 1), 1, 3)
	for i := range 500 {
		if _, err := r.Do("SET", fmt.Sprint("filler", i), "x"); err != nil {
			t.Fatal(err)
		}
	}
	o := s.opts
	if err := errors.Join(s.Close(), r.Kill()); err != nil {
		t.Fatal(err)
	}
	o.StartTimeout = 200 * time.Millisecond
	if _, err := Open(t.Context(), r.URL(), o); err == nil {
		t.Fatal("opened without a server")
	}
	o.StartTimeout = 30 * time.Second
	if err := r.Launch(); err != nil {
		t.Fatal(err)
	}
	once(t, opened(t, r.URL(), o), 1, 3)
}

// While a server loads its log it answers LOADING: that is 503, not an end.
func TestALoadingServerIsUnavailable(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t, "--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024")
	s := opened(t, r.URL(), small())
	epoch := mustClaim(t, s, 1)
	mustCommit(t, s, 1, epoch, 1, 300)
	if err := errors.Join(r.Kill(), r.Launch()); err != nil {
		t.Fatal(err)
	}
	loading := false
	eventually(t, "an answer", func() bool {
		_, err := s.Commit(t.Context(), batchOf(1, epoch, 301))
		if err != nil && !errors.Is(err, commit.ErrUnavailable) {
			t.Fatal(err)
		}
		loading = loading || err != nil && strings.Contains(err.Error(), "LOADING")
		return err == nil
	})
	if !loading {
		t.Error("the server was never met loading")
	}
	once(t, s, 1, 301)
}

// A setting changed under way stops the writing, and changed back lets it go on.
func TestAServerThatStopsKeepingThePromise(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t)
	o, log := small(), &lines{}
	o.WatchEvery, o.Log = 20*time.Millisecond, slog.New(slog.NewTextHandler(log, nil))
	s := opened(t, r.URL(), o)
	epoch := mustClaim(t, s, 1)
	mustCommit(t, s, 1, epoch, 1, 1)
	if _, err := r.Do("CONFIG", "SET", "appendfsync", "everysec"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "not ready", func() bool { return s.Ready() != nil })
	if _, err := s.Commit(t.Context(), batchOf(1, epoch, 2)); !errors.Is(err, commit.ErrUnavailable) {
		t.Fatal(err)
	}
	if _, err := r.Do("CONFIG", "SET", "appendfsync", "always"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "ready again", func() bool { return s.Ready() == nil })
	mustCommit(t, s, 1, epoch, 2, 2)
	if text := log.String(); strings.Count(text, "the store has a problem") != 1 || !strings.Contains(text, "sound again") {
		t.Errorf("log:\n%s", text)
	}
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t)
	if _, err := r.Do("CONFIG", "SET", "requirepass", "sesame"); err != nil {
		t.Fatal(err)
	}
	o := small()
	o.StartTimeout = 300 * time.Millisecond
	if _, err := Open(t.Context(), r.URL(), o); err == nil || !strings.Contains(err.Error(), "NOAUTH") {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), "redis://:wrong@"+r.Addr, o); err == nil || strings.Contains(err.Error(), "wrong@") {
		t.Fatal(err)
	}
	opened(t, "redis://:sesame@"+r.Addr, small())
	for text, want := range map[string]string{
		"redis://127.0.0.1": "", "redis://localhost:1": "", "redis://[::1]": "", "redis://db": "db:6379", "redis://:p@db": "",
		"redis+cluster://127.0.0.1:1,10.0.0.1:2": "10.0.0.1:2",
	} {
		if a, err := parseAddress(text); err != nil || a.exposed() != want {
			t.Errorf("%s: %q, %v", text, a.exposed(), err)
		}
	}
}

// lines is a log that may be read while it is written.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// Somebody is told before memory is full.
func TestMemoryThatRunsOutIsTold(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t, "--maxmemory", "100mb")
	o, log := small(), &lines{}
	o.WatchEvery, o.Log = 20*time.Millisecond, slog.New(slog.NewTextHandler(log, nil))
	s := opened(t, r.URL(), o)
	if s.Notes() != "" || s.Stats().MemoryPercent >= crowded {
		t.Fatalf("%q, %d %%", s.Notes(), s.Stats().MemoryPercent)
	}
	text, err := r.Do("INFO", "memory")
	used, _ := strconv.Atoi(parseInfo(text)["used_memory"])
	if err != nil || used == 0 {
		t.Fatalf("%v: %s", err, text)
	}
	limit := func(bytes int) {
		if _, err := r.Do("CONFIG", "SET", "maxmemory", strconv.Itoa(bytes)); err != nil {
			t.Fatal(err)
		}
	}
	limit(used * 100 / 90)
	eventually(t, "a note", func() bool { return strings.Contains(s.Notes(), "full") })
	if s.Ready() != nil || strings.Count(log.String(), "nearly full") != 1 {
		t.Fatalf("ready %v, log:\n%s", s.Ready(), log)
	}
	limit(used / 2) // now every write is refused
	eventually(t, "not ready", func() bool { return s.Ready() != nil })
	limit(used * 2)
	eventually(t, "ready again", func() bool { return s.Ready() == nil && s.Notes() == "" })
}

// A user who may do no more than README.md says can do everything here.
func TestTheLeastUser(t *testing.T) {
	t.Parallel()
	r := redistest.Start(t)
	rights := append([]string{"ACL", "SETUSER", "parley", "on", ">sesame"}, strings.Fields(leastRights)...)
	if _, err := r.Do(rights...); err != nil {
		t.Fatal(err)
	}
	o := small()
	o.Prefix = "" // as in production
	s, _ := movingStore(t, "redis://parley:sesame@"+r.Addr, o)
	epoch := mustClaim(t, s, 1)
	mustCommit(t, s, 1, epoch, 1, 3)
	persist(t, s, settling(2, mustClaim(t, s, 2), 1, 3))
	mustMove(t, s)
	wantChats(t, s, 2, 1, 3)
	once(t, s, 1, 3)
	if _, err := s.Dues(t.Context(), 1, commit.DueEntity{}, 0); err != nil {
		t.Fatal(err)
	}
	if err := s.Sweep(t.Context(), batchOf(1, 1, 1).At+30*24*3600*1000); err != nil {
		t.Fatal(err)
	}
	if denied, err := r.Do("ACL", "LOG"); err != nil || denied != "" {
		t.Fatalf("denied: %s, %v", denied, err)
	}
	if err := s.write.ConfigSet(t.Context(), "appendfsync", "no").Err(); err == nil {
		t.Fatal("it may change settings")
	}
}

const leastRights = "resetchannels ~parley:* ~{parley:* +@read +@write +@scripting +@connection +info +config|get -@dangerous +info +config|get"
