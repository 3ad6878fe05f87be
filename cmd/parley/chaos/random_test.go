package chaos

import (
	"bytes"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"parley/cmd/parley/demo"
	"parley/cmd/parley/simulate"
)

// seed is that of a run, printed so that it can be set again.
func seed(t testing.TB) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(os.Getenv("PARLEY_CHAOS_SEED"), 10, 64)
	if err != nil {
		n = uint64(time.Now().UnixNano()) % 1_000_000
	}
	t.Logf("PARLEY_CHAOS_SEED=%d", n)
	return n
}

// kills is how many random kills a run has: few in every test run, many at night.
func kills(t testing.TB, few int) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("PARLEY_CHAOS_KILLS"))
	if err != nil {
		return few
	}
	return n
}

// freeAddress is a loopback address that nobody listens on now.
func freeAddress(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// simulation is the load of all simulated customers and operators with every
// fault of the providers, for as long as work takes; its verdict is the test's.
func simulation(t *testing.T, v *server, seed uint64, rate float64, work func()) simulate.Verdict {
	t.Helper()
	o := simulate.Options{
		URL: v.url, Customers: 12, Rate: rate, Duration: time.Hour, Grace: 90 * time.Second, Seed: seed, Faults: "all", Operators: 4,
		Channels: demo.Channels(), Listen: v.setup.World[len("http://"):], Killed: true, Admin: &simulate.SignIn{Login: "root", Password: "parley-demo-root"},
	}
	for _, s := range demo.Simulated()[:o.Operators] {
		o.SignIns = append(o.SignIns, simulate.SignIn{Login: s.Login, Password: s.Password})
	}
	out := &announced{begun: make(chan struct{})}
	o.Out = out
	ctx, enough := contextOf(t)
	verdicts := make(chan simulate.Verdict, 1)
	failed := make(chan error, 1)
	go func() {
		verdict, err := simulate.Run(ctx, o)
		failed <- err
		verdicts <- verdict
	}()
	select {
	case <-out.begun: // everybody has signed in and is connected
		work()
	case <-time.After(patience):
		t.Error("the simulation does not begin")
	}
	enough()
	if err := <-failed; err != nil {
		t.Fatal(err)
	}
	t.Log(out.String())
	verdict := <-verdicts
	if !verdict.Clean() || !verdict.Settled {
		t.Errorf("not clean, or not at rest in time")
	}
	if verdict.Sent == 0 || verdict.Answers == 0 {
		t.Errorf("%d sent, %d answered: the run did nothing", verdict.Sent, verdict.Answers)
	}
	return verdict
}

// announced is the output of a simulation, which begins with its first word.
type announced struct {
	bytes.Buffer
	once  sync.Once
	begun chan struct{}
}

// Write keeps the text.
func (a *announced) Write(p []byte) (int, error) {
	a.once.Do(func() { close(a.begun) })
	return a.Buffer.Write(p)
}

// TestRandomKills kills the server again and again while customers write,
// providers misbehave in every way, and operators accept, answer, transfer and
// finish: nothing acknowledged is lost, nothing is doubled, order is kept, and in
// the end nobody holds a slot for nothing (I1-I6, S102).
func TestRandomKills(t *testing.T) {
	t.Parallel()
	n := seed(t)
	rnd := rand.New(rand.NewPCG(n, 1))
	v := newServer(t, setup{World: "http://" + freeAddress(t)})
	t.Logf("first start %s", v.start())
	count := kills(t, 6)
	slowest := time.Duration(0)
	verdict := simulation(t, v, n, 20, func() {
		for range count {
			time.Sleep(time.Duration(50+rnd.IntN(750)) * time.Millisecond)
			v.kill()
			slowest = max(slowest, v.start())
		}
		time.Sleep(300 * time.Millisecond)
	})
	t.Logf("%d kills, slowest start %s: %d lines and %d answers acknowledged, %d lost, %d doubled, %d out of order, %d answers of unknown fate",
		v.kills, slowest, verdict.Seen, verdict.Answers, verdict.Lost+verdict.AnswersLost, verdict.Doubled+verdict.AnswersDoubled,
		verdict.Reordered+verdict.AnswersReordered, verdict.Unknown)
	nothingLeft(t, v)
	everyFileCame(t, v)
}
