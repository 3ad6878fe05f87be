package chaos

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait: this machine may have much else to do.
const patience = 60 * time.Second

// server is the child process, and what it said.
type server struct {
	t     testing.TB
	setup setup
	url   string

	mu      sync.Mutex // guards what follows
	cmd     *exec.Cmd
	orders  *os.File
	said    chan string
	exited  chan struct{}
	problem *bytes.Buffer
	kills   int
}

// newServer prepares a server on a free port; start runs it. It ends with the test.
func newServer(t testing.TB, s setup) *server {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Listen = free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	if s.Data == "" {
		s.Data = t.TempDir()
	}
	if dir := os.Getenv("PARLEY_CHAOS_LOG"); dir != "" {
		s.LogFile = filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "-")+".log")
	}
	v := &server{t: t, setup: s, url: "http://" + s.Listen}
	t.Cleanup(v.kill)
	return v
}

// launch begins a process and does not wait until it serves.
func (v *server) launch() {
	v.t.Helper()
	text, err := json.Marshal(v.setup)
	if err != nil {
		v.t.Fatal(err)
	}
	theirs, ours, err := os.Pipe()
	if err != nil {
		v.t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+string(text))
	cmd.Stdin = theirs
	out, err := cmd.StdoutPipe()
	if err != nil {
		v.t.Fatal(err)
	}
	problem := &bytes.Buffer{}
	cmd.Stderr = problem
	if err := cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	_ = theirs.Close()
	said, exited := make(chan string, 64), make(chan struct{})
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			said <- lines.Text()
		}
		close(said)
		_ = cmd.Wait()
		close(exited)
	}()
	v.mu.Lock()
	defer v.mu.Unlock()
	v.cmd, v.orders, v.said, v.exited, v.problem = cmd, ours, said, exited, problem
}

// start runs the server and waits until it serves; it reports how long that took.
func (v *server) start() time.Duration {
	v.t.Helper()
	begin := time.Now()
	v.launch()
	v.await("up ")
	return time.Since(begin)
}

// await waits for a line of the child that begins so and gives the rest.
func (v *server) await(prefix string) string {
	v.t.Helper()
	late := time.After(patience)
	for {
		select {
		case line, ok := <-v.said:
			if !ok {
				<-v.exited
				v.t.Fatalf("the server ended instead of saying %q: %v\n%s", prefix, v.cmd.ProcessState, v.problem)
			}
			if rest, found := strings.CutPrefix(line, prefix); found {
				return rest
			}
		case <-late:
			v.t.Fatalf("the server does not say %q", prefix)
		}
	}
}

// arm sets a trap in the running server.
func (v *server) arm(point string, n int) {
	v.t.Helper()
	if _, err := fmt.Fprintf(v.orders, "arm %s %d\n", point, n); err != nil {
		v.t.Fatal(err)
	}
	v.await("armed " + point)
}

// crashed waits until an armed trap has ended the process, and names its victim.
func (v *server) crashed(point string) string {
	v.t.Helper()
	victim := v.await("crash " + point)
	v.gone()
	return strings.TrimSpace(victim)
}

// kill ends the process at once. It may be gone already.
func (v *server) kill() {
	v.mu.Lock()
	cmd, exited := v.cmd, v.exited
	v.mu.Unlock()
	if cmd == nil {
		return
	}
	_ = cmd.Process.Kill()
	for range v.said { // what it still had to say must not hold its end up
	}
	<-exited
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.orders != nil {
		_ = v.orders.Close()
		v.orders = nil
		v.kills++
	}
}

// gone waits for the end of a process that ends by itself, and gives its code.
func (v *server) gone() int {
	v.t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	go func(said chan string) {
		for range said { // nobody waits for a line any more
		}
	}(v.said)
	select {
	case <-v.exited:
	case <-late.C:
		v.t.Fatal("the server does not end")
	}
	v.kill()
	return v.cmd.ProcessState.ExitCode()
}

// signal sends the process a signal.
func (v *server) signal(s syscall.Signal) {
	v.t.Helper()
	if err := v.cmd.Process.Signal(s); err != nil {
		v.t.Fatal(err)
	}
}
