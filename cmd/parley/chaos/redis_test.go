package chaos

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/gateway/channel/simulator"
	"parley/persistence/redisstore/redistest"
)

// TestRandomKillsOnRedis kills redis-server, the server, or both, and holds
// redis-server still for longer than a commit may take, while everybody works: the
// same is asked as on Pebble, and nobody helps (I1-I6).
func TestRandomKillsOnRedis(t *testing.T) {
	t.Parallel()
	n := seed(t)
	rnd := rand.New(rand.NewPCG(n, 4))
	r := redistest.Start(t)
	v := newServer(t, setup{World: "http://" + freeAddress(t), Store: r.URL()})
	t.Logf("first start %s", v.start())
	count := kills(t, 6)
	done := map[string]int{}
	verdict := simulation(t, v, n, 20, func() {
		for i := range count {
			time.Sleep(time.Duration(50+rnd.IntN(750)) * time.Millisecond)
			what := []string{"redis", "both", "server", "redis"}[i%4]
			if i%20 == 5 {
				what = "stop" // rare: it lasts
			}
			done[what]++
			strike(t, what, v, r, rnd)
		}
		time.Sleep(300 * time.Millisecond)
	})
	t.Logf("%v: %d lines and %d answers acknowledged, %d lost, %d doubled, %d out of order, %d answers of unknown fate",
		done, verdict.Seen, verdict.Answers, verdict.Lost+verdict.AnswersLost, verdict.Doubled+verdict.AnswersDoubled,
		verdict.Reordered+verdict.AnswersReordered, verdict.Unknown)
	nothingLeft(t, v)
	everyFileCame(t, v)
}

// strike does one of the bad things, and puts right what a supervisor of processes
// would: what has died is started again.
func strike(t *testing.T, what string, v *server, r *redistest.Server, rnd *rand.Rand) {
	t.Helper()
	var err error
	switch what {
	case "redis":
		err = r.Kill()
		time.Sleep(time.Duration(rnd.IntN(400)) * time.Millisecond)
		if err == nil {
			err = r.Start()
		}
	case "both":
		err = r.Kill()
		v.kill()
		if err == nil {
			err = r.Start()
		}
		v.start()
	case "server":
		v.kill()
		v.start()
	case "stop":
		err = r.Pause()
		time.Sleep(6 * time.Second) // the longest commit may take 5
		if err == nil {
			err = r.Continue()
		}
	}
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// TestCrashPointsOnRedis passes every named point once but d, which is below an
// embedded database.
func TestCrashPointsOnRedis(t *testing.T) {
	if kills(t, 0) == 0 {
		t.Skip("set PARLEY_CHAOS_KILLS: on Pebble the same points are passed in every run")
	}
	t.Parallel()
	n := seed(t)
	rnd := rand.New(rand.NewPCG(n, 5))
	r := redistest.Start(t)
	o := openOffice(t, setup{Store: r.URL()}, n, simulator.Batch)
	var victims []victim
	for range rounds(t) {
		for _, point := range points {
			if point == "d" {
				continue
			}
			v := victim{point: point, name: o.crash(point, 1+rnd.IntN(4))}
			o.unanswered(v)
			victims = append(victims, v)
			if rnd.IntN(3) == 0 {
				if err := r.Restart(); err != nil {
					t.Fatal(err)
				}
			}
			t.Logf("point %-2s victim %q, serving again in %s", v.point, v.name, o.v.start())
		}
		o.rest()
		o.judge(victims, o.audit())
		o.goOn()
	}
}

// TestRedisCannotWrite: while redis-server stands still, is full, or still loads its
// data, webhooks are answered 503 in time, readiness says so, memory stays bounded,
// and afterwards all goes on by itself with nothing lost.
func TestRedisCannotWrite(t *testing.T) {
	t.Parallel()
	n := seed(t)
	r := redistest.Start(t, "--key-load-delay", "2000", "--loading-process-events-interval-bytes", "1024")
	o := openOffice(t, setup{Store: r.URL()}, n, simulator.Duplicates)
	o.acknowledgedNext()
	memory := o.v.memory()
	troubles := []struct {
		name        string
		begin, over func() error
	}{
		{"stands still", r.Pause, r.Continue},
		{"is full", func() error { return set(r, "maxmemory", "1mb") }, func() error { return set(r, "maxmemory", "0") }},
		{"loads its data", func() error { return ended(r.Kill(), r.Launch()) }, func() error { return loaded(t, r) }},
	}
	for _, trouble := range troubles {
		if err := trouble.begin(); err != nil {
			t.Fatalf("%s: %v", trouble.name, err)
		}
		if trouble.name != "loads its data" { // how long that takes is not ours to say
			o.refused(trouble.name)
		}
		if err := trouble.over(); err != nil {
			t.Fatalf("%s, end: %v", trouble.name, err)
		}
		o.acknowledgedNext()
		until(t, "readiness", func() string {
			status, ready, err := o.v.call("GET", "/readyz", "", nil)
			if status != 200 {
				return fmt.Sprint(status, spelled(ready), err)
			}
			return ""
		})
	}
	o.rest()
	o.audit()
	if now := o.v.memory(); now > 2*memory+(200<<20) {
		t.Errorf("%d MB of memory, it were %d", now>>20, memory>>20)
	}
}

// refused waits until customers' messages are answered 503 and readiness says why.
func (o *office) refused(what string) {
	o.t.Helper()
	since := time.Now()
	until(o.t, "a 503 while Redis "+what, func() string {
		for _, r := range o.world.Reports() {
			if r.Acked.IsZero() && r.LastStatus == 503 && r.Created.Add(15*time.Second).After(since) {
				return ""
			}
		}
		return "none yet"
	})
	until(o.t, "readiness to say so", func() string {
		status, ready, err := o.v.call("GET", "/readyz", "", nil)
		if status != 503 {
			return fmt.Sprint(status, spelled(ready), err)
		}
		return ""
	})
	o.t.Logf("while Redis %s: refused and not ready after %s", what, time.Since(since).Round(time.Millisecond))
}

func set(r *redistest.Server, name, value string) error {
	_, err := r.Do("CONFIG", "SET", name, value)
	return err
}

// loaded waits until the server answers.
func loaded(t *testing.T, r *redistest.Server) error {
	said := map[string]bool{}
	until(t, "redis-server to load", func() string {
		got, err := r.Do("PING")
		if err == nil && got == "PONG" {
			return ""
		}
		said[fmt.Sprint(err)] = true
		return fmt.Sprint(got, err)
	})
	t.Logf("while it loaded it said %v", said)
	return nil
}

func ended(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// memory is what the process holds, in bytes.
func (v *server) memory() int {
	v.t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", v.cmd.Process.Pid))
	if err != nil {
		v.t.Skipf("the system does not tell: %v", err)
	}
	_, rest, _ := strings.Cut(string(raw), "VmRSS:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		v.t.Fatal(err)
	}
	return kb << 10
}
