package browser

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
)

// server is a stage's server: one process after another on the same data.
type server struct {
	setup setup

	mu      sync.Mutex // one order at a time; guards what follows
	process *process   // nil while none runs
	ended   []error    // what was wrong with those that ran
}

// process is one run of the server.
type process struct {
	cmd    *exec.Cmd
	ours   *os.File // the child ends when this is closed
	up     chan string
	exited chan struct{}
	stderr bytes.Buffer // read it after exited
}

// start runs a server and waits until it serves; it gives its address.
func (v *server) start(ctx context.Context) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.process != nil {
		return "", refusal{http.StatusConflict, "the server runs already"}
	}
	p, err := launch(v.setup)
	if err != nil {
		return "", err
	}
	v.process = p
	select {
	case url := <-p.up:
		return url, nil
	case <-p.exited:
		v.end(true)
		return "", fmt.Errorf("the server ended instead of serving: %v: %s", p.cmd.ProcessState, p.stderr.Bytes())
	case <-ctx.Done():
		p.kill()
		v.end(true)
		return "", fmt.Errorf("the server does not serve: %w", ctx.Err())
	}
}

// launch begins a process and does not wait until it serves.
func launch(s setup) (*process, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	theirs, ours, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.Command(os.Args[0]), ours: ours, up: make(chan string, 1), exited: make(chan struct{})} // told once
	p.cmd.Env = append(os.Environ(), childEnv+"="+string(text))
	p.cmd.Stdin, p.cmd.Stderr = theirs, &p.stderr
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	_ = theirs.Close()
	if err != nil {
		_ = ours.Close()
		return nil, fmt.Errorf("start a server: %w", err)
	}
	go p.listen(out)
	return p, nil
}

// listen waits for the address and then for the end.
func (p *process) listen(out io.Reader) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), readyMark); ok {
			p.up <- url
		}
	}
	_ = p.cmd.Wait() // ProcessState tells
	close(p.exited)
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may just have ended
	<-p.exited
}

// kill ends a running server at once.
func (v *server) kill() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.running(); err != nil {
		return err
	}
	v.process.kill()
	v.end(true)
	return nil
}

// stop ends a running server in order.
func (v *server) stop(ctx context.Context) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.running(); err != nil {
		return err
	}
	p := v.process
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop the server: %w", err)
	}
	select {
	case <-p.exited:
	case <-ctx.Done():
		p.kill()
		v.end(true)
		return fmt.Errorf("the server does not stop: %w", ctx.Err())
	}
	v.end(false)
	return nil
}

// running says whether there is a process to give an order to.
func (v *server) running() error {
	if v.process == nil {
		return refusal{http.StatusConflict, "the server does not run"}
	}
	select {
	case <-v.process.exited:
		v.end(false)
		return errors.New("the server has ended by itself")
	default:
		return nil
	}
}

// end buries a process that has exited, and keeps what was wrong with it.
func (v *server) end(killed bool) {
	p := v.process
	v.process = nil
	_ = p.ours.Close()
	said := p.stderr.String()
	switch {
	case strings.Contains(said, "DATA RACE"), strings.Contains(said, "panic:"), strings.Contains(said, "fatal error:"):
		v.ended = append(v.ended, fmt.Errorf("a server said:\n%s", said))
	case !killed && !p.cmd.ProcessState.Success():
		v.ended = append(v.ended, fmt.Errorf("a server ended with %v: %s", p.cmd.ProcessState, said))
	}
}

// close ends what runs, and tells what was wrong with any server that ran here.
func (v *server) close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.process != nil && v.running() == nil {
		v.process.kill()
		v.end(true)
	}
	return errors.Join(v.ended...)
}
