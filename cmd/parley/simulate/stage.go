package simulate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"parley/gateway/channel/simulator"
)

// stage is the World of a run, served where the company's calls arrive.
type stage struct {
	*simulator.World
	server *http.Server
	board  *attached // nil: the channels name our own address
	ended  chan struct{}
}

// openStage builds the World, serves it and, with a switchboard, takes its place.
func openStage(ctx context.Context, o Options) (*stage, error) {
	faults, err := simulator.ParseFaults(o.Faults)
	if err != nil {
		return nil, fmt.Errorf("faults: %w", err)
	}
	channels := make([]simulator.Channel, len(o.Channels))
	for i, c := range o.Channels {
		c.Webhook = o.URL + "/hooks/" + string(c.Provider) + "/" + url.PathEscape(c.ID)
		channels[i] = c
	}
	ln, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return nil, fmt.Errorf("play the providers: %w", err)
	}
	address := "http://" + ln.Addr().String()
	base := o.Control
	if base == "" {
		base = address
	}
	world, err := simulator.New(simulator.Config{
		Seed: o.Seed, Channels: channels, Faults: faults, URL: base, Logger: o.Log,
		Hang: 1500 * time.Millisecond, // a provider's silence: long enough to be one, short enough for a run
	})
	if err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	s := &stage{World: world, ended: make(chan struct{}), server: &http.Server{Handler: world, ReadHeaderTimeout: 10 * time.Second}}
	go func() {
		defer close(s.ended)
		_ = s.server.Serve(ln)
	}()
	if o.Control != "" {
		if s.board, err = attach(ctx, o.Control, address, o.Log); err != nil {
			return nil, errors.Join(err, s.close(ctx))
		}
	}
	for _, c := range channels {
		if c.VerifyToken == "" {
			continue
		}
		if err := world.Handshake(ctx, c.ID); err != nil {
			return nil, errors.Join(fmt.Errorf("the server does not know this channel as it is given here: %w", err), s.close(ctx))
		}
	}
	return s, nil
}

// close gives the stage back and ends everything that played on it.
func (s *stage) close(ctx context.Context) error {
	var err error
	if s.board != nil {
		err = s.board.detach(context.WithoutCancel(ctx))
	}
	err = errors.Join(err, s.World.Close(), s.server.Close())
	<-s.ended
	return err
}

// attached is the right to play the providers behind a switchboard, kept by renewing it.
type attached struct {
	door    *door
	address string // of the attach calls
	mine    Attachment
	log     *slog.Logger
	stop    context.CancelFunc
	ended   chan struct{}
}

// attach takes the place of the switchboard's own World.
func attach(ctx context.Context, control, own string, log *slog.Logger) (*attached, error) {
	a := &attached{door: newDoor(control), address: control + AttachPath, mine: Attachment{URL: own}, log: log, ended: make(chan struct{})}
	status, err := a.post(ctx)
	if err == nil && status == http.StatusConflict {
		err = errors.New("another simulation is attached to this server")
	} else if err == nil && status != http.StatusOK {
		err = fmt.Errorf("status %d", status)
	}
	if err != nil {
		a.door.close()
		return nil, fmt.Errorf("attach to the simulator at %s: %w", control, err)
	}
	renewing, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = stop
	go a.renew(renewing)
	return a, nil
}

func (a *attached) post(ctx context.Context) (int, error) {
	status, _, err := a.door.call(ctx, http.MethodPost, a.address, "", a.mine, &a.mine)
	return status, err
}

// renew says every so often that this process still plays.
func (a *attached) renew(ctx context.Context) {
	defer close(a.ended)
	every := max(time.Duration(a.mine.RenewWithin)*time.Millisecond/4, 10*time.Millisecond)
	for wait(ctx, every) {
		if status, err := a.post(ctx); (err != nil || status != http.StatusOK) && ctx.Err() == nil {
			a.log.Warn("the attachment was not renewed", "status", status, "err", err)
		}
	}
}

func (a *attached) detach(ctx context.Context) error {
	a.stop()
	<-a.ended
	defer a.door.close()
	if _, _, err := a.door.call(ctx, http.MethodDelete, a.address+"?id="+url.QueryEscape(a.mine.ID), "", nil, nil); err != nil {
		return fmt.Errorf("detach from the simulator: %w", err)
	}
	return nil
}
