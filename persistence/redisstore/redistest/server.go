package redistest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ErrMissing says that there is no redis-server on this machine, and what to do.
var ErrMissing = errors.New("redis-server is not installed (Debian, Ubuntu: apt-get install redis-server)")

// patience bounds every wait for a server.
const patience = 30 * time.Second

// Server is a redis-server process of ours. Its methods are called by one
// goroutine at a time.
type Server struct {
	Addr string // host:port

	path, dir string
	args      []string
	cmd       *exec.Cmd
	ended     chan struct{} // closed when the process has ended
}

// Run starts a server in a folder, with further arguments in the form of its
// configuration ("--maxmemory", "8mb"), which override ours. It returns when the
// server answers.
func Run(dir string, args ...string) (*Server, error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, ErrMissing
	}
	for attempt := 1; ; attempt++ {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		s := &Server{Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), path: path, dir: dir}
		s.args = append([]string{
			"--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--dir", dir, "--logfile", filepath.Join(dir, "redis.log"),
			"--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", "--save", "", "--daemonize", "no",
		}, args...)
		if err = s.Start(); err == nil {
			return s, nil
		}
		if attempt == 3 { // somebody else may have taken the port
			return nil, err
		}
	}
}

// freePort gives a port that is free now.
func freePort() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer ln.Close() //nolint:errcheck // it has served
	return ln.Addr().(*net.TCPAddr).Port, nil
}

// URL is the store address of the server.
func (s *Server) URL() string { return "redis://" + s.Addr }

// Start starts a server that has ended, on the same data and port, and returns
// when it has loaded its data.
func (s *Server) Start() error {
	if err := s.Launch(); err != nil {
		return err
	}
	if err := s.await(func() bool { got, err := s.Do("PING"); return err == nil && got == "PONG" }); err != nil {
		_ = s.Kill()
		return err
	}
	return nil
}

// Launch is Start without waiting for an answer.
func (s *Server) Launch() error {
	s.cmd = exec.Command(s.path, s.args...)
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("start redis-server: %w", err)
	}
	cmd, ended := s.cmd, make(chan struct{})
	s.ended = ended
	go func() {
		_ = cmd.Wait() // how it ended is seen by who waits
		close(ended)
	}()
	return nil
}

// await asks until the answer is yes.
func (s *Server) await(yes func() bool) error {
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for !yes() {
		select {
		case <-s.ended:
			return fmt.Errorf("redis-server ended: %s", s.lastWords())
		case <-deadline.C:
			return fmt.Errorf("redis-server at %s does not answer as it should: %s", s.Addr, s.lastWords())
		case <-poll.C:
		}
	}
	return nil
}

// lastWords is the end of the server's log.
func (s *Server) lastWords() string {
	text, err := os.ReadFile(filepath.Join(s.dir, "redis.log"))
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(len(lines)-3, 0):], " | ")
}

// Stop ends the server in order.
func (s *Server) Stop() error { return s.end(syscall.SIGTERM) }

// Kill ends the server like a crash (SIGKILL).
func (s *Server) Kill() error { return s.end(syscall.SIGKILL) }

func (s *Server) end(signal syscall.Signal) error {
	_ = s.cmd.Process.Signal(syscall.SIGCONT) // a stopped process does not hear SIGTERM
	_ = s.cmd.Process.Signal(signal)
	select {
	case <-s.ended:
		return nil
	case <-time.After(patience):
		_ = s.cmd.Process.Kill()
		<-s.ended
		return errors.New("redis-server did not end in time and was killed")
	}
}

// Restart is Kill and Start.
func (s *Server) Restart() error { return errors.Join(s.Kill(), s.Start()) }

// Pause stops the process where it stands (SIGSTOP); Continue lets it go on.
func (s *Server) Pause() error { return s.cmd.Process.Signal(syscall.SIGSTOP) }

// Continue is the end of Pause.
func (s *Server) Continue() error { return s.cmd.Process.Signal(syscall.SIGCONT) }

// Ended is closed when the process has ended.
func (s *Server) Ended() <-chan struct{} { return s.ended }
