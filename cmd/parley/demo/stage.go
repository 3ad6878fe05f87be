package demo

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"parley/cmd/parley/simulate"
	"parley/gateway/channel/simulator"
)

// Stage is where the demo's providers and customers play: the simulator behind
// a switchboard, so that `parley simulate` can take the stage for a while.
type Stage struct {
	world  *simulator.World
	board  *simulate.Switchboard
	server *http.Server
	url    string
	log    *slog.Logger

	mu      sync.Mutex
	chatter *simulator.Chatter
	playing bool
	serving sync.WaitGroup
}

// Open starts the simulator on a free loopback port; nobody writes yet.
func Open(log *slog.Logger) (*Stage, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	s := &Stage{url: "http://" + ln.Addr().String(), log: log}
	s.world, err = simulator.New(simulator.Config{
		Seed: 1, Channels: Channels(), URL: s.url, OpenWindows: true, Keep: 200, Logger: log,
	})
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	s.board = simulate.NewSwitchboard(s.world)
	s.board.OnAttach, s.board.OnDetach = s.Quiet, s.speak
	s.server = &http.Server{Handler: s.board, ReadHeaderTimeout: 10 * time.Second}
	s.serving.Go(func() { _ = s.server.Serve(ln) })
	return s, nil
}

// URL is the simulator's address.
func (s *Stage) URL() string { return s.url }

// APIURL is what a channel's api_url must be.
func (s *Stage) APIURL(channel string) string { return s.world.APIURL(channel) }

// Play joins the channels to the server and lets the customers write.
func (s *Stage) Play(ctx context.Context, server string) error {
	for _, c := range Channels() {
		s.world.SetWebhook(c.ID, server+"/hooks/"+string(c.Provider)+"/"+c.ID)
		if c.Provider == simulator.Telegram {
			continue
		}
		if err := s.world.Handshake(ctx, c.ID); err != nil {
			return fmt.Errorf("join channel %s to the simulator: %w", c.ID, err)
		}
	}
	s.mu.Lock()
	s.playing = true
	s.mu.Unlock()
	s.speak()
	return nil
}

// speak lets the customers write.
func (s *Stage) speak() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.playing && s.chatter == nil {
		s.chatter = s.world.StartChatter(simulator.ChatterConfig{})
	}
}

// Quiet ends the customers' small talk.
func (s *Stage) Quiet() {
	s.mu.Lock()
	chatter := s.chatter
	s.chatter = nil
	s.mu.Unlock()
	if chatter != nil {
		chatter.Close()
	}
}

// Announce prints the address, what is to be found there, and the sign-ins.
func (s *Stage) Announce(w io.Writer, server, entrance string) {
	fmt.Fprintf(w, "Parley is ready: %s\n%s\n\nSign-ins (login / password):\n", server, entrance)
	for _, in := range SignIns() {
		fmt.Fprintf(w, "  %-6s / %-18s %s, %s\n", in.Login, in.Password, in.Name, in.Role)
	}
	fmt.Fprintf(w, "\nThree channels (%s) are joined to the simulator at %s; customers are writing.\nStop with Ctrl+C.\n", names(), s.url)
}

func names() string {
	out := ""
	for i, c := range Channels() {
		if i > 0 {
			out += ", "
		}
		out += c.ID
	}
	return out
}

// Close ends the simulator with everything it runs.
func (s *Stage) Close() error {
	s.Quiet()
	s.board.Close()
	err := s.server.Close()
	s.serving.Wait()
	if e := s.world.Close(); err == nil {
		err = e
	}
	return err
}
