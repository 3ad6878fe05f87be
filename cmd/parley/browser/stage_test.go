package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"parley/cmd/parley/demo"
	"parley/gateway/channel/simulator"
)

// wish is what a stage is opened with.
type wish struct {
	company
	// Names are customers' names by channel and number; the others have the simulator's.
	Names map[string]map[string]fullName `json:"names"`
	// ReceiptDelay is how long a provider takes before each of sent, delivered and read; 20ms unless said.
	ReceiptDelay duration `json:"receipt_delay"`
}

type fullName struct {
	First string `json:"first"`
	Last  string `json:"last"`
}

// stage is one company: customers, a server, and the line that browsers come by.
type stage struct {
	id     string
	data   string
	world  *simulator.World
	server *server
	line   *line
	people []signIn

	mu   sync.Mutex
	load *load // the last one
}

// openStage starts everything; the data lie in a folder of the stage's own in dir.
func openStage(ctx context.Context, id, dir string, w wish) (s *stage, err error) {
	s = &stage{id: id, data: filepath.Join(dir, id)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.world, err = w.world(); err != nil {
		return s, err
	}
	if _, err := s.world.Start("127.0.0.1:0"); err != nil {
		return s, err
	}
	cfg, err := w.config(s.world.APIURL)
	if err != nil {
		return s, refusal{400, err.Error()}
	}
	s.people = signIns(cfg)
	s.server = &server{setup: setup{Company: w.company, Data: s.data, APIs: map[string]string{}}}
	for _, c := range s.world.Channels() {
		s.server.setup.APIs[c] = s.world.APIURL(c)
	}
	if folder := os.Getenv("PARLEY_BROWSER_LOG"); folder != "" {
		s.server.setup.LogFile = filepath.Join(folder, id+".log")
	}
	if s.line, err = openLine(); err != nil {
		return s, err
	}
	return s, s.start(ctx)
}

// world is the customers' and providers' side, not served yet.
func (w wish) world() (*simulator.World, error) {
	names := map[string]map[int]fullName{}
	for channel, list := range w.Names {
		names[channel] = map[int]fullName{}
		for number, name := range list {
			n, err := strconv.Atoi(number)
			if err != nil {
				return nil, refusal{400, fmt.Sprintf("names of %s: %q is not a customer's number", channel, number)}
			}
			names[channel][n] = name
		}
	}
	return simulator.New(simulator.Config{
		Seed: 7, Channels: demo.Channels(), ReceiptDelay: time.Duration(w.ReceiptDelay),
		BackoffMax: 400 * time.Millisecond, // after a restart nobody waits long for what was written meanwhile
		Names: func(channel string, n int) (first, last string) {
			name := names[channel][n]
			return name.First, name.Last
		},
	})
}

// start runs the server and leads line and providers to it. Every run has a port
// of its own, since nobody could keep the old one for it.
func (s *stage) start(ctx context.Context) error {
	url, err := s.server.start(ctx)
	if err != nil {
		return err
	}
	s.lead(url)
	return nil
}

// kill ends the server as a power cut would.
func (s *stage) kill() error {
	err := s.server.kill()
	s.lead("")
	return err
}

// stop ends the server in order.
func (s *stage) stop(ctx context.Context) error {
	err := s.server.stop(ctx)
	s.lead("")
	return err
}

// lead points everything at a server; with an empty url at none, for its port may soon be somebody else's.
func (s *stage) lead(url string) {
	s.line.join(strings.TrimPrefix(url, "http://"))
	for _, c := range demo.Channels() {
		hook := ""
		if url != "" {
			hook = url + "/hooks/" + string(c.Provider) + "/" + c.ID
		}
		s.world.SetWebhook(c.ID, hook)
	}
}

// customer finds somebody who writes, or may.
func (s *stage) customer(channel, number string) (*simulator.Customer, error) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= 1_000_000 {
		return nil, refusal{404, fmt.Sprintf("%q is not a customer's number: 0 to 999999", number)}
	}
	for _, c := range s.world.Channels() {
		if c == channel {
			return s.world.Customer(channel, n), nil
		}
	}
	return nil, refusal{404, fmt.Sprintf("there is no channel %q, only %s", channel, strings.Join(s.world.Channels(), ", "))}
}

// close ends everything and tells what had been wrong with the servers.
func (s *stage) close() error {
	if l := s.lastLoad(); l != nil {
		l.close()
	}
	var wrong error
	if s.line != nil {
		s.line.close()
	}
	if s.server != nil {
		wrong = s.server.close()
	}
	if s.world != nil {
		wrong = errors.Join(wrong, s.world.Close())
	}
	return errors.Join(wrong, os.RemoveAll(s.data))
}

// described is a stage as its owner is told of it.
func (s *stage) described() any {
	return struct {
		ID      string   `json:"id"`
		URL     string   `json:"url"`
		SignIns []signIn `json:"sign_ins"`
	}{s.id, s.line.url(), s.people}
}
